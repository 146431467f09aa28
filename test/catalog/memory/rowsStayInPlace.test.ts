import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryConnectorFactory } from '../../../catalog/memory/index.ts';
import { Engine } from '../../../server/executor/engine.ts';
import { DuckDbEngineTables } from '../../../server/executor/engineTables.ts';
import type { Connector, ConnectorTransaction, EngineTableSink, Sink } from '../../../spi/connector.ts';
import { BIGINT } from '../../../spi/type.ts';
import { connectorContext, SESSION } from '../../connector/connectorContext.ts';
import { inTransaction, neverAborted, requireTable } from '../../connector/rows.ts';

const NAME = { schema: 'default', table: 't' };
let engine: Engine;
let tables: DuckDbEngineTables;
let connector: Connector;

beforeEach(async () => {
  engine = new Engine({}, async () => {});
  tables = new DuckDbEngineTables(engine);
  connector = await memoryConnectorFactory.create(connectorContext('memory', {}, tables).context);
});
afterEach(async () => {
  await connector.close();
  await engine.close();
});

function engineSink(sink: Sink | undefined): EngineTableSink {
  if (sink?.kind !== 'engineTable') throw new Error('the engine writes the rows of memory tables itself');
  return sink;
}

/** A merge that deletes what the condition on `a` selects, before its end. */
async function deleting(t: ConnectorTransaction, condition: string): Promise<EngineTableSink> {
  const { handle, columns } = await requireTable(t, NAME);
  const sink = engineSink(await t.beginMerge?.(SESSION, handle));
  const [a] = columns;
  const rowId = t.rowIdColumn?.(SESSION, handle);
  if (a === undefined || rowId === undefined) throw new Error('no columns');
  const scan = await t.scan(SESSION, handle, [a.handle, rowId.handle], neverAborted());
  if (scan.kind !== 'engineTable') throw new Error('memory tables are in the engine');
  const [value, id] = scan.columns;
  await tables.execute(`INSERT INTO ${sink.table} SELECT 2, ${id}, NULL FROM ${scan.table} WHERE ${value} ${condition}`);
  return sink;
}

/** The engine puts the rows of a table closer together when rows before them were deleted: their row ids change. */
test('a change finds the rows that it has read, whatever checkpoints come before its end', { timeout: 60_000 }, async () => {
  await inTransaction(connector, async (t) => {
    const definition = { name: NAME, columns: [{ name: 'a', type: BIGINT, nullable: true, properties: new Map() }], properties: new Map() };
    const sink = engineSink(await t.beginCreateTable?.(SESSION, definition, 'fail'));
    await tables.execute(`INSERT INTO ${sink.table} SELECT range FROM range(300000)`);
    await sink.finish();
  });
  await inTransaction(connector, async (t) => expect(await (await deleting(t, '< 250000')).finish()).toBe(250000n));
  await inTransaction(connector, async (t) => {
    const sink = await deleting(t, '= 260000');
    // refused, or it moves nothing
    await tables.execute('CHECKPOINT').catch((error: unknown) => expect(String(error)).toContain('Cannot CHECKPOINT'));
    expect(await sink.finish()).toBe(1n);
  });
  await inTransaction(connector, async (t) => {
    const sink = await deleting(t, '= 260000');
    expect(await tables.rowCount(sink.table)).toBe(0n);
    await sink.abort();
    expect(await t.getStatistics?.(SESSION, (await requireTable(t, NAME)).handle, [])).toMatchObject({ rowCount: 49_999 });
  });
});
