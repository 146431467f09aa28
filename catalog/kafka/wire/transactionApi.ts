import type { BrokerConnection } from './brokerConnection.ts';
import { KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter, type ResponseReader } from './protocolBuffer.ts';

const FIND_COORDINATOR = 10;
const INIT_PRODUCER_ID = 22;
const ADD_PARTITIONS_TO_TXN = 24;
const END_TXN = 26;
/** Of the kinds of coordinators. */
const TRANSACTION = 1;

/** A producer's transaction, as brokers know it. */
export interface TransactionProducer {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** The broker that keeps the transactions of an id. */
export async function findCoordinator(connection: BrokerConnection, transactionalId: string, signal: AbortSignal): Promise<number> {
  const body = new RequestWriter().string(transactionalId).int8(TRANSACTION);
  const reader = await call(connection, { api: FIND_COORDINATOR, versions: [2, 1], name: 'FindCoordinator', body }, signal);
  const error = reader.int16();
  const reason = reader.string();
  if (error !== 0) throw new KafkaProtocolError(error, reason ?? `the coordinator of '${transactionalId}'`);
  return reader.int32();
}

/** Makes the caller the one producer of the id: a transaction that an earlier one has left open is aborted. */
export async function initProducerId(
  connection: BrokerConnection,
  { transactionalId, timeoutMs }: { readonly transactionalId: string; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<TransactionProducer> {
  const body = new RequestWriter().string(transactionalId).int32(timeoutMs);
  const reader = await call(connection, { api: INIT_PRODUCER_ID, versions: [1, 0], name: 'InitProducerId', body }, signal);
  const error = reader.int16();
  if (error !== 0) throw new KafkaProtocolError(error, `producer '${transactionalId}'`);
  return { transactionalId, producerId: reader.int64(), producerEpoch: reader.int16() };
}

/** Partitions are part of the transaction before anything is written to them. */
export async function addPartitions(
  connection: BrokerConnection,
  { transactionalId, producerId, producerEpoch }: TransactionProducer,
  { topic, partitions }: { readonly topic: string; readonly partitions: readonly number[] },
  signal: AbortSignal,
): Promise<void> {
  const body = new RequestWriter().string(transactionalId).int64(producerId).int16(producerEpoch);
  body.array([topic], () => body.string(topic).array(partitions, (partition) => body.int32(partition)));
  const reader = await call(connection, { api: ADD_PARTITIONS_TO_TXN, versions: [2, 1, 0], name: 'AddPartitionsToTxn', body }, signal);
  const answers = reader.array(() => {
    reader.string();
    return reader.array(() => ({ partition: reader.int32(), error: reader.int16() }));
  });
  const failed = answers.flat().filter(({ error }) => error !== 0);
  // where one is refused the others are not attempted: they do not say why
  const told = failed.find(({ error }) => error !== OPERATION_NOT_ATTEMPTED) ?? failed[0];
  if (told !== undefined) throw new KafkaProtocolError(told.error, `partition ${told.partition} of topic '${topic}'`);
}
const OPERATION_NOT_ATTEMPTED = 55;

export async function endTransaction(
  connection: BrokerConnection,
  { transactionalId, producerId, producerEpoch }: TransactionProducer,
  how: 'commit' | 'abort',
  signal: AbortSignal,
): Promise<void> {
  const body = new RequestWriter()
    .string(transactionalId)
    .int64(producerId)
    .int16(producerEpoch)
    .boolean(how === 'commit');
  const reader = await call(connection, { api: END_TXN, versions: [2, 1, 0], name: 'EndTxn', body }, signal);
  const error = reader.int16();
  if (error !== 0) throw new KafkaProtocolError(error, `${how} of transaction '${transactionalId}'`);
}

/** The answer behind its throttle time. */
async function call(
  connection: BrokerConnection,
  request: { readonly api: number; readonly versions: readonly number[]; readonly name: string; readonly body: RequestWriter },
  signal: AbortSignal,
): Promise<ResponseReader> {
  const { api, versions, name, body } = request;
  const version = connection.version(api, versions);
  if (version === undefined) throw new KafkaProtocolError(35, name);
  const reader = await connection.call({ api, version, flexible: false, body: body.finish() }, signal);
  reader.int32(); // throttle
  return reader;
}
