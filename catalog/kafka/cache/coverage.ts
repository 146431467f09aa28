import type { OffsetRange } from '../kafkaHandle.ts';
import type { IsolationLevel } from '../wire/clusterOptions.ts';
import { OFFSET_ID } from './columnId.ts';
import type { SegmentDescription } from './segmentFile.ts';

/** The part of a segment that stands for some of the messages to read. */
export interface Piece<S extends SegmentDescription> extends OffsetRange {
  readonly segment: S;
}

export interface Coverage<S extends SegmentDescription> {
  readonly pieces: readonly Piece<S>[];
  /** What is left to fetch. */
  readonly gaps: readonly OffsetRange[];
}

export interface Wanted {
  readonly ranges: readonly OffsetRange[];
  readonly isolation: IsolationLevel;
  /** Which messages a segment must have; absent: all of its offsets. */
  readonly messages?: string;
  /** Ids of the columns that a segment must have. */
  readonly columns: readonly string[];
}

/** Lays segments over the wanted ranges, none of them twice over the same offset. */
export function coverage<S extends SegmentDescription>(segments: readonly S[], { ranges, isolation, messages, columns }: Wanted): Coverage<S> {
  const fit = segments.filter((s) => s.isolation === isolation && s.messages === messages && columns.every((id) => s.columns.includes(id)));
  const pieces: Piece<S>[] = [];
  const gaps: OffsetRange[] = [];
  for (const range of ranges) {
    const own = fit.filter((s) => s.partition === range.partition && s.end > range.start && s.start < range.end);
    let at = range.start;
    while (at < range.end) {
      const best = farthest(own, at, range.end);
      if (best !== undefined) {
        pieces.push(best);
        at = best.end;
        continue;
      }
      const next = Math.min(range.end, ...own.filter((s) => s.start > at && pieceOf(s, s.start, range.end) !== undefined).map((s) => s.start));
      gaps.push({ partition: range.partition, start: at, end: next });
      at = next;
    }
  }
  return { pieces, gaps };
}

function farthest<S extends SegmentDescription>(segments: readonly S[], at: number, end: number): Piece<S> | undefined {
  let best: Piece<S> | undefined;
  for (const segment of segments) {
    const piece = pieceOf(segment, at, end);
    if (piece !== undefined && (best === undefined || piece.end > best.end)) best = piece;
  }
  return best;
}

/** Without its offsets a segment can only be taken whole. */
function pieceOf<S extends SegmentDescription>(segment: S, start: number, rangeEnd: number): Piece<S> | undefined {
  if (segment.start > start || segment.end <= start) return undefined;
  const end = Math.min(segment.end, rangeEnd);
  const whole = segment.start === start && segment.end === end;
  return whole || segment.columns.includes(OFFSET_ID) ? { segment, partition: segment.partition, start, end } : undefined;
}

export function isWhole({ segment, start, end }: Piece<SegmentDescription>): boolean {
  return segment.start === start && segment.end === end;
}

/**
 * A tail that will be kept takes the segments before it along while they are no larger, so that segments double in size
 * instead of growing in number.
 */
export function absorbSmall<S extends SegmentDescription>({ pieces, gaps }: Coverage<S>, messagesMin: number, messagesMax: number): Coverage<S> {
  const left = [...pieces];
  const wider = gaps.map((gap) => {
    if (gap.end - gap.start < messagesMin) return gap;
    let { start } = gap;
    for (;;) {
      const i = left.findIndex((p) => p.partition === gap.partition && p.end === start && isWhole(p));
      const before = left[i];
      if (before === undefined || before.end - before.start > gap.end - start || gap.end - before.start > messagesMax) return { ...gap, start };
      left.splice(i, 1);
      start = before.start;
    }
  });
  return { pieces: left, gaps: wider };
}
