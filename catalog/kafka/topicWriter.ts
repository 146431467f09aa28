import { setTimeout as delay } from 'node:timers/promises';
import { BrokerUnavailableError, KafkaProtocolError, LEADER_NOT_AVAILABLE, MESSAGE_TOO_LARGE } from './wire/kafkaError.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';
import type { TopicMetadata } from './wire/metadataApi.ts';
import { keyHash } from './wire/murmur2.ts';
import { type PartitionBatch, produce } from './wire/produceApi.ts';
import { RecordBatchWriter, type RecordToWrite } from './wire/recordBatchWriter.ts';

/** Topics with a smaller max.message.bytes get smaller batches. */
const BATCH_BYTES = 512 << 10;
const MAX_MESSAGE_BYTES = 'max.message.bytes';
/** Of all partitions together. */
const PENDING_BYTES = 2 << 20;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 1_000;
/** An attempt whose answer was lost had written the batch. */
const DUPLICATE_SEQUENCE_NUMBER = 46;
const UNKNOWN_SERVER_ERROR = -1;

export interface OutgoingMessage extends RecordToWrite {
  /** Absent: by the key's hash as Kafka's own clients have it, and without a key in turns. */
  readonly partition?: number;
}

/** The transaction that the batches belong to. */
export interface WriterTransaction {
  readonly transactionalId: string;
  /** Whose batches they are; the partitions are part of the transaction when it resolves. */
  join(partitions: readonly number[]): Promise<{ readonly producerId: bigint; readonly producerEpoch: number }>;
}

/** Gathers the messages of each partition into batches, and sends one round of them while the next one is gathered. */
export class TopicWriter {
  private readonly cluster: KafkaCluster;
  private readonly topic: string;
  private readonly transaction: WriterTransaction;
  /** Of each partition the one that is filled, and the one whose batch may be under way. */
  private readonly writers = new Map<number, [filled: RecordBatchWriter, sent: RecordBatchWriter]>();
  private readonly sequences = new Map<number, number>();
  private partitions: readonly number[] | undefined;
  private metadata: TopicMetadata | undefined;
  private batchBytesMax = BATCH_BYTES;
  private maxMessageBytes: string | undefined;
  private turn = 0;
  private bytes = 0;
  private sending: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(cluster: KafkaCluster, topic: string, transaction: WriterTransaction) {
    this.cluster = cluster;
    this.topic = topic;
    this.transaction = transaction;
  }

  async open(): Promise<void> {
    if (this.partitions !== undefined) return;
    this.metadata = await this.cluster.topic(this.topic, this.timeout());
    this.partitions = this.metadata.partitions.map(({ id }) => id).toSorted((a, b) => a - b);
    // who may write to a topic may not always look at its configuration
    const configs = await this.cluster.topicConfigs(this.topic, [MAX_MESSAGE_BYTES], this.timeout()).catch(() => undefined);
    this.maxMessageBytes = configs?.get(MAX_MESSAGE_BYTES);
    this.batchBytesMax = Math.min(BATCH_BYTES, Number(this.maxMessageBytes ?? BATCH_BYTES));
  }

  /** A batch that has no room left for the message is sent before it. undefined: there is nothing to wait for. */
  add(message: OutgoingMessage): Promise<void> | undefined {
    const partition = message.partition ?? this.partitionOf(message.key);
    const filled = this.filled(partition);
    if (filled.count > 0 && filled.bytesWith(message) > this.batchBytesMax) return this.flush().then(() => this.put(partition, message));
    return this.put(partition, message);
  }

  private put(partition: number, message: OutgoingMessage): Promise<void> | undefined {
    const writer = this.filled(partition);
    const before = writer.bytes;
    writer.add(message);
    this.bytes += writer.bytes - before;
    return writer.bytes >= this.batchBytesMax || this.bytes >= PENDING_BYTES ? this.flush() : undefined;
  }

  private filled(partition: number): RecordBatchWriter {
    const pair = this.writers.get(partition) ?? [new RecordBatchWriter(), new RecordBatchWriter()];
    this.writers.set(partition, pair);
    return pair[0];
  }

