import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connector, ConnectorTransaction, Scan } from '../../../spi/connector.ts';
import type { Block, Page } from '../../../spi/page.ts';
import { BIGINT, VARCHAR } from '../../../spi/type.ts';
import { SESSION } from '../../connector/connectorContext.ts';
import { inTransaction, readScan, requireTable } from '../../connector/rows.ts';
import { busyConnections, startReading, until as untilAsked } from './openReading.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

const ROWS = 400_000;
const BIG = { schema: 'faults', table: 'big' };
const COLUMNS = [
  { name: 'id', type: BIGINT, nullable: true, properties: new Map() },
  { name: 'text', type: VARCHAR, nullable: true, properties: new Map() },
];

let fixture: PostgresFixture;
let connector: Connector;

beforeAll(async () => {
  fixture = await startFixture();
  await fixture.query(`
    DROP SCHEMA IF EXISTS faults CASCADE;
    CREATE SCHEMA faults;
    CREATE TABLE faults.big AS SELECT g::bigint AS id, repeat('x', 80) || g AS text FROM generate_series(1, ${ROWS}) g;
    CREATE TABLE faults.target (id bigint PRIMARY KEY, text varchar);
    INSERT INTO faults.target SELECT g, 'old' FROM generate_series(1, 1000) g;
    ANALYZE`);
  connector = await fixture.connect();
});
afterAll(() => fixture.close());

const others = () => busyConnections(fixture);
const until = (what: () => Promise<boolean>, withinMs: number) => untilAsked(fixture, what, withinMs);
const killAll = () => fixture.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Lepton' AND state <> 'idle'");

async function openBig(t: ConnectorTransaction, signal: AbortSignal, name = BIG): Promise<Scan> {
  const table = await requireTable(t, name);
  return t.scan(
    SESSION,
    table.handle,
    table.columns.map((c) => c.handle),
    signal,
  );
}

async function readOpened(scan: Scan, signal: AbortSignal): Promise<void> {
  if (scan.kind === 'pages') for await (const _ of scan.pages);
  else if (scan.kind === 'rawMessages') await (await import(scan.module)).default(scan.argument, { push: async () => {}, signal });
}

function page(from: number, rowCount: number): Page {
  const ids: Block = { kind: 'fixed', data: BigInt64Array.from({ length: rowCount }, (_, i) => BigInt(from + i)) };
  const texts: Block = { kind: 'values', values: Array.from({ length: rowCount }, (_, i) => `text ${from + i} ${'y'.repeat(40)}`) };
  return { rowCount, columns: [ids, texts] };
}

test('a large table comes whole and once, over several connections', async () => {
  await inTransaction(connector, async (t) => {
    const scan = await openBig(t, new AbortController().signal);
    expect(scan.kind).toBe('rawMessages');
    const rows = await readScan(scan);
    expect(rows.length).toBe(ROWS);
    expect(new Set(rows.map(([id]) => id)).size).toBe(ROWS);
    expect(rows.every(([id, text]) => text === `${'x'.repeat(80)}${id}`)).toBe(true);
  });
});

test('all scans of a query see one moment', async () => {
  await inTransaction(connector, async (t) => {
    await openBig(t, new AbortController().signal);
    await fixture.query(`INSERT INTO faults.big SELECT -g, 'late' FROM generate_series(1, 5000) g; DELETE FROM faults.big WHERE id <= 5000 AND id > 0`);
    const rows = await readScan(await openBig(t, new AbortController().signal));
    expect([rows.length, rows.some(([id]) => BigInt(String(id)) < 0n)]).toEqual([ROWS, false]);
  });
  await fixture.query(`DELETE FROM faults.big WHERE id < 0; INSERT INTO faults.big SELECT g, repeat('x', 80) || g FROM generate_series(1, 5000) g`);
});

test('a cancelled scan ends on the server at once', async () => {
  const abort = new AbortController();
  const transaction = connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
  const reading = await startReading(await openBig(transaction, abort.signal), abort.signal);
  expect((await others()).some(({ query }) => String(query).startsWith('COPY'))).toBe(true);
  abort.abort(new Error('cancelled'));
  const took = await until(async () => !(await others()).some(({ query }) => String(query).startsWith('COPY')), 1000);
  expect(took).toBeLessThan(100);
  reading.goOn();
  await reading.done.catch(() => undefined);
  await transaction.rollback();
  await until(async () => (await others()).length === 0, 1000);
});

