import { crc32, crc32c } from '@node-rs/crc32';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { FetchedRecords } from '../../../../catalog/kafka/wire/fetchApi.ts';
import { offsetAfter, type RecordView, readBatches, readHeaders } from '../../../../catalog/kafka/wire/recordBatch.ts';

/** A message of the formats before Kafka 0.11. */
function oldMessage(
  offset: number,
  magic: 0 | 1,
  { key, value, attributes = 0, timestamp = 0 }: { key?: string; value?: Buffer | string; attributes?: number; timestamp?: number },
): Buffer {
  const bytes = (b: Buffer | string | undefined): Buffer => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(b === undefined ? -1 : Buffer.byteLength(b));
    return b === undefined ? size : Buffer.concat([size, Buffer.from(b)]);
  };
  const time = Buffer.alloc(magic === 1 ? 8 : 0);
  if (magic === 1) time.writeBigInt64BE(BigInt(timestamp));
  const body = Buffer.concat([Buffer.from([magic, attributes]), time, bytes(key), bytes(value)]);
  const head = Buffer.alloc(16);
  head.writeBigInt64BE(BigInt(offset), 0);
  head.writeInt32BE(body.length + 4, 8);
  head.writeUInt32BE(crc32(body), 12);
  return Buffer.concat([head, body]);
}

function zigzag(value: number): Buffer {
  const out: number[] = [];
  for (let rest = value < 0 ? -value * 2 - 1 : value * 2; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...out, rest]);
    out.push((rest % 128) | 128);
  }
}

function record(offsetDelta: number, timestampDelta: number, value: string, headers: readonly (readonly [string, string | null])[] = []): Buffer {
  const sized = (b: string | null): Buffer => (b === null ? zigzag(-1) : Buffer.concat([zigzag(Buffer.byteLength(b)), Buffer.from(b)]));
  const body = Buffer.concat([
    Buffer.from([0]),
    zigzag(timestampDelta),
    zigzag(offsetDelta),
    zigzag(-1),
    sized(value),
    zigzag(headers.length),
    ...headers.flatMap(([k, v]) => [sized(k), sized(v)]),
  ]);
  return Buffer.concat([zigzag(body.length), body]);
}

function batch(
  base: number,
  records: readonly Buffer[],
  { attributes = 0, lastDelta = records.length - 1, timestamp = 1000, maxTimestamp = 2000, producer = -1 } = {},
): Buffer {
  const body = Buffer.concat(records);
  const out = Buffer.alloc(61 + body.length);
  out.writeBigInt64BE(BigInt(base), 0);
  out.writeInt32BE(out.length - 12, 8);
  out.writeInt8(2, 16);
  out.writeInt16BE(attributes, 21);
  out.writeInt32BE(lastDelta, 23);
  out.writeBigInt64BE(BigInt(timestamp), 27);
  out.writeBigInt64BE(BigInt(maxTimestamp), 35);
  out.writeBigInt64BE(BigInt(producer), 43);
  out.writeInt32BE(records.length, 57);
  body.copy(out, 61);
  out.writeUInt32BE(crc32c(out.subarray(21)), 17);
  return out;
}

function fetched(...parts: readonly Buffer[]): FetchedRecords {
  const buffer = Buffer.concat(parts);
  return { error: 0, highWatermark: 0n, lastStableOffset: 0n, abortedTransactions: [], buffer, start: 0, end: buffer.length };
}

function read(
  from: FetchedRecords,
  options: {
    readonly from?: number;
    readonly to?: number;
    readonly timestampMin?: number;
    readonly isolation?: 'read_committed';
    readonly copies?: boolean;
  } = {},
): unknown[] {
  const rows: unknown[] = [];
  readBatches(from, {
    from: options.from ?? 0,
    to: options.to ?? 1_000,
    isolation: options.isolation ?? 'read_uncommitted',
    timestampMin: options.timestampMin,
    copies: options.copies ?? false,
    visit: (r: RecordView) =>
      rows.push([r.offset, r.timestamp, r.valueLength < 0 ? null : r.buffer.toString('utf8', r.valueStart, r.valueStart + r.valueLength)]),
  });
  return rows;
}

