import { errorMessage, TrinoError } from '../../spi/trinoError.ts';
import { KAFKA_SPLIT_ERROR } from './kafkaErrorCode.ts';
import type { TopicSnapshot } from './kafkaHandle.ts';
import type { IsolationLevel } from './wire/clusterOptions.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';
import { EARLIEST, LATEST } from './wire/listOffsetsApi.ts';

/** Where each topic of one query begins and ends: asked once, so that all its scans see the same messages. */
export class TopicSnapshots {
  private readonly cluster: KafkaCluster;
  private readonly byTopic = new Map<string, Promise<TopicSnapshot>>();

  constructor(cluster: KafkaCluster) {
    this.cluster = cluster;
  }

  of(topic: string, isolation: IsolationLevel, signal: AbortSignal): Promise<TopicSnapshot> {
    const key = `${isolation} ${topic}`;
    const known = this.byTopic.get(key);
    if (known !== undefined) return known;
    const asked = this.take(topic, isolation, signal);
    this.byTopic.set(key, asked);
    // a failure is not what the query saw: the next look asks again
    asked.catch(() => {
      if (this.byTopic.get(key) === asked) this.byTopic.delete(key);
    });
    return asked;
  }

  private async take(topic: string, isolation: IsolationLevel, signal: AbortSignal): Promise<TopicSnapshot> {
    const metadata = await this.cluster.topic(topic, signal);
    const partitions = metadata.partitions.map((p) => p.id);
    const same = { known: metadata, topicId: metadata.id };
    // the ends first: a start that retention moves meanwhile is then the later one
    const ends = await this.cluster.offsets(topic, isolation, LATEST, partitions, signal, same);
    const starts = await this.cluster.offsets(topic, isolation, EARLIEST, partitions, signal, same);
    const ranges = partitions.map((partition) => {
      const end = Number(ends.get(partition) ?? 0n);
      return { partition, start: Math.min(Number(starts.get(partition) ?? 0n), end), end };
    });
    return { topicId: metadata.id, isolation, ranges };
  }
}

/** Trino's words, and the reason. */
export function splitError(table: string, topic: string, cause: unknown): TrinoError {
  if (cause instanceof TrinoError) return cause;
  const reason = errorMessage(cause);
  return new TrinoError(KAFKA_SPLIT_ERROR, undefined, `Cannot list splits for table '${table}' reading topic '${topic}': ${reason}`, { cause });
}
