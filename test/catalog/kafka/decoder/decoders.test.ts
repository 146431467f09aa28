import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ColumnBuilder } from '../../../../catalog/kafka/block/columnBuilder.ts';
import { createDecoder } from '../../../../catalog/kafka/decoder/decoderFactory.ts';
import { parseProto } from '../../../../catalog/kafka/decoder/protobuf/parseProto.ts';
import type { ProtoSchema } from '../../../../catalog/kafka/decoder/protobuf/protoSchema.ts';
import { doubleToString, floatToString } from '../../../../catalog/kafka/decoder/javaNumber.ts';
import type { DecodedColumn, DecoderSpec } from '../../../../catalog/kafka/decoder/rowDecoder.ts';
import type { Block } from '../../../../spi/page.ts';
import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Value } from '../../../../spi/value.ts';
import type { Type } from '../../../../spi/type.ts';
import { type RegistryServer, startRegistry } from '../registry/registryServer.ts';
import { parseTypeText } from '../../../../catalog/kafka/description/typeText.ts';

interface Recorded {
  readonly format: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly mapping?: string;
    readonly dataFormat?: string;
    readonly formatHint?: string;
  }[];
  readonly params?: { readonly dataSchema?: string; readonly proto?: string; readonly schemas?: string };
  readonly messages: readonly string[];
  readonly create?: { readonly error: string; readonly message: string };
  readonly results?: readonly unknown[];
}

