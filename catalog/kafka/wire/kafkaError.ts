/** The part of Kafka's error codes that reading, writing and table creation meet: name, and whether asking again can help. */
const CODES: ReadonlyMap<number, readonly [name: string, retriable: boolean]> = new Map([
  [-1, ['UNKNOWN_SERVER_ERROR', false]],
  [1, ['OFFSET_OUT_OF_RANGE', false]],
  [2, ['CORRUPT_MESSAGE', true]],
  [3, ['UNKNOWN_TOPIC_OR_PARTITION', true]],
  [5, ['LEADER_NOT_AVAILABLE', true]],
  [6, ['NOT_LEADER_OR_FOLLOWER', true]],
  [7, ['REQUEST_TIMED_OUT', true]],
  [8, ['BROKER_NOT_AVAILABLE', true]],
  [9, ['REPLICA_NOT_AVAILABLE', true]],
  [10, ['MESSAGE_TOO_LARGE', false]],
  [13, ['NETWORK_EXCEPTION', true]],
  [14, ['COORDINATOR_LOAD_IN_PROGRESS', true]],
  [15, ['COORDINATOR_NOT_AVAILABLE', true]],
  [16, ['NOT_COORDINATOR', true]],
  [17, ['INVALID_TOPIC_EXCEPTION', false]],
  [18, ['RECORD_LIST_TOO_LARGE', false]],
  [19, ['NOT_ENOUGH_REPLICAS', true]],
  [20, ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', true]],
  [29, ['TOPIC_AUTHORIZATION_FAILED', false]],
  [31, ['CLUSTER_AUTHORIZATION_FAILED', false]],
  [33, ['UNSUPPORTED_SASL_MECHANISM', false]],
  [34, ['ILLEGAL_SASL_STATE', false]],
  [35, ['UNSUPPORTED_VERSION', false]],
  [36, ['TOPIC_ALREADY_EXISTS', false]],
  [37, ['INVALID_PARTITIONS', false]],
  [38, ['INVALID_REPLICATION_FACTOR', false]],
  [40, ['INVALID_CONFIG', false]],
  [41, ['NOT_CONTROLLER', true]],
  [43, ['UNSUPPORTED_FOR_MESSAGE_FORMAT', false]],
  [44, ['POLICY_VIOLATION', false]],
  [45, ['OUT_OF_ORDER_SEQUENCE_NUMBER', false]],
  [46, ['DUPLICATE_SEQUENCE_NUMBER', false]],
  [47, ['INVALID_PRODUCER_EPOCH', false]],
  [48, ['INVALID_TXN_STATE', false]],
  [49, ['INVALID_PRODUCER_ID_MAPPING', false]],
  [50, ['INVALID_TRANSACTION_TIMEOUT', false]],
  [51, ['CONCURRENT_TRANSACTIONS', true]],
  [53, ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', false]],
  [55, ['OPERATION_NOT_ATTEMPTED', false]],
  [56, ['KAFKA_STORAGE_ERROR', true]],
  [58, ['SASL_AUTHENTICATION_FAILED', false]],
  [73, ['TOPIC_DELETION_DISABLED', false]],
  [74, ['FENCED_LEADER_EPOCH', true]],
  [75, ['UNKNOWN_LEADER_EPOCH', true]],
  [76, ['UNSUPPORTED_COMPRESSION_TYPE', false]],
  [78, ['OFFSET_NOT_AVAILABLE', true]],
  [79, ['MEMBER_ID_REQUIRED', false]],
  [87, ['INVALID_RECORD', false]],
  [90, ['PRODUCER_FENCED', false]],
  [100, ['UNKNOWN_TOPIC_ID', true]],
  [103, ['INCONSISTENT_TOPIC_ID', true]],
  [120, ['TRANSACTION_ABORTABLE', false]],
]);

export const OFFSET_OUT_OF_RANGE = 1;
export const UNKNOWN_TOPIC_OR_PARTITION = 3;
export const LEADER_NOT_AVAILABLE = 5;
export const MESSAGE_TOO_LARGE = 10;
export const TOPIC_AUTHORIZATION_FAILED = 29;
export const CLUSTER_AUTHORIZATION_FAILED = 31;
export const TOPIC_ALREADY_EXISTS = 36;
export const NOT_CONTROLLER = 41;
export const INVALID_PRODUCER_EPOCH = 47;
export const INVALID_TXN_STATE = 48;
export const INVALID_PRODUCER_ID_MAPPING = 49;
export const PRODUCER_FENCED = 90;

/** An error that a broker answered with. */
export class KafkaProtocolError extends Error {
  readonly code: number;
  readonly retriable: boolean;

  constructor(code: number, what: string) {
    const [name, retriable] = CODES.get(code) ?? [`error ${code}`, false];
    super(`${name} (${code}) from the broker: ${what}`);
    this.name = 'KafkaProtocolError';
    this.code = code;
    this.retriable = retriable;
  }
}

/** No answer: the broker cannot be reached, has closed the connection, or took too long. */
export class BrokerUnavailableError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'BrokerUnavailableError';
  }
}

/** A broker that the cluster has just named as a leader cannot be reached: soon another one will be named. */
export class LeaderUnavailableError extends BrokerUnavailableError {
  constructor(cause: BrokerUnavailableError) {
    super(cause.message, { cause });
    this.name = 'LeaderUnavailableError';
  }
}

/** Bytes that are not what they say they are: a wrong checksum, a batch that ends too early. */
export class CorruptDataError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CorruptDataError';
  }
}

/** Messages that a scan was promised are gone: removed by retention, or with their topic. */
export class MessagesGoneError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MessagesGoneError';
  }
}

/** `id`: that of the topic whose messages are meant; undefined: the broker knows no ids. */
export function checkSameTopic(name: string, id: string | undefined, found: { readonly id: string | undefined }): void {
  if (id !== undefined && found.id !== undefined && found.id !== id)
    throw new MessagesGoneError(`topic '${name}' was deleted and created anew while it was read`);
}
