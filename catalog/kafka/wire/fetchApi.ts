import type { BrokerConnection } from './brokerConnection.ts';
import type { IsolationLevel } from './clusterOptions.ts';
import { CorruptDataError, KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter, type ResponseReader } from './protocolBuffer.ts';

const FETCH = 1;

export interface FetchQuestion {
  readonly topic: string;
  readonly topicId: string | undefined;
  readonly partition: number;
  readonly offset: number;
  readonly isolation: IsolationLevel;
  readonly bytesMax: number;
  readonly waitMs: number;
}

/** Whole record batches (and perhaps a cut-off one at the end) in `buffer` from `start` to `end`. */
export interface FetchedRecords {
  readonly error: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** By topic id where the broker can, so that a topic that was deleted and made anew is never mistaken for the old one. */
export async function fetchRecords(connection: BrokerConnection, question: FetchQuestion, signal: AbortSignal): Promise<FetchedRecords> {
  const version = connection.version(FETCH, question.topicId === undefined ? [11, 4] : [13, 11, 4]);
  if (version === undefined) throw new KafkaProtocolError(35, 'Fetch');
  const flexible = version >= 12;
  const body = new RequestWriter(flexible).int32(-1).int32(question.waitMs).int32(1).int32(question.bytesMax);
  body.int8(question.isolation === 'read_committed' ? 1 : 0);
  if (version >= 7) body.int32(0).int32(-1); // no fetch session
  body.array([question], () => {
    if (version >= 13) body.uuid(question.topicId ?? '');
    else body.string(question.topic);
    body.array([question.partition], (partition) => writePartition(body, version, partition, question)).noTags();
  });
  if (version >= 7) body.array([], () => undefined);
  if (version >= 11) body.string('');
  body.noTags();
  const reader = await connection.call({ api: FETCH, version, flexible, body: body.finish(), extraWaitMs: question.waitMs }, signal);
  return parse(reader, version);
}

function writePartition(body: RequestWriter, version: number, partition: number, question: FetchQuestion): void {
  body.int32(partition);
  if (version >= 9) body.int32(-1); // leader epoch unknown
  body.int64(BigInt(question.offset));
  if (version >= 12) body.int32(-1); // last fetched epoch
  if (version >= 5) body.int64(-1n); // log start, of followers only
  body.int32(question.bytesMax).noTags();
}

function parse(reader: ResponseReader, version: number): FetchedRecords {
  reader.int32(); // throttle
  const error = version >= 7 ? reader.int16() : 0;
  if (version >= 7) reader.int32(); // session
  const topics = reader.array(() => {
    if (version >= 13) reader.uuid();
    else reader.string();
    const partitions = reader.array(() => partition(reader, version));
    reader.skipTags();
    return partitions;
  });
  const answer = topics[0]?.[0];
  if (answer !== undefined) return answer;
  if (error !== 0) return { error, highWatermark: -1n, lastStableOffset: -1n, abortedTransactions: [], buffer: reader.buffer, start: 0, end: 0 };
  throw new CorruptDataError('a Fetch answer without the partition that was asked for');
}

function partition(reader: ResponseReader, version: number): FetchedRecords {
  reader.int32(); // partition
  const error = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  if (version >= 5) reader.int64(); // log start
  const abortedTransactions = reader.array(() => {
    const transaction = { producerId: reader.int64(), firstOffset: Number(reader.int64()) };
    reader.skipTags();
    return transaction;
  });
  if (version >= 11) reader.int32(); // preferred replica
  const length = Math.max(reader.bytesLength(), 0);
  const start = reader.position;
  const end = start + length;
  if (end > reader.buffer.length) throw new CorruptDataError('a Fetch answer that ends too early');
  reader.position = end;
  reader.skipTags();
  return { error, highWatermark, lastStableOffset, abortedTransactions, buffer: reader.buffer, start, end };
}
