import type { ColumnHandle, TableHandle } from '../../spi/connector.ts';
import type { Type } from '../../spi/type.ts';
import type { ProtoSchema } from './decoder/protobuf/protoSchema.ts';
import type { DecodeError, FieldSpec } from './decoder/rowDecoder.ts';
import type { InternalColumnId } from './table/internalColumns.ts';
import type { IsolationLevel } from './wire/clusterOptions.ts';
import type { RegisteredSchema } from './registry/registryClient.ts';

export type KafkaColumnHandle =
  | { readonly kind: 'internal'; readonly name: string; readonly type: Type; readonly id: InternalColumnId }
  | { readonly kind: 'key' | 'message'; readonly name: string; readonly type: Type; readonly field: FieldSpec };

export interface OffsetRange {
  readonly partition: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** What a query sees of a topic: fixed at its first look. */
export interface TopicSnapshot {
  readonly topicId: string | undefined;
  readonly isolation: IsolationLevel;
  readonly ranges: readonly OffsetRange[];
}

/** Conditions that the scan itself holds exactly. Bounds are inclusive. */
export interface ScanConstraint {
  readonly partitions?: readonly number[];
  readonly partitionMin?: number;
  readonly partitionMax?: number;
  readonly offsetMin?: number;
  readonly offsetMax?: number;
  /** Milliseconds since 1970. */
  readonly timestampMin?: number;
  readonly timestampMax?: number;
}

/** The last messages by offset or by time; the scan may give more than these, never fewer. */
export interface NewestFirst {
  readonly by: 'offset' | 'timestamp';
  readonly count: number;
}

/** How the keys or messages of a topic are encoded. */
export interface Encoding {
  readonly dataFormat: string;
  readonly decodeError?: DecodeError;
  /** File or URL of the schema (avro, protobuf): read when the scan begins. */
  readonly dataSchemaLocation?: string;
  /** The schema, when it comes from a schema registry. */
  readonly registered?: RegisteredSchema;
  readonly protobuf?: ProtoSchema;
  /** All of its fields, in their declared order: what INSERT writes. */
  readonly fields: readonly FieldSpec[];
}

/** The table is what became of the changes in the topic, or the changes themselves. */
export interface ChangeTable {
  readonly kind: 'current' | 'changes';
  readonly key: readonly KafkaColumnHandle[];
  readonly envelope: ChangeEnvelope;
  /** What stands for a value that an UPDATE left out. */
  readonly unavailable: string;
  /** Path of a whole number in the envelope, by which changes of a key are ordered. */
  readonly orderBy?: string;
}

/** min and max of the offsets of a topic, or of each of its partitions. */
export interface OffsetExtremes {
  readonly functions: readonly ('min' | 'max')[];
  readonly byPartition: boolean;
}
/**
 * `debezium`: messages hold the row before and after; `flattened`: Debezium's without its envelope (ExtractNewRecordState); `none`: a message is the row,
 * none at all its deletion.
 */
export type ChangeEnvelope = (typeof CHANGE_ENVELOPES)[number];
export const CHANGE_ENVELOPES = ['debezium', 'flattened', 'none'] as const;

/** Messages that can be decoded, or those that cannot (`"decodeError": "dead-letter"`). */
export type MessagesRead = 'decoded' | 'dead';

export interface JudgedChanges {
  readonly columns: readonly KafkaColumnHandle[];
  readonly envelope: ChangeEnvelope;
}

export interface KafkaTableHandle extends TableHandle {
  readonly kind: 'kafka';
  readonly schema: string;
  readonly table: string;
  readonly topic: string;
  readonly key: Encoding;
  readonly message: Encoding;
  /** Absent while the cluster could not be asked: the scan asks again and reports. */
  readonly snapshot?: TopicSnapshot;
  readonly constraint: ScanConstraint;
  readonly limit?: number;
  readonly newest?: NewestFirst;
  readonly change?: ChangeTable;
  /** Absent: all messages. */
  readonly only?: MessagesRead;
  /** What a message of changes is judged by beside the declared columns: the same for all tables that are made of its topic. */
  readonly judgedAs?: JudgedChanges;
  /** Aggregated: its columns are these, behind the partition where it is grouped. */
  readonly extremes?: OffsetExtremes;
}

export function asKafkaTable(handle: TableHandle): KafkaTableHandle {
  if (handle.kind === 'kafka') return handle as KafkaTableHandle;
  throw new Error(`not a Kafka table: ${handle.kind}`);
}

export function asKafkaColumn(handle: ColumnHandle): KafkaColumnHandle {
  if ('kind' in handle && (handle.kind === 'internal' || handle.kind === 'key' || handle.kind === 'message')) return handle as KafkaColumnHandle;
  throw new Error(`not a Kafka column: ${handle.name}`);
}

export function isInternal(handle: ColumnHandle | undefined, id: InternalColumnId): boolean {
  return handle !== undefined && 'kind' in handle && handle.kind === 'internal' && 'id' in handle && handle.id === id;
}
