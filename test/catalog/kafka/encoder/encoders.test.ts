import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProto } from '../../../../catalog/kafka/decoder/protobuf/parseProto.ts';
import { parseTypeText } from '../../../../catalog/kafka/description/typeText.ts';
import { rowEncoder } from '../../../../catalog/kafka/encoder/encoderFactory.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';

/** What INSERT of a real Trino wrote, read from its topics; or its error. */
interface Recorded {
  readonly format: string;
  readonly schema?: string;
  readonly fields: readonly { readonly name: string; readonly type: string; readonly mapping: string }[];
  readonly values: readonly unknown[];
  readonly message?: string;
  readonly error?: string;
}
const recorded: readonly Recorded[] = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'fixtures', 'encoders.json'), 'utf8'));

function typeOf(text: string): Type {
  const type = parseTypeText(text);
  if (type === undefined) throw new Error(text);
  return type;
}

function valueOf(json: unknown, type: Type): Value {
  if (json === null) return null;
  if (Array.isArray(json)) {
    if (type.kind === 'array') return json.map((item) => valueOf(item, type.element));
    if (type.kind === 'row') return json.map((item, i) => valueOf(item, type.fields[i]?.type ?? type));
  }
  if (typeof json === 'object') {
    if ('hex' in json) return Buffer.from(String(json.hex), 'hex');
    if ('micros' in json) return { epochMicros: BigInt(String(json.micros)), picosOfMicro: 0, ...('zone' in json ? { zone: String(json.zone) } : {}) };
    if ('map' in json && Array.isArray(json.map) && type.kind === 'map')
      return { entries: json.map.map(([key, value]) => [valueOf(key, type.key), valueOf(value, type.value)] as const) };
  }
  return type.kind === 'bigint' ? BigInt(String(json)) : (json as Value);
}

/** The marks between the blocks of an Avro file are random. */
function withoutSync(message: Buffer, format: string): string {
  if (format !== 'avro') return message.toString('hex');
  const sync = message.subarray(message.length - 16).toString('hex');
  return message.toString('hex').replaceAll(sync, 'sync');
}

describe('messages as Trino writes them', () => {
  test.each(recorded.map((one) => [`${one.format} ${one.fields.map((f) => f.type).join(', ')}: ${JSON.stringify(one.values).slice(0, 60)}`, one] as const))(
    '%s',
    (_, one) => {
      const fields = one.fields.map((f) => ({ ...f, type: typeOf(f.type) }));
      const schema =
        one.schema === undefined
          ? {}
          : one.format === 'protobuf'
            ? { protobuf: parseProto({ text: one.schema, imports: new Map() }, { kind: 'file' }) }
            : { dataSchema: one.schema };
      const write = (): Buffer | undefined =>
        rowEncoder({ dataFormat: one.format, fields, ...schema })(one.values.map((v, i) => valueOf(v, fields[i]?.type ?? { kind: 'unknown' })));
      if (one.message === undefined) expect(write).toThrow(one.error);
      else expect(withoutSync(write() ?? Buffer.alloc(0), one.format)).toBe(withoutSync(Buffer.from(one.message, 'hex'), one.format));
    },
  );
});
