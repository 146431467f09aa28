import { setTimeout as delay } from 'node:timers/promises';
import { abortError, type BrokerConnection } from './brokerConnection.ts';
import type { IsolationLevel } from './clusterOptions.ts';
import { type FetchedRecords, fetchRecords } from './fetchApi.ts';
import type { KafkaCluster } from './kafkaCluster.ts';
import {
  BrokerUnavailableError,
  checkSameTopic,
  KafkaProtocolError,
  MessagesGoneError,
  OFFSET_OUT_OF_RANGE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from './kafkaError.ts';
import { EARLIEST } from './listOffsetsApi.ts';
import { offsetAfter } from './recordBatch.ts';

export interface TopicToRead {
  readonly name: string;
  readonly id: string | undefined;
  readonly isolation: IsolationLevel;
}

const WAIT_MS = 100;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 1_000;
const FIRST_FETCH_BYTES = 128 << 10;
const FETCH_BYTES = 1 << 20;

/** The connections of one scan: one to each leader. */
export class ScanConnections {
  private readonly cluster: KafkaCluster;
  private readonly topic: TopicToRead;
  private readonly signal: AbortSignal;
  private readonly byBroker = new Map<number, Promise<BrokerConnection>>();
  private leaders: ReadonlyMap<number, number> | undefined;
  private refreshing: Promise<void> | undefined;

  constructor(cluster: KafkaCluster, topic: TopicToRead, signal: AbortSignal) {
    this.cluster = cluster;
    this.topic = topic;
    this.signal = signal;
  }

  async leaderOf(partition: number): Promise<BrokerConnection> {
    if (this.leaders === undefined) await this.refresh();
    const leader = this.leaders?.get(partition) ?? -1;
    if (leader < 0) throw new KafkaProtocolError(5, `partition ${partition} of topic '${this.topic.name}'`);
    const known = this.byBroker.get(leader);
    if (known !== undefined) {
      const connection = await known;
      if (connection.usable) return connection;
      if (this.byBroker.get(leader) === known) this.byBroker.delete(leader);
      return this.leaderOf(partition);
    }
    const opening = this.cluster.acquire(leader, this.signal);
    this.byBroker.set(leader, opening);
    opening.catch(() => {
      if (this.byBroker.get(leader) === opening) this.byBroker.delete(leader);
    });
    return opening;
  }

  /** Readers that meet the same trouble share one look at the cluster. */
  refresh(): Promise<void> {
    this.refreshing ??= this.lookUp().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  async close(): Promise<void> {
    for (const opening of this.byBroker.values()) {
      await opening.then(
        (connection) => this.cluster.release(connection),
        () => undefined, // never opened: its reader has reported why
      );
    }
    this.byBroker.clear();
  }

  private async lookUp(): Promise<void> {
    const { name, id } = this.topic;
    const topic = (await this.cluster.metadata([name], this.signal)).topics.get(name);
    if (topic === undefined || topic.error === UNKNOWN_TOPIC_OR_PARTITION) throw new MessagesGoneError(`topic '${name}' was deleted while it was read`);
    if (topic.error !== 0) throw new KafkaProtocolError(topic.error, `topic '${name}'`);
    checkSameTopic(name, id, topic);
    this.leaders = new Map(topic.partitions.map((p) => [p.id, p.leader]));
  }
}

/** Brings the record batches of one partition from one offset to another, one Fetch ahead of what is being worked on. */
export class PartitionReader {
  readonly partition: number;
  private readonly connections: ScanConnections;
  private readonly cluster: KafkaCluster;
  private readonly topic: TopicToRead;
  private readonly signal: AbortSignal;
  private readonly end: number;
  private position: number;
  private bytesMax: number;
  private ahead: Promise<FetchedRecords> | undefined;

  constructor(
    scan: { readonly cluster: KafkaCluster; readonly connections: ScanConnections; readonly topic: TopicToRead; readonly signal: AbortSignal },
    range: { readonly partition: number; readonly start: number; readonly end: number; readonly small: boolean },
  ) {
    this.cluster = scan.cluster;
    this.connections = scan.connections;
    this.topic = scan.topic;
    this.signal = scan.signal;
    this.partition = range.partition;
    this.position = range.start;
    this.end = range.end;
    this.bytesMax = range.small ? FIRST_FETCH_BYTES : FETCH_BYTES;
  }

  /** The next batches and the offset they begin to matter from; undefined: the end is reached. */
  async next(): Promise<{ readonly fetched: FetchedRecords; readonly from: number } | undefined> {
    if (this.position >= this.end) return undefined;
    const from = this.position;
    const deadline = new Deadline(this.cluster.options.recoveryTimeoutMs);
    for (;;) {
      let failure: unknown;
      try {
        const fetched = await (this.ahead ?? this.fetch(from));
        this.ahead = undefined;
        if (fetched.error !== 0) throw new KafkaProtocolError(fetched.error, this.where());
        const next = offsetAfter(fetched, from);
        if (next > from) {
          this.position = next;
          this.bytesMax = FETCH_BYTES;
          return { fetched, from };
        }
        if (fetched.end > fetched.start) this.bytesMax = Math.min(this.bytesMax * 2, 1 << 29); // one batch larger than was asked for
        failure = new BrokerUnavailableError(`the leader of ${this.where()} has nothing at offset ${from} though the partition goes on to ${this.end}`);
      } catch (error) {
        this.ahead = undefined;
        if (this.signal.aborted) throw error;
        failure = await this.explain(error, from);
      }
      await deadline.pause(failure, this.signal);
    }
  }

  /** Starts the Fetch after the one just returned; without room for it, leave this out. */
  prefetch(): void {
    if (this.position >= this.end || this.ahead !== undefined || this.signal.aborted) return;
    const ahead = this.fetch(this.position);
    ahead.catch(() => undefined); // awaited by next()
    this.ahead = ahead;
  }

  private async fetch(offset: number): Promise<FetchedRecords> {
    const { name, id, isolation } = this.topic;
    const connection = await this.connections.leaderOf(this.partition);
    return fetchRecords(
      connection,
      { topic: name, topicId: id, partition: this.partition, offset, isolation, bytesMax: this.bytesMax, waitMs: WAIT_MS },
      this.signal,
    );
  }

  /** Throws what cannot mend itself; otherwise looks where the leader is now and gives back the reason to remember. */
  private async explain(error: unknown, from: number): Promise<unknown> {
    if (error instanceof KafkaProtocolError && error.code === OFFSET_OUT_OF_RANGE) await this.outOfRange(from);
    else if (!(error instanceof BrokerUnavailableError || (error instanceof KafkaProtocolError && error.retriable))) throw error;
    try {
      await this.connections.refresh();
    } catch (refreshError) {
      if (this.signal.aborted || refreshError instanceof MessagesGoneError) throw refreshError;
    }
    return error;
  }

  private async outOfRange(from: number): Promise<void> {
    const { name, isolation, id } = this.topic;
    const begin = (await this.cluster.offsets(name, isolation, EARLIEST, [this.partition], this.signal, { topicId: id })).get(this.partition) ?? 0n;
    if (begin > BigInt(from)) {
      throw new MessagesGoneError(`messages of ${this.where()} from offset ${from} to ${begin} were removed (retention) before they were read`);
    }
  }

  private where(): string {
    return `partition ${this.partition} of topic '${this.topic.name}'`;
  }
}

/** Pauses that grow, until nothing has moved for too long. */
class Deadline {
  private readonly atMs: number;
  private pauseMs = BACKOFF_FIRST_MS;

  constructor(timeoutMs: number) {
    this.atMs = Date.now() + timeoutMs;
  }

  async pause(failure: unknown, signal: AbortSignal): Promise<void> {
    if (Date.now() + this.pauseMs > this.atMs) throw failure;
    await delay(this.pauseMs, undefined, { signal }).catch(() => {
      throw abortError(signal);
    });
    this.pauseMs = Math.min(this.pauseMs * 2, BACKOFF_MAX_MS);
  }
}
