import type pg from 'pg';
import type { ColumnMetadata } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, TINYINT, VARCHAR } from '../../spi/type.ts';
import type { PostgresColumnHandle, PostgresTableHandle, RemoteTable } from './handles.ts';
import { jdbcError } from './remoteError.ts';
import type { WrittenColumn } from './rowEncoder.ts';
import { asWrittenColumn, CopySink, copyStatement, requireWritable, type SinkSource } from './sinks.ts';
import { qualifiedName, quoteIdentifier } from './sql.ts';

const ROW_ID = '$row_id';
const OPERATION = 'lepton$operation';
const STAGED_ROW_ID = 'lepton$row_id';
const STAGE = 'lepton_merge';
const INSERT = 1;
const DELETE = 2;
const UPDATE = 3;

/** Rows of several tables under one name: the place alone does not tell them apart. */
const isScattered = (table: RemoteTable): boolean => table.relationKind === 'p' || table.hasChildren;

/** Names a row by its place, which stays as long as the snapshot does. */
export function rowIdColumn(handle: PostgresTableHandle): ColumnMetadata {
  const table = requireWritable(handle);
  const scattered = isScattered(table);
  const column: PostgresColumnHandle = {
    name: ROW_ID,
    remoteName: ROW_ID,
    remoteType: scattered ? 'text' : 'tid',
    // what has no rows of its own is refused when it comes to writing, not when a filter may still be pushed
    sql: !isHeap(table) ? 'NULL::tid' : scattered ? "(tableoid::oid::text || ':' || ctid::text)" : 'ctid',
    mapping: { type: scattered ? VARCHAR : BIGINT, read: { kind: scattered ? 'text' : 'tid' }, comparability: 'none' },
    codePointOrder: true,
    deterministic: true,
    unique: true,
    generated: '',
    dimensions: 0,
  };
  return { name: ROW_ID, type: column.mapping.type, handle: column, hidden: true, nullable: false };
}

const isHeap = (table: RemoteTable): boolean => table.relationKind === 'r' || table.relationKind === 'p';

interface Merge {
  readonly target: string;
  readonly scattered: boolean;
  readonly columns: readonly PostgresColumnHandle[];
}

/** Deletes, updates and inserts of one statement in one transaction, under the snapshot that found the rows. */
export function mergeSink(
  source: SinkSource,
  handle: PostgresTableHandle,
  options: { readonly columns: readonly PostgresColumnHandle[]; readonly begin: string },
): Promise<CopySink> {
  const table = requireWritable(handle);
  if (!isHeap(table)) throw new TrinoError('NOT_SUPPORTED', undefined, 'The connector can not perform merge on the target table without primary keys');
  const { columns } = options;
  const merge: Merge = { target: qualifiedName(table.schema, table.name), scattered: isScattered(table), columns };
  const fixed = columns.find((column) => column.mapping.read.kind === 'arrayJson' || column.remoteType === 'timetz');
  if (fixed !== undefined)
    throw new TrinoError('NOT_SUPPORTED', undefined, `Modifying rows with a column of type ${fixed.remoteType} is not supported: ${fixed.name}`);
  const staged = columns.map((column) => `${stagedDefinition(column)} AS ${quoteIdentifier(column.remoteName)}`);
  const head = [`0::int2 AS ${quoteIdentifier(OPERATION)}`, `NULL::${merge.scattered ? 'text' : 'int8'} AS ${quoteIdentifier(STAGED_ROW_ID)}`];
  const written: readonly WrittenColumn[] = [
    { type: TINYINT, remoteType: 'int2' },
    { type: merge.scattered ? VARCHAR : BIGINT, remoteType: merge.scattered ? 'text' : 'int8' },
    ...columns.map(stagedColumn),
  ];
  return CopySink.open(source, {
    begin: options.begin,
    prepare: [`CREATE TEMP TABLE ${quoteIdentifier(STAGE)} ON COMMIT DROP AS SELECT ${[...head, ...staged].join(', ')} FROM ${merge.target} WITH NO DATA`],
    copy: copyStatement(`pg_temp.${quoteIdentifier(STAGE)}`, [OPERATION, STAGED_ROW_ID, ...columns.map(({ remoteName }) => remoteName)]),
    columns: written,
    complete: (client) => apply(client, merge),
  });
}

/** Columns that Trino sees but cannot write are staged as what it sees, to tell whether they were changed. */
const isReadOnly = ({ mapping, remoteType }: PostgresColumnHandle): boolean => mapping.readOnly !== undefined || remoteType === 'bit';

function stagedDefinition(column: PostgresColumnHandle): string {
  if (!isReadOnly(column)) return quoteIdentifier(column.remoteName);
  return column.remoteType === 'bit' ? 'NULL::boolean' : 'NULL::text';
}

function stagedColumn(column: PostgresColumnHandle): WrittenColumn {
  if (!isReadOnly(column)) return asWrittenColumn(column);
  return { type: column.mapping.type, remoteType: column.remoteType === 'bit' ? 'bool' : 'text' };
}

