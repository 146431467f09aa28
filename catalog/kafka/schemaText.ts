import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TrinoError } from '../../spi/trinoError.ts';
import { checkDataFormat } from './decoder/dataFormat.ts';
import type { DecoderSpec } from './decoder/rowDecoder.ts';
import type { KafkaConfig } from './kafkaConfig.ts';
import type { Encoding, KafkaColumnHandle } from './kafkaHandle.ts';

const FETCH_TIMEOUT_MS = 30_000;

/** The encoding with its schema at hand: from a file (relative to the working folder, or to the one that etc lies in) or from the web. */
export async function withSchemaText(encoding: Encoding, { etcDir, registry }: KafkaConfig, signal: AbortSignal): Promise<DecoderSpec> {
  const { dataFormat, dataSchemaLocation, registered, protobuf } = encoding;
  const spec = specWithoutSchema(encoding);
  if (registered !== undefined && registry !== undefined) {
    if (protobuf !== undefined) return { ...spec, protobuf, registry };
    return { ...spec, dataSchema: registered.text, dataSchemaReferences: registered.references.map((r) => r.text), registry };
  }
  if (dataSchemaLocation === undefined) return spec;
  const text = await readSchema(dataSchemaLocation, etcDir, signal);
  if (dataFormat !== 'protobuf') return { ...spec, dataSchema: text };
  // its parser takes a tenth of a second to load
  const { parseProto } = await import('./decoder/protobuf/parseProto.ts');
  return { ...spec, protobuf: parseProto({ text, imports: new Map() }, { kind: 'file' }) };
}

const specWithoutSchema = ({ dataFormat, decodeError }: Encoding): DecoderSpec => (decodeError === undefined ? { dataFormat } : { dataFormat, decodeError });

type MessagePart = 'key' | 'message';
const NOT_READ: DecoderSpec = { dataFormat: 'dummy' };

/** How the key or the message is decoded for these columns: a schema is read only for those who ask for something in it. */
export async function readDecoderSpec(
  part: MessagePart,
  encoding: Encoding,
  columns: readonly KafkaColumnHandle[],
  { config, signal }: { readonly config: KafkaConfig; readonly signal: AbortSignal },
): Promise<DecoderSpec> {
  checkDataFormat(encoding.dataFormat);
  return isRead(part, columns) ? withSchemaText(encoding, config, signal) : NOT_READ;
}

/** The same where there is no schema to read; undefined: there is one. */
export function knownDecoderSpec(part: MessagePart, encoding: Encoding, columns: readonly KafkaColumnHandle[]): DecoderSpec | undefined {
  if (!isRead(part, columns)) return NOT_READ;
  return encoding.registered === undefined && encoding.dataSchemaLocation === undefined ? specWithoutSchema(encoding) : undefined;
}

function isRead(part: MessagePart, columns: readonly KafkaColumnHandle[]): boolean {
  return columns.some((c) => c.kind === part || (c.kind === 'internal' && c.id === `${part}_corrupt`));
}

async function readSchema(dataSchemaLocation: string, etcDir: string, signal: AbortSignal): Promise<string> {
  try {
    return await schemaText(dataSchemaLocation, etcDir, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    // of any format
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Could not parse the Avro schema at: Optional[${dataSchemaLocation}]`, { cause });
  }
}

async function schemaText(location: string, etcDir: string, signal: AbortSignal): Promise<string> {
  if (/^https?:/i.test(location)) {
    const answer = await fetch(location, { signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]) });
    if (!answer.ok) throw new Error(`HTTP status ${answer.status}`);
    return answer.text();
  }
  const file = location.startsWith('file:') ? new URL(location).pathname : location;
  try {
    return await readFile(path.resolve(file), 'utf8');
  } catch (error) {
    if (path.isAbsolute(file)) throw error;
    return readFile(path.resolve(etcDir, '..', file), 'utf8');
  }
}
