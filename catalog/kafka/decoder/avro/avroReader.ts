import type { Semantics } from '../connect/semantics.ts';
import { TrinoError } from '../../../../spi/trinoError.ts';
import { isValidDefault } from './avroDefault.ts';
import type { AvroField, AvroName, AvroRecordSchema, AvroSchema } from './avroSchema.ts';

/** A decoded value with what Java class it would be, since Trino's messages and conversions go by that. */
export type AvroValue =
  | null
  | boolean
  | string
  | { readonly kind: 'int' | 'float' | 'double'; readonly value: number; readonly semantics?: Semantics }
  | { readonly kind: 'long'; readonly value: bigint; readonly semantics?: Semantics }
  | { readonly kind: 'bytes' | 'fixed'; readonly value: Buffer; readonly semantics?: Semantics }
  | { readonly kind: 'enum'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly AvroValue[]; readonly element: AvroSchema['kind'] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, AvroValue> }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, AvroValue> };

export class AvroDataError extends Error {}

export type AvroRead = (cursor: AvroCursor) => AvroValue;

/** Where in the bytes reading stands. */
export class AvroCursor {
  readonly data: Buffer;
  at: number;
  readonly end: number;

  constructor(data: Buffer, at = 0, end = data.length) {
    this.data = data;
    this.at = at;
    this.end = end;
  }

  take(size: number): number {
    const start = this.at;
    if (size < 0 || start + size > this.end) throw new AvroDataError('the data ends too early');
    this.at = start + size;
    return start;
  }

  int(): number {
    const value = this.long();
    if (value !== BigInt.asIntN(32, value)) throw new AvroDataError('Invalid int encoding');
    return Number(value);
  }

  /** Small ones without a bigint on the way. */
  long(): bigint {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.data[this.take(1)] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return BigInt(value % 2 === 0 ? value / 2 : -(value + 1) / 2);
      factor *= 128;
    }
    let wide = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.data[this.take(1)] ?? 0;
      wide |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (wide >> 1n) ^ -(wide & 1n));
    }
    throw new AvroDataError('Invalid long encoding');
  }

  bytes(): Buffer {
    const size = Number(this.long());
    const start = this.take(size);
    return this.data.subarray(start, start + size);
  }
}

const BLOCK_ITEMS_MAX = 1 << 26;

/** How to read what was written by one schema as another one says; `wanted`: of the outermost record, only these fields. */
export function compileAvroReader(writer: AvroSchema, reader: AvroSchema, wanted?: ReadonlySet<string>): AvroRead {
  return new Resolver().compile(writer, reader, wanted);
}

class Resolver {
  private readonly records = new Map<AvroSchema, Map<AvroSchema, AvroRead>>();

  compile(writer: AvroSchema, reader: AvroSchema, wanted?: ReadonlySet<string>): AvroRead {
    if (writer.kind === 'union') {
      const branches = writer.branches.map((branch) => this.tryCompile(branch, reader));
      return (cursor) => {
        const read = branches[Number(cursor.long())];
        if (read === undefined) throw new AvroDataError('a union branch that the reader does not know');
        return read(cursor);
      };
    }
    if (reader.kind === 'union') {
      const branch = this.branchOf(writer, reader.branches);
      if (branch === undefined) throw new AvroDataError(`Found ${writer.kind}, expecting union`);
      return this.compile(writer, branch);
    }
    switch (writer.kind) {
      case 'array': {
        if (reader.kind !== 'array') break;
        const item = this.compileLater(writer.items, reader.items);
        const element = reader.items.kind;
        return (cursor) => ({ kind: 'array', items: readBlocks(cursor, item), element });
      }
      case 'map': {
        if (reader.kind !== 'map') break;
        const value = this.compileLater(writer.values, reader.values);
        return (cursor) => ({ kind: 'map', entries: new Map(readBlocks(cursor, (c) => [c.bytes().toString('utf8'), value(c)] as const)) });
      }
      case 'record':
        if (reader.kind !== 'record') break;
        return this.record(writer, reader, wanted);
      case 'fixed': {
        const { size, semantics } = writer;
        if (reader.kind !== 'fixed' || reader.size !== size || !isNamed(writer, reader)) break;
        return withMeaning((cursor) => ({ kind: 'fixed', value: slice(cursor, size) }), semantics);
      }
      case 'enum':
        if (reader.kind !== 'enum' || !isNamed(writer, reader)) break;
        return enumRead(writer.symbols, reader.symbols, reader.default);
      default: {
        const read = scalarRead(writer.kind, reader.kind);
        if (read !== undefined) return withMeaning(read, writer.semantics);
      }
    }
    throw new AvroDataError(`Found ${writer.kind}, expecting ${reader.kind}`);
  }

