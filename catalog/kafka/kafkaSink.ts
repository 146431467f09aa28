import { randomUUID } from 'node:crypto';
import type { Logger, PageSink } from '../../spi/connector.ts';
import type { Page } from '../../spi/page.ts';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';
import type { Value } from '../../spi/value.ts';
import { blockValue } from './block/blockValue.ts';
import { rowEncoder } from './encoder/encoderFactory.ts';
import type { EncoderSpec, RowEncoder } from './encoder/rowEncoder.ts';
import { KAFKA_PRODUCER_ERROR } from './kafkaErrorCode.ts';
import type { KafkaColumnHandle } from './kafkaHandle.ts';
import { MessageEnvelope } from './messageEnvelope.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';
import { ProducerTransaction } from './producerTransaction.ts';
import { TopicWriter } from './topicWriter.ts';
import type { UnfinishedStatements } from './unfinished/unfinishedStatements.ts';

export interface KafkaSinkOptions {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** All declared fields; what the statement leaves out is NULL. */
  readonly key: EncoderSpec;
  readonly message: EncoderSpec;
  readonly columns: readonly KafkaColumnHandle[];
  /** The topic's partitions, where the statement names them. */
  readonly partitions: ReadonlySet<number>;
  readonly transactionTimeoutMs: number;
  readonly unfinished: UnfinishedStatements;
  readonly log: Logger;
}

/** Writes the rows of one statement in one Kafka transaction: all of them become visible to readers of committed messages, or none. */
export class KafkaSink implements PageSink {
  readonly kind = 'pages';
  private readonly options: KafkaSinkOptions;
  private readonly key: RowEncoder;
  private readonly message: RowEncoder;
  private readonly keyPlaces: readonly number[];
  private readonly messagePlaces: readonly number[];
  private readonly envelope: MessageEnvelope;
  private readonly transaction: ProducerTransaction;
  private readonly writer: TopicWriter;
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
    const { cluster, topic, transactionTimeoutMs: timeoutMs, unfinished, log } = options;
    this.transaction = new ProducerTransaction({ cluster, topic, transactionalId: `lepton-${randomUUID()}`, timeoutMs, unfinished, log });
    this.writer = new TopicWriter(cluster, topic, this.transaction);
  }

  async append(page: Page): Promise<void> {
    await this.guard(() => this.writer.open());
    for (let row = 0; row < page.rowCount; row++) {
      const value = this.message(this.values('message', page, row)) ?? this.envelope.text('message', page, row);
      const key = this.key(this.values('key', page, row)) ?? this.envelope.text('key', page, row);
      const message = { ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value }), ...this.envelope.place(page, row) };
      this.rows++;
      const flushed = this.writer.add(message);
      if (flushed !== undefined) await this.guard(() => flushed);
    }
  }

  async finish(): Promise<bigint> {
    await this.guard(async () => {
      await this.writer.finish();
      await this.transaction.commit();
    });
    return this.rows;
  }

  async abort(): Promise<void> {
    await this.writer.stop();
    await this.transaction.abort();
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
    } catch (error) {
      const cause = this.transaction.explain(error);
      throw new TrinoError(KAFKA_PRODUCER_ERROR, undefined, `Cannot write to topic '${this.options.topic}': ${errorMessage(cause)}`, { cause });
    }
  }
}
