import type pg from 'pg';
import type { ColumnMetadata, SchemaTableName, TableMetadata } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { VARCHAR } from '../../spi/type.ts';
import { type ColumnMapping, mapColumn, type RemoteType } from './columnMapping.ts';
import type { PostgresColumnHandle, PostgresTableHandle, RemoteTable } from './handles.ts';
import type { PostgresConfig } from './postgresConfig.ts';
import { HIDDEN_SCHEMAS, reachableSchemas, RELATION_KINDS, remoteSchemaName, remoteTableName, shownSchema, shownTable } from './remoteNames.ts';
import type { PostgresProperties } from './sessionProperties.ts';
import { qualifiedName } from './sql.ts';

/** One row a column. Collations and providers are read through to_jsonb: not every version of PostgreSQL has all of their columns. */
const TABLE_QUERY = `
SELECT c.oid::int8 AS table_oid, n.nspname AS schema, c.relname AS table, c.relkind AS kind, c.relpages AS pages, c.reltuples AS rows,
  (c.relhasrules OR c.relrowsecurity) AS has_rules, c.relhassubclass AS has_children, obj_description(c.oid, 'pg_class') AS table_comment, current_database() AS database,
  a.attname AS column, a.attnum AS number, a.atttypmod AS modifier, a.attndims AS dimensions, a.attnotnull AS not_null, a.attidentity AS identity,
  a.attgenerated AS generated, col_description(c.oid, a.attnum) AS comment,
  t.oid::int8 AS type_oid, t.typname AS type_name, tn.nspname AS type_schema, t.typtype AS type_type,
  e.oid::int8 AS element_oid, e.typname AS element_name, en.nspname AS element_schema, e.typtype AS element_type,
  CASE WHEN co.collprovider <> 'd' THEN co.oid::text END AS collation,
  CASE WHEN co.oid IS NULL THEN true ELSE coalesce((to_jsonb(co)->>'collisdeterministic')::boolean, true) END AS deterministic,
  CASE WHEN co.oid IS NULL THEN true WHEN co.collprovider = 'd' THEN
      CASE coalesce(to_jsonb(d)->>'datlocprovider', 'c') WHEN 'c' THEN d.datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8', 'ucs_basic') WHEN 'b' THEN true ELSE false END
    WHEN co.collprovider = 'b' THEN true ELSE co.collprovider = 'c' AND co.collcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8', 'ucs_basic') END AS code_point_order,
  EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indnkeyatts = 1
    AND i.indkey[0] = a.attnum AND i.indpred IS NULL) AS is_unique
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_database d ON d.datname = current_database()
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
WHERE c.relkind IN ${RELATION_KINDS}`;

interface ColumnRow extends RemoteTypeRow {
  readonly table_oid: string;
  readonly schema: string;
  readonly table: string;
  readonly kind: string;
  readonly pages: number;
  readonly rows: number;
  readonly has_rules: boolean;
  readonly has_children: boolean;
  readonly table_comment: string | null;
  readonly database: string;
  /** null: the table has no columns at all. */
  readonly column: string | null;
  readonly not_null: boolean;
  readonly identity: string;
  readonly generated: string;
  readonly comment: string | null;
  /** null: none, or the database's. */
  readonly collation: string | null;
  readonly deterministic: boolean;
  readonly code_point_order: boolean;
  readonly is_unique: boolean;
}

export interface MetadataOptions {
  readonly client: pg.ClientBase;
  readonly config: PostgresConfig;
  readonly properties: PostgresProperties;
}

export async function listSchemaNames(options: MetadataOptions): Promise<readonly string[]> {
  const { rows } = await options.client.query<{ nspname: string }>(
    `SELECT nspname FROM pg_catalog.pg_namespace n WHERE ${HIDDEN_SCHEMAS} AND nspname <> 'information_schema' ORDER BY 1`,
  );
  return [...new Set(rows.map(({ nspname }) => shownSchema(options, nspname)))];
}

export async function listTableNames(options: MetadataOptions, schema: string | undefined): Promise<readonly SchemaTableName[]> {
  const { client, config } = options;
  const remoteSchema = schema === undefined ? null : await remoteSchemaName(options, schema);
  const system = config.includeSystemTables ? '' : " AND nspname NOT IN ('pg_catalog', 'information_schema')";
  const { rows } = await client.query<{ nspname: string; relname: string }>(
    `SELECT nspname, relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE relkind IN ${RELATION_KINDS} AND ${HIDDEN_SCHEMAS}${system} AND ($1::text IS NULL OR nspname = $1) ORDER BY 1, 2`,
    [remoteSchema],
  );
  const isReachable = await reachableSchemas(options);
  const names = rows.filter(({ nspname }) => isReachable(nspname)).map(({ nspname, relname }) => shownTable(options, { schema: nspname, table: relname }));
  return [...new Map(names.map((name) => [JSON.stringify([name.schema, name.table]), name])).values()];
}

export async function findTable(options: MetadataOptions, name: SchemaTableName): Promise<TableMetadata | undefined> {
  const { client, config } = options;
  if (isSystemSchema(name.schema) && !config.includeSystemTables) return undefined;
  const remote = await remoteTableName(options, name);
  const { rows } = await client.query<ColumnRow>(`${TABLE_QUERY} AND n.nspname = $1 AND c.relname = $2 AND ${HIDDEN_SCHEMAS} ORDER BY a.attnum`, [
    remote.schema,
    remote.table,
  ]);
  if (rows.length === 0) return undefined;
  const table = tableMetadata(options, name, rows);
  if (table.columns.length > 0) return table;
  const count = rows.filter(({ column }) => column !== null).length;
  throw new TrinoError('NOT_FOUND', undefined, `Table '${name.schema}.${name.table}' has no supported columns (all ${count} columns are not supported)`);
}

