import type pg from 'pg';
import type { Connection, FieldDef, Submittable } from 'pg';
import type { ColumnMetadata, TableMetadata } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { mapColumn, type RemoteType } from './columnMapping.ts';
import { derivedColumn, type PostgresTableHandle, withoutCollation } from './handles.ts';
import { remoteError } from './remoteError.ts';
import type { PostgresProperties } from './sessionProperties.ts';

interface TypeRow {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly element_oid: string | null;
  readonly element_name: string | null;
  readonly element_kind: string | null;
}

export async function describeQuery(client: pg.Client, query: string, properties: PostgresProperties): Promise<TableMetadata> {
  const fields = await describeStatement(client, query);
  if (fields === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Query not supported: ResultSetMetaData not available for query: ${query}`);
  const { rows } = await client.query<TypeRow>(
    `SELECT t.oid::int8 AS oid, t.typname AS name, t.typtype AS kind, e.oid::int8 AS element_oid, e.typname AS element_name, e.typtype AS element_kind
     FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' WHERE t.oid = ANY ($1::oid[])`,
    [fields.map(({ dataTypeID }) => dataTypeID)],
  );
  const types = new Map(rows.map((row) => [Number(row.oid), row]));
  const columns = fields.map((field) => describedColumn(field, types.get(field.dataTypeID), properties));
  const twice = columns.find(({ name }, i) => columns.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) {
    const shown = `${twice.name}=${twice.name}`;
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Multiple entries with same key: ${shown} and ${shown}`);
  }
  const handle: PostgresTableHandle = {
    kind: 'postgresql',
    database: client.database ?? '',
    schemaTable: undefined,
    table: undefined,
    from: `(${query}) o`,
    expressions: {},
    where: [],
    constrained: [],
    orderBy: [],
    limit: undefined,
    rowEstimate: undefined,
    nextName: 0,
  };
  return { name: { schema: 'system', table: 'query' }, handle, columns };
}

function describedColumn(field: FieldDef, row: TypeRow | undefined, properties: PostgresProperties): ColumnMetadata {
  const element =
    row?.element_oid === null || row === undefined
      ? {}
      : { element: remote(Number(row.element_oid), row.element_name ?? '', row.element_kind ?? 'b', field.dataTypeModifier) };
  const type: RemoteType = { ...remote(field.dataTypeID, row?.name ?? 'unknown', row?.kind ?? 'b', field.dataTypeModifier), ...element };
  const mapping = mapColumn(type, properties);
  if (mapping === undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Unsupported type: ${type.name} of column: ${field.name}`);
  const handle = withoutCollation(derivedColumn(field.name, mapping, type.name));
  return { name: handle.name, type: mapping.type, handle };
}

const remote = (oid: number, name: string, typeType: string, modifier: number): RemoteType => ({
  oid,
  name,
  displayName: name,
  typeType,
  modifier,
  dimensions: 0,
});

/** What a statement would return, without running it; undefined: no rows at all. */
async function describeStatement(client: pg.Client, text: string): Promise<readonly FieldDef[] | undefined> {
  try {
    const query = new DescribeQuery(text);
    client.query(query);
    return await query.done;
  } catch (error) {
    throw remoteError(error, 'Failed to get table handle for prepared query. ');
  }
}

class DescribeQuery implements Submittable {
  readonly done: Promise<readonly FieldDef[] | undefined>;
  readonly #text: string;
  readonly #end: PromiseWithResolvers<readonly FieldDef[] | undefined>;
  #fields: readonly FieldDef[] | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#end = Promise.withResolvers();
    this.done = this.#end.promise;
  }

  submit(connection: Connection): void {
    connection.parse({ name: '', text: this.#text, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  handleRowDescription(message: { readonly fields: readonly FieldDef[] }): void {
    this.#fields = message.fields;
  }

  handleError(error: unknown): void {
    this.#end.reject(error);
  }

  handleReadyForQuery(): void {
    this.#end.resolve(this.#fields);
  }

  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
}
