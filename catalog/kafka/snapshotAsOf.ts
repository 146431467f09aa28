import type { TableVersion } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { localToInstant } from './decoder/calendar.ts';
import type { OffsetRange, TopicSnapshot } from './kafkaHandle.ts';
import type { IsolationLevel } from './wire/clusterOptions.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';

export interface PastOptions {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly isolation: IsolationLevel;
  readonly timeZone: string;
  readonly signal: AbortSignal;
}

/**
 * The topic as it was: FOR TIMESTAMP AS OF ends each partition before its first message later than that moment;
 * FOR VERSION AS OF '0:1500,1:1498' ends each at the offset named for it. A version that `versionText` wrote is read whole or not at all.
 */
export async function snapshotAsOf(snapshot: TopicSnapshot, { kind, value }: TableVersion, options: PastOptions): Promise<TopicSnapshot> {
  if (kind === 'version') return snapshotNamed(snapshot, value.value, options.topic);
  const ends = await endsAt(snapshot, millisOf(value.value, options.timeZone), options);
  const ranges = snapshot.ranges.map((range): OffsetRange => {
    const end = Math.min(range.end, ends.get(range.partition) ?? range.end);
    return { ...range, start: Math.min(range.start, end), end };
  });
  return { ...snapshot, ranges };
}

/** What FOR VERSION AS OF takes to see these messages again, and no others. Partitions without messages are not in it. */
export function versionText({ topicId, ranges }: TopicSnapshot): string {
  const parts = ranges.filter(({ start, end }) => start < end).map(({ partition, start, end }) => `${partition}:${start}-${end}`);
  return `${topicId ?? ''};${parts.join(',')}`;
}

async function endsAt(snapshot: TopicSnapshot, millis: number, { cluster, topic, isolation, signal }: PastOptions): Promise<Map<number, number>> {
  const partitions = snapshot.ranges.map((r) => r.partition);
  const after = await cluster.offsets(topic, isolation, BigInt(Math.max(millis + 1, 0)), partitions, signal, { topicId: snapshot.topicId });
  return new Map([...after].filter(([, offset]) => offset >= 0n).map(([partition, offset]) => [partition, Number(offset)]));
}

const DAY_MS = 86_400_000;

function millisOf(value: TableVersion['value']['value'], timeZone: string): number {
  if (typeof value === 'number') return localToInstant(timeZone, value * DAY_MS) ?? value * DAY_MS;
  if (value === null || typeof value !== 'object' || !('epochMicros' in value)) throw new Error('a moment is a date or a timestamp');
  const millis = Number(value.epochMicros / 1000n - (value.epochMicros % 1000n < 0n ? 1n : 0n));
  return 'zone' in value ? millis : (localToInstant(timeZone, millis) ?? millis);
}

interface NamedRange {
  readonly partition: number;
  /** undefined: from the first message that is there. */
  readonly start: number | undefined;
  readonly end: number;
}

function snapshotNamed(snapshot: TopicSnapshot, text: TableVersion['value']['value'], topic: string): TopicSnapshot {
  const { topicId, ranges } = parseVersion(text);
  if (topicId !== undefined && topicId !== snapshot.topicId) throw invalid(`The version is one of another topic than '${topic}' is now`);
  const named = new Map(ranges.map((range) => [range.partition, range]));
  if (named.size < ranges.length) throw invalid('FOR VERSION AS OF names a partition more than once');
  for (const { partition } of ranges)
    if (snapshot.ranges.every((range) => range.partition !== partition)) throw invalid(`Topic '${topic}' has no partition ${partition}`);
  return { ...snapshot, ranges: snapshot.ranges.map((range) => rangeNamed(range, named.get(range.partition), topic)) };
}

/** A partition that is not named has no messages. */
function rangeNamed(range: OffsetRange, named: NamedRange | undefined, topic: string): OffsetRange {
  if (named === undefined) return { ...range, end: range.start };
  const { partition, start = range.start, end } = named;
  const where = `partition ${partition} of topic '${topic}'`;
  if (end > range.end) throw invalid(`The version ends at offset ${end} of ${where}, which ends at ${range.end}`);
  if (start < range.start || end < range.start) throw invalid(`The version has messages of ${where} that were removed: it begins at offset ${range.start}`);
  return { partition, start: Math.min(start, end), end };
}

function parseVersion(text: TableVersion['value']['value']): { readonly topicId: string | undefined; readonly ranges: readonly NamedRange[] } {
  const [, topicId, list] = typeof text === 'string' ? (/^\s*(?:([0-9a-f]{32})?;)?([\s\d:,-]*)$/.exec(text) ?? []) : [];
  const parts = list === undefined || (list.trim() === '' && topicId !== undefined) ? [] : list.split(',');
  const ranges = parts.map((part): NamedRange | undefined => {
    const [, partition, start, end] = /^\s*(\d{1,9}):(?:(\d{1,15})-)?(\d{1,15})\s*$/.exec(part) ?? [];
    return partition === undefined ? undefined : { partition: Number(partition), start: start === undefined ? undefined : Number(start), end: Number(end) };
  });
  if (list === undefined || ranges.includes(undefined))
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, "FOR VERSION AS OF needs the end of each partition, such as '0:1500,1:1498'");
  return { topicId, ranges: ranges.filter((range) => range !== undefined) };
}

const invalid = (message: string): TrinoError => new TrinoError('INVALID_ARGUMENTS', undefined, message);
