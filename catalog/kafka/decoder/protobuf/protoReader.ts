import { isUtf8 } from 'node:buffer';
import { type ProtoField, type ProtoMessage, type ProtoScalar, type ProtoSchema, protoEnum, protoMessage } from './protoSchema.ts';

export class ProtoDataError extends Error {}

/** 64-bit kinds are bigint, unsigned ones as the signed number with the same bits; an enum is its number. */
export type ProtoValue = ProtoScalar | ProtoRecord | readonly (ProtoScalar | ProtoRecord)[];
/** One value for each field of the message, in its order; undefined: not in the message, or not asked for. */
export interface ProtoRecord {
  readonly message: ProtoMessage;
  readonly values: (ProtoValue | undefined)[];
}

/** Which fields are asked for, and within them; what is not is checked for its form only. */
export type Wanted = 'all' | ReadonlyMap<string, Wanted>;
export type ProtoRead = (data: Buffer, start: number, end: number) => ProtoRecord;

const DEPTH_MAX = 100;
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;
const NOTHING: Wanted = new Map();

/** Reads messages as protobuf's Java library does, with all that it refuses. */
export function compileProtoReader(schema: ProtoSchema, wanted: Wanted): ProtoRead {
  const plan = new Plans(schema).of(protoMessage(schema, schema.root), wanted);
  return (data, start, end) => {
    const cursor = new Cursor(data, start, end);
    const record = emptyRecord(plan.message);
    readMessage(cursor, plan, record);
    if (cursor.lastTag !== 0) throw new ProtoDataError('a group ends that has not begun');
    return record;
  };
}

export function emptyRecord(message: ProtoMessage): ProtoRecord {
  return { message, values: new Array(message.fields.length).fill(undefined) };
}

interface Plan {
  readonly message: ProtoMessage;
  readonly steps: readonly (Step | undefined)[];
  /** For field numbers beyond those of `steps`. */
  readonly sparse: ReadonlyMap<number, Step>;
  readonly required: readonly number[];
  /** For each field its fellows in the oneof. */
  readonly rivals: ReadonlyMap<number, readonly number[]>;
}
interface Step {
  readonly field: ProtoField;
  readonly slot: number;
  readonly wanted: boolean;
  readonly wireType: number;
  readonly sub: Plan | undefined;
  readonly known: ReadonlySet<number> | undefined;
}
const DENSE_MAX = 256;

class Plans {
  private readonly schema: ProtoSchema;
  private readonly made = new Map<Wanted, Map<ProtoMessage, Plan>>();

  constructor(schema: ProtoSchema) {
    this.schema = schema;
  }

  of(message: ProtoMessage, wanted: Wanted): Plan {
    const known = this.made.get(wanted)?.get(message);
    if (known !== undefined) return known;
    const steps: (Step | undefined)[] = [];
    const sparse = new Map<number, Step>();
    const rivals = new Map<number, readonly number[]>();
    const required = message.fields.flatMap((f, slot) => (f.required ? [slot] : []));
    const plan: Plan = { message, steps, sparse, required, rivals };
    const byMessage = this.made.get(wanted) ?? new Map<ProtoMessage, Plan>();
    this.made.set(wanted, byMessage.set(message, plan));
    message.fields.forEach((field, slot) => {
      const step = this.step(field, slot, wanted);
      if (field.number < DENSE_MAX) steps[field.number] = step;
      else sparse.set(field.number, step);
      if (field.oneof !== undefined)
        rivals.set(
          slot,
          message.fields.flatMap((f, i) => (f.oneof === field.oneof && i !== slot ? [i] : [])),
        );
    });
    return plan;
  }

  private step(field: ProtoField, slot: number, wanted: Wanted): Step {
    // who asks for a oneof asks for all of its members
    const inner = wanted === 'all' ? 'all' : (wanted.get(field.name) ?? (field.oneof === undefined ? undefined : wanted.get(field.oneof)));
    const { typeName } = field;
    return {
      field,
      slot,
      wanted: inner !== undefined || field.required,
      wireType: wireTypeOf(field),
      sub: field.kind === 'message' && typeName !== undefined ? this.of(protoMessage(this.schema, typeName), inner ?? NOTHING) : undefined,
      known: field.kind === 'enum' && typeName !== undefined ? closedNumbers(this.schema, typeName) : undefined,
    };
  }
}

