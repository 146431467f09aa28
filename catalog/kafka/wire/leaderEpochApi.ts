import type { BrokerConnection } from './brokerConnection.ts';
import { KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter } from './protocolBuffer.ts';

const OFFSET_FOR_LEADER_EPOCH = 23;
const ANY_CURRENT_EPOCH = -1;

export interface EpochQuestion {
  readonly partition: number;
  readonly epoch: number;
}
export interface EpochAnswer {
  readonly partition: number;
  readonly error: number;
  /** The one asked for, or the last before it that the log has. */
  readonly epoch: number;
  /** Where that epoch ends in the leader's log; -1: not known. */
  readonly end: bigint;
}

/** One question for each partition. */
export async function epochEnds(connection: BrokerConnection, topic: string, questions: readonly EpochQuestion[], signal: AbortSignal): Promise<EpochAnswer[]> {
  const version = connection.version(OFFSET_FOR_LEADER_EPOCH, [2]);
  if (version === undefined) throw new KafkaProtocolError(35, 'OffsetForLeaderEpoch');
  const body = new RequestWriter();
  body.array([topic], () => body.string(topic).array(questions, (q) => body.int32(q.partition).int32(ANY_CURRENT_EPOCH).int32(q.epoch)));
  const reader = await connection.call({ api: OFFSET_FOR_LEADER_EPOCH, version, flexible: false, body: body.finish() }, signal);
  reader.int32(); // throttle
  return reader
    .array(() => {
      reader.string();
      return reader.array(() => {
        const error = reader.int16();
        const partition = reader.int32();
        return { partition, error, epoch: reader.int32(), end: reader.int64() };
      });
    })
    .flat();
}
