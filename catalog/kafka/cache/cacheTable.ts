import type { ColumnHandle, ColumnMetadata, PagesScan, SchemaTableName, TableHandle, TableMetadata } from '../../../spi/connector.ts';
import { BIGINT, BOOLEAN, timestampWithTimeZone, type Type, VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { SegmentCache } from './segmentCache.ts';
import type { Segment } from './topicSegments.ts';

export const CACHE_SCHEMA = 'system';
const CACHE_TABLE = 'cache_segments';
const INSTANT = timestampWithTimeZone(3);

const COLUMNS: readonly { readonly name: string; readonly type: Type; readonly comment: string; readonly of: (segment: Segment) => Value }[] = [
  { name: 'topic', type: VARCHAR, comment: 'Topic', of: (s) => s.topic },
  { name: 'topic_id', type: VARCHAR, comment: 'Id that the cluster gave the topic', of: (s) => s.topicId },
  { name: 'partition_id', type: BIGINT, comment: 'Partition', of: (s) => BigInt(s.partition) },
  { name: 'start_offset', type: BIGINT, comment: 'First offset', of: (s) => BigInt(s.start) },
  { name: 'end_offset', type: BIGINT, comment: 'Offset after the last one', of: (s) => BigInt(s.end) },
  { name: 'messages', type: BIGINT, comment: 'Messages', of: (s) => BigInt(s.rows) },
  { name: 'column_count', type: BIGINT, comment: 'Columns that are kept of each message', of: (s) => BigInt(s.columns.length) },
  { name: 'bytes', type: BIGINT, comment: 'Bytes on the disk', of: (s) => BigInt(s.bytes) },
  { name: 'isolation_level', type: VARCHAR, comment: 'Whether messages of aborted transactions are in it', of: (s) => s.isolation },
  { name: 'in_use', type: BOOLEAN, comment: 'A query reads it now', of: (s) => s.users > 0 },
  { name: 'created', type: INSTANT, comment: 'When it was written', of: (s) => instant(s.createdMs) },
  { name: 'last_used', type: INSTANT, comment: 'When a query last read it', of: (s) => instant(s.lastUsedMs) },
];

const HANDLE: TableHandle = { kind: 'kafkaCache' };

export const isCacheTable = (handle: TableHandle): boolean => handle.kind === HANDLE.kind;

export interface CacheTable {
  readonly kind: 'cache';
}

/** `system.cache_segments`: one row for each segment that is kept. */
export function cacheTable({ schema, table }: SchemaTableName): CacheTable | undefined {
  return schema === CACHE_SCHEMA && table === CACHE_TABLE ? { kind: 'cache' } : undefined;
}

export function cacheTableMetadata(): TableMetadata {
  return {
    name: { schema: CACHE_SCHEMA, table: CACHE_TABLE },
    handle: HANDLE,
    columns: COLUMNS.map(({ name, type, comment }): ColumnMetadata => ({ name, type, comment, handle: { name } })),
  };
}

export function cacheTableScan(cache: SegmentCache, columns: readonly ColumnHandle[]): PagesScan {
  const read = columns.map(({ name }) => COLUMNS.find((column) => column.name === name)).filter((column) => column !== undefined);
  const pages = async function* () {
    const segments = await cache.list();
    yield { rowCount: segments.length, columns: read.map(({ of }) => ({ kind: 'values' as const, values: segments.map(of) })) };
  };
  return { kind: 'pages', pages: pages() };
}

const instant = (millis: number): Value => ({ epochMicros: BigInt(Math.round(millis)) * 1000n, picosOfMicro: 0, zone: 'UTC' });
