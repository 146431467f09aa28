import { afterAll, expect, it } from 'vitest';
import { BIGINT } from '../../../spi/type.ts';
import { constant, nextId, planOf, reference, rowsText, symbol, testExecutor, values } from './support.ts';
import type { Expression } from '../../../spi/expression.ts';
import type { PlanNode } from '../../../server/plan/plan.ts';

const executor = testExecutor();
afterAll(() => executor.close());

const X = symbol('x', BIGINT);
const Y = symbol('y', BIGINT);
const operator = (name: string, left: Expression, right: Expression): Expression => ({
  kind: 'call',
  function: { name, kind: 'scalar', argumentTypes: [BIGINT, BIGINT], returnType: BIGINT, deterministic: true },
  arguments: [left, right],
  type: BIGINT,
});

// a stream of the engine that fails after its first rows just ends
it('an error long after the first rows fails the query', { timeout: 60_000 }, async () => {
  const rows = Array.from({ length: 400_000 }, (_, i) => [BigInt(i)]);
  const divisor = operator('$subtract', reference(X), constant(BIGINT, 399_999n));
  const project: PlanNode = {
    kind: 'project',
    id: nextId(),
    source: values([X], rows),
    assignments: [{ symbol: Y, expression: operator('$divide', constant(BIGINT, 10n), divisor) }],
  };
  await expect(rowsText(executor, planOf(project, [Y]))).rejects.toThrow('Division by zero');
});
