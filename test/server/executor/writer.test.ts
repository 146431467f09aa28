import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../../server/executor/index.ts';
import type { PlanNode, Symbol, TableWriterNode } from '../../../server/plan/plan.ts';
import type { ConnectorTransaction, Sink } from '../../../spi/connector.ts';
import type { Page } from '../../../spi/page.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { array, BIGINT, DOUBLE, INTEGER, VARCHAR } from '../../../spi/type.ts';
import { nextId, planOf, rowsText, session, symbol, tableScan, testExecutor, values } from './support.ts';

let executor: Executor;
beforeAll(() => {
  executor = testExecutor();
});
afterAll(() => executor.close());

const count = symbol('rows', BIGINT);
const a = symbol('a', INTEGER);
const s = symbol('s', VARCHAR);
const list = symbol('list', array(DOUBLE));

function writer(source: PlanNode, inputs: readonly Symbol[], sink: Sink): TableWriterNode {
  const { table } = tableScan([], () => ({ kind: 'engineTable', table: '', columns: [] }));
  const transaction: ConnectorTransaction = { ...table.transaction, beginInsert: () => Promise.resolve(sink) };
  return { kind: 'tableWriter', id: nextId(), source, target: { kind: 'insert', table: { ...table, transaction }, columns: [] }, inputs, output: count };
}

function recordingSink(options: { readonly failAt?: number } = {}): { readonly sink: Sink; readonly pages: Page[]; readonly calls: string[] } {
  const pages: Page[] = [];
  const calls: string[] = [];
  const sink: Sink = {
    kind: 'pages',
    append: async (page) => {
      if (pages.length === options.failAt) throw new TrinoError('CONSTRAINT_VIOLATION', undefined, 'NULL value not allowed');
      pages.push(page);
    },
    finish: async () => {
      calls.push('finish');
      return BigInt(pages.reduce((sum, page) => sum + page.rowCount, 0));
    },
    abort: async () => {
      calls.push('abort');
    },
  };
  return { sink, pages, calls };
}

const rows = values(
  [a, s, list],
  [
    [1, 'short', [1.5, null]],
    [null, 'a text of more than twelve bytes', null],
    [3, null, []],
  ],
);

describe('writers', () => {
  it('hands rows to a sink and gives their number', async () => {
    const { sink, pages, calls } = recordingSink();
    const plan = planOf(writer(rows, [s, a, list], sink), [count], 'INSERT');
    const execution = await executor.execute(plan, { session, signal: new AbortController().signal });
    const page = await execution.nextPage();
    expect(Buffer.concat(page?.parts ?? []).toString()).toBe('[3]');
    expect(await execution.nextPage()).toBeUndefined();
    expect(execution.updateCount()).toBe(3n);
    expect(execution.updateType).toBe('INSERT');
    await execution.close();
    expect(calls).toEqual(['finish']);
    const [written] = pages;
    expect(written?.columns[1]).toMatchObject({ kind: 'fixed', data: expect.anything() });
    expect(written?.columns[2]).toEqual({ kind: 'values', values: [[1.5, null], null, []] });
    // what was written reads back as it was
    const back = [symbol('s2', VARCHAR), symbol('a2', INTEGER)];
    const scan = tableScan(back, () => ({
      kind: 'pages',
      pages: (async function* () {
        yield* pages;
      })(),
    }));
    expect(await rowsText(executor, planOf(scan, back))).toBe('[["short",1],["a text of more than twelve bytes",null],[null,3]]');
  });

  it('aborts when the sink, the query or the user gives up', async () => {
    const failing = recordingSink({ failAt: 0 });
    await expect(rowsText(executor, planOf(writer(rows, [a], failing.sink), [count]))).rejects.toMatchObject({ errorName: 'CONSTRAINT_VIOLATION' });
    expect(failing.calls).toEqual(['abort']);
    const two = recordingSink();
    const source: PlanNode = { kind: 'enforceSingleRow', id: nextId(), source: rows };
    await expect(rowsText(executor, planOf(writer(source, [a], two.sink), [count]))).rejects.toMatchObject({ errorName: 'SUBQUERY_MULTIPLE_ROWS' });
    expect(two.calls).toEqual(['abort']);
    const controller = new AbortController();
    const cancelled = recordingSink();
    const endless = tableScan([a], (signal) => ({
      kind: 'pages',
      pages: (async function* () {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }));
        yield { rowCount: 0, columns: [] };
      })(),
    }));
    const running = rowsText(executor, planOf(writer(endless, [a], cancelled.sink), [count]), { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(running).rejects.toMatchObject({ errorName: 'USER_CANCELED' });
    expect(cancelled.calls.every((call) => call === 'abort')).toBe(true);
  });

  it('writes into tables of the engine within the engine', async () => {
    const { engineTables } = executor;
    const { table, columns } = await engineTables.create([
      { name: 'x', type: INTEGER },
      { name: 'y', type: array(DOUBLE) },
    ]);
    const calls: string[] = [];
    const sink: Sink = {
      kind: 'engineTable',
      table,
      columns,
      finish: async () => {
        calls.push('finish');
        return undefined;
      },
      abort: async () => {
        calls.push('abort');
      },
    };
    expect(await rowsText(executor, planOf(writer(rows, [a, list], sink), [count]))).toBe('[[3]]');
    expect(calls).toEqual(['finish']);
    expect(await engineTables.rowCount(table)).toBe(3n);
    expect(await engineTables.sizeBytes(table)).toBeGreaterThan(0);
    const back = [symbol('y2', array(DOUBLE)), symbol('x2', INTEGER)];
    const scan = tableScan(back, () => ({ kind: 'engineTable', table, columns: columns.toReversed() }));
    expect(await rowsText(executor, planOf(scan, back))).toBe('[[[1.5,null],1],[null,null],[[],3]]');
    expect(await engineTables.execute(`DELETE FROM ${table} WHERE ${columns[0]} = 1`)).toBe(1n);
    await engineTables.drop(table);
  });
});

describe('EXPLAIN ANALYZE', () => {
  it('counts the rows of each node', async () => {
    const [x, y] = [symbol('x', INTEGER), symbol('y', INTEGER)];
    const feed = (of: Symbol, rowCount: number) =>
      tableScan([of], () => ({
        kind: 'pages',
        pages: (async function* () {
          yield { rowCount, columns: [{ kind: 'values' as const, values: Array.from({ length: rowCount }, (_, i) => i) }] };
        })(),
      }));
    const [left, right] = [feed(x, 100), feed(y, 10)];
    const join: PlanNode = { kind: 'join', id: nextId(), type: 'INNER', left, right, criteria: [{ left: x, right: y }] };
    const group: PlanNode = { kind: 'aggregation', id: nextId(), source: join, groupingKeys: [x], groupingOperations: [], aggregations: [] };
    const { nodes, peakMemoryBytes, cpuNanos } = await executor.explainAnalyze(planOf(group, [x]), { session, signal: new AbortController().signal });
    expect(nodes.get(left.id)).toMatchObject({ inputRows: 100, outputRows: 100 });
    expect(nodes.get(right.id)).toMatchObject({ inputRows: 10, outputRows: 10 });
    expect(nodes.get(join.id)).toMatchObject({ outputRows: 10 });
    expect(nodes.get(group.id)).toMatchObject({ outputRows: 10 });
    expect(peakMemoryBytes).toBeGreaterThan(0);
    expect(cpuNanos).toBeGreaterThan(0);
  });
});
