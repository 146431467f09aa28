import { TrinoError } from '../../../spi/trinoError.ts';
import type { FieldGroup, TableDescription } from '../description/tableDescription.ts';
import { registeredGroup } from '../registry/registeredGroup.ts';
import { NotRegisteredError, type RegistryClient } from '../registry/registryClient.ts';
import type { MessageSample } from './sampleMessages.ts';
import { inferDescription } from './schemaInference.ts';

/** Zero, then the id of a schema of a registry, in four bytes. */
const WIRE_FORMAT_BYTES = 5;

/** What a catalog makes of messages that nothing describes. */
export class TableInference {
  private readonly internalColumnPrefix: string;
  private readonly registry: RegistryClient | undefined;

  constructor(internalColumnPrefix: string, registry: RegistryClient | undefined) {
    this.internalColumnPrefix = internalColumnPrefix;
    this.registry = registry;
  }

  /** The description with the columns that the messages show, or that their schemas in the registry have; without any where neither does. */
  async infer(description: TableDescription, sample: MessageSample): Promise<TableDescription> {
    const seen = inferDescription(description, sample, this.internalColumnPrefix);
    const message = seen.message ?? (await this.registered(`${description.topic}-value`, sample.messages));
    const key = seen.key ?? (await this.registered(`${description.topic}-key`, sample.keys));
    const names = new Set(message?.fields.map((field) => field.name));
    // a column is in the key or in the message: the key is then read as it is, in `_key`
    const distinct = key?.fields.some((field) => names.has(field.name)) === true ? undefined : key;
    return { ...description, ...(distinct === undefined ? {} : { key: distinct }), ...(message === undefined ? {} : { message }) };
  }

  private async registered(subject: string, sample: readonly Buffer[]): Promise<FieldGroup | undefined> {
    const { registry } = this;
    const framed = sample.filter((bytes) => bytes.length >= WIRE_FORMAT_BYTES && bytes[0] === 0).length;
    if (registry === undefined || framed * 2 <= sample.length) return undefined;
    try {
      return await registeredGroup(registry, subject, 'IGNORE');
    } catch (error) {
      if (error instanceof TrinoError && error.cause instanceof NotRegisteredError) return undefined;
      throw error;
    }
  }
}
