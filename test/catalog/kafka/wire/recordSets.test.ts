import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { offsetAfter, readBatches } from '../../../../catalog/kafka/wire/recordBatch.ts';

/** What Kafka's own classes wrote and read (oracle/RecordSets.java): every format, compression and kind of timestamp, transactions, compaction. */
interface RecordSet {
  readonly name: string;
  readonly bytes: string;
  /** Offset, timestamp, key and value, without control records. */
  readonly records: readonly (readonly [number, number, string | null, string | null])[];
  readonly aborted: readonly (readonly [number, number])[];
  readonly next: number;
}

const sets: readonly RecordSet[] = readFileSync(path.join(import.meta.dirname, '..', 'fixtures', 'recordSets.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

function read({ bytes, aborted }: RecordSet, isolation: 'read_uncommitted' | 'read_committed') {
  const buffer = Buffer.from(bytes, 'base64');
  const fetched = {
    buffer,
    start: 0,
    end: buffer.length,
    abortedTransactions: aborted.map(([producer, firstOffset]) => ({ producerId: BigInt(producer), firstOffset })),
    error: 0,
    highWatermark: 1_000n,
    lastStableOffset: 1_000n,
  };
  const rows: unknown[] = [];
  const text = (from: Buffer, start: number, length: number): string | null => (length < 0 ? null : from.toString('utf8', start, start + length));
  readBatches(fetched, {
    from: 0,
    to: 1_000,
    isolation,
    timestampMin: undefined,
    visit: (r) => rows.push([r.offset, r.timestamp, text(r.buffer, r.keyStart, r.keyLength), text(r.buffer, r.valueStart, r.valueLength)]),
  });
  return { rows, next: offsetAfter(fetched, 0) };
}

describe('message sets that Kafka wrote', () => {
  test.each(sets.map((set) => [set.name, set] as const))('%s', (_, set) => {
    expect(read(set, 'read_uncommitted')).toEqual({ rows: set.records, next: set.next });
  });

  test('messages of aborted transactions are left out on demand', () => {
    const set = sets.find((s) => s.name === 'transactions');
    expect(set === undefined ? undefined : read(set, 'read_committed').rows.map((row) => (row as unknown[])[3])).toEqual(['kept', 'kept as well']);
  });
});
