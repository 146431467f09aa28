import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClusterMetadata, Producer, type ProducerOptions } from '@platformatic/kafka';
import type { PageSink } from '../../spi/connector.ts';
import type { Page } from '../../spi/page.ts';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';
import type { Value } from '../../spi/value.ts';
import { blockValue } from './block/blockValue.ts';
import { rowEncoder } from './encoder/encoderFactory.ts';
import type { EncoderSpec, RowEncoder } from './encoder/rowEncoder.ts';
import { KAFKA_PRODUCER_ERROR } from './kafkaErrorCode.ts';
import type { KafkaColumnHandle } from './kafkaHandle.ts';
import { MessageEnvelope } from './messageEnvelope.ts';
import type { ClusterOptions } from './wire/clusterOptions.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';
import { LATEST } from './wire/listOffsetsApi.ts';
import { TopicWriter } from './topicWriter.ts';

/** After this the broker ends a transaction by itself; its own bound is 15 minutes unless set otherwise. */
const TRANSACTION_TIMEOUT_MS = 600_000;
const STABLE_WAIT_MS = 5_000;
const STABLE_POLL_MS = 10;

export interface KafkaSinkOptions {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** All declared fields; what the statement leaves out is NULL. */
  readonly key: EncoderSpec;
  readonly message: EncoderSpec;
  readonly columns: readonly KafkaColumnHandle[];
  /** The topic's partitions, where the statement names them. */
  readonly partitions: ReadonlySet<number>;
}

type Transaction = Awaited<ReturnType<Producer<Buffer, Buffer, Buffer, Buffer | undefined>['beginTransaction']>>;

/** Writes the rows of one statement in one Kafka transaction: all of them become visible to readers of committed messages, or none. */
export class KafkaSink implements PageSink {
  readonly kind = 'pages';
  private readonly options: KafkaSinkOptions;
  private readonly key: RowEncoder;
  private readonly message: RowEncoder;
  private readonly keyPlaces: readonly number[];
  private readonly messagePlaces: readonly number[];
  private readonly envelope: MessageEnvelope;
  private readonly transactionalId = `lepton-${randomUUID()}`;
  private readonly producer: Producer<Buffer, Buffer, Buffer, Buffer | undefined>;
  private readonly writer: TopicWriter;
  private readonly joined = new Set<number>();
  private transaction: Promise<Transaction> | undefined;
  private rows = 0n;

  constructor(options: KafkaSinkOptions) {
    this.options = options;
    this.key = rowEncoder(options.key);
    this.message = rowEncoder(options.message);
    const places = (kind: 'key' | 'message'): readonly number[] =>
      options[kind].fields.map((field) => options.columns.findIndex((c) => c.kind === kind && c.field.name === field.name));
    this.keyPlaces = places('key');
    this.messagePlaces = places('message');
    this.envelope = new MessageEnvelope(options);
    const { transactionalId } = this;
    this.producer = new Producer(producerOptions(options.cluster.options, transactionalId));
    this.writer = new TopicWriter(options.cluster, options.topic, { transactionalId, join: (partitions) => this.join(partitions) });
  }

  async append(page: Page): Promise<void> {
    await this.guard(() => this.writer.open());
    for (let row = 0; row < page.rowCount; row++) {
      const value = this.message(this.values('message', page, row)) ?? this.envelope.text('message', page, row);
      const key = this.key(this.values('key', page, row)) ?? this.envelope.text('key', page, row);
      const message = { ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value }), ...this.envelope.place(page, row) };
      this.rows++;
      if (this.writer.add(message)) await this.guard(() => this.writer.flush());
    }
  }

  async finish(): Promise<bigint> {
    await this.guard(async () => {
      await this.writer.finish();
      await (await this.transaction)?.commit();
    });
    // committed in any case: a reader may see it a moment later
    if (this.transaction !== undefined) await this.untilStable().catch(() => undefined);
    await this.close();
    return this.rows;
  }

  async abort(): Promise<void> {
    try {
      await this.writer.stop();
      // a broker that forgets us would end the transaction by itself, later
      await (await this.transaction)?.abort();
    } finally {
      await this.close();
    }
  }

  /** Takes partitions into the transaction, which begins with the first of them. */
  private async join(partitions: readonly number[]): Promise<{ readonly producerId: bigint; readonly producerEpoch: number }> {
    this.transaction ??= this.producer.beginTransaction();
    const transaction = await this.transaction;
    const added = partitions.filter((partition) => !this.joined.has(partition));
    if (added.length > 0) {
      const { topic } = this.options;
      const metadata: ClusterMetadata = await this.producer.metadata({ topics: [topic] });
      await transaction.addPartitions(
        metadata,
        added.map((partition) => ({ topic, partition, value: Buffer.alloc(0) })),
      );
      for (const partition of added) this.joined.add(partition);
    }
    const { producerId, producerEpoch } = this.producer;
    if (producerId === undefined || producerEpoch === undefined) throw new Error('the transaction has no producer');
    return { producerId, producerEpoch };
  }

  /** A commit is answered before the partitions have heard of it: who reads next shall find the rows. */
  private async untilStable(): Promise<void> {
    const { cluster, topic } = this.options;
    const signal = AbortSignal.timeout(STABLE_WAIT_MS);
    const partitions = (await cluster.topic(topic, signal)).partitions.map((p) => p.id);
    const ends = await cluster.offsets(topic, 'read_uncommitted', LATEST, partitions, signal);
    for (;;) {
      const stable = await cluster.offsets(topic, 'read_committed', LATEST, partitions, signal);
      if (partitions.every((p) => (stable.get(p) ?? 0n) >= (ends.get(p) ?? 0n))) return;
      await delay(STABLE_POLL_MS, undefined, { signal });
    }
  }

  private values(kind: 'key' | 'message', page: Page, row: number): Value[] {
    const places = kind === 'key' ? this.keyPlaces : this.messagePlaces;
    return this.options[kind].fields.map((field, i) => {
      const block = page.columns[places[i] ?? -1];
      return block === undefined ? null : blockValue(block, row, field.type);
    });
  }

  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const reason = errorMessage(cause);
      throw new TrinoError(KAFKA_PRODUCER_ERROR, undefined, `Cannot write to topic '${this.options.topic}': ${reason}`, { cause });
    }
  }

  private async close(): Promise<void> {
    await this.producer.close();
  }
}

function producerOptions(cluster: ClusterOptions, transactionalId: string): ProducerOptions<Buffer, Buffer, Buffer, Buffer | undefined> {
  const { sasl, tls } = cluster;
  return {
    clientId: cluster.clientId,
    bootstrapBrokers: cluster.nodes.map(({ host, port }) => ({ host, port })),
    idempotent: true,
    transactionalId,
    autocreateTopics: false,
    connectTimeout: cluster.connectTimeoutMs,
    timeout: TRANSACTION_TIMEOUT_MS,
    repeatOnStaleMetadata: false,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(tls.ca === undefined ? {} : { ca: [...tls.ca] }),
            ...(tls.cert === undefined ? {} : { cert: tls.cert }),
            ...(tls.key === undefined ? {} : { key: tls.key }),
          },
        }),
    ...(sasl === undefined
      ? {}
      : {
          sasl:
            sasl.mechanism === 'OAUTHBEARER'
              ? { mechanism: sasl.mechanism, token: sasl.token }
              : { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password },
        }),
  };
}
