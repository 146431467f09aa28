import type { BrokerConnection } from './brokerConnection.ts';
import type { NodeAddress } from './clusterOptions.ts';
import { KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter, type ResponseReader } from './protocolBuffer.ts';

const METADATA = 3;
const NO_TOPIC_ID = '0'.repeat(32);

export interface ClusterMetadata {
  readonly brokers: ReadonlyMap<number, NodeAddress>;
  /** -1: none at present. Where brokers forward to the controller it is any of them. */
  readonly controller: number;
  readonly topics: ReadonlyMap<string, TopicMetadata>;
}

export interface TopicMetadata {
  readonly name: string;
  /** Hex; undefined from brokers that know no topic ids (before Kafka 2.8). */
  readonly id: string | undefined;
  readonly internal: boolean;
  /** Kafka's error code; 0: none. */
  readonly error: number;
  readonly partitions: readonly PartitionMetadata[];
}

export interface PartitionMetadata {
  readonly id: number;
  readonly error: number;
  /** -1: none at present. */
  readonly leader: number;
}

/** Versions that let us say that nothing is to be created by asking. */
export async function fetchMetadata(connection: BrokerConnection, topics: readonly string[] | undefined, signal: AbortSignal): Promise<ClusterMetadata> {
  const version = connection.version(METADATA, [12, 4]);
  if (version === undefined) throw new KafkaProtocolError(35, 'Metadata');
  const flexible = version >= 9;
  const body = new RequestWriter(flexible);
  if (topics === undefined) flexible ? body.unsignedVarint(0) : body.int32(-1);
  else
    body.array(topics, (name) => {
      if (version >= 10) body.uuid(NO_TOPIC_ID);
      body.string(name).noTags();
    });
  body.boolean(false); // never create a topic
  if (version >= 8) body.boolean(false); // authorized operations are of no interest
  body.noTags();
  return parse(await connection.call({ api: METADATA, version, flexible, body: body.finish() }, signal), version);
}

function parse(reader: ResponseReader, version: number): ClusterMetadata {
  reader.int32(); // throttle
  const brokers = new Map(
    reader.array(() => {
      const id = reader.int32();
      const host = reader.string() ?? '';
      const port = reader.int32();
      reader.string(); // rack
      reader.skipTags();
      return [id, { host, port }] as const;
    }),
  );
  reader.string(); // cluster id
  const controller = reader.int32();
  const topics = reader.array((): TopicMetadata => {
    const error = reader.int16();
    const name = reader.string() ?? '';
    const id = version >= 10 ? reader.uuid() : NO_TOPIC_ID;
    const internal = reader.boolean();
    const partitions = reader.array(() => partition(reader, version));
    if (version >= 8) reader.int32(); // authorized operations
    reader.skipTags();
    return { name, id: id === NO_TOPIC_ID ? undefined : id, internal, error, partitions: partitions.sort((a, b) => a.id - b.id) };
  });
  return { brokers, controller, topics: new Map(topics.map((t) => [t.name, t])) };
}

function partition(reader: ResponseReader, version: number): PartitionMetadata {
  const error = reader.int16();
  const id = reader.int32();
  const leader = reader.int32();
  if (version >= 7) reader.int32(); // leader epoch
  reader.array(() => reader.int32()); // replicas
  reader.array(() => reader.int32()); // in-sync replicas
  if (version >= 5) reader.array(() => reader.int32()); // offline replicas
  reader.skipTags();
  return { id, error, leader };
}
