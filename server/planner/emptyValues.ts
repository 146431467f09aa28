import type { Symbol, ValuesNode } from '../plan/plan.ts';
import type { OptimizerContext } from './optimizerContext.ts';

/** No rows. */
export function emptyValues(outputs: readonly Symbol[], context: OptimizerContext): ValuesNode {
  return { kind: 'values', id: context.nextId(), outputs, rows: [] };
}
