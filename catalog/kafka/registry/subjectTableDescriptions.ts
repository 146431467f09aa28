import type { ConnectorSession } from '../../../spi/session.ts';
import type { FieldGroup, TableDescription } from '../description/tableDescription.ts';
import type { TableDescriptionSupplier, TableDescriptions } from '../description/tableDescriptions.ts';
import { changedFields, flattenedFields } from './registeredChanges.ts';
import { registeredGroup } from './registeredGroup.ts';
import { RegistryClient, type RegistryOptions } from './registryClient.ts';

/** The columns of the rows, where their schema means more than Trino makes of it. */
const FIELDS = { debezium: changedFields, flattened: flattenedFields, none: undefined } as const;

/** Described tables whose key or message names a `subject` of a schema registry: its schema decodes them, and gives the columns where none are declared. */
export class SubjectTableDescriptions implements TableDescriptionSupplier {
  private readonly files: TableDescriptionSupplier;
  private readonly client: RegistryClient;

  constructor(files: TableDescriptionSupplier, registry: RegistryOptions) {
    this.files = files;
    this.client = new RegistryClient(registry);
  }

  start(): Promise<void> {
    return this.files.start();
  }

  async current(session: ConnectorSession): Promise<TableDescriptions> {
    const described = await this.files.current(session);
    const registered = new Map<string, Promise<TableDescription | undefined>>();
    return {
      list: (schema) => described.list(schema),
      find: (schema, table) => {
        const key = JSON.stringify([schema, table]);
        const found = registered.get(key) ?? described.find(schema, table).then((own) => own && this.registered(own));
        registered.set(key, found);
        return found;
      },
    };
  }

  private async registered(description: TableDescription): Promise<TableDescription> {
    const { upsert } = description;
    const key = await this.group(description.key);
    const message = await this.group(description.message);
    const declared = (description.message?.fields.length ?? 0) > 0;
    const fields = declared || upsert === undefined ? undefined : FIELDS[upsert.envelope]?.(message, 'IGNORE');
    return {
      ...description,
      ...(upsert === undefined || fields === undefined ? {} : { upsert: { ...upsert, fields } }),
      ...(key === undefined ? {} : { key }),
      ...(message === undefined ? {} : { message }),
    };
  }

  private async group(group: FieldGroup | undefined): Promise<FieldGroup | undefined> {
    if (group?.subject === undefined) return group;
    const registered = await registeredGroup(this.client, group.subject, 'IGNORE');
    return group.fields.length === 0 ? registered : { ...registered, fields: group.fields };
  }
}