function closedNumbers(schema: ProtoSchema, name: string): ReadonlySet<number> | undefined {
  const { closed, values } = protoEnum(schema, name);
  return closed ? new Set(values.map(([number]) => number)) : undefined;
}

export function wireTypeOf({ kind, group }: ProtoField): number {
  if (group === true) return WIRE.startGroup;
  switch (kind) {
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return WIRE.fixed64;
    case 'float':
    case 'fixed32':
    case 'sfixed32':
      return WIRE.fixed32;
    case 'string':
    case 'bytes':
    case 'message':
      return WIRE.bytes;
    default:
      return WIRE.varint;
  }
}

class Cursor {
  readonly data: Buffer;
  at: number;
  end: number;
  depth = 0;
  lastTag = 0;

  constructor(data: Buffer, at: number, end: number) {
    this.data = data;
    this.at = at;
    this.end = end;
  }

  take(size: number): number {
    const start = this.at;
    if (size < 0 || size > this.end - start) throw new ProtoDataError('the message ends too early');
    this.at = start + size;
    return start;
  }

  /** The lower 32 bits, signed. */
  varint32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.data[this.take(1)] ?? 0;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ProtoDataError('a varint of more than ten bytes');
  }

  varint64(): bigint {
    let low = 0;
    let factor = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.data[this.take(1)] ?? 0;
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return BigInt(low);
      factor *= 128;
    }
    let value = BigInt(low);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.data[this.take(1)] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new ProtoDataError('a varint of more than ten bytes');
  }

  /** 0 at the end. */
  tag(): number {
    if (this.at >= this.end) {
      this.lastTag = 0;
      return 0;
    }
    const tag = this.varint32();
    if (tag >>> 3 === 0) throw new ProtoDataError('a tag without a field number');
    this.lastTag = tag;
    return tag;
  }
}

function readMessage(cursor: Cursor, plan: Plan, record: ProtoRecord): void {
  for (;;) {
    const tag = cursor.tag();
    if (tag === 0) break;
    const number = tag >>> 3;
    const wireType = tag & 7;
    const step = number < DENSE_MAX ? plan.steps[number] : plan.sparse.get(number);
    if (step === undefined || !readField(cursor, step, wireType, plan, record)) {
      if (wireType === WIRE.endGroup) break;
      if (step === undefined || !fits(step, wireType)) skip(cursor, wireType, number);
    }
  }
  for (const slot of plan.required) if (record.values[slot] === undefined) throw new ProtoDataError('a required field is missing');
}

function fits(step: Step, wireType: number): boolean {
  return wireType === step.wireType || (step.field.repeated && step.field.group !== true && wireType === WIRE.bytes);
}

/** false: the wire type is not the field's, nothing was read. */
function readField(cursor: Cursor, step: Step, wireType: number, plan: Plan, record: ProtoRecord): boolean {
  const { field, slot, wanted } = step;
  if (wireType !== step.wireType) {
    if (!field.repeated || field.group === true || wireType !== WIRE.bytes) return false;
    readPacked(cursor, step, record);
    return true;
  }
  if (field.kind === 'message') {
    readSubMessage(cursor, step, record);
  } else {
    const value = readScalar(cursor, field);
    if (step.known !== undefined && typeof value === 'number' && !step.known.has(value)) return true;
    if (wanted && field.repeated) append(record, slot, value);
    else if (wanted) record.values[slot] = value;
  }
  for (const rival of plan.rivals.get(slot) ?? []) record.values[rival] = undefined;
  return true;
}

