import type { ConnectorTransaction, Procedure, RawMessagesScan, Scan, TableMetadata } from '../../../spi/connector.ts';
import type { ConnectorSession } from '../../../spi/session.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { array, VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { FeedArgument } from '../feedArgument.ts';
import { asKafkaTable } from '../kafkaHandle.ts';
import { type NamedTable, TABLE_ARGUMENTS, tableNamed, within } from '../procedureTable.ts';
import { CACHE_SCHEMA } from './cacheTable.ts';
import { parquetType } from './parquet/parquetType.ts';
import { runFeed } from './runFeed.ts';
import type { SegmentCache } from './segmentCache.ts';

/** `system.drop_cache` and `system.warm_cache`. */
export function cacheProcedures(cache: SegmentCache, begin: () => ConnectorTransaction): readonly Procedure[] {
  return [
    {
      schema: CACHE_SCHEMA,
      name: 'drop_cache',
      arguments: TABLE_ARGUMENTS.map((argument) => ({ ...argument, defaultValue: null })),
      call: (session, [schema, table]) => drop(cache, begin, session, { schema, table }),
    },
    {
      schema: CACHE_SCHEMA,
      name: 'warm_cache',
      arguments: [...TABLE_ARGUMENTS, { name: 'COLUMNS', type: array(VARCHAR), defaultValue: null }],
      call: (session, [schema, table, columns], signal) => warm(begin, session, { schema, table, columns }, signal),
    },
  ];
}

interface Arguments extends NamedTable {
  readonly columns?: Value | undefined;
}

/** Without a table: everything. */
async function drop(cache: SegmentCache, begin: () => ConnectorTransaction, session: ConnectorSession, named: Arguments): Promise<void> {
  if (named.schema === null && named.table === null) return cache.drop(undefined);
  await within(begin, async (transaction) => {
    const { handle } = await tableNamed(transaction, session, named);
    await cache.drop(asKafkaTable(handle).topic);
  });
}

/** Reads the table in a thread of its own; without columns, those that are not hidden and can be kept. */
async function warm(begin: () => ConnectorTransaction, session: ConnectorSession, named: Arguments, signal: AbortSignal): Promise<void> {
  await within(begin, async (transaction) => {
    const table = await tableNamed(transaction, session, named);
    const scan = await transaction.scan(session, table.handle, columnsNamed(table, named.columns ?? null), signal);
    const fetched = fetchedPart(scan);
    if (fetched === undefined) return;
    const { recording } = fetched.argument as FeedArgument; // our own scan() made it
    if (recording === undefined)
      throw new TrinoError(
        'NOT_SUPPORTED',
        undefined,
        `Table '${table.name.schema}.${table.name.table}' is not cached: its topic's cleanup.policy is not delete, or a column is of a nested type`,
      );
    await runFeed(fetched.module, fetched.argument, signal);
  });
}

function fetchedPart(scan: Scan): RawMessagesScan | undefined {
  switch (scan.kind) {
    case 'rawMessages':
      return scan;
    case 'concatenated':
      return scan.parts.find((part) => part.kind === 'rawMessages');
    default:
      return undefined;
  }
}

function columnsNamed({ columns, name }: TableMetadata, wanted: Value) {
  if (!Array.isArray(wanted)) return columns.filter(({ hidden, type }) => hidden !== true && parquetType(type) !== undefined).map(({ handle }) => handle);
  return wanted.map((item: Value) => {
    const column = columns.find((candidate) => typeof item === 'string' && candidate.name === item.toLowerCase());
    if (column === undefined)
      throw new TrinoError('COLUMN_NOT_FOUND', undefined, `Column '${String(item)}' does not exist in table '${name.schema}.${name.table}'`);
    return column.handle;
  });
}
