import type { OffsetRange } from './kafkaHandle.ts';

/** More threads bring more than the engine's one takes. */
const RUNS_MAX = 4;
/** Fewer offsets are not worth a second thread. */
const SHARED_OFFSETS_MIN = 10_000;
/** A range is cut only so far: what is kept of each piece becomes a file of the cache. */
const PIECE_OFFSETS_MIN = 50_000;
const PIECES_PER_RUN = 2;

/**
 * The ranges cut for several threads to share, the first pieces of all partitions first, and how many threads that is work for. No piece is
 * shorter than `segmentMin` unless its range is.
 */
export function sharedRanges(ranges: readonly OffsetRange[], segmentMin: number): { readonly ranges: readonly OffsetRange[]; readonly runsMax: number } {
  const offsets = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const size = Math.max(PIECE_OFFSETS_MIN, segmentMin * 2, Math.ceil(offsets / (RUNS_MAX * PIECES_PER_RUN)));
  const pieces = ranges.map((range) => cut(range, Math.max(1, Math.round((range.end - range.start) / size))));
  const rounds = Math.max(0, ...pieces.map((p) => p.length));
  const shared = Array.from({ length: rounds }, (_, round) => pieces.flatMap((p) => p[round] ?? [])).flat();
  return { ranges: shared, runsMax: offsets < SHARED_OFFSETS_MIN ? 1 : Math.max(1, Math.min(RUNS_MAX, shared.length)) };
}

function cut({ partition, start, end }: OffsetRange, count: number): readonly OffsetRange[] {
  const place = (i: number): number => start + Math.round(((end - start) * i) / count);
  return Array.from({ length: count }, (_, i) => ({ partition, start: place(i), end: place(i + 1) }));
}
