import { expect, it } from 'vitest';
import type { PlanNode } from '../../../server/plan/plan.ts';
import type { Page } from '../../../spi/page.ts';
import { INTEGER, VARCHAR } from '../../../spi/type.ts';
import { nextId, planOf, rowsText, symbol, tableScan, testExecutor, values } from './support.ts';

const PAGES = 150;
const ROWS = 2048;

async function* longTexts(): AsyncGenerator<Page> {
  const text = 'x'.repeat(300);
  for (let p = 0; p < PAGES; p++)
    yield { rowCount: ROWS, columns: [{ kind: 'values', values: Array.from({ length: ROWS }, (_, i) => `${text}${p * ROWS + i}`) }] };
}

it('fails the query that exceeds the memory, and no other', async () => {
  const executor = testExecutor(25_000_000);
  try {
    const t = symbol('t', VARCHAR);
    const scan = tableScan([t], () => ({ kind: 'pages', pages: longTexts() }));
    const groups: PlanNode = { kind: 'aggregation', id: nextId(), source: scan, groupingKeys: [t], groupingOperations: [], aggregations: [] };
    const large = rowsText(executor, planOf(groups, [t])).catch((error: unknown) => error);
    const a = symbol('a', INTEGER);
    const small = () => rowsText(executor, planOf(values([a], [[1]]), [a]));
    expect(await small()).toBe('[[1]]');
    expect(await large).toMatchObject({
      errorName: 'EXCEEDED_LOCAL_MEMORY_LIMIT',
      errorType: 'INSUFFICIENT_RESOURCES',
      message: expect.stringMatching(/^Query exceeded per-node memory limit of [\d.]+MB$/),
    });
    expect(await small()).toBe('[[1]]');
  } finally {
    await executor.close();
  }
});
