import type { ListedTable, ListingFilter } from '../../spi/connector.ts';
import type { ColumnMapping } from './columnMapping.ts';
import { HIDDEN_SCHEMAS, reachableSchemas, RELATION_KINDS, shownTable } from './remoteNames.ts';
import { type MetadataOptions, mappingOf, remoteTypeOf, type RemoteTypeRow } from './remoteTables.ts';

/** One row a column, with no more than a listing shows: there may be a hundred thousand. */
const COLUMNS_QUERY = `
SELECT n.nspname, c.relname, a.attname, a.atttypid::int8, a.atttypmod, a.attndims, a.attnotnull, d.description
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = a.attnum
WHERE c.relkind IN ${RELATION_KINDS} AND ${HIDDEN_SCHEMAS}`;

const COMMENTS_QUERY = `
SELECT n.nspname, c.relname, d.description
FROM pg_catalog.pg_description d
JOIN pg_catalog.pg_class c ON c.oid = d.objoid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0 AND c.relkind IN ${RELATION_KINDS} AND ${HIDDEN_SCHEMAS}`;

const TYPES_QUERY = `
SELECT t.oid::int8 AS type_oid, t.typname AS type_name, tn.nspname AS type_schema, t.typtype AS type_type,
  e.oid::int8 AS element_oid, e.typname AS element_name, en.nspname AS element_schema, e.typtype AS element_type
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
WHERE t.oid = ANY($1::int8[])`;

/** In the order of COLUMNS_QUERY: schema, table, column, type, modifier, dimensions, NOT NULL, comment. */
type ColumnRow = readonly [string, string, string, string, number, number, boolean, string | null];

/** Tables and their columns; what cannot be read is left out. Three statements, whatever the number of tables. */
export async function listColumns(options: MetadataOptions, filter: ListingFilter): Promise<readonly ListedTable[]> {
  const { client, config } = options;
  const isReachable = await reachableSchemas(options);
  const { where, values } = remoteFilter(options, filter);
  const columns = await client.query<[...ColumnRow]>({ text: `${COLUMNS_QUERY}${where} ORDER BY n.nspname, c.relname, a.attnum`, values, rowMode: 'array' });
  const comments = await client.query<[string, string, string]>({ text: `${COMMENTS_QUERY}${where}`, values, rowMode: 'array' });
  const commentOf = new Map(comments.rows.map(([inSchema, name, comment]) => [JSON.stringify([inSchema, name]), comment]));
  const mappings = await columnMappings(options, columns.rows);
  const tables: ListedTable[] = [];
  const grouped = byTable(columns.rows);
  const lowerName = ([schemaName, tableName]: ColumnRow): string => JSON.stringify([schemaName, tableName.toLowerCase()]);
  const alike = Map.groupBy(grouped, ([row]) => (row === undefined ? '' : lowerName(row)));
  for (const rows of grouped) {
    const [first] = rows;
    if (first === undefined) continue;
    const [schemaName, tableName] = first;
    const name = shownTable(options, { schema: schemaName, table: tableName });
    if (filter.schemas?.includes(name.schema) === false || filter.tables?.includes(name.table) === false || !isReachable(schemaName)) continue;
    const isMapped = config.names.mapping()?.tableName(schemaName, tableName) !== undefined;
    const isFound = config.names.caseInsensitive ? alike.get(lowerName(first))?.length === 1 : tableName === name.table;
    if (!isMapped && !isFound) continue;
    const listed = rows.flatMap((row) => {
      const [, , column, , , , notNull, comment] = row;
      const type = mappings(row)?.type;
      return type === undefined ? [] : [{ name: column.toLowerCase(), type, nullable: !notNull, ...(comment === null ? {} : { comment }) }];
    });
    if (listed.length === 0) continue;
    const comment = commentOf.get(JSON.stringify([schemaName, tableName]));
    tables.push({ name, columns: listed, ...(comment === undefined ? {} : { comment }) });
  }
  return tables;
}

/** What is asked for in PostgreSQL's own names: those of the file, and whatever differs in nothing but case. */
function remoteFilter({ config: { names, includeSystemTables } }: MetadataOptions, { schemas, tables }: ListingFilter) {
  const system = includeSystemTables ? '' : " AND n.nspname NOT IN ('pg_catalog', 'information_schema')";
  const mapping = names.mapping();
  const mappedSchemas = schemas?.flatMap((name) => mapping?.remoteSchema(name) ?? []) ?? [];
  const mappedTables = tables?.flatMap((name) => mapping?.remoteTables(name) ?? []) ?? [];
  // without a function an index answers; names in capitals are left out afterwards
  const [schema, table] = names.caseInsensitive ? ['lower(n.nspname)', 'lower(c.relname)'] : ['n.nspname', 'c.relname'];
  const where = `${system} AND ($1::text[] IS NULL OR ${schema} = ANY($1::text[]) OR n.nspname = ANY($3::text[]))
    AND ($2::text[] IS NULL OR ${table} = ANY($2::text[]) OR c.relname = ANY($4::text[]))`;
  return { where, values: [schemas ?? null, tables ?? null, mappedSchemas, mappedTables] };
}

/** The rows come in the order of their tables. */
function byTable(rows: readonly ColumnRow[]): readonly (readonly ColumnRow[])[] {
  const tables: ColumnRow[][] = [];
  let last: ColumnRow | undefined;
  for (const row of rows) {
    if (last !== undefined && last[0] === row[0] && last[1] === row[1]) tables.at(-1)?.push(row);
    else tables.push([row]);
    last = row;
  }
  return tables;
}

/** Many columns have few types: each is looked at once. */
async function columnMappings(
  { client, config, properties }: MetadataOptions,
  rows: readonly ColumnRow[],
): Promise<(row: ColumnRow) => ColumnMapping | undefined> {
  const oids = [...new Set(rows.map(([, , , type]) => type))];
  const types = await client.query<Omit<RemoteTypeRow, 'modifier' | 'dimensions'>>(TYPES_QUERY, [oids]);
  const byOid = new Map(types.rows.map((row) => [row.type_oid, row]));
  const known = new Map<string, ColumnMapping | undefined>();
  return ([, , , oid, modifier, dimensions]) => {
    const key = `${oid} ${modifier} ${dimensions}`;
    const type = byOid.get(oid);
    if (!known.has(key)) known.set(key, type && mappingOf(remoteTypeOf({ ...type, modifier, dimensions }), config, properties));
    return known.get(key);
  };
}
