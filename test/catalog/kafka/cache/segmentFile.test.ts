import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SegmentDescription, writeDescription } from '../../../../catalog/kafka/cache/segmentFile.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-segment-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const SEGMENT: SegmentDescription = {
  topic: 't',
  partition: 0,
  start: 0,
  end: 5,
  rows: 5,
  isolation: 'read_uncommitted',
  columns: ['id'],
  bytes: 3,
  crc: 0,
  leaderEpoch: 0,
  writer: 'w',
  writtenMs: 0,
};

test('a segment is its data and its description', async () => {
  writeFileSync(path.join(dir, 'a.parquet'), 'abc');
  await writeDescription(dir, 'a', SEGMENT);
  expect(readdirSync(dir).toSorted()).toEqual(['a.json', 'a.parquet']);
});

test('where the description cannot be written nothing is left', async () => {
  writeFileSync(path.join(dir, 'a.parquet'), 'abc');
  // in the way of the description
  writeFileSync(path.join(dir, 'a.tmp'), '');
  await expect(writeDescription(dir, 'a', SEGMENT)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readdirSync(dir)).toEqual([]);
});
