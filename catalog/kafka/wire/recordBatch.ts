import { crc32c } from '@node-rs/crc32';
import type { IsolationLevel } from './clusterOptions.ts';
import { decompress, freeUnpacked } from './compression.ts';
import type { FetchedRecords } from './fetchApi.ts';
import { CorruptDataError } from './kafkaError.ts';
import { readMessageSet } from './messageSet.ts';

/** Where one record's parts lie. The same object is used for each record: take what you need at once. Lengths of -1: null. */
export interface RecordView {
  buffer: Buffer;
  offset: number;
  timestamp: number;
  keyStart: number;
  keyLength: number;
  valueStart: number;
  valueLength: number;
  /** Where the headers begin (their number as a varint); -1: this format has none. */
  headersAt: number;
}

export interface BatchReading {
  /** Records before `from` or at `to` and after are left out. */
  readonly from: number;
  readonly to: number;
  readonly isolation: IsolationLevel;
  /** Whole batches that end before this moment are not even unpacked, only told to `pass`; the visitor still checks each record. */
  readonly timestampMin: number | undefined;
  pass?(): void;
  visit(record: RecordView): void;
  /** The visitor keeps nothing of a record's memory. */
  readonly copies?: boolean;
  /** Where given: takes whole batches by their number of records, unseen. */
  readonly count?: (records: number) => void;
}

const MAGIC = 16;
const HEADER_BYTES = 61;
const LOG_OVERHEAD = 12;
const TIMESTAMP_TYPE = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const GZIP = 1;
const ZSTD = 4;

/** The offset after the last whole batch; `from` when there is none. */
export function offsetAfter(fetched: FetchedRecords, from: number): number {
  const { buffer, end } = fetched;
  let next = from;
  for (let at = fetched.start; at + MAGIC < end; ) {
    const size = LOG_OVERHEAD + buffer.readInt32BE(at + 8);
    if (size <= LOG_OVERHEAD || at + size > end) break;
    next = Number(buffer.readBigInt64BE(at)) + 1 + (buffer.readInt8(at + MAGIC) < 2 ? 0 : buffer.readInt32BE(at + 23));
    at += size;
  }
  return Math.max(next, from);
}

/** The epoch of the leader that wrote the last whole batch; -1: there is none, or it is of an older format. */
export function lastLeaderEpoch({ buffer, start, end }: FetchedRecords): number {
  let epoch = -1;
  for (let at = start; at + MAGIC < end; ) {
    const size = LOG_OVERHEAD + buffer.readInt32BE(at + 8);
    if (size <= LOG_OVERHEAD || at + size > end) break;
    epoch = buffer.readInt8(at + MAGIC) < 2 ? -1 : buffer.readInt32BE(at + LOG_OVERHEAD);
    at += size;
  }
  return epoch;
}

/** Visits the records in order. */
export function readBatches(fetched: FetchedRecords, reading: BatchReading): void {
  const { buffer, end } = fetched;
  const aborted = reading.isolation === 'read_committed' ? new AbortedProducers(fetched) : undefined;
  const view: RecordView = { buffer, offset: 0, timestamp: 0, keyStart: 0, keyLength: 0, valueStart: 0, valueLength: 0, headersAt: 0 };
  for (let at = fetched.start; at + MAGIC < end; ) {
    const size = LOG_OVERHEAD + buffer.readInt32BE(at + 8);
    if (at + size > end) return; // cut off: the next Fetch brings it whole
    if (size <= LOG_OVERHEAD) throw new CorruptDataError(`a record batch of ${size} bytes`);
    const base = Number(buffer.readBigInt64BE(at));
    if (base >= reading.to) return;
    const magic = buffer.readInt8(at + MAGIC);
    if (magic === 2) readBatch(buffer, at, at + size, { reading, aborted, view });
    else if (magic < 2) readMessageSet(buffer, at, at + size, reading, view);
    else throw new CorruptDataError(`a record batch of unknown format ${magic} at offset ${base}`);
    at += size;
  }
}

interface BatchContext {
  readonly reading: BatchReading;
  readonly aborted: AbortedProducers | undefined;
  readonly view: RecordView;
}

