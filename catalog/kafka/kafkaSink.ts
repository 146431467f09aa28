import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Producer, type ProducerOptions } from '@platformatic/kafka';
import type { PageSink } from '../../spi/connector.ts';
import type { Page } from '../../spi/page.ts';
import { TrinoError } from '../../spi/trinoError.ts';
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

const BATCH_MESSAGES = 2_000;
const BATCH_BYTES = 1 << 20;
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

interface Outgoing {
  readonly topic: string;
  readonly key?: Buffer;
  readonly value?: Buffer;
  readonly partition?: number;
  readonly headers?: Map<Buffer, Buffer | undefined>;
}

type Transaction = Awaited<ReturnType<Producer<Buffer, Buffer, Buffer, Buffer | undefined>['beginTransaction']>>;

/** Writes the rows of one statement in one Kafka transaction: all of them become visible to readers of committed messages, or none. */
export class KafkaSink implements PageSink {
  readonly kind = 'pages';
  private readonly options: KafkaSinkOptions;
  private readonly key: RowEncoder;
  private readonly message: RowEncoder;
  private readonly envelope: MessageEnvelope;
  private readonly producer: Producer<Buffer, Buffer, Buffer, Buffer | undefined>;
  private transaction: Promise<Transaction> | undefined;
  private batch: Outgoing[] = [];
  private batchBytes = 0;
  private rows = 0n;

  constructor(options: KafkaSinkOptions) {
    this.options = options;
    this.key = rowEncoder(options.key);
    this.message = rowEncoder(options.message);
    this.envelope = new MessageEnvelope(options);
    this.producer = new Producer(producerOptions(options.cluster.options));
  }

  async append(page: Page): Promise<void> {
    for (let row = 0; row < page.rowCount; row++) {
      const value = this.message(this.values('message', page, row)) ?? this.envelope.text('message', page, row);
      const key = this.key(this.values('key', page, row)) ?? this.envelope.text('key', page, row);
      this.batch.push({
        topic: this.options.topic,
        ...(key === undefined ? {} : { key }),
        ...(value === undefined ? {} : { value }),
        ...this.envelope.place(page, row),
      });
      this.batchBytes += (key?.length ?? 0) + (value?.length ?? 0);
      this.rows++;
      if (this.batch.length >= BATCH_MESSAGES || this.batchBytes >= BATCH_BYTES) await this.send();
    }
  }

  async finish(): Promise<bigint> {
    await this.send();
    const begun = await this.transaction;
    await this.guard(async () => {
      await begun?.commit();
    });
    if (begun !== undefined) await this.untilStable().catch(() => undefined); // committed in any case: a reader may see it a moment later
    await this.close();
    return this.rows;
  }

  async abort(): Promise<void> {
    this.batch = [];
    try {
      // a broker that forgets us would end the transaction by itself, later
      await (await this.transaction)?.abort();
    } finally {
      await this.close();
    }
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

  private async send(): Promise<void> {
    if (this.batch.length === 0) return;
    const messages = this.batch;
    this.batch = [];
    this.batchBytes = 0;
    await this.guard(async () => {
      this.transaction ??= this.producer.beginTransaction();
      await (await this.transaction).send({ messages, acks: -1 });
    });
  }

  private values(kind: 'key' | 'message', page: Page, row: number): Value[] {
    const { columns } = this.options;
    return this.options[kind].fields.map((field) => {
      const at = columns.findIndex((c) => c.kind === kind && c.field.name === field.name);
      const block = at < 0 ? undefined : page.columns[at];
      return block === undefined ? null : blockValue(block, row, field.type);
    });
  }

  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TrinoError(KAFKA_PRODUCER_ERROR, undefined, `Cannot write to topic '${this.options.topic}': ${reason}`, { cause });
    }
  }

  private async close(): Promise<void> {
    await this.producer.close();
  }
}

function producerOptions(cluster: ClusterOptions): ProducerOptions<Buffer, Buffer, Buffer, Buffer | undefined> {
  const { sasl, tls } = cluster;
  return {
    clientId: cluster.clientId,
    bootstrapBrokers: cluster.nodes.map(({ host, port }) => ({ host, port })),
    idempotent: true,
    transactionalId: `lepton-${randomUUID()}`,
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
