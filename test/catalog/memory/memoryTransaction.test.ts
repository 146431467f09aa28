import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryConnectorFactory } from '../../../catalog/memory/index.ts';
import type { Connector, ConnectorTransaction } from '../../../spi/connector.ts';
import { BIGINT, VARCHAR } from '../../../spi/type.ts';
import { connectorContext, SESSION } from '../../connector/connectorContext.ts';
import { fillSink, inTransaction, type Row, readTable, requireTable } from '../../connector/rows.ts';
import { type TestEngine, testEngine } from '../../connector/testEngine.ts';

const NAME = { schema: 'default', table: 't' };
const COLUMNS = [{ name: 'a', type: BIGINT, nullable: true, properties: new Map() }];
let engine: TestEngine;
let connector: Connector;

async function make(properties: Record<string, string> = {}) {
  connector = await memoryConnectorFactory.create(connectorContext('memory', properties, engine.tables).context);
}

beforeEach(async () => {
  engine = await testEngine();
  await make();
});
afterEach(async () => {
  await connector.close();
  expect(await engine.tableCount()).toBe(0);
  engine.close();
});

const createAs = (rows: readonly Row[]) =>
  inTransaction(connector, async (t) => {
    const sink = await t.beginCreateTable?.(SESSION, { name: NAME, columns: COLUMNS, properties: new Map() }, 'fail');
    if (sink === undefined) throw new Error('no sink');
    await fillSink(sink, rows, engine);
    return sink.finish();
  });

async function deleting(t: ConnectorTransaction, rowId: bigint) {
  const sink = await t.beginMerge?.(SESSION, (await requireTable(t, NAME)).handle);
  if (sink === undefined) throw new Error('no sink');
  await fillSink(sink, [[2, rowId, null]], engine);
  return sink;
}

test('more data than memory.max-data-per-node is refused in the words of Trino, and nothing stays', async () => {
  await make({ 'memory.max-data-per-node': '150B' });
  await expect(createAs([[1n], [2n], [3n]])).rejects.toMatchObject({
    errorName: 'MEMORY_LIMIT_EXCEEDED',
    errorCode: 84017153,
    errorType: 'EXTERNAL',
    message: 'Memory limit [150] for memory connector exceeded',
  });
  expect(await engine.tableCount()).toBe(0);
  await createAs([[1n], [2n]]);
});

test('a NOT NULL column is added to an empty table only', async () => {
  const add = (name: string) =>
    inTransaction(connector, async (t) =>
      t.addColumn?.(SESSION, (await requireTable(t, NAME)).handle, { name, type: VARCHAR, nullable: false, properties: new Map() }),
    );
  await createAs([]);
  await add('e');
  await inTransaction(connector, async (t) => t.dropTable?.(SESSION, (await requireTable(t, NAME)).handle));
  await createAs([[1n]]);
  await expect(add('f')).rejects.toMatchObject({ errorName: 'NOT_SUPPORTED', message: "Unable to add NOT NULL column 'f' for non-empty table: default.t" });
});

test('a table in an unknown schema is refused in the words of Trino', async () => {
  const create = inTransaction(connector, async (t) =>
    t.createTable?.(SESSION, { name: { schema: 'nosuch', table: 't' }, columns: COLUMNS, properties: new Map() }, 'fail'),
  );
  await expect(create).rejects.toMatchObject({ errorName: 'NOT_FOUND', message: 'Schema nosuch not found' });
});

test('replacing tables is refused in the words of Trino', async () => {
  const create = inTransaction(connector, async (t) => t.createTable?.(SESSION, { name: NAME, columns: COLUMNS, properties: new Map() }, 'replace'));
  await expect(create).rejects.toMatchObject({ errorName: 'NOT_SUPPORTED', message: 'This connector does not support replacing tables' });
});

test('of two deletes over the same rows the second to finish is refused', async () => {
  await createAs([[1n], [2n]]);
  await inTransaction(connector, (first) =>
    inTransaction(connector, async (second) => {
      const sinks = [await deleting(first, 0n), await deleting(second, 0n)];
      await sinks[0]?.finish();
      await expect(sinks[1]?.finish()).rejects.toMatchObject({ errorName: 'TRANSACTION_CONFLICT' });
    }),
  );
  expect(await inTransaction(connector, async (t) => readTable(t, await requireTable(t, NAME), engine))).toEqual([[2n]]);
});

test('what is dropped leaves the engine when the last reader has ended', async () => {
  await createAs([[1n]]);
  const readers = [0, 1].map(() => connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true }));
  await inTransaction(connector, async (t) => t.dropTable?.(SESSION, (await requireTable(t, NAME)).handle));
  expect(await engine.tableCount()).toBe(1);
  await readers[0]?.commit();
  expect(await engine.tableCount()).toBe(1);
  await readers[1]?.rollback();
  expect(await engine.tableCount()).toBe(0);
});
