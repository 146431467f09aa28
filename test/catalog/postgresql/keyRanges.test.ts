import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectorTransaction, Scan } from '../../../spi/connector.ts';
import { SESSION } from '../../connector/connectorContext.ts';
import { inTransaction, neverAborted, readScan, requireTable } from '../../connector/rows.ts';
import { busyConnections, readingConnections, startReading, until } from './openReading.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

const ROWS = 120_000;

let fixture: PostgresFixture;

beforeAll(async () => {
  fixture = await startFixture();
  await fixture.query(`
    DROP SCHEMA IF EXISTS ranges CASCADE; DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN;
    CREATE SCHEMA ranges; GRANT USAGE ON SCHEMA ranges TO reader;
    CREATE TABLE ranges.base (id bigint PRIMARY KEY, part int NOT NULL, text text);
    INSERT INTO ranges.base SELECT g, g % 3, repeat('x', 60) || g FROM generate_series(1, ${ROWS}) g;
    CREATE TABLE ranges.stamped (at timestamp PRIMARY KEY, part int, text text);
    INSERT INTO ranges.stamped SELECT timestamp '2024-01-01' + g * interval '1 second', g % 3, 'text ' || g FROM generate_series(1, ${ROWS}) g;
    CREATE TABLE ranges.parted (id bigint, part int, text text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
    CREATE TABLE ranges.parted_1 PARTITION OF ranges.parted FOR VALUES FROM (0) TO (50000);
    CREATE TABLE ranges.parted_2 PARTITION OF ranges.parted FOR VALUES FROM (50000) TO (1000000);
    INSERT INTO ranges.parted SELECT * FROM ranges.base;
    CREATE TABLE ranges.other (code text PRIMARY KEY, part int); INSERT INTO ranges.other VALUES ('a', 0), ('b', 1);
    CREATE VIEW ranges.simple AS SELECT id, upper(text) AS text FROM ranges.base WHERE part < 2;
    CREATE VIEW ranges.nested AS SELECT text, id FROM ranges.simple;
    CREATE VIEW ranges.at_times AS SELECT at, text FROM ranges.stamped;
    CREATE VIEW ranges.nullable AS SELECT b.id, o.code FROM ranges.other o LEFT JOIN ranges.base b ON b.part = o.part OR b.id = 0;
    CREATE VIEW ranges.computed AS SELECT -id AS id, text FROM ranges.base;
    CREATE VIEW ranges.windowed AS SELECT id, row_number() OVER (ORDER BY text) AS n FROM ranges.base;
    CREATE VIEW ranges.keyless AS SELECT text, part FROM ranges.base;
    GRANT SELECT ON ranges.parted TO reader;
    ANALYZE ranges.base; ANALYZE ranges.stamped; ANALYZE ranges.parted_1; ANALYZE ranges.parted_2; ANALYZE ranges.other`);
});
afterAll(() => fixture?.close());

async function open(t: ConnectorTransaction, table: string, signal = neverAborted()): Promise<Scan> {
  const { handle, columns } = await requireTable(t, { schema: 'ranges', table });
  return t.scan(
    SESSION,
    handle,
    columns.map((column) => column.handle),
    signal,
  );
}

/** The statements that a scan runs beside each other. */
function statements(scan: Scan): readonly string[] {
  if (scan.kind !== 'rawMessages') return [];
  const { argument } = scan;
  return typeof argument === 'object' && argument !== null && 'queries' in argument && Array.isArray(argument.queries) ? argument.queries.map(String) : [];
}

test.each(['simple', 'nested', 'at_times'])('the view %s is read over ranges of a key, each row once', { timeout: 60_000 }, async (view) => {
  const connector = await fixture.connect();
  await inTransaction(connector, async (t) => {
    const scan = await open(t, view);
    expect(statements(scan).length).toBeGreaterThan(2);
    const rows = await readScan(scan);
    const expected = await fixture.query(`SELECT count(*)::int AS rows, count(DISTINCT text)::int AS texts FROM ranges.${view}`);
    const at = view === 'nested' ? 0 : 1;
    expect({ rows: rows.length, texts: new Set(rows.map((row) => row[at])).size }).toEqual(expected[0]);
  });
});

test('rows without a key are read too', { timeout: 60_000 }, async () => {
  await fixture.query("INSERT INTO ranges.other VALUES ('none', 7)");
  const connector = await fixture.connect();
  await inTransaction(connector, async (t) => {
    const scan = await open(t, 'nullable');
    const rows = await readScan(scan);
    const [expected] = await fixture.query('SELECT count(*)::int AS rows, count(*) FILTER (WHERE id IS NULL)::int AS without FROM ranges.nullable');
    expect({ rows: rows.length, without: rows.filter(([id]) => id === null).length }).toEqual(expected);
  });
});

