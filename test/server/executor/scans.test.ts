import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Executor } from '../../../server/executor/index.ts';
import type { PlanNode } from '../../../server/plan/plan.ts';
import type { RawMessagesScan } from '../../../spi/connector.ts';
import type { Page } from '../../../spi/page.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT, BOOLEAN, decimal, INTEGER, timestamp, VARCHAR } from '../../../spi/type.ts';
import type { CountingJob } from './feed/countingFeed.ts';
import { constant, nextId, pagesOf, planOf, reference, rowsText, session, symbol, tableScan, testExecutor } from './support.ts';

let executor: Executor;
beforeEach(() => {
  executor = testExecutor();
});
afterEach(() => executor.close());

const n = symbol('n', BIGINT);
const counting = (job: CountingJob): RawMessagesScan => ({
  kind: 'rawMessages',
  module: new URL('./feed/countingFeed.ts', import.meta.url).href,
  argument: job,
});
const shared = (job: CountingJob): RawMessagesScan => ({ ...counting({ ...job, next: new SharedArrayBuffer(4) }), runsMax: 3 });
const below = (source: PlanNode, limit: bigint): PlanNode => ({
  kind: 'filter',
  id: nextId(),
  source,
  predicate: { kind: 'comparison', operator: '<', left: reference(n), right: constant(BIGINT, limit), type: BOOLEAN },
});
/** Sorted and cut off, so that everything is read but little is shown. */
const top = (source: PlanNode, count: bigint): PlanNode => ({
  kind: 'topN',
  id: nextId(),
  source,
  count,
  orderBy: [{ symbol: n, ascending: false, nullsFirst: false }],
});
const numbers = (from: number, count: number): Page => ({
  rowCount: count,
  columns: [{ kind: 'fixed', data: BigInt64Array.from({ length: count }, (_, i) => BigInt(from + i)) }],
});

async function failure(promise: Promise<unknown>): Promise<TrinoError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TrinoError) return error;
  throw new Error('expected a TrinoError', { cause: error });
}

describe('pages', () => {
  it('reads every layout of block, also in pages that are larger than a vector', async () => {
    const outputs = [n, symbol('s', VARCHAR), symbol('d', decimal(5, 2)), symbol('t', timestamp(6)), symbol('i', INTEGER)];
    const rowCount = 5000;
    const texts = Array.from({ length: rowCount }, (_, i) => Buffer.from(i % 2 === 0 ? `t${i}` : `a longer text with the number ${i}`));
    const slots = new Uint32Array(rowCount * 4);
    const heap = Buffer.concat(texts.filter((text) => text.length > 12));
    let used = 0;
    texts.forEach((text, i) => {
      slots[i * 4] = text.length;
      const inline = new Uint8Array(12);
      if (text.length <= 12) {
        inline.set(text);
        slots.set(new Uint32Array(inline.buffer), i * 4 + 1);
      } else {
        slots[i * 4 + 1] = text.readUInt32LE(0);
        slots[i * 4 + 2] = used;
        used += text.length;
      }
    });
    const nulls = new Uint8Array(rowCount / 8).fill(255);
    nulls[4999 >> 3] = 255 & ~(1 << (4999 & 7));
    const page: Page = {
      rowCount,
      columns: [
        { kind: 'fixed', data: BigInt64Array.from({ length: rowCount }, (_, i) => BigInt(i)) },
        { kind: 'bytes', slots, heap },
        { kind: 'fixed', data: BigInt64Array.from({ length: rowCount }, (_, i) => BigInt(-i)) },
        { kind: 'fixed', data: BigInt64Array.from({ length: rowCount }, (_, i) => BigInt(i)), nulls },
        { kind: 'values', values: Array.from({ length: rowCount }, (_, i) => i * 2) },
      ],
    };
    const scan = tableScan(outputs, () => ({ kind: 'pages', pages: pagesOf(page, { rowCount: 0, columns: [] }) }));
    const rows = JSON.parse(await rowsText(executor, planOf(scan, outputs))) as unknown[];
    expect(rows).toHaveLength(rowCount);
    expect(rows[0]).toEqual([0, 't0', '0.00', '1970-01-01 00:00:00.000000', 0]);
    expect(rows[4997]).toEqual([4997, 'a longer text with the number 4997', '-49.97', '1970-01-01 00:00:00.004997', 9994]);
    expect(rows[4999]).toEqual([4999, 'a longer text with the number 4999', '-49.99', null, 9998]);
  });

  it('takes no more pages than it needs', async () => {
    let pulled = 0;
    let returned = false;
    async function* endless(): AsyncGenerator<Page> {
      try {
        for (;;) yield numbers(pulled++ * 2048, 2048);
      } finally {
        returned = true;
      }
    }
    const scan = tableScan([n], () => ({ kind: 'pages', pages: endless() }));
    expect(await rowsText(executor, planOf({ kind: 'limit', id: nextId(), source: scan, count: 2n }, [n]))).toBe('[[0],[1]]');
    expect(pulled).toBeLessThan(40);
    expect(returned).toBe(true);
  });

  it('raises what the source raises, as it is', async () => {
    async function* broken(): AsyncGenerator<Page> {
      yield numbers(0, 10);
      throw new TrinoError({ name: 'JDBC_ERROR', code: 0x4000000, type: 'EXTERNAL' }, undefined, 'connection refused', { cause: new Error('ECONNREFUSED') });
    }
    const error = await failure(
      rowsText(
        executor,
        planOf(
          top(
            tableScan([n], () => ({ kind: 'pages', pages: broken() })),
            1n,
          ),
          [n],
        ),
      ),
    );
    expect(error).toMatchObject({ errorName: 'JDBC_ERROR', errorCode: 0x4000000, errorType: 'EXTERNAL', message: 'connection refused' });
    expect(error.cause).toMatchObject({ message: 'ECONNREFUSED' });
  });

  it('counts what it has read', async () => {
    const scan = tableScan([n], () => ({ kind: 'pages', pages: pagesOf(numbers(0, 2048), numbers(2048, 10)) }));
    const execution = await executor.execute(planOf(top(scan, 1n), [n]), { session, signal: new AbortController().signal });
    await execution.nextPage();
    expect(execution.statistics()).toMatchObject({ processedRows: 2058, processedBytes: 2058 * 8 });
    await execution.close();
  });
});

