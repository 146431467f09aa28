import type { SchemaTableName } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { MetadataOptions } from './remoteTables.ts';

/** Relations that are tables to Trino. */
export const RELATION_KINDS = "('r', 'p', 'v', 'm', 'f')";
export const HIDDEN_SCHEMAS = "n.nspname <> 'pg_toast' AND n.nspname !~ '^pg_(temp|toast_temp)_'";

/** What PostgreSQL calls a schema; the name itself where there is none. */
export async function remoteSchemaName({ client, config: { names } }: MetadataOptions, name: string): Promise<string> {
  const mapped = names.mapping()?.remoteSchema(name);
  if (mapped !== undefined) return mapped;
  if (!names.caseInsensitive) return name;
  const { rows } = await client.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_catalog.pg_namespace n WHERE lower(nspname) = $1 AND ${HIDDEN_SCHEMAS}`,
    [name],
  );
  return only(rows, name, 'schema');
}

/** What PostgreSQL calls a table and its schema; the names themselves where there are none. */
export async function remoteTableName(options: MetadataOptions, { schema, table }: SchemaTableName): Promise<SchemaTableName> {
  const { names } = options.config;
  const remoteSchema = await remoteSchemaName(options, schema);
  const mapped = names.mapping()?.remoteTable(remoteSchema, table);
  if (mapped !== undefined) return { schema: remoteSchema, table: mapped };
  if (!names.caseInsensitive) return { schema: remoteSchema, table };
  const { rows } = await options.client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ${RELATION_KINDS} AND n.nspname = $1 AND lower(c.relname) = $2`,
    [remoteSchema, table],
  );
  return { schema: remoteSchema, table: only(rows, table, 'table') };
}

function only(rows: readonly { readonly name: string }[], name: string, what: 'schema' | 'table'): string {
  if (rows.length > 1) throw ambiguous(name, what);
  return rows[0]?.name ?? name;
}

const ambiguous = (name: string, what: 'schema' | 'table'): TrinoError =>
  new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Failed to find remote ${what} name: Ambiguous name: ${name}`);

/** How a schema of PostgreSQL is called here. */
export const shownSchema = ({ config: { names } }: MetadataOptions, remote: string): string => names.mapping()?.schemaName(remote) ?? remote.toLowerCase();

/** How a table of PostgreSQL is called here. */
export function shownTable(options: MetadataOptions, remote: SchemaTableName): SchemaTableName {
  const table = options.config.names.mapping()?.tableName(remote.schema, remote.table) ?? remote.table.toLowerCase();
  return { schema: shownSchema(options, remote.schema), table };
}

/** Whether a schema is found by the name that is shown of it. Raises GENERIC_INTERNAL_ERROR where that name stands for several. */
export async function reachableSchemas(options: MetadataOptions): Promise<(remoteSchema: string) => boolean> {
  const { caseInsensitive, mapping } = options.config.names;
  const isMapped = (remote: string): boolean => mapping()?.schemaName(remote) !== undefined;
  if (!caseInsensitive) return (remote) => isMapped(remote) || remote === remote.toLowerCase();
  const { rows } = await options.client.query<{ name: string }>(`SELECT nspname AS name FROM pg_catalog.pg_namespace n WHERE ${HIDDEN_SCHEMAS}`);
  const alike = Map.groupBy(rows, ({ name }) => name.toLowerCase());
  return (remote) => {
    const name = remote.toLowerCase();
    if (!isMapped(remote) && (alike.get(name)?.length ?? 0) > 1) throw ambiguous(name, 'schema');
    return true;
  };
}
