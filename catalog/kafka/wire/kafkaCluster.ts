import { setTimeout as delay } from 'node:timers/promises';
import { abortError, BrokerConnection } from './brokerConnection.ts';
import type { ClusterOptions, IsolationLevel, NodeAddress } from './clusterOptions.ts';
import { describeTopicConfigs } from './describeConfigsApi.ts';
import { BrokerUnavailableError, checkSameTopic, KafkaProtocolError, LeaderUnavailableError, NOT_CONTROLLER } from './kafkaError.ts';
import { type EpochAnswer, type EpochQuestion, epochEnds } from './leaderEpochApi.ts';
import { listOffsets, type OffsetAnswer } from './listOffsetsApi.ts';
import { type ClusterMetadata, fetchMetadata, type TopicMetadata } from './metadataApi.ts';

const IDLE_CONNECTIONS_MAX = 32;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 1_000;
const CONTROLLER_ATTEMPTS = 5;
const AVOIDED_MS = 60_000;

/**
 * What is known of one cluster: where its brokers are, and connections that wait for their next use. A connection belongs to one
 * borrower at a time, so that a scan that is slow to read never holds another one up.
 */
export class KafkaCluster {
  readonly options: ClusterOptions;
  private readonly idle: BrokerConnection[] = [];
  private brokers: ReadonlyMap<number, NodeAddress> = new Map();
  /** When a broker could not be reached last, by address. */
  private readonly failedMs = new Map<string, number>();
  private closed = false;

  constructor(options: ClusterOptions) {
    this.options = options;
  }

  /** undefined: any broker that answers, the configured ones first. */
  async acquire(broker: number | undefined, signal: AbortSignal): Promise<BrokerConnection> {
    if (broker !== undefined) {
      const address = this.brokers.get(broker);
      if (address === undefined) throw new BrokerUnavailableError(`Kafka broker ${broker} is not known to the cluster`);
      return this.connectTo(address, signal);
    }
    let failure: unknown;
    for (const address of this.candidates()) {
      try {
        const connection = await this.connectTo(address, signal);
        this.failedMs.delete(addressText(address));
        return connection;
      } catch (error) {
        if (signal.aborted) throw error;
        this.failedMs.set(addressText(address), Date.now());
        failure ??= error;
      }
    }
    throw failure ?? new BrokerUnavailableError('no Kafka nodes are configured');
  }

  /** Who could not be reached a moment ago is tried last: each query would wait for it anew. */
  private candidates(): readonly NodeAddress[] {
    const all = new Map([...this.options.nodes, ...this.brokers.values()].map((address) => [addressText(address), address]));
    const failedAfter = Date.now() - AVOIDED_MS;
    const avoided = (address: NodeAddress): boolean => (this.failedMs.get(addressText(address)) ?? 0) > failedAfter;
    return [...all.values()].sort((a, b) => Number(avoided(a)) - Number(avoided(b)));
  }

  release(connection: BrokerConnection): void {
    if (this.closed || !connection.usable || !connection.idle || this.idle.length >= IDLE_CONNECTIONS_MAX) return connection.close();
    connection.hold(false);
    this.idle.push(connection);
  }

  async withBroker<T>(broker: number | undefined, signal: AbortSignal, use: (connection: BrokerConnection) => Promise<T>): Promise<T> {
    const connection = await this.acquire(broker, signal);
    try {
      return await use(connection);
    } finally {
      this.release(connection);
    }
  }

  async metadata(topics: readonly string[] | undefined, signal: AbortSignal): Promise<ClusterMetadata> {
    const metadata = await this.withBroker(undefined, signal, (connection) => fetchMetadata(connection, topics, signal));
    this.brokers = metadata.brokers;
    return metadata;
  }

  /** Raises what the cluster says is wrong with the topic. */
  async topic(name: string, signal: AbortSignal): Promise<TopicMetadata> {
    const topic = (await this.metadata([name], signal)).topics.get(name);
    if (topic === undefined || topic.error !== 0) throw new KafkaProtocolError(topic?.error ?? 3, `topic '${name}'`);
    return topic;
  }