  /** Resolves when what was flushed before has been written; raises what became of that. */
  async flush(): Promise<void> {
    await this.sending;
    const filled = [...this.writers].filter(([, [writer]]) => writer.count > 0);
    if (filled.length === 0 || this.stopped) return;
    const producer = await this.transaction.join(filled.map(([partition]) => partition));
    if (this.stopped) return;
    const batches = filled.map(([partition, [writer, free]]): PartitionBatch => {
      this.writers.set(partition, [free, writer]);
      const sequence = this.sequences.get(partition) ?? 0;
      // numbers begin anew after the largest
      this.sequences.set(partition, (sequence + writer.count) % 2 ** 31);
      return { partition, batch: writer.finish({ ...producer, sequence }) };
    });
    this.bytes = 0;
    this.sending = this.send(batches);
    this.sending.catch(() => undefined); // the next flush raises it
  }

  /** Everything is written, or raises what became of it. */
  async finish(): Promise<void> {
    await this.flush();
    await this.sending;
  }

  /** Nothing is under way any more when it resolves: a batch that came after the end of its transaction would be in no one's. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.sending.catch(() => undefined); // given up
  }

  private partitionOf(key: Buffer | undefined): number {
    const { partitions } = this;
    if (partitions === undefined) throw new Error('the writer is not open');
    const chosen = key === undefined ? this.turn++ : keyHash(key);
    return partitions[chosen % partitions.length] ?? 0;
  }

  private async send(batches: readonly PartitionBatch[]): Promise<void> {
    const deadline = Date.now() + this.cluster.options.recoveryTimeoutMs;
    let left = batches;
    for (let pauseMs = BACKOFF_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, BACKOFF_MAX_MS)) {
      const failures = await this.attempt(left);
      left = left.filter(({ partition }) => failures.has(partition));
      if (left.length === 0) return;
      if (this.stopped || Date.now() + pauseMs > deadline) throw failures.values().next().value;
      await delay(pauseMs);
      this.metadata = undefined;
    }
  }

  /** Why partitions have not been written, where another attempt may help; raises what none can mend. */
  private async attempt(batches: readonly PartitionBatch[]): Promise<ReadonlyMap<number, unknown>> {
    const failures = new Map<number, unknown>();
    const byLeader = new Map<number, PartitionBatch[]>();
    try {
      this.metadata ??= await this.cluster.topic(this.topic, this.timeout());
    } catch (error) {
      for (const { partition } of batches) failures.set(partition, error);
    }
    for (const batch of this.metadata === undefined ? [] : batches) {
      const leader = this.metadata?.partitions.find(({ id }) => id === batch.partition)?.leader ?? -1;
      if (leader < 0) failures.set(batch.partition, new KafkaProtocolError(LEADER_NOT_AVAILABLE, this.where(batch.partition)));
      else byLeader.set(leader, [...(byLeader.get(leader) ?? []), batch]);
    }
    await Promise.all([...byLeader].map(([leader, own]) => this.attemptAt(leader, own, failures)));
    for (const failure of failures.values()) if (!isTemporary(failure)) throw failure;
    return failures;
  }

  /** Never rejects, so that no request is forgotten when another one fails. */
  private async attemptAt(leader: number, batches: readonly PartitionBatch[], failures: Map<number, unknown>): Promise<void> {
    const target = { topic: this.topic, transactionalId: this.transaction.transactionalId, timeoutMs: this.cluster.options.requestTimeoutMs };
    const { signal } = new AbortController(); // the connection has a bound of its own
    try {
      const answers = await this.cluster.withBroker(leader, signal, (connection) => produce(connection, target, batches, signal));
      for (const { partition } of batches) {
        const code = answers.get(partition) ?? UNKNOWN_SERVER_ERROR;
        if (code !== 0 && code !== DUPLICATE_SEQUENCE_NUMBER) failures.set(partition, new KafkaProtocolError(code, this.refusedAt(partition, code)));
      }
    } catch (error) {
      for (const { partition } of batches) failures.set(partition, error);
    }
  }

  private timeout(): AbortSignal {
    return AbortSignal.timeout(this.cluster.options.requestTimeoutMs);
  }

  private refusedAt(partition: number, code: number): string {
    const limit = code === MESSAGE_TOO_LARGE && this.maxMessageBytes !== undefined ? ` (${MAX_MESSAGE_BYTES} = ${this.maxMessageBytes})` : '';
    return `${this.where(partition)}${limit}`;
  }

  private where(partition: number): string {
    return `partition ${partition} of topic '${this.topic}'`;
  }
}

/** The leader moves, a broker restarts, replicas lag behind. */
function isTemporary(error: unknown): boolean {
  return error instanceof BrokerUnavailableError || (error instanceof KafkaProtocolError && error.retriable);
}
