import type { BrokerConnection } from './brokerConnection.ts';
import { KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter } from './protocolBuffer.ts';

const DESCRIBE_CONFIGS = 32;
const TOPIC = 2;

/** The values of some of a topic's settings, defaults of the broker included. */
export async function describeTopicConfigs(
  connection: BrokerConnection,
  topic: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const version = connection.version(DESCRIBE_CONFIGS, [1]);
  if (version === undefined) throw new KafkaProtocolError(35, 'DescribeConfigs');
  const body = new RequestWriter();
  body.array([topic], () =>
    body
      .int8(TOPIC)
      .string(topic)
      .array(names, (name) => body.string(name)),
  );
  body.boolean(false);
  const reader = await connection.call({ api: DESCRIBE_CONFIGS, version, flexible: false, body: body.finish() }, signal);
  reader.int32(); // throttle
  const found = new Map<string, string>();
  reader.array(() => {
    const error = reader.int16();
    const message = reader.string();
    if (error !== 0) throw new KafkaProtocolError(error, message ?? `configuration of topic ${topic}`);
    reader.int8();
    reader.string();
    reader.array(() => {
      const name = reader.string() ?? '';
      const value = reader.string();
      reader.boolean(); // read only
      reader.int8(); // source
      reader.boolean(); // sensitive
      reader.array(() => [reader.string(), reader.string(), reader.int8()]);
      if (value !== null) found.set(name, value);
    });
  });
  return found;
}