test.each(['computed', 'windowed', 'keyless'])(
  'the view %s, of which each range would cost the whole, is read by one statement',
  { timeout: 60_000 },
  async (view) => {
    const connector = await fixture.connect();
    await inTransaction(connector, async (t) => {
      const scan = await open(t, view);
      expect(statements(scan).length).toBe(1);
      expect((await readScan(scan)).length).toBe(ROWS);
    });
  },
);

test('a partitioned table whose partitions may not be read by themselves is read over ranges of its key, at one moment', { timeout: 60_000 }, async ({
  skip,
}) => {
  if (fixture.rig.pid === undefined) skip('another user may not be let in');
  const connector = await fixture.connect({ 'connection-user': 'reader' });
  await inTransaction(connector, async (t) => {
    const scan = await open(t, 'parted');
    expect(statements(scan).length).toBeGreaterThan(2);
    expect(statements(scan).join()).not.toContain('parted_1');
    await fixture.query("DELETE FROM ranges.parted WHERE id % 2 = 0; INSERT INTO ranges.parted SELECT g + 500000, 1, 'late' FROM generate_series(1, 1000) g");
    const rows = await readScan(scan);
    expect({ rows: rows.length, ids: new Set(rows.map(([id]) => id)).size, late: rows.some((row) => row[2] === 'late') }).toEqual({
      rows: ROWS,
      ids: ROWS,
      late: false,
    });
  });
});

test('a filter goes into each range', { timeout: 60_000 }, async () => {
  const connector = await fixture.connect();
  await inTransaction(connector, async (t) => {
    const { handle, columns } = await requireTable(t, { schema: 'ranges', table: 'simple' });
    const [id] = columns;
    if (id === undefined) throw new Error('no column');
    const limit = { kind: 'constant', type: id.type, value: 100_000n } as const;
    const conjunct = {
      kind: 'comparison',
      operator: '<',
      left: { kind: 'reference', name: 'id', type: id.type },
      right: limit,
      type: { kind: 'boolean' },
    } as const;
    const filtered = await t.applyFilter?.(SESSION, handle, { conjuncts: [conjunct], assignments: new Map([['id', id.handle]]) });
    if (filtered === undefined) throw new Error('not pushed down');
    const scan = await t.scan(SESSION, filtered.table, [id.handle], neverAborted());
    expect(statements(scan).length).toBeGreaterThan(1);
    for (const statement of statements(scan)) expect(statement).toMatch(/"id" < '100000'::bigint/);
    const [expected] = await fixture.query('SELECT count(*)::int AS rows FROM ranges.simple WHERE id < 100000');
    expect((await readScan(scan)).length).toBe(expected?.rows);
  });
});

const CANCEL_MS = 5000;

test.each(['simple', 'parted'])('a cancelled read of %s over ranges of its key ends on the server, on every connection', { timeout: 60_000 }, async (table) => {
  // partitions that another user may not read by themselves
  const connector = await fixture.connect(table === 'parted' && fixture.rig.pid !== undefined ? { 'connection-user': 'reader' } : {});
  const abort = new AbortController();
  const transaction = connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
  const scan = await open(transaction, table, abort.signal);
  expect(statements(scan).length).toBeGreaterThan(2);
  const reading = await startReading(scan, abort.signal);
  expect(await readingConnections(fixture)).toBeGreaterThan(0);
  abort.abort(new Error('cancelled'));
  await until(fixture, async () => (await readingConnections(fixture)) === 0, CANCEL_MS);
  reading.goOn();
  await reading.done.catch(() => undefined);
  await transaction.rollback();
  await until(fixture, async () => (await busyConnections(fixture)).length === 0, CANCEL_MS);
});

test('ranges of a view that sends nothing for long are cancelled on the server too', { timeout: 60_000 }, async () => {
  // none of its rows is sent, and each takes its time
  await fixture.query(`
    CREATE OR REPLACE FUNCTION ranges.waits(bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS 'BEGIN PERFORM pg_sleep(0.05); RETURN $1 < 0; END';
    CREATE OR REPLACE VIEW ranges.waiting AS SELECT id, text FROM ranges.base WHERE ranges.waits(id) OR part = 7`);
  const connector = await fixture.connect();
  const abort = new AbortController();
  const transaction = connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
  const scan = await open(transaction, 'waiting', abort.signal);
  expect(statements(scan).length).toBeGreaterThan(2);
  const reading = startReading(scan, abort.signal).then(({ done }) => done);
  await until(fixture, async () => (await readingConnections(fixture)) > 1, 20_000);
  abort.abort(new Error('cancelled'));
  await until(fixture, async () => (await readingConnections(fixture)) === 0, CANCEL_MS);
  await reading.catch(() => undefined);
  await transaction.rollback();
  await until(fixture, async () => (await busyConnections(fixture)).length === 0, CANCEL_MS);
});
