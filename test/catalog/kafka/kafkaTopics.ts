import { setTimeout as delay } from 'node:timers/promises';
import { Admin, type CompressionAlgorithmValue, Producer } from '@platformatic/kafka';
import { LATEST } from '../../../catalog/kafka/wire/listOffsetsApi.ts';
import { KafkaCluster } from '../../../catalog/kafka/wire/kafkaCluster.ts';

const LEADERS_WAIT_MS = 10_000;

export interface TestMessage {
  readonly partition?: number;
  readonly key?: Buffer | string;
  /** undefined: a tombstone. */
  readonly value?: Buffer | string;
  readonly timestamp?: number;
  readonly headers?: readonly (readonly [string, string])[];
}

/** Topics and messages of a test. */
export class KafkaTopics {
  readonly admin: Admin;
  private readonly nodes: string;
  private readonly cluster: KafkaCluster;

  constructor(nodes: string) {
    this.nodes = nodes;
    const [host = '', port = ''] = nodes.split(':');
    this.cluster = new KafkaCluster({
      nodes: [{ host, port: Number(port) }],
      clientId: 'test',
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
      recoveryTimeoutMs: 10_000,
    });
    this.admin = new Admin({ clientId: 'test', bootstrapBrokers: [nodes] });
  }

  async create(topic: string, partitions = 1, configs: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: Object.entries(configs).map(([name, value]) => ({ name, value })) });
    // a producer that meets a partition which is not ready sends all of its messages again
    const signal = AbortSignal.timeout(LEADERS_WAIT_MS);
    while ((await this.cluster.topic(topic, signal).catch(() => undefined))?.partitions.filter((p) => p.leader >= 0).length !== partitions)
      await delay(20, undefined, { signal });
    const ids = Array.from({ length: partitions }, (_, i) => i);
    await this.cluster.offsets(topic, 'read_uncommitted', LATEST, ids, signal);
  }

  async produce(topic: string, messages: readonly TestMessage[], compression: CompressionAlgorithmValue = 'none'): Promise<void> {
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [this.nodes], autocreateTopics: false, repeatOnStaleMetadata: false });
    try {
      await producer.send({ messages: messages.map((m) => record(topic, m)), compression, acks: -1 });
    } finally {
      await producer.close();
    }
  }

  /** Each list in a transaction of its own. */
  async transact(topic: string, transactions: readonly { readonly messages: readonly TestMessage[]; readonly commit: boolean }[]): Promise<void> {
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [this.nodes], idempotent: true, transactionalId: `test-${topic}` });
    try {
      for (const { messages, commit } of transactions) {
        const transaction = await producer.beginTransaction();
        await transaction.send({ messages: messages.map((m) => record(topic, m)), acks: -1 });
        if (commit) await transaction.commit();
        else await transaction.abort();
      }
    } finally {
      await producer.close();
    }
  }

  close(): Promise<void> {
    this.cluster.close();
    return this.admin.close();
  }
}

function record(topic: string, { partition, key, value, timestamp, headers }: TestMessage) {
  return {
    topic,
    ...(partition === undefined ? {} : { partition }),
    ...(key === undefined ? {} : { key: Buffer.from(key) }),
    ...(value === undefined ? {} : { value: Buffer.from(value) }),
    ...(timestamp === undefined ? {} : { timestamp: BigInt(timestamp) }),
    ...(headers === undefined ? {} : { headers: new Map(headers.map(([k, v]) => [Buffer.from(k), Buffer.from(v)])) }),
  };
}
