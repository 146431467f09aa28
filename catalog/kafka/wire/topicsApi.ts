import type { BrokerConnection } from './brokerConnection.ts';
import { KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter } from './protocolBuffer.ts';

const CREATE_TOPICS = 19;
const DELETE_TOPICS = 20;

export interface NewTopic {
  readonly name: string;
  /** undefined: as many as the broker gives a topic by itself. */
  readonly partitions: number | undefined;
  readonly replication: number | undefined;
  readonly configs: ReadonlyMap<string, string>;
}

/** Returns when the cluster has accepted the topic; its partitions may have no leaders yet. */
export async function createTopic(connection: BrokerConnection, topic: NewTopic, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const version = connection.version(CREATE_TOPICS, [4]);
  if (version === undefined) throw new KafkaProtocolError(35, 'CreateTopics');
  const body = new RequestWriter();
  body.array([topic], ({ name, partitions, replication, configs }) =>
    body
      .string(name)
      .int32(partitions ?? -1)
      .int16(replication ?? -1)
      .array([], () => undefined) // no assignment of our own
      .array([...configs], ([key, value]) => body.string(key).string(value)),
  );
  body.int32(timeoutMs).boolean(false);
  const reader = await connection.call({ api: CREATE_TOPICS, version, flexible: false, body: body.finish() }, signal);
  reader.int32(); // throttle
  reader.array(() => {
    const name = reader.string() ?? '';
    const error = reader.int16();
    const reason = reader.string();
    if (error !== 0) throw new KafkaProtocolError(error, reason ?? `topic '${name}'`);
  });
}

export async function deleteTopic(connection: BrokerConnection, topic: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const version = connection.version(DELETE_TOPICS, [3]);
  if (version === undefined) throw new KafkaProtocolError(35, 'DeleteTopics');
  const body = new RequestWriter();
  body.array([topic], (name) => body.string(name));
  body.int32(timeoutMs);
  const reader = await connection.call({ api: DELETE_TOPICS, version, flexible: false, body: body.finish() }, signal);
  reader.int32(); // throttle
  reader.array(() => {
    const name = reader.string() ?? '';
    const error = reader.int16();
    if (error !== 0) throw new KafkaProtocolError(error, `topic '${name}'`);
  });
}
