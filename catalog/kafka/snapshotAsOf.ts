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
 * FOR VERSION AS OF '0:1500,1:1498' ends each at the offset named for it.
 */
export async function snapshotAsOf(snapshot: TopicSnapshot, { kind, value }: TableVersion, options: PastOptions): Promise<TopicSnapshot> {
  const ends = kind === 'timestamp' ? await endsAt(snapshot, millisOf(value.value, options.timeZone), options) : endsNamed(value.value);
  const ranges = snapshot.ranges.flatMap((range): OffsetRange[] => {
    const end = Math.min(range.end, ends.get(range.partition) ?? (kind === 'timestamp' ? range.end : 0));
    return [{ ...range, start: Math.min(range.start, end), end }];
  });
  return { ...snapshot, ranges };
}

async function endsAt(snapshot: TopicSnapshot, millis: number, { cluster, topic, isolation, signal }: PastOptions): Promise<Map<number, number>> {
  const partitions = snapshot.ranges.map((r) => r.partition);
  const after = await cluster.offsets(topic, isolation, BigInt(Math.max(millis + 1, 0)), partitions, signal);
  return new Map([...after].filter(([, offset]) => offset >= 0n).map(([partition, offset]) => [partition, Number(offset)]));
}

function millisOf(value: TableVersion['value']['value'], timeZone: string): number {
  if (value === null || typeof value !== 'object' || !('epochMicros' in value))
    throw new TrinoError('NOT_SUPPORTED', undefined, 'FOR TIMESTAMP AS OF needs a timestamp');
  const millis = Number(value.epochMicros / 1000n - (value.epochMicros % 1000n < 0n ? 1n : 0n));
  return 'zone' in value ? millis : (localToInstant(timeZone, millis) ?? millis);
}

function endsNamed(value: TableVersion['value']['value']): Map<number, number> {
  if (typeof value !== 'string' || !/^\s*\d{1,9}:\d{1,15}(?:\s*,\s*\d{1,9}:\d{1,15})*\s*$/.test(value)) {
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, "FOR VERSION AS OF needs the end of each partition, such as '0:1500,1:1498'");
  }
  return new Map(
    value
      .split(',')
      .map((part) => part.split(':').map(Number))
      .map(([partition = 0, end = 0]) => [partition, end]),
  );
}
