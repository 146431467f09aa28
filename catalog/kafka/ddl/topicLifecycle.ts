import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage, TrinoError } from '../../../spi/trinoError.ts';
import { KAFKA_PRODUCER_ERROR } from '../kafkaErrorCode.ts';
import type { KafkaCluster } from '../wire/kafkaCluster.ts';
import {
  CLUSTER_AUTHORIZATION_FAILED,
  KafkaProtocolError,
  TOPIC_ALREADY_EXISTS,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../wire/kafkaError.ts';
import { LATEST } from '../wire/listOffsetsApi.ts';
import { createTopic, deleteTopic, type NewTopic } from '../wire/topicsApi.ts';

const BROKER_WAIT_MS = 20_000;
const READY_WAIT_MS = 30_000;
const READY_POLL_MS = 50;

export async function topicExists(cluster: KafkaCluster, topic: string): Promise<boolean> {
  const { topics } = await guarded(topic, 'look for', cluster.metadata([topic], AbortSignal.timeout(BROKER_WAIT_MS)));
  const found = topics.get(topic);
  if (found === undefined || found.error === UNKNOWN_TOPIC_OR_PARTITION) return false;
  if (found.error !== 0) await guarded(topic, 'look for', Promise.reject(new KafkaProtocolError(found.error, `topic '${topic}'`)));
  return true;
}

/** undefined: there is no such topic. */
export async function topicIdOf(cluster: KafkaCluster, topic: string): Promise<string | undefined> {
  const { topics } = await guarded(topic, 'look for', cluster.metadata([topic], AbortSignal.timeout(BROKER_WAIT_MS)));
  return topics.get(topic)?.error === 0 ? topics.get(topic)?.id : undefined;
}

/** Returns when every partition can be read and written; a topic that does not get there is deleted again. `made` hears of it at once. */
export async function makeTopic(cluster: KafkaCluster, topic: NewTopic, made: (topicId: string | undefined) => Promise<void>): Promise<void> {
  const creation = AbortSignal.timeout(READY_WAIT_MS);
  await guarded(
    topic.name,
    'create',
    cluster.withController(creation, (connection) => createTopic(connection, topic, BROKER_WAIT_MS, creation)),
  );
  try {
    await made(await topicIdOf(cluster, topic.name));
    await guarded(topic.name, 'create', untilReady(cluster, topic, AbortSignal.timeout(READY_WAIT_MS)));
  } catch (error) {
    await removeTopic(cluster, topic.name);
    throw error;
  }
}

async function untilReady(cluster: KafkaCluster, { name, partitions }: NewTopic, signal: AbortSignal): Promise<void> {
  for (;;) {
    const found = (await cluster.metadata([name], signal)).topics.get(name);
    const ready = found?.error === 0 && found.partitions.length >= (partitions ?? 1) && found.partitions.every((p) => p.leader >= 0);
    if (ready) {
      const ids = found.partitions.map((p) => p.id);
      await cluster.offsets(name, 'read_uncommitted', LATEST, ids, signal);
      return;
    }
    await delay(READY_POLL_MS, undefined, { signal });
  }
}

/** Returns when the cluster no longer names the topic. One that is not there is no error. */
export async function removeTopic(cluster: KafkaCluster, topic: string): Promise<void> {
  const signal = AbortSignal.timeout(READY_WAIT_MS);
  const deletion = cluster.withController(signal, (connection) => deleteTopic(connection, topic, BROKER_WAIT_MS, signal));
  await guarded(
    topic,
    'delete',
    deletion.catch((error: unknown) => {
      if (!(error instanceof KafkaProtocolError) || error.code !== UNKNOWN_TOPIC_OR_PARTITION) throw error;
    }),
  );
  while (await topicExists(cluster, topic)) await guarded(topic, 'delete', delay(READY_POLL_MS, undefined, { signal }));
}

/** What the cluster refuses is the statement's error; everything else is the cluster's. */
async function guarded<T>(topic: string, what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const message = `Cannot ${what} topic '${topic}': ${errorMessage(cause)}`;
    if (!(cause instanceof KafkaProtocolError)) throw new TrinoError(KAFKA_PRODUCER_ERROR, undefined, message, { cause });
    switch (cause.code) {
      case TOPIC_ALREADY_EXISTS:
        throw topicTaken(topic);
      case TOPIC_AUTHORIZATION_FAILED:
      case CLUSTER_AUTHORIZATION_FAILED:
        throw new TrinoError('PERMISSION_DENIED', undefined, `Access Denied: ${message}`, { cause });
      default:
        throw new TrinoError(what !== 'delete' && !cause.retriable ? 'INVALID_TABLE_PROPERTY' : KAFKA_PRODUCER_ERROR, undefined, message, { cause });
    }
  }
}

export function topicTaken(topic: string): TrinoError {
  return new TrinoError('ALREADY_EXISTS', undefined, `Topic '${topic}' already exists: WITH (existing_topic = 'ADOPT') makes it a table`);
}