  /**
   * Asks every partition's leader; an election in progress is waited for. `known`: what the cluster said of the topic a moment ago; `topicId`: a
   * topic of this name with another id is another one (MessagesGoneError).
   */
  async offsets(
    topic: string,
    isolation: IsolationLevel,
    timestamp: bigint,
    partitions: readonly number[],
    signal: AbortSignal,
    { known, topicId }: { readonly known?: TopicMetadata; readonly topicId?: string | undefined } = {},
  ): Promise<ReadonlyMap<number, bigint>> {
    const found = new Map<number, bigint>();
    let believed = known;
    await this.retrying(`offsets of topic '${topic}'`, signal, async () => {
      const metadata = believed ?? (await this.topic(topic, signal));
      believed = undefined;
      checkSameTopic(topic, topicId, metadata);
      const byLeader = new Map<number, number[]>();
      for (const partition of partitions) {
        if (found.has(partition)) continue;
        const leader = metadata.partitions.find((p) => p.id === partition)?.leader ?? -1;
        if (leader < 0) throw new KafkaProtocolError(5, `partition ${partition} of topic '${topic}'`);
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
      }
      const answers = await Promise.all([...byLeader].map(([leader, ids]) => this.offsetsOf(leader, { topic, isolation, timestamp, partitions: ids }, signal)));
      for (const answer of answers.flat()) {
        if (answer.error === 0) found.set(answer.partition, answer.offset);
      }
      const failed = answers.flat().find((a) => a.error !== 0);
      if (failed !== undefined) throw new KafkaProtocolError(failed.error, `partition ${failed.partition} of topic '${topic}'`);
    });
    return found;
  }

  /** Where epochs end in the logs of the partitions' leaders; a partition may be asked about several. */
  async epochEnds(topic: string, questions: readonly EpochQuestion[], signal: AbortSignal): Promise<readonly EpochAnswer[]> {
    const { partitions } = await this.topic(topic, signal);
    const byLeader = new Map<number, EpochQuestion[]>();
    for (const question of questions) {
      const leader = partitions.find((p) => p.id === question.partition)?.leader ?? -1;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), question]);
    }
    const answers = [...byLeader].flatMap(([leader, asked]) =>
      rounds(asked).map((round) => this.withBroker(leader, signal, (connection) => epochEnds(connection, topic, round, signal))),
    );
    return (await Promise.all(answers)).flat();
  }

  topicConfigs(topic: string, names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return this.withBroker(undefined, signal, (connection) => describeTopicConfigs(connection, topic, names, signal));
  }

  /** Work that only the controller does: it is looked for again when it has moved, and asked once. */
  async withController<T>(signal: AbortSignal, use: (connection: BrokerConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const { brokers, controller } = await this.metadata([], signal);
      try {
        return await this.withBroker(brokers.has(controller) ? controller : undefined, signal, use);
      } catch (error) {
        if (!(error instanceof KafkaProtocolError) || error.code !== NOT_CONTROLLER || attempt === CONTROLLER_ATTEMPTS) throw error;
        await delay(BACKOFF_MAX_MS, undefined, { signal });
      }
    }
  }

  close(): void {
    this.closed = true;
    for (const connection of this.idle.splice(0)) connection.close();
  }

  private async offsetsOf(
    leader: number,
    ask: { readonly topic: string; readonly isolation: IsolationLevel; readonly timestamp: bigint; readonly partitions: readonly number[] },
    signal: AbortSignal,
  ): Promise<OffsetAnswer[]> {
    const asked = this.withBroker(leader, signal, (connection) =>
      listOffsets(
        connection,
        ask.topic,
        ask.isolation,
        ask.partitions.map((partition) => ({ partition, timestamp: ask.timestamp })),
        signal,
      ),
    );
    try {
      return await asked;
    } catch (error) {
      throw error instanceof BrokerUnavailableError ? new LeaderUnavailableError(error) : error;
    }
  }

  /** Again after a pause while what went wrong may mend itself; the recovery timeout is the end of it. */
  private async retrying(what: string, signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + Math.min(this.options.recoveryTimeoutMs, this.options.requestTimeoutMs);
    for (let pauseMs = BACKOFF_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, BACKOFF_MAX_MS)) {
      try {
        return await attempt();
      } catch (error) {
        const retriable = error instanceof LeaderUnavailableError || (error instanceof KafkaProtocolError && error.retriable && error.code !== 3);
        if (!retriable || Date.now() + pauseMs > deadline) throw error;
        await delay(pauseMs, undefined, { signal }).catch(() => {
          throw abortError(signal);
        });
      }
      if (signal.aborted) throw new Error(`${what}: aborted`);
    }
  }

  private async connectTo(address: NodeAddress, signal: AbortSignal): Promise<BrokerConnection> {
    for (let i = this.idle.length - 1; i >= 0; i--) {
      const connection = this.idle[i];
      if (connection === undefined) continue;
      if (!connection.usable) this.idle.splice(i, 1);
      else if (connection.address.host === address.host && connection.address.port === address.port) {
        this.idle.splice(i, 1);
        connection.hold(true);
        return connection;
      }
    }
    return BrokerConnection.open(address, this.options, signal);
  }
}

const addressText = ({ host, port }: NodeAddress): string => `${host}:${port}`;

/** A request asks once about each partition. */
function rounds(questions: readonly EpochQuestion[]): EpochQuestion[][] {
  const made: EpochQuestion[][] = [];
  for (const question of questions) {
    const free = made.find((round) => round.every((q) => q.partition !== question.partition));
    if (free === undefined) made.push([question]);
    else free.push(question);
  }
  return made;
}
