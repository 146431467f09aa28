import type { BrokerConnection } from './brokerConnection.ts';
import { KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter } from './protocolBuffer.ts';

const PRODUCE = 0;
const ALL_REPLICAS = -1;

export interface ProduceTarget {
  readonly topic: string;
  readonly transactionalId: string;
  /** How long the broker may wait for its replicas. */
  readonly timeoutMs: number;
}

export interface PartitionBatch {
  readonly partition: number;
  readonly batch: Buffer;
}

/** Kafka's error code for each partition; 0: written. */
export async function produce(
  connection: BrokerConnection,
  { topic, transactionalId, timeoutMs }: ProduceTarget,
  batches: readonly PartitionBatch[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const version = connection.version(PRODUCE, [3]);
  if (version === undefined) throw new KafkaProtocolError(35, 'Produce');
  const body = new RequestWriter(
    false,
    batches.reduce((sum, { batch }) => sum + batch.length, 0),
  );
  body.string(transactionalId).int16(ALL_REPLICAS).int32(timeoutMs);
  body.array([topic], () => body.string(topic).array(batches, ({ partition, batch }) => body.int32(partition).bytes(batch)));
  const reader = await connection.call({ api: PRODUCE, version, flexible: false, body: body.finish(), extraWaitMs: timeoutMs }, signal);
  const answers = reader.array(() => {
    reader.string();
    return reader.array((): readonly [number, number] => {
      const answer = [reader.int32(), reader.int16()] as const;
      reader.int64(); // offset of the first record
      reader.int64(); // time, where the broker gives it
      return answer;
    });
  });
  return new Map(answers.flat());
}