describe('record batches', () => {
  test('the end is told by the batch, not by the number of its records', () => {
    const holes = fetched(batch(10, [record(0, 0, 'a'), record(4, 5, 'b')], { lastDelta: 9 }));
    expect(read(holes)).toEqual([
      [10, 1000, 'a'],
      [14, 1005, 'b'],
    ]);
    expect(offsetAfter(holes, 10)).toBe(20);
    expect(offsetAfter(fetched(batch(20, [], { lastDelta: 5 })), 20)).toBe(26);
    expect(read(holes, { from: 11, to: 14 })).toEqual([]);
  });

  test('the broker may stamp a whole batch; old batches are passed over by their last moment', () => {
    expect(read(fetched(batch(0, [record(0, 7, 'a')], { attributes: 8, maxTimestamp: 5000 })))).toEqual([[0, 5000, 'a']]);
    expect(read(fetched(batch(0, [record(0, 0, 'old')]), batch(1, [record(0, 0, 'new')], { maxTimestamp: 9000 })), { timestampMin: 8000 })).toEqual([
      [1, 1000, 'new'],
    ]);
  });

  test('control batches are no rows, and end aborted transactions', () => {
    const control = Buffer.concat([Buffer.from([0]), zigzag(0), zigzag(0), zigzag(4), Buffer.from([0, 0, 0, 0]), zigzag(0), zigzag(0)]);
    const abort = batch(1, [Buffer.concat([zigzag(control.length), control])], { attributes: 0x30, producer: 7 });
    const log = {
      ...fetched(
        batch(0, [record(0, 0, 'lost')], { attributes: 0x10, producer: 7 }),
        abort,
        batch(2, [record(0, 0, 'kept')], { attributes: 0x10, producer: 7 }),
      ),
      abortedTransactions: [{ producerId: 7n, firstOffset: 0 }],
    };
    expect(read(log)).toEqual([
      [0, 1000, 'lost'],
      [2, 1000, 'kept'],
    ]);
    expect(read(log, { isolation: 'read_committed' })).toEqual([[2, 1000, 'kept']]);
  });

  test('headers, repeated and NULL', () => {
    const from = fetched(
      batch(0, [
        record(0, 0, 'a', [
          ['h', '1'],
          ['n', null],
          ['h', '2'],
        ]),
      ]),
    );
    let headers: unknown;
    readBatches(from, { from: 0, to: 1, isolation: 'read_uncommitted', timestampMin: undefined, visit: (r) => (headers = readHeaders(r)) });
    expect(headers).toEqual([
      { key: 'h', value: Buffer.from('1') },
      { key: 'n', value: null },
      { key: 'h', value: Buffer.from('2') },
    ]);
  });

  test.each([
    ['gzip', 1, gzipSync],
    ['zstd', 4, zstdCompressSync],
  ] as const)('%s batches of every size are unpacked, also when their memory is given back', (_, codec, pack) => {
    for (let size = 1; size < 400_000; size = Math.ceil(size * 2.3)) {
      const values = [0, 1].map((i) => Array.from({ length: size }, (__, at) => String.fromCharCode(97 + ((at * at + i) % 26))).join(''));
      const packed = values.map((value, i) => batch(i, [pack(record(0, 0, value))], { attributes: codec }));
      expect(read(fetched(...packed), { copies: true })).toEqual(values.map((value, i) => [i, 1000, value]));
    }
  });

  test('a changed byte is found; a batch cut off at the end waits for the next Fetch', () => {
    const whole = batch(0, [record(0, 0, 'abc')]);
    const changed = Buffer.from(whole);
    changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
    expect(() => read(fetched(changed))).toThrow('wrong checksum of the record batch at offset 0');
    const cut = fetched(whole, batch(1, [record(0, 0, 'next')]).subarray(0, 40));
    expect(read(cut)).toEqual([[0, 1000, 'abc']]);
    expect(offsetAfter(cut, 0)).toBe(1);
  });
});

describe('message sets of older brokers', () => {
  test('magic 0 has no timestamps, magic 1 has', () => {
    const set = fetched(oldMessage(3, 0, { value: 'a' }), oldMessage(4, 1, { key: 'k', timestamp: 1234 }), oldMessage(5, 1, { value: 'c', timestamp: 5 }));
    expect(read(set)).toEqual([
      [3, -1, 'a'],
      [4, 1234, null],
      [5, 5, 'c'],
    ]);
    expect(offsetAfter(set, 3)).toBe(6);
    expect(read(set, { from: 4, to: 5 })).toEqual([[4, 1234, null]]);
  });

  test('a compressed set: offsets within it are whole with magic 0, and count back from the wrapper with magic 1', () => {
    const old = gzipSync(Buffer.concat([oldMessage(7, 0, { value: 'a' }), oldMessage(8, 0, { value: 'b' })]));
    expect(read(fetched(oldMessage(8, 0, { value: old, attributes: 1 })))).toEqual([
      [7, -1, 'a'],
      [8, -1, 'b'],
    ]);
    const relative = gzipSync(Buffer.concat([oldMessage(0, 1, { value: 'a', timestamp: 10 }), oldMessage(2, 1, { value: 'c', timestamp: 30 })]));
    expect(read(fetched(oldMessage(102, 1, { value: relative, attributes: 1, timestamp: 99 })))).toEqual([
      [100, 10, 'a'],
      [102, 30, 'c'],
    ]);
    expect(read(fetched(oldMessage(102, 1, { value: relative, attributes: 9, timestamp: 99 })))).toEqual([
      [100, 99, 'a'],
      [102, 99, 'c'],
    ]);
  });

  test('a changed byte is found', () => {
    const message = oldMessage(1, 1, { value: 'abc' });
    message[message.length - 1] = 0;
    expect(() => read(fetched(message))).toThrow('wrong checksum of the message at offset 1');
  });
});
