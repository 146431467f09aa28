import { getSystemErrorName } from 'node:util';
import type { ConcatenatedScan, Logger, ParquetBounds, ParquetFileScan, RawMessagesScan, Scan } from '../../../spi/connector.ts';
import { BIGINT, timestamp } from '../../../spi/type.ts';
import { type FeedArgument, PROGRESS } from '../feedArgument.ts';
import { INTERNAL_COLUMNS, type InternalColumnId } from '../table/internalColumns.ts';
import type { KafkaColumnHandle, OffsetRange } from '../kafkaHandle.ts';
import type { IsolationLevel } from '../wire/clusterOptions.ts';
import type { KafkaCluster } from '../wire/kafkaCluster.ts';
import { KafkaProtocolError } from '../wire/kafkaError.ts';
import { columnId, messagesId, OFFSET_ID, TIMESTAMP_ID } from './columnId.ts';
import { coverage, isWhole, type Piece } from './coverage.ts';
import { parquetType } from './parquet/parquetType.ts';
import type { LogCheck, SegmentCache } from './segmentCache.ts';
import type { Recording } from './segmentRecorder.ts';
import type { Segment } from './topicSegments.ts';

const PARTITION_ID = 'partition_id';
const READ_ERRORS_ID: InternalColumnId = 'read_errors';
const MICROS_PER_MILLI = 1000n;

export interface CachedScanContext {
  readonly cache: SegmentCache;
  readonly cluster: KafkaCluster;
  readonly log: Logger;
  /** The whole snapshot of the topic, before any constraint. */
  readonly snapshotRanges: readonly OffsetRange[];
  readonly signal: AbortSignal;
  /** A scan of the messages that the cache does not have. */
  readonly feed: (argument: FeedArgument) => RawMessagesScan;
}

/** The scan with what the cache has of it, and a recording of what it lacks; undefined: this scan has nothing to do with the cache. */
export async function cachedScan(
  argument: FeedArgument,
  context: CachedScanContext,
): Promise<{ readonly scan: Scan; readonly release: () => void } | undefined> {
  const { topic, topicId, newest, isolation, ranges } = argument;
  if (topicId === undefined || newest !== undefined) return undefined;
  const stored = storedColumns({ ...argument, columns: argument.columns.slice(0, argument.visibleColumns) });
  if (stored === undefined) return undefined;
  const { cache, cluster, log, signal, snapshotRanges } = context;
  if ((await cluster.topicConfigs(topic, ['cleanup.policy'], signal)).get('cleanup.policy') !== 'delete') {
    // compaction may take messages away before the policy is changed back
    if (cache.known(topicId).length > 0) await cache.drop(topic);
    return undefined;
  }
  const logStarts = new Map(snapshotRanges.map((range) => [range.partition, range.start]));
  const required = stored.filter(({ required: needed }) => needed).map(({ id }) => id);
  const taken = await cache.take(
    { topic, topicId, logStarts },
    { ranges, isolation, columns: required, ...messagesOfScan(argument) },
    logCheck(cluster, topic, signal),
  );
  const kept = taken.pieces.reduce((sum, piece) => sum + piece.segment.rows, 0);
  if (argument.limit !== undefined && !(taken.pieces.every(isWhole) && kept >= argument.limit && !hasTimeBounds(argument))) {
    taken.release();
    return undefined;
  }
  const rest = argument.limit === undefined ? taken.gaps : [];
  const release = (): void => {
    taken.release();
    cache.countRead(messagesOf(taken.pieces), Number(new BigInt64Array(argument.progress)[PROGRESS.rows] ?? 0n));
    reportFailure(argument, log);
  };
  return { scan: concatenated(argument, stored, { pieces: taken.pieces, gaps: rest }, context), release };
}

export type ColumnsRead = Pick<FeedArgument, 'columns' | 'key' | 'message' | 'timestampMin' | 'timestampMax'>;

