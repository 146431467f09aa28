import type { BrokerConnection } from './brokerConnection.ts';
import type { IsolationLevel } from './clusterOptions.ts';
import { KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter } from './protocolBuffer.ts';

const LIST_OFFSETS = 2;
export const LATEST = -1n;
export const EARLIEST = -2n;

export interface OffsetQuestion {
  readonly partition: number;
  /** Milliseconds since 1970, LATEST or EARLIEST. */
  readonly timestamp: bigint;
}
export interface OffsetAnswer {
  readonly partition: number;
  readonly error: number;
  /** -1: no message at or after that moment. */
  readonly offset: bigint;
}

export async function listOffsets(
  connection: BrokerConnection,
  topic: string,
  isolation: IsolationLevel,
  questions: readonly OffsetQuestion[],
  signal: AbortSignal,
): Promise<OffsetAnswer[]> {
  const version = connection.version(LIST_OFFSETS, [2]);
  if (version === undefined) throw new KafkaProtocolError(35, 'ListOffsets');
  const body = new RequestWriter().int32(-1).int8(isolation === 'read_committed' ? 1 : 0);
  body.array([topic], () => body.string(topic).array(questions, (q) => body.int32(q.partition).int64(q.timestamp)));
  const reader = await connection.call({ api: LIST_OFFSETS, version, flexible: false, body: body.finish() }, signal);
  reader.int32(); // throttle
  return reader
    .array(() => {
      reader.string();
      return reader.array(() => {
        const partition = reader.int32();
        const error = reader.int16();
        reader.int64(); // timestamp of the message found
        return { partition, error, offset: reader.int64() };
      });
    })
    .flat();
}
