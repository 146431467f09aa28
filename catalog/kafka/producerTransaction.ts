import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../spi/connector.ts';
import { errorMessage } from '../../spi/trinoError.ts';
import type { UnfinishedStatements } from './unfinished/unfinishedStatements.ts';
import type { BrokerConnection } from './wire/brokerConnection.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';
import {
  BrokerUnavailableError,
  INVALID_PRODUCER_EPOCH,
  INVALID_PRODUCER_ID_MAPPING,
  INVALID_TXN_STATE,
  KafkaProtocolError,
  PRODUCER_FENCED,
} from './wire/kafkaError.ts';
import { addPartitions, endTransaction, findCoordinator, initProducerId, type TransactionProducer } from './wire/transactionApi.ts';

const BACKOFF_FIRST_MS = 5;
const BACKOFF_MAX_MS = 1_000;
/** A statement that has failed or was cancelled waits so long for its transaction's end; the rest is done behind it. */
const ABORT_WAIT_MS = 5_000;
/** A committed transaction is waited for so long until readers see it. */
const SEEN_WAIT_MS = 5_000;
/** The broker has ended the transaction itself: it took too long. */
const ENDED_BY_BROKER: ReadonlySet<number> = new Set([INVALID_PRODUCER_EPOCH, INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED]);

export interface ProducerTransactionOptions {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly transactionalId: string;
  /** After this the broker ends the transaction by itself. */
  readonly timeoutMs: number;
  readonly unfinished: UnfinishedStatements;
  readonly log: Logger;
}

type Outcome = 'committed' | 'aborted';

/**
 * One transaction of a producer of its own. Whatever happens it is ended: an open transaction holds back everyone who reads committed messages.
 * What cannot be ended now is tried again until the broker has ended it; what a server leaves behind is ended by the next one.
 */
export class ProducerTransaction {
  private readonly options: ProducerTransactionOptions;
  private readonly joined = new Set<number>();
  /** The last request for partitions: it must not come after the end. */
  private joining: Promise<void> | undefined;
  private commitAsked = false;
  private producer: Promise<TransactionProducer> | undefined;
  private coordinator: number | undefined;
  private ending: Promise<Outcome> | undefined;
  private forget: (() => Promise<void>) | undefined;
  private beganMs = 0;

  constructor(options: ProducerTransactionOptions) {
    this.options = options;
  }

  get transactionalId(): string {
    return this.options.transactionalId;
  }

  /** Takes partitions into the transaction, which begins with the first of them. */
  async join(partitions: readonly number[]): Promise<TransactionProducer> {
    this.producer ??= this.begin();
    const producer = await this.producer;
    const added = partitions.filter((partition) => !this.joined.has(partition));
    if (this.ending !== undefined) throw new Error('the transaction has been ended');
    if (added.length > 0) {
      const { topic, cluster } = this.options;
      const deadline = Date.now() + cluster.options.recoveryTimeoutMs;
      const request = (connection: BrokerConnection, signal: AbortSignal) => addPartitions(connection, producer, { topic, partitions: added }, signal);
      this.joining = this.ask(request, () => (this.ending === undefined ? deadline : 0));
      await this.joining;
      for (const partition of added) this.joined.add(partition);
    }
    return producer;
  }

  /** Raises what came in between; then nothing of the transaction is seen, or it is told that this is not known. */
  async commit(): Promise<void> {
    if (this.producer === undefined) return;
    const producer = await this.producer;
    const deadline = Date.now() + this.options.cluster.options.recoveryTimeoutMs;
    this.commitAsked = true;
    try {
      await this.ask(
        (connection, signal) => endTransaction(connection, producer, 'commit', signal),
        () => deadline,
      );
    } catch (failure) {
      // the commit may have been heard although its answer was not
      const outcome = await this.abort();
      if (outcome === 'committed') return;
      if (outcome === 'aborted') throw failure;
      throw new Error(`${errorMessage(failure)}; the rows are discarded as soon as a broker answers, unless the lost answer was that they are there`, {
        cause: failure,
      });
    }
    this.ending = Promise.resolve('committed');
    await this.untilSeen(producer);
    await this.forget?.();
  }

  /** A commit is answered before the partitions have heard of it, and then only once they have: who reads next shall find the rows. */
  private async untilSeen(producer: TransactionProducer): Promise<void> {
    const deadline = Date.now() + SEEN_WAIT_MS;
    const again = (connection: BrokerConnection, signal: AbortSignal) => endTransaction(connection, producer, 'commit', signal);
    await this.ask(again, () => deadline).catch(() => undefined); // committed in any case
  }