  /** Of the kind and, where there is one, the name; else what the value can be widened to. */
  private branchOf(writer: AvroSchema, branches: readonly AvroSchema[]): AvroSchema | undefined {
    const alike = branches.filter((b) => b.kind === writer.kind);
    if (!('name' in writer)) return alike[0] ?? branches.find((b) => this.tryCompile(writer, b) !== undefined);
    const named = alike.find((b) => 'name' in b && isNamed(writer, b));
    if (named !== undefined || writer.kind !== 'record') return named;
    const fitting = alike.filter((b) => this.tryCompile(writer, b) !== undefined);
    return fitting.findLast((b) => 'name' in b && shortName(b) === shortName(writer)) ?? fitting[0];
  }

  /** What does not fit is an error once there is such a value. */
  private compileLater(writer: AvroSchema, reader: AvroSchema): AvroRead {
    const read = this.tryCompile(writer, reader);
    return (
      read ??
      (() => {
        throw new AvroDataError(`Found ${writer.kind}, expecting ${reader.kind}`);
      })
    );
  }

  /** Over what the reader does not have. A text of negative length is none, as in Trino. */
  private skip(schema: AvroSchema): (cursor: AvroCursor) => void {
    if (schema.kind !== 'string' && schema.kind !== 'bytes') return this.compile(schema, schema);
    return (cursor) => void cursor.take(Math.max(0, Number(cursor.long())));
  }

  private tryCompile(writer: AvroSchema, reader: AvroSchema): AvroRead | undefined {
    try {
      return this.compile(writer, reader);
    } catch (error) {
      if (error instanceof AvroDataError) return undefined;
      throw error;
    }
  }

  private record(writer: AvroRecordSchema, reader: AvroRecordSchema, wanted: ReadonlySet<string> | undefined): AvroRead {
    const known = this.records.get(writer)?.get(reader);
    if (known !== undefined && wanted === undefined) return known;
    let steps: readonly ((cursor: AvroCursor, fields: Map<string, AvroValue>) => void)[] = [];
    let defaults: readonly (readonly [string, AvroValue])[] = [];
    const read: AvroRead = (cursor) => {
      const fields = new Map<string, AvroValue>(defaults);
      for (const step of steps) step(cursor, fields);
      return { kind: 'record', fields };
    };
    // a record may hold itself
    const byReader = this.records.get(writer) ?? new Map<AvroSchema, AvroRead>();
    if (wanted === undefined) this.records.set(writer, byReader.set(reader, read));
    steps = writer.fields.map((field) => {
      const target = reader.fields.find((f) => f.name === field.name || f.aliases.includes(field.name));
      if (target === undefined || (wanted !== undefined && !wanted.has(target.name))) {
        if (target !== undefined) this.compile(field.schema, target.schema);
        const skip = target === undefined ? this.skip(field.schema) : this.compile(field.schema, field.schema);
        return (cursor) => void skip(cursor);
      }
      const value = this.compile(field.schema, target.schema);
      return (cursor, fields) => void fields.set(target.name, value(cursor));
    });
    const missing = reader.fields.filter((f) => !writer.fields.some((w) => w.name === f.name || f.aliases.includes(w.name)));
    defaults = missing.map((f) => [f.name, defaultValue(f)] as const);
    return read;
  }
}

function isNamed(writer: AvroName, reader: AvroName): boolean {
  return writer.name === reader.name || reader.aliases.includes(writer.name);
}

function shortName({ name }: AvroName): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function defaultValue(field: AvroField): AvroValue {
  if (field.default === undefined) throw new AvroDataError(`missing required field ${field.name}`);
  return fromJson(field.default, field.schema);
}

