import type { Expression } from '../../spi/expression.ts';
import { readErrorOf } from '../../spi/readError.ts';
import { BOOLEAN, INTEGER, VARCHAR } from '../../spi/type.ts';
import { someExpression } from '../plan/expressionVisitor.ts';
import type { PlanNode, TableScanNode } from '../plan/plan.ts';
import { sourcesOf } from '../plan/planNodes.ts';
import type { UdfSpec } from './functions/implementation.ts';

/** The column of a scan that tells which values of a row could not be read. */
export const READ_ERRORS = '_unread';

/** (the row's cell of READ_ERRORS, a column's place): true, or it raises what asking for the column raises. */
export const READABLE: UdfSpec = {
  name: 'readable',
  parameterTypes: [VARCHAR, INTEGER],
  returnType: BOOLEAN,
  nulls: 'propagate',
  evaluate: (errors, column) => {
    const error = readErrorOf(String(errors), Number(column));
    if (error !== undefined) throw error;
    return true;
  },
};

/**
 * The scans whose values Trino reads one by one, as a filter or the expressions above ask for them. Every other scan reads all values of a row at once,
 * and fails with the first one that cannot be read.
 */
export function scansByValue(node: PlanNode): ReadonlySet<TableScanNode> {
  const found = new Set<TableScanNode>();
  const visit = (parent: PlanNode): void => {
    const [source] = sourcesOf(parent);
    if (source?.kind === 'tableScan' && (parent.kind === 'filter' || (parent.kind === 'project' && parent.assignments.some(asksOnCondition))))
      found.add(source);
    for (const child of sourcesOf(parent)) visit(child);
  };
  visit(node);
  return found;
}

const CONDITIONAL: ReadonlySet<Expression['kind']> = new Set(['case', 'switch', 'coalesce', 'nullif', 'logical']);

const asksOnCondition = ({ expression }: { readonly expression: Expression }): boolean => someExpression(expression, ({ kind }) => CONDITIONAL.has(kind));
