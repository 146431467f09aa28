import { expect } from 'vitest';
import type { ColumnDefinition, ConnectorTransaction, SchemaTableName } from '../../spi/connector.ts';
import { BIGINT, DOUBLE, type Type, varchar } from '../../spi/type.ts';
import { SESSION } from './connectorContext.ts';
import { fillSink, inTransaction, type Row, readTable, requireTable, sorted } from './rows.ts';
import type { Capability, Feature, Fixture } from './suite.ts';

export interface Behaviour {
  readonly title: string;
  readonly needs: readonly Capability[];
  readonly features?: readonly Feature[];
  run(fixture: Fixture): Promise<void>;
}

export const column = (name: string, type: Type, more: Partial<ColumnDefinition> = {}): ColumnDefinition => ({
  name,
  type,
  nullable: true,
  properties: new Map(),
  ...more,
});
export const COLUMNS = [column('id', BIGINT), column('name', varchar(20)), column('score', DOUBLE)];
export const ROWS: readonly Row[] = [
  [1n, 'one', 1.5],
  [2n, null, 2.5],
  [9007199254740993n, "it's", null],
];

let tables = 0;
export const newName = ({ schema }: Fixture): SchemaTableName => ({ schema, table: `suite_${tables++}` });

export async function createTable(fixture: Fixture, name: SchemaTableName, columns = COLUMNS): Promise<void> {
  await inTransaction(fixture.connector, async (t) => t.createTable?.(SESSION, { name, columns, properties: new Map() }, 'fail'));
}

export async function insert(fixture: Fixture, name: SchemaTableName, rows: readonly Row[], columns?: readonly string[]): Promise<bigint | undefined> {
  return inTransaction(fixture.connector, async (t) => {
    const table = await requireTable(t, name);
    const wanted = columns ?? table.columns.filter((c) => c.hidden !== true).map((c) => c.name);
    const handles = wanted.flatMap((w) => table.columns.filter((c) => c.name === w).map((c) => c.handle));
    const sink = await t.beginInsert?.(SESSION, table.handle, handles);
    if (sink === undefined) throw new Error('no insert');
    await fillSink(sink, rows, fixture.engine);
    return sink.finish();
  });
}

export const read = (fixture: Fixture, name: SchemaTableName): Promise<readonly Row[]> =>
  inTransaction(fixture.connector, async (t) => readTable(t, await requireTable(t, name), fixture.engine));

export const kept = (fixture: Fixture, rows: readonly Row[]): readonly Row[] => (fixture.forgets === true ? [] : rows);

export async function expectRows(fixture: Fixture, name: SchemaTableName, rows: readonly Row[]): Promise<void> {
  expect(sorted(await read(fixture, name))).toEqual(sorted(kept(fixture, rows)));
}

export async function names(fixture: Fixture, schema: string): Promise<readonly string[]> {
  return inTransaction(fixture.connector, async (t) => (await t.listTables(SESSION, schema)).map(({ name }) => name.table));
}

export async function drop(fixture: Fixture, name: SchemaTableName): Promise<void> {
  await inTransaction(fixture.connector, async (t) => t.dropTable?.(SESSION, (await requireTable(t, name)).handle));
}

export async function changeTable(
  fixture: Fixture,
  name: SchemaTableName,
  change: (t: ConnectorTransaction, handle: Awaited<ReturnType<typeof requireTable>>) => unknown,
) {
  await inTransaction(fixture.connector, async (t) => change(t, await requireTable(t, name)));
}