function fromJson(json: unknown, schema: AvroSchema): AvroValue {
  switch (schema.kind) {
    case 'null':
      return null;
    case 'boolean':
      return json === true;
    case 'int':
    case 'double':
      return { kind: schema.kind, value: Number(json) };
    case 'float':
      return { kind: 'float', value: Math.fround(Number(json)) };
    case 'long':
      if (!Number.isSafeInteger(json)) throw new TrinoError('NOT_SUPPORTED', undefined, `default of more than 53 bits in an Avro schema: ${String(json)}`);
      return { kind: 'long', value: BigInt(Number(json)) };
    case 'string':
      return String(json);
    case 'bytes':
    case 'fixed':
      return { kind: schema.kind, value: Buffer.from(String(json), 'latin1') };
    case 'enum':
      if (!schema.symbols.includes(String(json))) throw new AvroDataError(`a default that is no symbol: ${String(json)}`);
      return { kind: 'enum', value: String(json) };
    case 'array':
      return { kind: 'array', items: (Array.isArray(json) ? json : []).map((item) => fromJson(item, schema.items)), element: schema.items.kind };
    case 'map':
      return { kind: 'map', entries: new Map(Object.entries(json ?? {}).map(([key, value]) => [key, fromJson(value, schema.values)])) };
    case 'union': {
      const branch = schema.branches.find((b) => isValidDefault(json, b));
      return branch === undefined ? null : fromJson(json, branch);
    }
    case 'record': {
      const given = new Map(Object.entries(json ?? {}));
      return {
        kind: 'record',
        fields: new Map(schema.fields.map((f) => [f.name, given.has(f.name) ? fromJson(given.get(f.name), f.schema) : defaultValue(f)])),
      };
    }
  }
}

function readBlocks<T>(cursor: AvroCursor, item: (cursor: AvroCursor) => T): T[] {
  const items: T[] = [];
  for (let count = Number(cursor.long()); count !== 0; count = Number(cursor.long())) {
    if (count < 0) {
      cursor.long(); // the size in bytes, for those who skip
      count = -count;
    }
    if (items.length + count > BLOCK_ITEMS_MAX) throw new AvroDataError('a block with too many items');
    for (let i = 0; i < count; i++) items.push(item(cursor));
  }
  return items;
}

/** What the writer meant stays with the value, whatever the reader takes it for. */
function withMeaning(read: AvroRead, semantics: Semantics | undefined): AvroRead {
  if (semantics === undefined) return read;
  return (cursor) => {
    const value = read(cursor);
    if (value === null || typeof value !== 'object') return value;
    switch (value.kind) {
      case 'int':
      case 'float':
      case 'double':
      case 'long':
      case 'bytes':
      case 'fixed':
        return { ...value, semantics };
      default:
        return value;
    }
  };
}

function slice(cursor: AvroCursor, size: number): Buffer {
  const start = cursor.take(size);
  return cursor.data.subarray(start, start + size);
}

function enumRead(written: readonly string[], known: readonly string[], fallback: string | undefined): AvroRead {
  const symbols = written.map((symbol) => (known.includes(symbol) ? symbol : fallback));
  return (cursor) => {
    const value = symbols[cursor.int()];
    if (value === undefined) throw new AvroDataError('an enum symbol that the reader does not know');
    return { kind: 'enum', value };
  };
}

type ScalarKind = AvroSchema['kind'];

function scalarRead(writer: ScalarKind, reader: ScalarKind): AvroRead | undefined {
  switch (`${writer} ${reader}`) {
    case 'null null':
      return () => null;
    case 'boolean boolean':
      return (c) => c.data[c.take(1)] === 1;
    case 'int int':
      return (c) => ({ kind: 'int', value: c.int() });
    case 'int long':
    case 'long long':
      return (c) => ({ kind: 'long', value: c.long() });
    case 'int float':
    case 'long float':
      return (c) => ({ kind: 'float', value: Math.fround(Number(c.long())) });
    case 'int double':
    case 'long double':
      return (c) => ({ kind: 'double', value: Number(c.long()) });
    case 'float float':
      return (c) => ({ kind: 'float', value: c.data.readFloatLE(c.take(4)) });
    case 'float double':
      return (c) => ({ kind: 'double', value: c.data.readFloatLE(c.take(4)) });
    case 'double double':
      return (c) => ({ kind: 'double', value: c.data.readDoubleLE(c.take(8)) });
    case 'string string':
    case 'bytes string':
      return (c) => c.bytes().toString('utf8');
    case 'bytes bytes':
    case 'string bytes':
      return (c) => ({ kind: 'bytes', value: c.bytes() });
    default:
      return undefined;
  }
}