async function apply(client: pg.Client, merge: Merge): Promise<bigint> {
  const stage = `pg_temp.${quoteIdentifier(STAGE)}`;
  await client.query(`ANALYZE ${stage}`);
  const operations = await countOperations(client, stage);
  const writable = merge.columns.filter((column) => column.generated === '' && !isReadOnly(column));
  const fixed = merge.columns.filter((column) => column.generated !== '' || isReadOnly(column));
  await refuseChanges(client, merge, fixed);
  const at = locate(merge);
  const operation = `s.${quoteIdentifier(OPERATION)}`;
  await client.query(`DELETE FROM ${merge.target} t USING ${stage} s WHERE ${operation} = ${DELETE} AND ${at}`);
  if (writable.length > 0) {
    const assignments = writable.map((column) => `${quoteIdentifier(column.remoteName)} = ${newValue(column)}`);
    await client.query(`UPDATE ${merge.target} t SET ${assignments.join(', ')} FROM ${stage} s WHERE ${operation} = ${UPDATE} AND ${at}`);
  }
  const names = writable.map(({ remoteName }) => quoteIdentifier(remoteName)).join(', ');
  await client.query(`INSERT INTO ${merge.target} (${names}) SELECT ${names} FROM ${stage} s WHERE ${operation} = ${INSERT}`);
  return operations;
}

/** A row that comes twice is refused: with an operation, or without. */
async function countOperations(client: pg.Client, stage: string): Promise<bigint> {
  const [id, operation] = [STAGED_ROW_ID, OPERATION].map(quoteIdentifier);
  const { rows } = await client.query<{ operations: string; repeated: boolean }>(
    `SELECT count(${operation}) AS operations,
      EXISTS (SELECT FROM ${stage} WHERE ${id} IS NOT NULL GROUP BY ${id}, ${operation} IS NULL HAVING count(*) > 1) AS repeated FROM ${stage}`,
  );
  if (rows[0]?.repeated === true)
    throw new TrinoError('MERGE_TARGET_ROW_MULTIPLE_MATCHES', undefined, 'One MERGE target table row matched more than one source row');
  return BigInt(rows[0]?.operations ?? 0);
}

function locate({ scattered }: Merge): string {
  const id = `s.${quoteIdentifier(STAGED_ROW_ID)}`;
  if (scattered) return `t.tableoid = split_part(${id}, ':', 1)::oid AND t.ctid = split_part(${id}, ':', 2)::tid`;
  return `t.ctid = ('(' || (${id} >> 16) || ',' || (${id} & 65535) || ')')::tid`;
}

/** A generated column follows its table; what cannot be written must not have changed. */
async function refuseChanges(client: pg.Client, merge: Merge, fixed: readonly PostgresColumnHandle[]): Promise<void> {
  const stage = `pg_temp.${quoteIdentifier(STAGE)}`;
  const operation = `s.${quoteIdentifier(OPERATION)}`;
  for (const column of fixed) {
    const name = quoteIdentifier(column.remoteName);
    const seen = column.remoteType === 'bit' ? `(t.${name} = B'1')` : isReadOnly(column) ? `t.${name}::text` : `t.${name}`;
    const { rows } = await client.query<{ updated: boolean; inserted: boolean }>(
      `SELECT EXISTS (SELECT FROM ${merge.target} t JOIN ${stage} s ON ${locate(merge)} WHERE ${operation} = ${UPDATE} AND ${seen} IS DISTINCT FROM s.${name}) AS updated,
        EXISTS (SELECT FROM ${stage} s WHERE ${operation} = ${INSERT} AND s.${name} IS NOT NULL) AS inserted`,
    );
    if (rows[0]?.updated === true) throw refusal(column, 'updated');
    if (rows[0]?.inserted === true) throw refusal(column, 'inserted');
  }
}

function refusal({ mapping, remoteName, remoteType, generated }: PostgresColumnHandle, what: 'updated' | 'inserted'): TrinoError {
  if (generated === '') return new TrinoError('NOT_SUPPORTED', undefined, mapping.readOnly ?? `Type ${remoteType} is not supported for writing`);
  const detail =
    generated === 'identity' ? `Column "${remoteName}" is an identity column defined as GENERATED ALWAYS.` : `Column "${remoteName}" is a generated column.`;
  if (what === 'updated') return jdbcError(`ERROR: column "${remoteName}" can only be updated to DEFAULT\n  Detail: ${detail}`);
  return jdbcError(`ERROR: cannot insert a non-DEFAULT value into column "${remoteName}"\n  Detail: ${detail}`);
}

/** Where Trino sees less than the column holds, a value that looks unchanged stays as it is. */
function newValue({ remoteName, remoteType, mapping }: PostgresColumnHandle): string {
  const [old, next] = [`t.${quoteIdentifier(remoteName)}`, `s.${quoteIdentifier(remoteName)}`];
  const unlessSame = (same: string): string => `CASE WHEN ${same} THEN ${old} ELSE ${next} END`;
  switch (remoteType) {
    case 'json':
      return unlessSame(`${old}::jsonb = ${next}::jsonb`);
    case 'jsonb':
      return unlessSame(`${old} = ${next}`);
    case 'numeric':
      if (mapping.comparability !== 'none' || mapping.type.kind !== 'decimal') return next;
      return unlessSame(`abs(${old} - ${next}) < 1e-${mapping.type.scale}::numeric`);
    case 'timestamp':
      return unlessSame(`NOT isfinite(${old}) AND ${next} = '171979-04-11 12:04:02.814976'::timestamp`);
    case 'time':
      return unlessSame(`${old} = '24:00'::time AND ${next} > '23:59:58.999999'::time`);
    default:
      return next;
  }
}
