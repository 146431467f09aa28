import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connector, ListedTable, ListingFilter, TableMetadata } from '../../../spi/connector.ts';
import { SESSION } from '../../connector/connectorContext.ts';
import { inTransaction, requireTable } from '../../connector/rows.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

let fixture: PostgresFixture;
let connector: Connector;

beforeAll(async () => {
  fixture = await startFixture();
  await fixture.query(`
    DROP SCHEMA IF EXISTS listing_a CASCADE; DROP SCHEMA IF EXISTS listing_b CASCADE;
    CREATE SCHEMA listing_a; CREATE SCHEMA listing_b;
    CREATE TYPE listing_a.mood AS ENUM ('sad', 'glad');
    CREATE DOMAIN listing_a.price AS numeric(10, 3);
    CREATE TABLE listing_a.types (
      id bigint PRIMARY KEY, flag boolean NOT NULL, short smallint, n numeric(12, 2), wide numeric, letters varchar(7), fixed char(3), free text COLLATE "C",
      day date, at timestamp(3), zoned timestamptz, clock time(0), bytes bytea, doc jsonb, id2 uuid, numbers int[], names text[], mood listing_a.mood,
      price listing_a.price, shape xml, span interval, "Upper" integer);
    ALTER TABLE listing_a.types DROP COLUMN short;
    COMMENT ON TABLE listing_a.types IS 'of all kinds'; COMMENT ON COLUMN listing_a.types.letters IS 'seven at most';
    CREATE TABLE listing_a.odd (shape xml, lines line[]);
    CREATE TABLE listing_a.empty ();
    CREATE TABLE listing_a."Mixed" (id integer);
    CREATE VIEW listing_a.seen AS SELECT id, letters FROM listing_a.types;
    CREATE MATERIALIZED VIEW listing_b.kept AS SELECT 1 AS one;
    CREATE TABLE listing_b.parted (id integer, part integer) PARTITION BY LIST (part);
    CREATE TABLE listing_b.types (id integer)`);
  connector = await fixture.connect();
});
afterAll(async () => {
  await fixture?.query('DROP SCHEMA IF EXISTS listing_a CASCADE; DROP SCHEMA IF EXISTS listing_b CASCADE');
  await fixture?.close();
});

const list = (filter: ListingFilter, of = connector): Promise<readonly ListedTable[]> =>
  inTransaction(of, async (t) => (await t.listColumns?.(SESSION, filter)) ?? []);

const names = (tables: readonly ListedTable[]): readonly string[] =>
  tables
    .map(({ name }) => `${name.schema}.${name.table}`)
    .filter((name) => name.startsWith('listing_'))
    .sort();

const shown = ({ name, columns, comment }: TableMetadata): ListedTable => ({
  name,
  columns: columns.map(({ handle: _, ...column }) => column),
  ...(comment === undefined ? {} : { comment }),
});

test('a listing says of each table what a look at the table says', async () => {
  const listed = (await list({})).filter(({ name }) => name.schema.startsWith('listing_'));
  expect(names(listed)).toEqual(['listing_a.seen', 'listing_a.types', 'listing_b.kept', 'listing_b.parted', 'listing_b.types']);
  await inTransaction(connector, async (t) => {
    for (const table of listed) {
      const looked = await t.getTable(SESSION, table.name);
      expect(looked && shown(looked)).toEqual(table);
    }
  });
});

test('what is named is listed, and nothing else', async () => {
  expect(names(await list({ schemas: ['listing_b'] }))).toEqual(['listing_b.kept', 'listing_b.parted', 'listing_b.types']);
  expect(names(await list({ tables: ['types', 'nope'] }))).toEqual(['listing_a.types', 'listing_b.types']);
  expect(names(await list({ schemas: ['listing_a', 'listing_b'], tables: ['types', 'seen'] }))).toEqual([
    'listing_a.seen',
    'listing_a.types',
    'listing_b.types',
  ]);
  expect(await list({ schemas: [] })).toEqual([]);
});

test('names in capitals are listed where names match without regard to case', async () => {
  const other = await fixture.connect({ 'case-insensitive-name-matching': 'true' });
  expect(names(await list({ tables: ['mixed'] }, other))).toEqual(['listing_a.mixed']);
  expect(names(await list({ tables: ['mixed'] }))).toEqual([]);
});

const tableNames = (of: Connector): Promise<readonly string[]> =>
  inTransaction(of, async (t) => (await t.listTables(SESSION, 'listing_b')).map(({ name }) => name.table).filter((name) => name.startsWith('late')));
const flush = (of: Connector) => of.procedures?.find(({ name }) => name === 'flush_metadata_cache')?.call(SESSION, [], new AbortController().signal);

test('listings are made anew unless the configuration says how long they are kept', async () => {
  const kept = await fixture.connect({ 'metadata.cache-ttl': '1h' });
  for (const of of [connector, kept]) expect(await tableNames(of)).toEqual([]);
  expect(names(await list({ tables: ['late_1'] }, kept))).toEqual([]);
  await fixture.query('CREATE TABLE listing_b.late_1 (id integer)');
  expect(await tableNames(connector)).toEqual(['late_1']);
  expect(await tableNames(kept)).toEqual([]);
  expect(names(await list({ tables: ['late_1'] }, kept))).toEqual([]);
  await flush(kept);
  expect(await tableNames(kept)).toEqual(['late_1']);
  expect(names(await list({ tables: ['late_1'] }, kept))).toEqual(['listing_b.late_1']);
});

test('what the catalog itself changes is listed at once', async () => {
  const kept = await fixture.connect({ 'metadata.cache-ttl': '1h' });
  await fixture.query('CREATE TABLE listing_b.late_2 (id integer)');
  expect(await tableNames(kept)).toContain('late_2');
  await inTransaction(kept, async (t) => t.dropTable?.(SESSION, (await requireTable(t, { schema: 'listing_b', table: 'late_2' })).handle));
  expect(await tableNames(kept)).not.toContain('late_2');
});

test('no more listings are kept than the configuration allows', async () => {
  await fixture.query('DROP TABLE IF EXISTS listing_b.late_3');
  const one = await fixture.connect({ 'metadata.cache-ttl': '1h', 'metadata.cache-maximum-size': '1' });
  const tables = (schema: string) => inTransaction(one, async (t) => (await t.listTables(SESSION, schema)).map(({ name }) => name.table));
  expect(await tables('listing_b')).not.toContain('late_3');
  await fixture.query('CREATE TABLE listing_b.late_3 (id integer)');
  expect(await tables('listing_b')).not.toContain('late_3');
  await tables('listing_a');
  expect(await tables('listing_b')).toContain('late_3');
});
