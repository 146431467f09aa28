import { array, BIGINT, BOOLEAN, map, type Type, timestamp, VARBINARY, VARCHAR } from '../../../spi/type.ts';

export type InternalColumnId =
  | 'partition_id'
  | 'partition_offset'
  | 'message_corrupt'
  | 'message'
  | 'headers'
  | 'message_length'
  | 'key_corrupt'
  | 'key'
  | 'key_length'
  | 'timestamp'
  // of dead letters alone
  | 'key_error'
  | 'message_error'
  // of scans whose values fail where they are asked for
  | 'read_errors';

/** The columns that every topic has, in Trino's order and with Trino's words. */
export const INTERNAL_COLUMNS: readonly { readonly id: InternalColumnId; readonly type: Type; readonly comment: string }[] = [
  { id: 'partition_id', type: BIGINT, comment: 'Partition Id' },
  { id: 'partition_offset', type: BIGINT, comment: 'Offset for the message within the partition' },
  { id: 'message_corrupt', type: BOOLEAN, comment: 'Message data is corrupt' },
  { id: 'message', type: VARCHAR, comment: 'Message text' },
  { id: 'headers', type: map(VARCHAR, array(VARBINARY)), comment: 'Headers of the message as map' },
  { id: 'message_length', type: BIGINT, comment: 'Total number of message bytes' },
  { id: 'key_corrupt', type: BOOLEAN, comment: 'Key data is corrupt' },
  { id: 'key', type: VARCHAR, comment: 'Key text' },
  { id: 'key_length', type: BIGINT, comment: 'Total number of key bytes' },
  { id: 'timestamp', type: timestamp(3), comment: 'Message timestamp' },
];

/** What INSERT may say of a message beside its fields. */
export const INSERTABLE: ReadonlySet<InternalColumnId> = new Set(['partition_id', 'headers', 'key', 'message']);