test('a slow statement is cancelled on the server before it has sent a row', async () => {
  await fixture.query('CREATE OR REPLACE VIEW faults.slow AS SELECT g AS id, pg_sleep(0.01)::text AS s FROM generate_series(1, 100000) g');
  const abort = new AbortController();
  const transaction = connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
  const table = await requireTable(transaction, { schema: 'faults', table: 'slow' });
  const scan = await transaction.scan(
    SESSION,
    table.handle,
    table.columns.map((c) => c.handle),
    abort.signal,
  );
  if (scan.kind === 'engineTable' || scan.kind === 'parquetFiles') throw new Error('no pages');
  const failed = expect(readOpened(scan, abort.signal));
  await until(async () => (await others()).some(({ query, state }) => String(query).startsWith('COPY') && state === 'active'), 5000);
  abort.abort(new Error('cancelled'));
  expect(await until(async () => !(await others()).some(({ query }) => String(query).startsWith('COPY')), 1000)).toBeLessThan(100);
  if (scan.kind === 'pages') await failed.rejects.toThrow('cancelled');
  await transaction.rollback();
});

test('connections killed in the midst of reading: an error in the server’s words, no connection left, the next query works', async () => {
  for (let round = 0; round < 10; round++) {
    const abort = new AbortController();
    const transaction = connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
    const reading = await startReading(await openBig(transaction, abort.signal), abort.signal);
    await killAll();
    reading.goOn();
    await expect(reading.done).rejects.toMatchObject({
      errorName: 'JDBC_ERROR',
      message: expect.stringMatching(/^(FATAL: terminating connection due to administrator command|An I\/O error occurred while sending to the backend\.)/),
    });
    await transaction.rollback();
    await until(async () => (await others()).length === 0, 1000);
    await inTransaction(connector, async (t) => expect((await requireTable(t, BIG)).columns.length).toBe(2));
  }
}, 60_000);

test('connections killed in the midst of writing: no half table, no half insert, the next one works', async () => {
  for (let round = 0; round < 10; round++) {
    const name = { schema: 'faults', table: `made_${round}` };
    const fill = async (open: (t: ConnectorTransaction) => Promise<unknown>) =>
      inTransaction(connector, async (t) => {
        const sink = await open(t);
        if (
          typeof sink !== 'object' ||
          sink === null ||
          !('append' in sink) ||
          typeof sink.append !== 'function' ||
          !('finish' in sink) ||
          typeof sink.finish !== 'function'
        ) {
          throw new Error('no sink');
        }
        for (let i = 0; i < 10; i++) await sink.append(page(10_000 + i * 2048, 2048));
        await killAll();
        for (let i = 10; i < 20; i++) await sink.append(page(10_000 + i * 2048, 2048));
        await sink.finish();
      });
    await expect(fill(async (t) => t.beginCreateTable?.(SESSION, { name, columns: COLUMNS, properties: new Map() }, 'fail'))).rejects.toMatchObject({
      errorName: 'JDBC_ERROR',
    });
    await expect(
      fill(async (t) => {
        const table = await requireTable(t, { schema: 'faults', table: 'target' });
        return t.beginInsert?.(
          SESSION,
          table.handle,
          table.columns.map((c) => c.handle),
        );
      }),
    ).rejects.toMatchObject({ errorName: 'JDBC_ERROR' });
    await inTransaction(connector, async (t) => expect(await t.getTable(SESSION, name)).toBeUndefined());
    expect(await fixture.query('SELECT count(*)::int AS n FROM faults.target')).toEqual([{ n: 1000 }]);
    await until(async () => (await others()).length === 0, 1000);
  }
}, 60_000);