/** The offsets of such a scan that are kept, as known since the last look at the folder; undefined: nothing of it is ever kept. */
export function keptRanges(
  scan: ColumnsRead &
    Pick<FeedArgument, 'only'> & {
      readonly judging: readonly KafkaColumnHandle[];
      readonly topicId: string;
      readonly isolation: IsolationLevel;
      readonly ranges: readonly OffsetRange[];
    },
  cache: SegmentCache,
): readonly OffsetRange[] | undefined {
  const required = storedColumns(scan)?.filter((stored) => stored.required);
  if (required === undefined) return undefined;
  const { ranges, isolation, judging, topicId } = scan;
  const wanted = { ranges, isolation, columns: required.map(({ id }) => id), ...messagesOfScan({ ...scan, columns: [...scan.columns, ...judging] }) };
  const { pieces } = coverage(cache.known(topicId), wanted);
  const joined: OffsetRange[] = [];
  for (const { partition, start, end } of pieces) {
    const last = joined.at(-1);
    if (last?.partition === partition && last.end === start) joined[joined.length - 1] = { ...last, end };
    else joined.push({ partition, start, end });
  }
  return joined;
}

interface StoredColumn {
  readonly id: string;
  readonly column: KafkaColumnHandle;
  /** The query needs it; the others are kept so that a segment can be cut. */
  readonly required: boolean;
}

/** What a segment for this scan holds, the columns asked for first; undefined: one of them cannot be kept. */
function storedColumns(argument: ColumnsRead): readonly StoredColumn[] | undefined {
  const asked: StoredColumn[] = argument.columns.map((column) => ({ id: columnId(column, argument.key, argument.message), column, required: true }));
  if (asked.some(({ column }) => parquetType(column.type) === undefined)) return undefined;
  const needed = hasTimeBounds(argument) ? [TIMESTAMP_ID] : [];
  const wanted = asked.length + needed.length === 0 ? [] : [...needed, OFFSET_ID];
  const extra = wanted.filter((id) => asked.every((stored) => stored.id !== id));
  return [...asked, ...extra.map((id) => ({ id, column: internalColumn(id), required: needed.includes(id) }))].map((stored) =>
    isConstant(stored.id) ? { ...stored, required: false } : stored,
  );
}

/** All messages of a segment are of one partition, and could be read. */
const isConstant = (id: string): boolean => id === PARTITION_ID || id === READ_ERRORS_ID;

function internalColumn(id: string): KafkaColumnHandle {
  const found = INTERNAL_COLUMNS.find((column) => column.id === id);
  if (found === undefined) throw new Error(`no internal column ${id}`);
  return { kind: 'internal', name: id, type: found.type, id: found.id };
}

const hasTimeBounds = ({ timestampMin, timestampMax }: Pick<FeedArgument, 'timestampMin' | 'timestampMax'>): boolean =>
  timestampMin !== undefined || timestampMax !== undefined;

/** A log that was cut back and written anew (an unclean election) no longer has the epoch that the segment was written in, or ends it sooner. */
function logCheck(cluster: KafkaCluster, topic: string, signal: AbortSignal): LogCheck {
  return async (segments) => {
    const questions = new Map(segments.map(({ partition, leaderEpoch }) => [`${partition}:${leaderEpoch}`, { partition, epoch: leaderEpoch }]));
    if (questions.size === 0) return [];
    const answers = await cluster.epochEnds(topic, [...questions.values()], signal);
    const failed = answers.find(({ error }) => error !== 0);
    if (failed !== undefined) throw new KafkaProtocolError(failed.error, `partition ${failed.partition} of topic '${topic}'`);
    const sound = (s: Segment): boolean => answers.some((a) => a.partition === s.partition && a.epoch === s.leaderEpoch && a.end >= BigInt(s.end));
    return segments.filter(sound);
  };
}

