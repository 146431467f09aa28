import { TrinoError } from '../../../../spi/trinoError.ts';
import { fetchProtoTypes } from '../../registry/writerSchemas.ts';
import { anyJson, ProtoJsonError } from './protoJson.ts';
import { sortedJson } from './sortedJson.ts';
import type { ProtoRecord } from './protoReader.ts';
import type { ProtoSchema } from './protoSchema.ts';

const FILES_MAX = 1_000;

/**
 * What each google.protobuf.Any of a topic holds: its type URL is where the type's file lies, and ends with the type's name. Files are read once, as in Trino, so
 * that one which changes is seen by the next scan only.
 */
export class AnyTypes {
  private readonly files = new Map<string, ProtoSchema>();

  json(any: ProtoRecord): string {
    const slot = any.message.fields.findIndex((f) => f.name === 'type_url');
    const url = String(any.values[slot] ?? '');
    const types = this.files.get(url) ?? read(url);
    if (this.files.size >= FILES_MAX) this.files.clear();
    this.files.set(url, types);
    try {
      return sortedJson(anyJson(types, any));
    } catch (cause) {
      if (!(cause instanceof ProtoJsonError)) throw cause;
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, "Failed to print JSON from 'any' message type", { cause });
    }
  }
}

function read(url: string): ProtoSchema {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'java.lang.IllegalArgumentException: URI is not absolute');
  const types = fetchProtoTypes(url);
  if (types === undefined) throw new TrinoError('GENERIC_USER_ERROR', undefined, 'io.trino.spi.TrinoException: Failed to read schema from URL');
  return types;
}