test('a failed merge changes nothing', async () => {
  await expect(
    inTransaction(connector, async (t) => {
      const table = await requireTable(t, { schema: 'faults', table: 'target' });
      const rowId = t.rowIdColumn?.(SESSION, table.handle);
      const sink = await t.beginMerge?.(SESSION, table.handle);
      if (rowId === undefined || sink?.kind !== 'pages') throw new Error('no merge');
      const scan = await t.scan(SESSION, table.handle, [rowId.handle], new AbortController().signal);
      const ids = (await readScan(scan)).map(([id]) => id ?? null);
      const update: Page = {
        rowCount: ids.length,
        columns: [3, undefined, 7n, 'new'].map((value) => ({ kind: 'values', values: value === undefined ? ids : ids.map(() => value) })),
      };
      await sink.append(update);
      await sink.finish();
    }),
  ).rejects.toMatchObject({ errorName: 'JDBC_ERROR', message: expect.stringContaining('duplicate key value violates unique constraint "target_pkey"') });
  expect(await fixture.query("SELECT count(*)::int AS n FROM faults.target WHERE text = 'old'")).toEqual([{ n: 1000 }]);
  expect(await fixture.query("SELECT count(*)::int AS n FROM pg_class WHERE relname LIKE 'lepton%'")).toEqual([{ n: 0 }]);
});

test('a row changed by somebody else between finding and writing is an error, not a lost change', async () => {
  await expect(
    inTransaction(connector, async (t) => {
      const table = await requireTable(t, { schema: 'faults', table: 'target' });
      const rowId = t.rowIdColumn?.(SESSION, table.handle);
      if (rowId === undefined) throw new Error('no row id');
      const rows = await readScan(await t.scan(SESSION, table.handle, [...table.columns.map((c) => c.handle), rowId.handle], new AbortController().signal));
      await fixture.query("UPDATE faults.target SET text = 'theirs' WHERE id = 5");
      const sink = await t.beginMerge?.(SESSION, table.handle);
      if (sink?.kind !== 'pages') throw new Error('no merge');
      const found = rows.find(([id]) => id === 5n);
      await sink.append({ rowCount: 1, columns: [3, found?.[2] ?? null, 5n, 'ours'].map((value) => ({ kind: 'values', values: [value] })) });
      await sink.finish();
    }),
  ).rejects.toMatchObject({ message: 'ERROR: could not serialize access due to concurrent update' });
  expect(await fixture.query('SELECT text FROM faults.target WHERE id = 5')).toEqual([{ text: 'theirs' }]);
});

test('a server that is down is named; the catalog recovers by itself', async () => {
  if (fixture.rig.pid === undefined) return;
  const down = await fixture.connect({ 'connection-url': 'jdbc:postgresql://127.0.0.1:1/app' });
  await expect(inTransaction(down, (t) => t.listSchemas(SESSION))).rejects.toMatchObject({
    errorName: 'JDBC_ERROR',
    message: 'Connection to 127.0.0.1:1 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.',
  });
  for (let round = 0; round < 3; round++) {
    const abort = new AbortController();
    const transaction = connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
    const reading = await startReading(await openBig(transaction, abort.signal), abort.signal);
    await fixture.rig.restart();
    reading.goOn();
    await expect(reading.done).rejects.toMatchObject({ errorName: 'JDBC_ERROR' });
    await transaction.rollback();
    await inTransaction(connector, async (t) => expect((await requireTable(t, BIG)).columns.length).toBe(2));
  }
}, 60_000);

test('a reader that stops reading stops the server, within bounded memory', async () => {
  await fixture.query("CREATE OR REPLACE VIEW faults.wide AS SELECT g AS id, repeat('x', 1000) AS text FROM generate_series(1, 200000) g");
  await inTransaction(connector, async (t) => {
    const abort = new AbortController();
    const reading = await startReading(await openBig(t, abort.signal, { schema: 'faults', table: 'wide' }), abort.signal);
    const sent = async () =>
      (await fixture.query("SELECT pid, wait_event FROM pg_stat_activity WHERE query LIKE 'COPY%' AND wait_event = 'ClientWrite'")).length;
    await until(async () => (await sent()) > 0, 5000);
    reading.goOn();
    expect(await reading.done).toBe(200_000);
  });
});