const isSystemSchema = (schema: string): boolean => schema === 'pg_catalog' || schema === 'information_schema';

function tableMetadata({ config, properties }: MetadataOptions, name: SchemaTableName, rows: readonly ColumnRow[]): TableMetadata {
  const [first] = rows;
  if (first === undefined) throw new Error('a table without a row');
  const columns: ColumnMetadata[] = [];
  const hidden: string[] = [];
  for (const row of rows) {
    if (row.column === null) continue;
    const remote = remoteTypeOf(row);
    const mapping = mappingOf(remote, config, properties);
    if (mapping === undefined) hidden.push(`${row.column} (${remote.name.replace(/^_(.*)/, '$1[]')})`);
    else columns.push(columnMetadata(row, row.column, remote, mapping));
  }
  const warnings = hidden.length === 0 ? [] : [hiddenWarning(name, hidden, rows)];
  return {
    name,
    handle: tableHandle(first, name),
    columns,
    ...(first.table_comment === null ? {} : { comment: first.table_comment }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** undefined: the column is hidden. */
export const mappingOf = (remote: RemoteType, config: PostgresConfig, properties: PostgresProperties): ColumnMapping | undefined =>
  config.typesAsVarchar.has(remote.name) ? textMapping(remote) : mapColumn(remote, properties);

const textMapping = (remote: RemoteType): ColumnMapping => ({
  type: VARCHAR,
  read: { kind: 'text' },
  comparability: 'none',
  asText: true,
  readOnly: `Underlying type that is mapped to VARCHAR is not supported for INSERT: ${remote.displayName}`,
});

function hiddenWarning(name: SchemaTableName, hidden: readonly string[], rows: readonly ColumnRow[]): string {
  const switches = new Set(rows.flatMap((row) => (hidden.some((text) => text.startsWith(`${row.column} (`)) ? [switchFor(row)] : [])));
  return `Columns of ${name.schema}.${name.table} with types that are not supported are hidden: ${hidden.join(', ')}. To see them set ${[...switches].join(', ')}`;
}

function switchFor(row: ColumnRow): string {
  if (row.element_name !== null) return "the session property array_mapping to 'AS_ARRAY' or 'AS_JSON' (catalog: postgresql.array-mapping)";
  if (row.type_name === 'numeric') return "the session property decimal_mapping to 'ALLOW_OVERFLOW' (catalog: decimal-mapping)";
  return "the session property unsupported_type_handling to 'CONVERT_TO_VARCHAR' (catalog: unsupported-type-handling)";
}

/** What pg_type says of a column's type, and pg_attribute of the column. */
export interface RemoteTypeRow {
  readonly type_oid: string;
  readonly type_name: string;
  readonly type_schema: string;
  readonly type_type: string;
  readonly element_oid: string | null;
  readonly element_name: string | null;
  readonly element_schema: string | null;
  readonly element_type: string | null;
  readonly modifier: number;
  readonly dimensions: number;
}

export function remoteTypeOf(row: RemoteTypeRow): RemoteType {
  const element =
    row.element_oid === null
      ? {}
      : {
          element: {
            oid: Number(row.element_oid),
            name: row.element_name ?? '',
            displayName: displayName(row.element_schema ?? '', row.element_name ?? ''),
            typeType: row.element_type ?? 'b',
            modifier: row.modifier,
            dimensions: 0,
          },
        };
  return {
    oid: Number(row.type_oid),
    name: row.type_name,
    displayName: displayName(row.type_schema, row.type_name),
    typeType: row.type_type,
    modifier: row.modifier,
    dimensions: row.dimensions,
    ...element,
  };
}

const displayName = (schema: string, name: string): string => (schema === 'pg_catalog' || schema === 'public' ? name : qualifiedName(schema, name));

function columnMetadata(row: ColumnRow, remoteName: string, remote: RemoteType, mapping: ColumnMapping): ColumnMetadata {
  const handle: PostgresColumnHandle = {
    name: remoteName.toLowerCase(),
    remoteName,
    remoteType: remote.name,
    mapping,
    codePointOrder: row.code_point_order,
    ...(row.collation === null ? {} : { collation: row.collation }),
    deterministic: row.deterministic,
    unique: row.is_unique,
    generated: row.identity === 'a' ? 'identity' : row.generated === '' ? '' : 'stored',
    dimensions: row.dimensions,
  };
  return { name: handle.name, type: mapping.type, handle, nullable: !row.not_null, ...(row.comment === null ? {} : { comment: row.comment }) };
}

function tableHandle(row: ColumnRow, schemaTable: SchemaTableName): PostgresTableHandle {
  const rows = row.rows < 0 ? undefined : row.rows;
  const table: RemoteTable = {
    schema: row.schema,
    name: row.table,
    oid: Number(row.table_oid),
    relationKind: row.kind,
    pages: row.pages,
    rows: row.kind === 'v' ? undefined : rows,
    hasRules: row.has_rules,
    hasChildren: row.has_children,
  };
  return {
    kind: 'postgresql',
    database: row.database,
    schemaTable,
    table,
    from: qualifiedName(row.schema, row.table),
    expressions: {},
    where: [],
    constrained: [],
    orderBy: [],
    limit: undefined,
    rowEstimate: table.rows,
    nextName: 0,
  };
}
