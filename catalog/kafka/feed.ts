import type { FeedSource } from '../../spi/connector.ts';
import type { Page } from '../../spi/page.ts';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';
import { type RecordingTotals, SegmentRecorder } from './cache/segmentRecorder.ts';
import { type FeedArgument, PROGRESS } from './feedArgument.ts';
import { KAFKA_SPLIT_ERROR } from './kafkaErrorCode.ts';
import type { NewestFirst, OffsetRange } from './kafkaHandle.ts';
import { LargestNumbers } from './largestNumbers.ts';
import { RecordRows } from './recordRows.ts';
import { KafkaCluster } from './wire/kafkaCluster.ts';
import { PartitionReader, ScanConnections, type TopicToRead } from './wire/partitionReader.ts';
import { recycleResponse } from './wire/responseBuffers.ts';
import { lastLeaderEpoch, offsetAfter, type RecordView, readBatches } from './wire/recordBatch.ts';

/** Ranges read at a time: each holds up to two Fetch answers in memory. */
const RANGES_AT_ONCE_MAX = 8;
/** Where runs share the ranges none takes so many at once that the others have nothing to do. */
const SHARED_AT_ONCE_MIN = 2;
const SHARED_AT_ONCE = 1 / 4;
/** Up to here a scan with a limit asks for little at first. */
const SMALL_LIMIT = 10_000;

/** Connections outlive the scan that opened them, for the next one of the same catalog. */
const clusters = new Map<string, KafkaCluster>();
const CLUSTERS_MAX = 32;

const feed: FeedSource = async (plain, sink) => {
  const argument = plain as FeedArgument; // our own scan() made it
  try {
    await new TopicFeed(argument, sink).run();
  } catch (error) {
    if (sink.signal.aborted || error instanceof TrinoError) throw error;
    const reason = errorMessage(error);
    throw new TrinoError(KAFKA_SPLIT_ERROR, undefined, `Cannot read table '${argument.table}' from topic '${argument.topic}': ${reason}`, { cause: error });
  }
};
export default feed;

type Sink = Parameters<FeedSource>[1];

class TopicFeed {
  private readonly argument: FeedArgument;
  private readonly sink: Sink;
  private readonly rows: RecordRows;
  private readonly progress: BigInt64Array;
  private readonly cluster: KafkaCluster;
  private readonly topic: TopicToRead;
  private readonly stop = new AbortController();
  private readonly signal: AbortSignal;
  private readonly recorded: RecordingTotals;
  private pushing: Promise<void> = Promise.resolve();
  private reading = false;

  constructor(argument: FeedArgument, sink: Sink) {
    this.argument = argument;
    this.sink = sink;
    this.rows = new RecordRows(argument);
    const progress = new BigInt64Array(argument.progress);
    this.progress = progress;
    this.recorded = {
      get bytes() {
        return Number(Atomics.load(progress, PROGRESS.recordedBytes));
      },
      add: (bytes) => this.advance(PROGRESS.recordedBytes, bytes),
      ended: false,
      failure: undefined,
    };
    this.cluster = clusterOf(argument);
    this.topic = { name: argument.topic, id: argument.topicId, isolation: argument.isolation };
    this.signal = AbortSignal.any([sink.signal, this.stop.signal]);
  }

  async run(): Promise<void> {
    const connections = new ScanConnections(this.cluster, this.topic, this.signal);
    try {
      const { ranges, newest } = this.argument;
      if (newest === undefined) await this.readRanges(connections, ranges);
      else await this.readNewest(connections, newest);
      this.rows.flush();
      await this.push(this.rows.take());
      this.tellFailure();
    } finally {
      this.stop.abort(new Error('the scan has ended'));
      await connections.close();
    }
  }

