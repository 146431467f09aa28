import type { FeedSource } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { type FeedArgument, PROGRESS } from './feedArgument.ts';
import { KAFKA_SPLIT_ERROR } from './kafkaErrorCode.ts';
import type { NewestFirst, OffsetRange } from './kafkaHandle.ts';
import { LargestNumbers } from './largestNumbers.ts';
import { RecordRows } from './recordRows.ts';
import { KafkaCluster } from './wire/kafkaCluster.ts';
import { PartitionReader, ScanConnections, type TopicToRead } from './wire/partitionReader.ts';
import { offsetAfter, type RecordView, readBatches } from './wire/recordBatch.ts';

/** Partitions read at a time: each holds up to two Fetch answers in memory. */
const PARTITIONS_AT_ONCE = 8;
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
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrinoError(KAFKA_SPLIT_ERROR, undefined, `Cannot read table '${argument.table}' from topic '${argument.topic}': ${reason}`, { cause: error });
  }
};
export default feed;

type Sink = Parameters<FeedSource>[1];

class TopicFeed {
  private readonly argument: FeedArgument;
  private readonly sink: Sink;
  private readonly rows: RecordRows;
  private readonly progress: Float64Array;
  private readonly cluster: KafkaCluster;
  private readonly topic: TopicToRead;
  private readonly stop = new AbortController();
  private readonly signal: AbortSignal;
  private pushing: Promise<void> = Promise.resolve();

  constructor(argument: FeedArgument, sink: Sink) {
    this.argument = argument;
    this.sink = sink;
    this.rows = new RecordRows(argument);
    this.progress = new Float64Array(argument.progress);
    this.cluster = clusterOf(argument);
    this.topic = { name: argument.topic, id: argument.topicId, isolation: argument.isolation };
    this.signal = AbortSignal.any([sink.signal, this.stop.signal]);
  }

  async run(): Promise<void> {
    const connections = new ScanConnections(this.cluster, this.topic, this.signal);
    try {
      const { ranges, newest } = this.argument;
      if (newest === undefined) {
        await this.inParallel(ranges, async (range) => {
          await this.readRange(connections, range);
        });
      } else await this.readNewest(connections, newest);
      this.rows.flush();
      await this.drain();
    } finally {
      this.stop.abort(new Error('the scan has ended'));
      await connections.close();
    }
  }

  private async inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const waiting = [...items];
    const worker = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined && !this.rows.full; item = waiting.shift()) await work(item);
    };
    await Promise.all(Array.from({ length: Math.min(PARTITIONS_AT_ONCE, waiting.length) }, worker)).catch((error: unknown) => {
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
    await this.inParallel(this.argument.ranges, async (range) => {
      let end = range.end;
      for (let found = 0, size = newest.count; found < newest.count && end > range.start; size *= 2) {
        const start = Math.max(range.start, end - size);
        found += await this.readRange(connections, { ...range, start, end }, latest);
        end = start;
      }
      if (end > range.start) unread.push({ ...range, end });
    });
    if (newest.by === 'offset' || latest.least === undefined || unread.length === 0) return;
    const { topic, isolation } = this.argument;
    const partitions = unread.map((r) => r.partition);
    const later = await this.cluster.offsets(topic, isolation, BigInt(latest.least + 1), partitions, this.signal);
    const missed = unread.flatMap((range) => {
      const offset = Number(later.get(range.partition) ?? -1n);
      return offset < 0 || offset >= range.end ? [] : [{ ...range, start: Math.max(range.start, offset) }];
    });
    await this.inParallel(missed, async (range) => {
      await this.readRange(connections, range);
    });
  }

  private async readRange(connections: ScanConnections, range: OffsetRange, latest?: LargestNumbers): Promise<number> {
    const small = (this.argument.limit ?? this.argument.newest?.count ?? Number.POSITIVE_INFINITY) <= SMALL_LIMIT;
    const scan = { cluster: this.cluster, connections, topic: this.topic, signal: this.signal };
    const reader = new PartitionReader(scan, { ...range, small });
    let added = 0;
    for (let first = true; !this.rows.full; first = false) {
      const got = await reader.next();
      if (got === undefined) break;
      if (!small) reader.prefetch();
      added += this.readFetched(got, range, latest);
      if (first) this.rows.flush(); // for the first row's sake
      await this.drain();
    }
    return added;
  }

  private readFetched(
    { fetched, from }: NonNullable<Awaited<ReturnType<PartitionReader['next']>>>,
    range: OffsetRange,
    latest: LargestNumbers | undefined,
  ): number {
    const { rows, argument } = this;
    const before = rows.total;
    rows.from(range.partition);
    readBatches(fetched, {
      from,
      to: range.end,
      isolation: argument.isolation,
      timestampMin: argument.timestampMin,
      visit: (record: RecordView) => {
        if (rows.add(record)) latest?.add(record.timestamp);
      },
      ...(rows.countable ? { count: (records: number) => rows.addUnseen(records) } : {}),
    });
    this.progress[PROGRESS.rows] = rows.total;
    this.advance(PROGRESS.bytes, fetched.end - fetched.start);
    this.advance(PROGRESS.offsets, Math.min(offsetAfter(fetched, from), range.end) - from);
    return rows.total - before;
  }

  private advance(place: number, by: number): void {
    this.progress[place] = (this.progress[place] ?? 0) + by;
  }

  /** One at a time, so that readers which wait do so for the same room. */
  private drain(): Promise<void> {
    this.pushing = this.pushing.then(async () => {
      for (let page = this.rows.take(); page !== undefined; page = this.rows.take()) await this.sink.push(page);
    });
    return this.pushing;
  }
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
