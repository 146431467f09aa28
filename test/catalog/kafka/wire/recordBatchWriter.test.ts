import { compatibilityPartitioner } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { keyHash } from '../../../../catalog/kafka/wire/murmur2.ts';
import { type RecordView, readBatches, readHeaders } from '../../../../catalog/kafka/wire/recordBatch.ts';
import { RecordBatchWriter, type RecordToWrite } from '../../../../catalog/kafka/wire/recordBatchWriter.ts';

const PRODUCER = { producerId: 7n, producerEpoch: 1, sequence: 40 };

function read(buffer: Buffer): RecordToWrite[] {
  const records: RecordToWrite[] = [];
  const part = (view: RecordView, start: number, length: number) => (length < 0 ? undefined : Buffer.from(view.buffer.subarray(start, start + length)));
  const fetched = { error: 0, highWatermark: 0n, lastStableOffset: 0n, abortedTransactions: [], buffer, start: 0, end: buffer.length };
  readBatches(fetched, {
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    isolation: 'read_uncommitted',
    timestampMin: undefined,
    visit: (view) => {
      const key = part(view, view.keyStart, view.keyLength);
      const value = part(view, view.valueStart, view.valueLength);
      const headers = readHeaders(view).map((header) => [Buffer.from(header.key), header.value ?? undefined] as const);
      records.push({
        ...(key === undefined ? {} : { key }),
        ...(value === undefined ? {} : { value }),
        ...(headers.length === 0 ? {} : { headers: new Map(headers) }),
      });
    },
  });
  return records;
}

test('what is written is read again, in the same memory one batch after the other', () => {
  const writer = new RecordBatchWriter();
  const small: RecordToWrite[] = [
    {},
    { key: Buffer.alloc(0), value: Buffer.from('x') },
    {
      value: Buffer.alloc(0),
      headers: new Map([
        [Buffer.from('n'), undefined],
        [Buffer.from('n'), Buffer.from('v')],
      ]),
    },
  ];
  const sizes = [62, 63, 64, 127, 128, 8191, 8192, 70_000, 1_100_000];
  const large = sizes.map((size): RecordToWrite => ({ key: Buffer.alloc(size, 'k'), value: Buffer.alloc(size, 'v') }));
  const many = Array.from({ length: 9_000 }, (_, i): RecordToWrite => ({ value: Buffer.from(`message ${i}`) }));
  for (const records of [small, large, many]) {
    for (const record of records) writer.add(record);
    expect(writer.count).toBe(records.length);
    expect(read(writer.finish(PRODUCER))).toEqual(records);
    expect(writer.count).toBe(0);
  }
});

test('a batch says whose it is', () => {
  const writer = new RecordBatchWriter();
  writer.add({ value: Buffer.from('a') });
  const batch = writer.finish(PRODUCER);
  expect([batch.readBigInt64BE(43), batch.readInt16BE(51), batch.readInt32BE(53)]).toEqual([7n, 1, 40]);
  expect(batch.readInt16BE(21) & 0x10).toBe(0x10);
});

test('keys go where other clients of Kafka put them', () => {
  const keys = ['', 'a', 'ab', 'abc', 'abcd', 'key 17 of some length', 'ä€𝄞', '\u0000\uffff\u0080', 'x'.repeat(257)].map((text) => Buffer.from(text));
  for (const key of keys) expect(keyHash(key)).toBe(compatibilityPartitioner({ topic: 't', value: key }, key));
  // from the tests of Kafka itself
  expect(keyHash(Buffer.from('21'))).toBe(-973932308 & 0x7fffffff);
  expect(keyHash(Buffer.from('foobar'))).toBe(-790332482 & 0x7fffffff);
});
