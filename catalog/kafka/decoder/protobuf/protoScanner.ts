import { isUtf8 } from 'node:buffer';
import type { ColumnBuilder } from '../../block/columnBuilder.ts';
import { INTEGER_BOUNDS } from '../integerBounds.ts';
import type { DecodedColumn } from '../rowDecoder.ts';
import { WIRE, wireTypeOf } from './protoReader.ts';
import { type ProtoField, type ProtoSchema, protoMessage } from './protoSchema.ts';

/** Beyond it a number is not exact, and the exact way is taken. */
const WHOLE_MAX = 2 ** 53;
const INT32_MAX = 2 ** 31 - 1;
const FIELD_NUMBERS_MAX = 256;

interface Target {
  readonly builder: ColumnBuilder;
  readonly min: number;
  readonly max: number;
}

/** One field of the message; without targets it is only checked. */
interface ScannedField {
  readonly kind: ProtoField['kind'];
  readonly wireType: number;
  readonly utf8: boolean;
  readonly defaultValue: ProtoField['defaultValue'];
  readonly targets: Target[];
  /** The message in which it was last met. */
  seenAt: number;
}

/**
 * Walks the bytes of a message of plain fields once and fills the columns. Gives up (false) on anything unusual, unknown fields and what is
 * malformed included: the caller then starts the row anew by the exact way.
 */
export class ProtoScanner {
  private readonly byNumber: (ScannedField | undefined)[] = [];
  private readonly wanted: readonly ScannedField[];
  private message = 0;
  private at = 0;

  private constructor(fields: ReadonlyMap<number, ScannedField>) {
    for (const [number, field] of fields) this.byNumber[number] = field;
    this.wanted = [...fields.values()].filter(({ targets }) => targets.length > 0);
  }

  /** undefined: the message has fields, or the columns have types, that are read the exact way alone. */
  static of(schema: ProtoSchema, columns: readonly (DecodedColumn & { readonly path: readonly string[] })[]): ProtoScanner | undefined {
    const fields = new Map<number, ScannedField>();
    const { fields: declared } = protoMessage(schema, schema.root);
    for (const field of declared) {
      if (!isPlain(field) || field.number >= FIELD_NUMBERS_MAX) return undefined;
      const { kind, utf8, defaultValue } = field;
      fields.set(field.number, { kind, wireType: wireTypeOf(field), utf8, defaultValue, targets: [], seenAt: 0 });
    }
    for (const { path, field: column, builder } of columns) {
      const field = path.length === 1 ? declared.find(({ name }) => name === path[0]) : undefined;
      if (field === undefined || !isUsual(field, column.type)) return undefined;
      const bounds = INTEGER_BOUNDS.get(column.type.kind);
      const { defaultValue } = field;
      if (bounds !== undefined && typeof defaultValue !== 'string' && (Number(defaultValue) < bounds.min || Number(defaultValue) > bounds.max))
        return undefined;
      fields.get(field.number)?.targets.push({ builder, min: Number(bounds?.min ?? 0), max: Number(bounds?.max ?? 0) });
    }
    return new ProtoScanner(fields);
  }

  scan(data: Buffer, start: number, end: number, row: number): boolean {
    this.message++;
    this.at = start;
    while (this.at < end) {
      const tag = this.varint(data, end);
      const field = this.byNumber[tag >>> 3];
      if (field === undefined || field.wireType !== (tag & 7) || tag > INT32_MAX) return false;
      field.seenAt = this.message;
      if (!this.value(field, data, end, row)) return false;
    }
    for (const { seenAt, targets, defaultValue } of this.wanted) {
      if (seenAt === this.message) continue;
      for (const { builder } of targets) builder.put(row, defaultValue);
    }
    return true;
  }

  private value(field: ScannedField, data: Buffer, end: number, row: number): boolean {
    switch (field.wireType) {
      case WIRE.varint:
        return this.whole(field, data, end, row);
      case WIRE.bytes:
        return this.text(field, data, end, row);
      default: {
        const { at } = this;
        this.at += field.wireType === WIRE.fixed64 ? 8 : 4;
        if (this.at > end) return false;
        for (let i = 0; i < field.targets.length; i++)
          (field.targets[i] as Target).builder.putDouble(row, field.wireType === WIRE.fixed64 ? data.readDoubleLE(at) : data.readFloatLE(at));
        return true;
      }
    }
  }

  private whole({ kind, targets }: ScannedField, data: Buffer, end: number, row: number): boolean {
    const value = this.varint(data, end);
    if (value < 0 || (kind !== 'int64' && value > INT32_MAX)) return false;
    for (let i = 0; i < targets.length; i++) {
      const { builder, min, max } = targets[i] as Target;
      if (kind === 'bool') builder.putBoolean(row, value !== 0);
      else if (value < min || value > max) return false;
      else builder.putInteger(row, value);
    }
    return true;
  }

  private text({ kind, utf8, targets }: ScannedField, data: Buffer, end: number, row: number): boolean {
    const length = this.varint(data, end);
    const start = this.at;
    if (length < 0 || length > end - start) return false;
    const stop = start + length;
    this.at = stop;
    if (kind === 'string' && (utf8 || targets.length > 0)) {
      let high = 0;
      for (let at = start; at < stop; at++) high |= data[at] as number;
      if (high >= 0x80 && !isUtf8(data.subarray(start, stop))) return false;
    }
    for (let i = 0; i < targets.length; i++) (targets[i] as Target).builder.putBytes(row, data, start, stop);
    return true;
  }

  /** -1: too long for a number, or cut off. */
  private varint(data: Buffer, end: number): number {
    let { at } = this;
    let value = 0;
    let factor = 1;
    while (at < end) {
      const byte = data[at++] as number;
      value += (byte & 0x7f) * factor;
      if (value >= WHOLE_MAX) return -1;
      if (byte < 0x80) {
        this.at = at;
        return value;
      }
      factor *= 128;
      if (factor > WHOLE_MAX) return -1;
    }
    return -1;
  }
}

const PLAIN_KINDS: ReadonlySet<ProtoField['kind']> = new Set(['double', 'float', 'string', 'bytes', 'int32', 'int64', 'bool']);

const isPlain = ({ kind, repeated, required, oneof }: ProtoField): boolean => !repeated && !required && oneof === undefined && PLAIN_KINDS.has(kind);

/** Whether the values of a field are stored as they are. */
function isUsual({ kind }: ProtoField, type: DecodedColumn['field']['type']): boolean {
  switch (type.kind) {
    case 'varchar':
      return kind === 'string' && type.length === undefined;
    case 'varbinary':
      return kind === 'bytes';
    case 'double':
    case 'real':
      return kind === (type.kind === 'double' ? 'double' : 'float');
    case 'boolean':
      return kind === 'bool';
    default:
      return INTEGER_BOUNDS.has(type.kind) && (kind === 'int32' || kind === 'int64');
  }
}