function concatenated(
  argument: FeedArgument,
  stored: readonly StoredColumn[],
  { pieces, gaps }: { readonly pieces: readonly Piece<Segment>[]; readonly gaps: readonly OffsetRange[] },
  { cache, feed }: CachedScanContext,
): Scan {
  const countOnly = argument.visibleColumns === 0;
  // a whole segment of a scan without columns is a number
  const counted = countOnly && !hasTimeBounds(argument) ? pieces.filter(isWhole) : [];
  const files = pieces.filter((piece) => !counted.includes(piece)).map((piece) => fileScan(piece, argument, stored, cache));
  const rest = gaps.length === 0 && pieces.length > 0 ? undefined : feed({ ...argument, ...recorded(argument, stored, cache), ranges: gaps });
  const messages = messagesOf(pieces);
  const kept = `cache = ${pieces.length} ${pieces.length === 1 ? 'segment' : 'segments'}, ${pieces.every(isWhole) ? '' : 'up to '}${messages} messages`;
  const details = (): readonly string[] => [kept, ...(rest?.details?.() ?? [])];
  if (pieces.length === 0 && rest !== undefined) return { ...rest, details };
  const scan: ConcatenatedScan = {
    kind: 'concatenated',
    parts: [...(files.length === 0 ? [] : [{ kind: 'parquetFiles' as const, files }]), ...(rest === undefined ? [] : [rest])],
    fileRows: messages - counted.reduce((sum, piece) => sum + piece.segment.rows, 0),
    countedRows: counted.reduce((sum, piece) => sum + piece.segment.rows, 0),
    ...(argument.limit === undefined ? {} : { limit: argument.limit }),
    details,
  };
  return scan;
}

/** Of a part of a segment: at most so many. */
function messagesOf(pieces: readonly Piece<Segment>[]): number {
  return pieces.reduce((sum, piece) => sum + (isWhole(piece) ? piece.segment.rows : piece.end - piece.start), 0);
}

function fileScan(piece: Piece<Segment>, argument: FeedArgument, stored: readonly StoredColumn[], cache: SegmentCache): ParquetFileScan {
  const { segment, partition, start, end } = piece;
  const asked = stored.slice(0, argument.visibleColumns);
  const bounds: ParquetBounds[] = [];
  if (!isWhole(piece)) bounds.push({ column: OFFSET_ID, type: BIGINT, min: BigInt(start), max: BigInt(end - 1) });
  const { timestampMin, timestampMax } = argument;
  if (hasTimeBounds(argument))
    bounds.push({
      column: TIMESTAMP_ID,
      type: timestamp(3),
      ...(timestampMin === undefined ? {} : { min: moment(timestampMin) }),
      ...(timestampMax === undefined ? {} : { max: moment(timestampMax) }),
    });
  return {
    path: cache.dataFile(segment),
    columns: asked.map(({ id }) => id),
    constants: asked.map(({ id }) => (id === PARTITION_ID ? BigInt(partition) : id === READ_ERRORS_ID ? null : undefined)),
    ...(bounds.length === 0 ? {} : { bounds }),
  };
}

const moment = (millis: number) => ({ epochMicros: BigInt(millis) * MICROS_PER_MILLI, picosOfMicro: 0 });

/** Only a scan that reads everything is worth keeping. */
function recorded(argument: FeedArgument, stored: readonly StoredColumn[], cache: SegmentCache): Partial<FeedArgument> {
  if (argument.limit !== undefined || argument.topicId === undefined) return {};
  const recording: Recording = {
    dir: cache.topicDir(argument.topicId),
    topic: argument.topic,
    isolation: argument.isolation,
    ...messagesOfScan(argument),
    columns: stored.flatMap(({ id, column }, index) => (isConstant(id) ? [] : [{ id, type: column.type, index }])),
    messagesMin: cache.options.messagesMin,
    bytesMax: cache.options.bytesMax,
    writer: cache.id,
  };
  return { recording, columns: [...stored.map(({ column }) => column), ...judgingColumns(argument, stored)] };
}

/** What a message is judged by beside what is stored of it. */
function judgingColumns({ columns, visibleColumns }: FeedArgument, stored: readonly StoredColumn[]): readonly KafkaColumnHandle[] {
  return columns.slice(visibleColumns).filter((judging) => !stored.some(({ column }) => column.kind === judging.kind && column.name === judging.name));
}

function messagesOfScan({ only, columns, key, message }: Pick<FeedArgument, 'only' | 'columns' | 'key' | 'message'>): { readonly messages?: string } {
  const messages = messagesId(only, columns, key, message);
  return messages === undefined ? {} : { messages };
}

/** Says in the log why nothing was kept; the query is none the worse. */
function reportFailure(argument: FeedArgument, log: Logger): void {
  const errno = Number(new BigInt64Array(argument.progress)[PROGRESS.recordingErrno] ?? 0n);
  if (errno === 0) return;
  log.warn('the segment cache could not be written', { topic: argument.topic, error: errno < 0 ? getSystemErrorName(errno) : 'unexpected' });
}
