import type { ColumnHandle, Logger, RawMessagesScan, Scan } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { errorMessage } from '../../spi/trinoError.ts';
import { cachedScan } from './cache/cachedScan.ts';
import type { SegmentCache } from './cache/segmentCache.ts';
import { ChangeColumns } from './change/changeTable.ts';
import { type FeedArgument, PROGRESS, PROGRESS_BYTES } from './feedArgument.ts';
import type { KafkaConfig } from './kafkaConfig.ts';
import { asKafkaColumn, type KafkaColumnHandle, type KafkaTableHandle, type TopicSnapshot } from './kafkaHandle.ts';
import { extremesScan } from './offsetExtremes.ts';
import { constrainedRanges, rangesByTime } from './scanRanges.ts';
import { readDecoderSpec } from './schemaText.ts';
import { sharedRanges } from './sharedRanges.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';

const FEED_MODULE = new URL('./feed.ts', import.meta.url).href;
const CHANGE_FEED_MODULE = new URL('./change/changeFeed.ts', import.meta.url).href;

export interface TopicScanContext {
  readonly config: KafkaConfig;
  readonly cluster: KafkaCluster;
  /** undefined: nothing is stored. */
  readonly cache: SegmentCache | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Takes what is to be called when the query has ended. */
  readonly onEnd: (release: () => void) => void;
}

/** The scan of a topic's messages, or of what is made of them. */
export async function topicScan(
  session: ConnectorSession,
  kafka: KafkaTableHandle,
  columns: readonly ColumnHandle[],
  snapshot: TopicSnapshot,
  context: TopicScanContext,
): Promise<Scan> {
  const { cluster, signal } = context;
  const forceUpperBound = session.properties.get('timestamp_upper_bound_force_push_down_enabled') === true;
  const ranges = await rangesByTime(cluster, kafka, constrainedRanges(snapshot, kafka), { ...snapshot, forceUpperBound, signal });
  const changes =
    kafka.change === undefined ? undefined : new ChangeColumns(kafka.change, { key: kafka.key.dataFormat, message: kafka.message.dataFormat }).plan(columns);
  const visible = changes?.columns ?? (kafka.extremes === undefined ? columns.map(asKafkaColumn) : []);
  const argument: FeedArgument = { ...(await feedArgument(kafka, visible, snapshot, context)), ranges };
  if (changes !== undefined) return { ...feedScan(argument), module: CHANGE_FEED_MODULE, argument: { ...changes, base: argument } };
  if (kafka.extremes !== undefined) return extremesScan(kafka.extremes, columns, argument, signal);
  return (await keptScan(argument, snapshot, context)) ?? sharedFeedScan(argument);
}

async function feedArgument(
  kafka: KafkaTableHandle,
  visible: readonly KafkaColumnHandle[],
  snapshot: TopicSnapshot,
  { config, signal }: TopicScanContext,
): Promise<Omit<FeedArgument, 'ranges'>> {
  const columns = [...visible, ...judgingColumns(kafka, visible)];
  const { timestampMin, timestampMax } = kafka.constraint;
  const envelope = (kafka.change ?? kafka.judgedAs)?.envelope ?? 'none';
  const meaning = envelope === 'none' ? {} : { connect: true };
  return {
    cluster: config.cluster,
    topic: kafka.topic,
    topicId: snapshot.topicId,
    table: kafka.table,
    isolation: snapshot.isolation,
    columns,
    visibleColumns: visible.length,
    key: { ...(await readDecoderSpec('key', kafka.key, columns, { config, signal })), ...meaning },
    message: { ...(await readDecoderSpec('message', kafka.message, columns, { config, signal })), ...meaning },
    ...(timestampMin === undefined ? {} : { timestampMin }),
    ...(timestampMax === undefined ? {} : { timestampMax }),
    ...(kafka.limit === undefined ? {} : { limit: kafka.limit }),
    ...(kafka.newest === undefined ? {} : { newest: kafka.newest }),
    ...(kafka.only === undefined ? {} : { only: kafka.only }),
    progress: new SharedArrayBuffer(PROGRESS_BYTES),
  };
}

/** The scan with what the cache has of it. What goes wrong with the cache goes into the log, and the scan reads everything. */
async function keptScan(argument: FeedArgument, snapshot: TopicSnapshot, context: TopicScanContext): Promise<Scan | undefined> {
  const { cache, cluster, log, signal, onEnd } = context;
  if (cache === undefined) return undefined;
  try {
    const found = await cachedScan(argument, { cache, cluster, log, snapshotRanges: snapshot.ranges, signal, feed: sharedFeedScan });
    if (found !== undefined) onEnd(found.release);
    return found?.scan;
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn('the segment cache could not be read', { topic: argument.topic, error: errorMessage(error) });
    return undefined;
  }
}

/** The columns that a message is judged by, beside those that are asked for. */
export function judgingColumns({ only, key, message, judgedAs }: KafkaTableHandle, visible: readonly KafkaColumnHandle[]): readonly KafkaColumnHandle[] {
  if (only === undefined) return [];
  const all = (['key', 'message'] as const).flatMap((kind) =>
    (kind === 'key' ? key : message).fields.map((field): KafkaColumnHandle => ({ kind, name: field.name.toLowerCase(), type: field.type, field })),
  );
  return [...all, ...(judgedAs?.columns ?? [])].filter((column) => !visible.some((v) => isSameColumn(v, column)));
}

/** A column of changes may be called as one of the topic's own. */
function isSameColumn(a: KafkaColumnHandle, b: KafkaColumnHandle): boolean {
  if (a.kind !== b.kind || a.name !== b.name) return false;
  return a.kind === 'internal' || b.kind === 'internal' || JSON.stringify(a.field) === JSON.stringify(b.field);
}

/** Several threads read what has no order and no end before its own. */
function sharedFeedScan(argument: FeedArgument): RawMessagesScan {
  if (argument.limit !== undefined || argument.newest !== undefined) return feedScan(argument);
  const { ranges, runsMax } = sharedRanges(argument.ranges, argument.recording?.messagesMin ?? 0);
  if (runsMax === 1) return feedScan(argument);
  return { ...feedScan({ ...argument, ranges, begun: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) }), runsMax };
}

function feedScan(argument: FeedArgument): RawMessagesScan {
  const numbers = new BigInt64Array(argument.progress);
  const offsets = argument.ranges.reduce((sum, r) => sum + r.end - r.start, 0);
  const details = (): readonly string[] => [`fetched = ${numbers[PROGRESS.rows] ?? 0n} messages, ${numbers[PROGRESS.bytes] ?? 0n} bytes`];
  return { kind: 'rawMessages', module: FEED_MODULE, argument, progress: () => scanProgress(numbers, offsets), uncheckedText: true, details };
}

function scanProgress(numbers: BigInt64Array, offsets: number): { readonly rows: number; readonly bytes: number; readonly fraction: number } {
  const at = (place: number): number => Number(numbers[place] ?? 0n);
  return { rows: at(PROGRESS.rows), bytes: at(PROGRESS.bytes), fraction: offsets === 0 ? 1 : Math.min(1, at(PROGRESS.offsets) / offsets) };
}