  private async readRanges(connections: ScanConnections, ranges: readonly OffsetRange[]): Promise<void> {
    const { begun } = this.argument;
    const work = async (range: OffsetRange): Promise<void> => void (await this.readRange(connections, range));
    if (begun === undefined) return this.inParallel(ranges.values(), RANGES_AT_ONCE_MAX, work);
    const counter = new Int32Array(begun);
    const unbegun = function* (): Generator<OffsetRange> {
      for (let range = ranges[Atomics.add(counter, 0, 1)]; range !== undefined; range = ranges[Atomics.add(counter, 0, 1)]) yield range;
    };
    const atOnce = Math.ceil(ranges.length * SHARED_AT_ONCE);
    await this.inParallel(unbegun(), Math.min(RANGES_AT_ONCE_MAX, Math.max(SHARED_AT_ONCE_MIN, atOnce)), work);
  }

  private async inParallel<T>(items: IterableIterator<T>, atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
    const worker = async (): Promise<void> => {
      for (let item = items.next(); item.done !== true && !this.rows.full; item = items.next()) await work(item.value);
    };
    await Promise.all(Array.from({ length: atOnce }, worker)).catch((error: unknown) => {
      this.stop.abort(error); // the other partitions need not go on
      throw error;
    });
  }

  /**
   * The last messages: windows that grow backwards from each partition's end until they hold enough. By time there is a
   * second look: what lies before a window and is later than the last message that counts is read as well.
   */
  private async readNewest(connections: ScanConnections, newest: NewestFirst): Promise<void> {
    const latest = new LargestNumbers(newest.by === 'timestamp' ? newest.count : 0);
    const unread: OffsetRange[] = [];
    await this.inParallel(this.argument.ranges.values(), RANGES_AT_ONCE_MAX, async (range) => {
      let end = range.end;
      for (let found = 0, size = newest.count; found < newest.count && end > range.start; size *= 2) {
        const start = Math.max(range.start, end - size);
        found += await this.readRange(connections, { ...range, start, end }, latest);
        end = start;
      }
      if (end > range.start) unread.push({ ...range, end });
    });
    if (newest.by === 'offset' || latest.least === undefined || unread.length === 0) return;
    const { topic, topicId, isolation } = this.argument;
    const partitions = unread.map((r) => r.partition);
    const later = await this.cluster.offsets(topic, isolation, BigInt(latest.least + 1), partitions, this.signal, { topicId });
    const missed = unread.flatMap((range) => {
      const offset = Number(later.get(range.partition) ?? -1n);
      return offset < 0 || offset >= range.end ? [] : [{ ...range, start: Math.max(range.start, offset) }];
    });
    await this.readRanges(connections, missed);
  }

  private async readRange(connections: ScanConnections, range: OffsetRange, latest?: LargestNumbers): Promise<number> {
    const { recording } = this.argument;
    if (recording === undefined || range.end - range.start < recording.messagesMin) return this.readUnrecorded(connections, range, latest);
    const recorder = new SegmentRecorder(recording, this.recorded, range);
    try {
      return await this.readRecorded(connections, range, recorder);
    } finally {
      await recorder.stop();
    }
  }

  private async readUnrecorded(connections: ScanConnections, range: OffsetRange, latest: LargestNumbers | undefined): Promise<number> {
    const { rows } = this;
    const { firstOfEach = false } = this.argument;
    const small = firstOfEach || (this.argument.limit ?? this.argument.newest?.count ?? Number.POSITIVE_INFINITY) <= SMALL_LIMIT;
    const reader = this.reader(connections, range, small);
    let added = 0;
    for (let first = true; !rows.full; first = false) {
      const got = await reader.next();
      if (got === undefined) break;
      if (!small) reader.prefetch();
      added += this.readFetched(got, range, { rows, latest }).added;
      if (first) rows.flush(); // for the first row's sake
      await this.push(rows.take());
      if (firstOfEach && added > 0) break;
    }
    return added;
  }

