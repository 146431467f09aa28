import type { KafkaTableHandle, OffsetRange, TopicSnapshot } from './kafkaHandle.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';

/** The snapshot's ranges that the constraint leaves, by partition and offset alone. */
export function constrainedRanges(snapshot: TopicSnapshot, { constraint }: KafkaTableHandle): OffsetRange[] {
  const { partitions, partitionMin = 0, partitionMax = Number.MAX_SAFE_INTEGER, offsetMin = 0, offsetMax = Number.MAX_SAFE_INTEGER } = constraint;
  return snapshot.ranges
    .filter((r) => (partitions === undefined || partitions.includes(r.partition)) && r.partition >= partitionMin && r.partition <= partitionMax)
    .map((r) => ({ partition: r.partition, start: Math.max(r.start, offsetMin), end: Math.min(r.end, offsetMax + 1) }))
    .filter((r) => r.start < r.end);
}

/**
 * Narrows the ranges by time. A start is exact: the broker names the first message at or after a moment. An end is only sure
 * where the broker itself stamps the messages (LogAppendTime), or where the session asks for it at the price of late ones.
 */
export async function rangesByTime(
  cluster: KafkaCluster,
  { topic, constraint }: KafkaTableHandle,
  ranges: readonly OffsetRange[],
  options: Pick<TopicSnapshot, 'topicId' | 'isolation'> & { readonly forceUpperBound: boolean; readonly signal: AbortSignal },
): Promise<readonly OffsetRange[]> {
  const { timestampMin, timestampMax } = constraint;
  const { topicId, isolation, signal } = options;
  if (ranges.length === 0) return ranges;
  const partitions = ranges.map((r) => r.partition);
  let narrowed = ranges;
  if (timestampMin !== undefined && timestampMin > 0) {
    const first = await cluster.offsets(topic, isolation, BigInt(timestampMin), partitions, signal, { topicId });
    narrowed = narrowed.map((r) => {
      const offset = first.get(r.partition) ?? -1n;
      return { ...r, start: offset < 0n ? r.end : Math.max(r.start, Number(offset)) };
    });
  }
  if (timestampMax !== undefined && timestampMax >= 0 && (options.forceUpperBound || (await stampedByBroker(cluster, topic, signal)))) {
    const after = await cluster.offsets(topic, isolation, BigInt(timestampMax + 1), partitions, signal, { topicId });
    narrowed = narrowed.map((r) => {
      const offset = after.get(r.partition) ?? -1n;
      return { ...r, end: offset < 0n ? r.end : Math.min(r.end, Number(offset)) };
    });
  }
  return narrowed.filter((r) => r.start < r.end);
}

async function stampedByBroker(cluster: KafkaCluster, topic: string, signal: AbortSignal): Promise<boolean> {
  const configs = await cluster.topicConfigs(topic, ['message.timestamp.type'], signal);
  return configs.get('message.timestamp.type') === 'LogAppendTime';
}