const recorded: readonly Recorded[] = gunzipSync(readFileSync(path.join(import.meta.dirname, '..', 'fixtures', 'decoders.jsonl.gz')))
  .toString('utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

/** Refused with NOT_SUPPORTED: centuries. */
const REFUSED_HINTS = new Set(['CC yy']);
/** Beyond what 64 bits of microseconds hold: Trino wraps around, we refuse. */
const OVERFLOWING = '+292278994-08-17';

function typeOf(text: string): Type {
  const type = text === 'interval day to second' ? ({ kind: text } as const) : parseTypeText(text);
  if (type === undefined) throw new Error(`type '${text}'`);
  return type;
}

function present(block: Block, row: number): boolean {
  return block.kind === 'values' ? block.values[row] !== null : block.nulls === undefined || ((block.nulls[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
}

function textOf(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  return Buffer.from(text).equals(buffer) ? text : { hex: buffer.toString('hex') };
}

function shown(block: Block, row: number, type: Type): unknown {
  if (!present(block, row)) return null;
  switch (block.kind) {
    case 'fixed': {
      const value = block.data[row] ?? 0;
      if (type.kind === 'boolean') return value === 1;
      if (type.kind === 'real') return realText(Number(value));
      return type.kind === 'double' ? doubleToString(Number(value)) : value.toString();
    }
    case 'bytes': {
      const length = block.slots[row * 4] ?? 0;
      const inline = new Uint8Array(block.slots.buffer, block.slots.byteOffset + row * 16 + 4, 12);
      const at = block.slots[row * 4 + 2] ?? 0;
      return textOf(length <= 12 ? inline.subarray(0, length) : block.heap.subarray(at, at + length));
    }
    case 'values': {
      const value = block.values[row] ?? null;
      if (type.kind === 'array' || type.kind === 'map' || type.kind === 'row') return nested(value, type);
      if (value !== null && typeof value === 'object' && 'epochMicros' in value && 'zone' in value) return `${value.epochMicros / 1000n} ${String(value.zone)}`;
      if (value !== null && typeof value === 'object' && 'picos' in value) return `${value.picos / 1000n} ${value.offsetMinutes}`;
      return String(value);
    }
  }
}

const protoSchemas = new Map<string, ProtoSchema>();
function protoSchema(text: string, kind: 'file' | 'registry' = 'file'): ProtoSchema {
  const known = protoSchemas.get(text) ?? parseProto({ text, imports: new Map() }, { kind });
  protoSchemas.set(text, known);
  return known;
}

function specOf({ format, params }: Recorded): DecoderSpec {
  if (format === 'avro-registry') return { dataFormat: 'avro', dataSchema: params?.dataSchema ?? '', registry: { urls: [registry.url], cacheSize: 1000 } };
  if (format === 'protobuf-registry') return { dataFormat: 'protobuf', protobuf: protoSchema(params?.proto ?? '', 'registry') };
  if (format === 'protobuf' && params?.dataSchema !== undefined) return { dataFormat: format, protobuf: protoSchema(params.dataSchema) };
  return { dataFormat: format, ...(params?.dataSchema === undefined ? {} : { dataSchema: params.dataSchema }) };
}

/** Trino reads no messages that speak of a package, of themselves, or of what another one holds; of two equal keys of a map we keep the last. */
const MORE_THAN_TRINO = [/package p\.q; message schema \{ \.?\w*\.?\w*\.?Sub/, /schema \{ outer\.Sub/];
const EQUAL_KEYS = 'qgEFCgFhEAGqAQUKAWEQAg==';

/** Both sides as a double's text: Java's own for a float is shorter. */
function realText(value: number): string {
  return doubleToString(Math.fround(value));
}

function nested(value: Value, type: Type): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (type.kind === 'timestamp' && typeof value === 'object' && 'epochMicros' in value) return String(value.epochMicros);
  if (type.kind === 'array' && Array.isArray(value)) return value.map((item: Value) => nested(item, type.element));
  if (type.kind === 'row' && Array.isArray(value)) return { row: value.map((item: Value, i) => nested(item, type.fields[i]?.type ?? type)) };
  // Java's hash order is of no account
  if (type.kind === 'map' && typeof value === 'object' && 'entries' in value && typeof value.entries !== 'function')
    return { map: sorted(value.entries.map(([k, v]) => [nested(k, type.key), nested(v, type.value)])) };
  if (type.kind === 'real') return floatToString(Number(value));
  return type.kind === 'double' ? doubleToString(Number(value)) : String(value);
}

function sorted(entries: readonly unknown[][]): unknown[][] {
  return entries.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])));
}

function answer(one: Recorded, message: Buffer, columns: readonly DecodedColumn[]): unknown {
  try {
    const intact = createDecoder(specOf(one), columns).decode(message, 0, message.length, 3);
    const blocks = columns.map((c) => c.builder.finish(8));
    return intact ? blocks.map((b, i) => shown(b, 3, columns[i]?.field.type ?? { kind: 'unknown' })) : 'corrupt';
  } catch (error) {
    // the decoders let these pass; the block that they are written to does not
    const unstorable = error instanceof TrinoError ? /^Value (-?\d+) (?:exceeds|is less)/.exec(error.message) : null;
    if (unstorable !== null && !one.columns[0]?.type.startsWith('array')) return [unstorable[1]];
    const bits = error instanceof TrinoError ? /^Value \(([01]+)b\) is not a valid/.exec(error.message) : null;
    if (bits !== null) return [realText(new Float32Array(new Int32Array([Number(BigInt.asIntN(32, BigInt(`0b${bits[1]}`)))]).buffer)[0] ?? 0)];
    if (error instanceof TrinoError) return { error: error.errorName, message: error.message };
    throw error;
  }
}

/** A row fails with its first failing column. */
function wanted(result: unknown): unknown {
  if (!Array.isArray(result)) return result;
  const failed = result.find((v) => v !== null && typeof v === 'object' && 'error' in v);
  return failed ?? result;
}

/** What Java says of its classes beyond their names is left out. */
function expected(result: unknown): unknown {
  if (result === null || typeof result !== 'object') return result;
  if (Array.isArray(result)) return result.map(expected);
  if ('map' in result) return { map: sorted((expected(result.map) as unknown[][]) ?? []) };
  if ('error' in result) return sameError(result as { error: string; message: string });
  return Object.fromEntries(Object.entries(result).map(([k, v]) => [k, expected(v)]));
}

function sameError(error: { readonly error: string; readonly message: string }): unknown {
  const foreign = /^(?:java|org)\./.test(error.error);
  return {
    error: foreign ? expect.any(String) : error.error,
    message: error.message.startsWith('Syntax error in')
      ? expect.stringMatching(/^Syntax error in/)
      : foreign && /cannot be cast|Parse/.test(`${error.error} ${error.message}`)
        ? expect.any(String)
        : error.message,
  };
}

function title(one: Recorded): string {
  const c = one.columns.map((x) => `${x.type} ${x.mapping ?? ''} ${x.dataFormat ?? ''} ${x.formatHint ?? ''}`.trim()).join('; ');
  return `${one.format}: ${c}`;
}

let registry: RegistryServer;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

/** The messages with the ids that the registry of this run has given their schemas. */
async function registeredMessages({ format, params, messages }: Recorded): Promise<readonly Buffer[]> {
  const plain = messages.map((m) => Buffer.from(m, 'base64'));
  if (format !== 'avro-registry') return plain;
  const ids: number[] = [];
  for (const schema of JSON.parse(params?.schemas ?? '[]') as unknown[]) ids.push(await registry.register('recorded', JSON.stringify(schema)));
  for (const message of plain) {
    if (message.length >= 5) message.writeInt32BE(ids[message.readInt32BE(1) - 1] ?? 999_999, 1);
  }
  return plain;
}

describe.each([...new Set(recorded.map((r) => r.format))])('%s decoder answers as Trino', (format) => {
  const cases = recorded.filter(
    (r) => r.format === format && !REFUSED_HINTS.has(r.columns[0]?.formatHint ?? '') && !MORE_THAN_TRINO.some((m) => m.test(r.params?.dataSchema ?? '')),
  );
  test.each(cases.map((one) => [title(one), one] as const))('%s', async (_, one) => {
    const fields = one.columns.map((c) => ({ ...c, type: typeOf(c.type) }));
    const columns = (): DecodedColumn[] => fields.map((field) => ({ field, builder: new ColumnBuilder(field.type) }));
    if (one.create !== undefined) {
      let failure: unknown;
      try {
        createDecoder(specOf(one), columns());
      } catch (error) {
        failure = error;
      }
      expect(failure).toBeInstanceOf(TrinoError);
      if (failure instanceof TrinoError) expect({ error: failure.errorName, message: failure.message }).toEqual(sameError(one.create));
      return;
    }
    const got: unknown[] = [];
    const want: unknown[] = [];
    (await registeredMessages(one)).forEach((message, i) => {
      if (message.toString().includes(OVERFLOWING) || one.messages[i] === EQUAL_KEYS) return;
      const result = wanted(one.results?.[i]);
      const input = message.toString('latin1').slice(0, 80);
      got.push([input, answer(one, message, columns())]);
      want.push([
        input,
        one.columns[0]?.type === 'real' && Array.isArray(result) ? result.map((v) => (typeof v === 'string' ? realText(Number(v)) : v)) : expected(result),
      ]);
    });
    expect(got).toEqual(want);
  });
});