  /** A segment holds one partition: its rows are not mixed with those of others. */
  private async readRecorded(connections: ScanConnections, range: OffsetRange, recorder: SegmentRecorder): Promise<number> {
    const rows = new RecordRows(this.argument);
    const reader = this.reader(connections, range, false);
    for (let got = await reader.next(); got !== undefined; got = await reader.next()) {
      reader.prefetch();
      const { complete, leaderEpoch, next } = this.readFetched(got, range, { rows, latest: undefined });
      rows.flush();
      const pages = rows.take();
      await recorder.add(pages, next, { complete, leaderEpoch });
      await this.push(pages);
    }
    await recorder.finish(range.end);
    return rows.total;
  }

  /** For the first row's sake the first answer of all is a small one. */
  private reader(connections: ScanConnections, range: OffsetRange, small: boolean): PartitionReader {
    const reading = { ...range, small: small || !this.reading };
    this.reading = true;
    return new PartitionReader({ cluster: this.cluster, connections, topic: this.topic, signal: this.signal }, reading);
  }

  /** `complete`: no message of the range was left out before `next`. */
  private readFetched(
    { fetched, from }: NonNullable<Awaited<ReturnType<PartitionReader['next']>>>,
    range: OffsetRange,
    { rows, latest }: { readonly rows: RecordRows; readonly latest: LargestNumbers | undefined },
  ): { readonly added: number; readonly complete: boolean; readonly leaderEpoch: number; readonly next: number } {
    const { argument } = this;
    const before = rows.total;
    let complete = true;
    rows.from(range.partition);
    readBatches(fetched, {
      from,
      to: range.end,
      isolation: argument.isolation,
      timestampMin: argument.timestampMin,
      pass: () => {
        complete = false;
      },
      visit: (record: RecordView) => {
        const added = rows.add(record);
        if (added === 'row') latest?.add(record.timestamp);
        else if (added === 'beyond') complete = false;
        // whoever reads it again is to be told again
        if (rows.lastUnread) complete = false;
      },
      copies: rows.copiesEverything,
      ...(rows.countable ? { count: (records: number) => rows.addUnseen(records) } : {}),
    });
    const next = offsetAfter(fetched, from);
    this.advance(PROGRESS.rows, rows.total - before);
    this.advance(PROGRESS.bytes, fetched.end - fetched.start);
    this.advance(PROGRESS.offsets, Math.min(next, range.end) - from);
    const leaderEpoch = lastLeaderEpoch(fetched);
    if (rows.copiesEverything) recycleResponse(fetched.buffer);
    return { added: rows.total - before, complete, leaderEpoch, next: Math.min(next, range.end) };
  }

  private advance(place: number, by: number): void {
    Atomics.add(this.progress, place, BigInt(by));
  }

  /** One at a time, so that readers which wait do so for the same room. */
  private push(pages: readonly Page[]): Promise<void> {
    const { visibleColumns, columns } = this.argument;
    this.pushing = this.pushing.then(async () => {
      for (const { rowCount, columns: blocks } of pages)
        await this.sink.push({ rowCount, columns: visibleColumns === columns.length ? blocks : blocks.slice(0, visibleColumns) });
    });
    return this.pushing;
  }

  private tellFailure(): void {
    const { failure } = this.recorded;
    if (failure !== undefined) Atomics.store(this.progress, PROGRESS.recordingErrno, BigInt(isSystemError(failure) ? failure.errno : UNKNOWN_ERRNO));
  }
}

const UNKNOWN_ERRNO = 1;

function isSystemError(error: unknown): error is Error & { readonly errno: number } {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number';
}

function clusterOf({ cluster }: FeedArgument): KafkaCluster {
  const key = JSON.stringify(cluster);
  const known = clusters.get(key);
  if (known !== undefined) return known;
  const made = new KafkaCluster(cluster);
  clusters.set(key, made);
  for (const [oldest, old] of clusters) {
    if (clusters.size <= CLUSTERS_MAX) break;
    clusters.delete(oldest);
    old.close();
  }
  return made;
}