function readBatch(buffer: Buffer, at: number, end: number, { reading, aborted, view }: BatchContext): void {
  if (end - at < HEADER_BYTES) throw new CorruptDataError('a record batch that is shorter than its header');
  const base = Number(buffer.readBigInt64BE(at));
  const last = base + buffer.readInt32BE(at + 23);
  const attributes = buffer.readInt16BE(at + 21);
  if (crc32c(buffer.subarray(at + 21, end)) !== buffer.readUInt32BE(at + 17))
    throw new CorruptDataError(`wrong checksum of the record batch at offset ${base}`);
  aborted?.advance(last);
  if ((attributes & CONTROL) !== 0) {
    aborted?.control(buffer, at + HEADER_BYTES, buffer.readBigInt64BE(at + 43));
    return;
  }
  if (last < reading.from) return;
  if ((attributes & TRANSACTIONAL) !== 0 && aborted?.has(buffer.readBigInt64BE(at + 43))) return;
  const timestampMax = Number(buffer.readBigInt64BE(at + 35));
  if (reading.timestampMin !== undefined && timestampMax < reading.timestampMin) return reading.pass?.();
  const records = buffer.readInt32BE(at + 57);
  if (reading.count !== undefined && base >= reading.from && last < reading.to) return reading.count(records);
  const codec = attributes & 7;
  const data = codec === 0 ? buffer : decompress(codec, buffer.subarray(at + HEADER_BYTES, end));
  view.buffer = data;
  const fixedTimestamp = (attributes & TIMESTAMP_TYPE) === 0 ? undefined : timestampMax;
  const timestampBase = Number(buffer.readBigInt64BE(at + 27));
  readRecords(codec === 0 ? at + HEADER_BYTES : 0, codec === 0 ? end : data.length, { records, base, timestampBase, fixedTimestamp, reading, view });
  if (reading.copies === true && (codec === GZIP || codec === ZSTD)) freeUnpacked(data);
}

interface RecordsContext {
  readonly records: number;
  readonly base: number;
  readonly timestampBase: number;
  readonly fixedTimestamp: number | undefined;
  readonly reading: BatchReading;
  readonly view: RecordView;
}

let cursor = 0;

function readRecords(start: number, end: number, { records, base, timestampBase, fixedTimestamp, reading, view }: RecordsContext): void {
  const data = view.buffer;
  let next = start;
  for (let i = 0; i < records; i++) {
    cursor = next;
    const length = varint(data);
    next = cursor + length;
    if (length < 0 || next > end) throw new CorruptDataError(`a record that ends too early in the batch at offset ${base}`);
    cursor++; // attributes, unused
    const delta = varlong(data);
    const offset = base + varint(data);
    if (offset < reading.from) continue;
    if (offset >= reading.to) return;
    view.offset = offset;
    view.timestamp = fixedTimestamp ?? timestampBase + delta;
    const keyLength = varint(data);
    view.keyLength = keyLength;
    view.keyStart = cursor;
    if (keyLength > 0) cursor += keyLength;
    const valueLength = varint(data);
    view.valueLength = valueLength;
    view.valueStart = cursor;
    view.headersAt = cursor + Math.max(valueLength, 0);
    if (view.headersAt > next) throw new CorruptDataError(`a record that ends too early in the batch at offset ${base}`);
    reading.visit(view);
  }
}

function varint(data: Buffer): number {
  let byte = data[cursor++] ?? 0;
  let value = byte & 0x7f;
  for (let shift = 7; byte >= 0x80 && shift < 35; shift += 7) {
    byte = data[cursor++] ?? 0;
    value |= (byte & 0x7f) << shift;
  }
  return (value >>> 1) ^ -(value & 1);
}

/** Exact to 2^53, which no difference of two moments exceeds. */
function varlong(data: Buffer): number {
  let byte = data[cursor++] ?? 0;
  let value = byte & 0x7f;
  for (let factor = 128; byte >= 0x80 && factor < 2 ** 70; factor *= 128) {
    byte = data[cursor++] ?? 0;
    value += (byte & 0x7f) * factor;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

export function readHeaders(view: RecordView): RecordHeader[] {
  if (view.headersAt < 0) return [];
  cursor = view.headersAt;
  const headers: RecordHeader[] = [];
  for (let n = varint(view.buffer); n > 0; n--) {
    const keyLength = Math.max(varint(view.buffer), 0);
    const key = view.buffer.toString('utf8', cursor, cursor + keyLength);
    cursor += keyLength;
    const valueLength = varint(view.buffer);
    headers.push({ key, value: valueLength < 0 ? null : Buffer.from(view.buffer.subarray(cursor, cursor + valueLength)) });
    cursor += Math.max(valueLength, 0);
  }
  return headers;
}

/** Which producers' transactional records are to be left out at the present place in the log. */
class AbortedProducers {
  private readonly waiting: FetchedRecords['abortedTransactions'][number][];
  private readonly active = new Set<bigint>();

  constructor(fetched: FetchedRecords) {
    this.waiting = [...fetched.abortedTransactions].sort((a, b) => b.firstOffset - a.firstOffset);
  }

  has(producer: bigint): boolean {
    return this.active.has(producer);
  }

  advance(lastOffset: number): void {
    for (let next = this.waiting.at(-1); next !== undefined && next.firstOffset <= lastOffset; next = this.waiting.at(-1)) {
      this.active.add(next.producerId);
      this.waiting.pop();
    }
  }

  /** An ABORT marker (type 0 in its key) ends the producer's aborted transaction. */
  control(buffer: Buffer, at: number, producer: bigint): void {
    cursor = at;
    varint(buffer);
    cursor++;
    varlong(buffer);
    varint(buffer);
    const keyLength = varint(buffer);
    if (keyLength >= 4 && buffer.readInt16BE(cursor + 2) === 0) this.active.delete(producer);
  }
}