describe('feeds', () => {
  it('reads what a worker sends', async () => {
    const scan = tableScan([n], () => counting({ pages: 300, after: 'end' }));
    expect(await rowsText(executor, planOf(top(scan, 2n), [n]))).toBe('[[299999],[299998]]');
  });

  it('reads one source twice at a time', async () => {
    const m = symbol('m', BIGINT);
    const one = tableScan([n], () => counting({ pages: 20, after: 'end' }));
    const two = tableScan([m], () => counting({ pages: 10, after: 'end' }));
    const join: PlanNode = { kind: 'join', id: nextId(), type: 'INNER', left: one, right: two, criteria: [{ left: n, right: m }] };
    expect(await rowsText(executor, planOf(top(join, 1n), [n, m]))).toBe('[[9999,9999]]');
  });

  it('shows rows of a stream that has no end yet', async () => {
    // the engine gives a chunk away when the next one comes
    const scan = tableScan([n], () => counting({ pages: 2, after: 'wait' }));
    const fromLast: PlanNode = {
      kind: 'filter',
      id: nextId(),
      source: scan,
      predicate: { kind: 'comparison', operator: '>=', left: reference(n), right: constant(BIGINT, 998n), type: BOOLEAN },
    };
    const execution = await executor.execute(planOf(fromLast, [n]), { session, signal: new AbortController().signal });
    const page = await execution.nextPage();
    expect(Buffer.concat(page?.parts ?? []).toString()).toBe('[998],[999]');
    await execution.close();
  });

  it('raises what the source raises', async () => {
    const error = await failure(
      rowsText(
        executor,
        planOf(
          top(
            tableScan([n], () => counting({ pages: 1, after: 'error' })),
            1n,
          ),
          [n],
        ),
      ),
    );
    expect(error).toMatchObject({ errorName: 'KAFKA_SPLIT_ERROR', errorCode: 0x1000001, message: 'the broker is gone' });
  });

  it('reads every row once where several runs share the work', async () => {
    const scan = tableScan([n], () => shared({ pages: 300, after: 'end' }));
    const rows = JSON.parse(await rowsText(executor, planOf(scan, [n]))) as number[][];
    expect(rows.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300_000 }, (_, i) => i));
  });

  it.each([
    ['error', 'KAFKA_SPLIT_ERROR'],
    ['die', 'GENERIC_INTERNAL_ERROR'],
  ] as const)('fails a scan of which one run fails (%s)', async (after, errorName) => {
    const scan = tableScan([n], () => shared({ pages: 20, after }));
    expect(await failure(rowsText(executor, planOf(top(scan, 1n), [n])))).toMatchObject({ errorName });
  });

  it('stops every run of a scan that is cancelled', async () => {
    const next = new SharedArrayBuffer(4);
    const scan = tableScan([n], () => ({ ...counting({ pages: 0, after: 'end', next }), runsMax: 3 }));
    expect(await rowsText(executor, planOf({ kind: 'limit', id: nextId(), source: scan, count: 1n }, [n]))).toMatch(/^\[\[\d+\]\]$/);
    const again = tableScan([n], () => shared({ pages: 3, after: 'end' }));
    expect(await rowsText(executor, planOf(top(again, 1n), [n]))).toBe('[[2999]]');
  });

  it('fails the scans of a worker that dies, and goes on with a new one', async () => {
    const error = await failure(
      rowsText(
        executor,
        planOf(
          top(
            tableScan([n], () => counting({ pages: 1, after: 'die' })),
            1n,
          ),
          [n],
        ),
      ),
    );
    expect(error).toMatchObject({ errorName: 'GENERIC_INTERNAL_ERROR' });
    expect(
      await rowsText(
        executor,
        planOf(
          top(
            tableScan([n], () => counting({ pages: 1, after: 'end' })),
            1n,
          ),
          [n],
        ),
      ),
    ).toBe('[[999]]');
  });
});