  /** undefined: it goes on being tried. */
  async abort(): Promise<Outcome | undefined> {
    if (this.producer === undefined) return 'aborted';
    this.ending ??= this.end(this.producer);
    const tooLate = new AbortController();
    try {
      return await Promise.race([this.ending, delay(ABORT_WAIT_MS, undefined, { signal: tooLate.signal })]);
    } finally {
      tooLate.abort();
    }
  }

  /** Becomes the producer of the id: what an earlier one had begun under it is aborted. */
  async fence(): Promise<void> {
    const { transactionalId, timeoutMs, cluster } = this.options;
    const deadline = Date.now() + cluster.options.recoveryTimeoutMs;
    await this.ask(
      (connection, signal) => initProducerId(connection, { transactionalId, timeoutMs }, signal),
      () => deadline,
    );
  }

  /** Tells what became of it when a request was refused. */
  explain(error: unknown): unknown {
    if (!(error instanceof KafkaProtocolError) || !ENDED_BY_BROKER.has(error.code)) return error;
    const { timeoutMs } = this.options;
    const tooLong = Date.now() - this.beganMs >= timeoutMs;
    const why = tooLong ? `it took longer than transaction.timeout.ms (${timeoutMs} ms)` : 'another producer took its id, or a broker lost it';
    return new Error(`the brokers have ended the transaction: ${why} (${error.message})`, { cause: error });
  }

  private async begin(): Promise<TransactionProducer> {
    const { transactionalId, timeoutMs, unfinished, cluster } = this.options;
    this.forget = await unfinished.add({ transactionalId });
    this.beganMs = Date.now();
    const deadline = this.beganMs + cluster.options.recoveryTimeoutMs;
    return this.ask(
      (connection, signal) => initProducerId(connection, { transactionalId, timeoutMs }, signal),
      () => deadline,
    );
  }

  /** Until it is known how the transaction has ended: at the latest the broker ends it itself. */
  private async end(begun: Promise<TransactionProducer>): Promise<Outcome> {
    const producer = await begun.catch(() => undefined); // who began it is told
    await this.joining?.catch(() => undefined); // and so is who joined
    const outcome = producer === undefined || this.joining === undefined ? 'aborted' : await this.endOpen(producer);
    await this.forget?.();
    return outcome;
  }

  private async endOpen(producer: TransactionProducer): Promise<Outcome> {
    const deadline = this.beganMs + 2 * this.options.timeoutMs;
    try {
      await this.ask(
        (connection, signal) => endTransaction(connection, producer, 'abort', signal),
        () => deadline,
      );
    } catch (error) {
      const code = error instanceof KafkaProtocolError ? error.code : undefined;
      // there is nothing to abort: it is over already, or has never begun
      if (code === INVALID_TXN_STATE) return this.commitAsked ? 'committed' : 'aborted';
      if (code === undefined || !ENDED_BY_BROKER.has(code)) {
        const { transactionalId } = producer;
        const { topic, log } = this.options;
        log.warn('a transaction could not be ended: the broker does so when it times out', { topic, transactionalId, error: errorMessage(error) });
      }
    }
    return 'aborted';
  }

  /** Asks the coordinator; again after a pause while what went wrong may mend itself. */
  private async ask<T>(request: (connection: BrokerConnection, signal: AbortSignal) => Promise<T>, deadline: () => number): Promise<T> {
    const { cluster, transactionalId } = this.options;
    for (let pauseMs = BACKOFF_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, BACKOFF_MAX_MS)) {
      const signal = AbortSignal.timeout(cluster.options.requestTimeoutMs);
      try {
        if (this.coordinator === undefined) {
          await cluster.metadata([], signal); // where the brokers are
          this.coordinator = await cluster.withBroker(undefined, signal, (connection) => findCoordinator(connection, transactionalId, signal));
        }
        return await cluster.withBroker(this.coordinator, signal, (connection) => request(connection, signal));
      } catch (error) {
        this.coordinator = undefined;
        const temporary = signal.aborted || error instanceof BrokerUnavailableError || (error instanceof KafkaProtocolError && error.retriable);
        if (!temporary || Date.now() + pauseMs > deadline()) throw error;
      }
      // what is tried behind a statement's back keeps no server from ending
      await delay(pauseMs, undefined, { ref: this.ending === undefined });
    }
  }
}
