import { expect, test } from 'vitest';
import { sharedRanges } from '../../../catalog/kafka/sharedRanges.ts';

const range = (partition: number, start: number, end: number) => ({ partition, start, end });

test('a small scan is left to one thread', () => {
  expect(sharedRanges([range(0, 5, 9_000), range(1, 0, 900)], 0)).toEqual({ ranges: [range(0, 5, 9_000), range(1, 0, 900)], runsMax: 1 });
  expect(sharedRanges([], 0)).toEqual({ ranges: [], runsMax: 1 });
});

test('whole partitions are shared before they are cut', () => {
  expect(sharedRanges([range(0, 0, 20_000), range(3, 100, 20_100)], 0)).toEqual({ ranges: [range(0, 0, 20_000), range(3, 100, 20_100)], runsMax: 2 });
});

test('a large partition is cut into pieces that follow each other, the first ones of all partitions first', () => {
  const { ranges, runsMax } = sharedRanges([range(0, 7, 1_000_007), range(1, 0, 1_000)], 0);
  expect(runsMax).toBe(4);
  expect(ranges.slice(0, 2)).toEqual([range(0, 7, ranges[0]?.end ?? 0), range(1, 0, 1_000)]);
  const cut = ranges.filter(({ partition }) => partition === 0);
  expect(cut.length).toBe(8);
  expect(cut.at(-1)?.end).toBe(1_000_007);
  for (const [i, piece] of cut.entries()) if (i > 0) expect(piece.start).toBe(cut[i - 1]?.end);
});

test('no piece is too short to be kept', () => {
  expect(sharedRanges([range(0, 0, 1_000_000)], 400_000).ranges.every(({ start, end }) => end - start >= 400_000)).toBe(true);
});