describe('cancellation', () => {
  it.each(['streamed', 'sorted'])('ends a %s query with the reason of the signal', async (how) => {
    const controller = new AbortController();
    const scan = tableScan([n], () => counting({ pages: 1, after: 'wait' }));
    const plan = planOf(how === 'sorted' ? top(scan, 1n) : below(scan, 0n), [n]);
    const execution = await executor.execute(plan, { session, signal: controller.signal });
    const page = failure(execution.nextPage());
    setImmediate(() => controller.abort(new TrinoError('ADMINISTRATIVELY_KILLED', undefined, 'Query killed. Message: no')));
    expect(await page).toMatchObject({ errorName: 'ADMINISTRATIVELY_KILLED', message: 'Query killed. Message: no' });
    await execution.close();
  });

  it('closes within two seconds while scans run', async () => {
    const started = performance.now();
    const signal = new AbortController().signal;
    const executions = await Promise.all(
      [
        below(
          tableScan([n], () => counting({ pages: 0, after: 'end' })),
          0n,
        ),
        top(
          tableScan([n], () => counting({ pages: 1, after: 'wait' })),
          1n,
        ),
      ].map((source) => executor.execute(planOf(source, [n]), { session, signal })),
    );
    const pages = executions.map((execution) => failure(execution.nextPage()));
    await new Promise((resolve) => setImmediate(resolve));
    await executor.close();
    await Promise.all(pages);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('leaves a source behind that does not end', async () => {
    const deaf: AsyncIterable<Page> = {
      [Symbol.asyncIterator]: () => {
        let given = false;
        return {
          next: () => {
            if (given) return new Promise(() => {});
            given = true;
            return Promise.resolve({ done: false, value: numbers(0, 10) });
          },
          return: () => new Promise(() => {}),
        };
      },
    };
    const scan = tableScan([n], () => ({ kind: 'pages', pages: deaf }));
    expect(await rowsText(executor, planOf({ kind: 'limit', id: nextId(), source: scan, count: 1n }, [n]))).toBe('[[0]]');
  });

  it('holds back a source that nobody reads', async () => {
    const scan = tableScan([n], () => counting({ pages: 0, after: 'end' }));
    const execution = await executor.execute(planOf(scan, [n]), { session, signal: new AbortController().signal });
    expect((await execution.nextPage())?.rowCount).toBeGreaterThan(0);
    const { processedRows } = execution.statistics();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(execution.statistics().processedRows).toBeLessThan(processedRows + 100_000);
    await execution.close();
  });
});