function readSubMessage(cursor: Cursor, step: Step, record: ProtoRecord): void {
  const { sub, slot, field, wanted } = step;
  if (sub === undefined) throw new Error('a message without a plan');
  if (++cursor.depth > DEPTH_MAX) throw new ProtoDataError('nested too deeply');
  const before = field.repeated ? undefined : record.values[slot];
  // a message that comes twice is merged
  const inner = isRecord(before) ? before : emptyRecord(sub.message);
  if (field.group === true) {
    readMessage(cursor, sub, inner);
    if (cursor.lastTag !== ((field.number << 3) | WIRE.endGroup)) throw new ProtoDataError('a group without its end');
    cursor.lastTag = 0;
  } else {
    const size = cursor.varint32();
    const outer = cursor.end;
    cursor.end = cursor.take(size) + size;
    cursor.at -= size;
    readMessage(cursor, sub, inner);
    if (cursor.lastTag !== 0) throw new ProtoDataError('a group ends that has not begun');
    cursor.end = outer;
  }
  cursor.depth--;
  if (!wanted) return;
  if (field.repeated) append(record, slot, inner);
  else record.values[slot] = inner;
}

function readPacked(cursor: Cursor, step: Step, record: ProtoRecord): void {
  const size = cursor.varint32();
  const outer = cursor.end;
  cursor.end = cursor.take(size) + size;
  cursor.at -= size;
  while (cursor.at < cursor.end) {
    const value = readScalar(cursor, step.field);
    if (step.wanted && !(step.known !== undefined && typeof value === 'number' && !step.known.has(value))) append(record, step.slot, value);
  }
  cursor.end = outer;
}

function append(record: ProtoRecord, slot: number, value: ProtoScalar | ProtoRecord): void {
  const list = record.values[slot];
  if (Array.isArray(list)) list.push(value);
  else record.values[slot] = [value];
}

export function isRecord(value: ProtoValue | undefined): value is ProtoRecord {
  return typeof value === 'object' && 'message' in value;
}

function readScalar(cursor: Cursor, field: ProtoField): ProtoScalar {
  const { data } = cursor;
  switch (field.kind) {
    case 'double':
      return data.readDoubleLE(cursor.take(8));
    case 'float':
      return data.readFloatLE(cursor.take(4));
    case 'fixed32':
    case 'sfixed32':
      return data.readInt32LE(cursor.take(4));
    case 'fixed64':
    case 'sfixed64':
      return data.readBigInt64LE(cursor.take(8));
    case 'int32':
    case 'uint32':
    case 'enum':
      return cursor.varint32();
    case 'int64':
    case 'uint64':
      return cursor.varint64();
    case 'sint32': {
      const value = cursor.varint32();
      return (value >>> 1) ^ -(value & 1);
    }
    case 'sint64': {
      const value = cursor.varint64();
      return BigInt.asIntN(64, (BigInt.asUintN(64, value) >> 1n) ^ -(value & 1n));
    }
    case 'bool':
      return cursor.varint64() !== 0n;
    case 'string': {
      const size = cursor.varint32();
      const start = cursor.take(size);
      if (field.utf8 && !isUtf8(data.subarray(start, start + size))) throw new ProtoDataError('a text that is not UTF-8');
      return data.toString('utf8', start, start + size);
    }
    case 'bytes': {
      const size = cursor.varint32();
      const start = cursor.take(size);
      return data.subarray(start, start + size);
    }
    case 'message':
      throw new Error('a message is no scalar');
  }
}

function skip(cursor: Cursor, wireType: number, number: number): void {
  switch (wireType) {
    case WIRE.varint:
      cursor.varint64();
      return;
    case WIRE.fixed64:
      cursor.take(8);
      return;
    case WIRE.bytes:
      cursor.take(cursor.varint32());
      return;
    case WIRE.fixed32:
      cursor.take(4);
      return;
    case WIRE.startGroup: {
      if (++cursor.depth > DEPTH_MAX) throw new ProtoDataError('nested too deeply');
      let tag = cursor.tag();
      for (; tag !== 0 && (tag & 7) !== WIRE.endGroup; tag = cursor.tag()) skip(cursor, tag & 7, tag >>> 3);
      if (tag >>> 3 !== number) throw new ProtoDataError('a group without its end');
      cursor.depth--;
      return;
    }
    default:
      throw new ProtoDataError('an invalid wire type');
  }
}
