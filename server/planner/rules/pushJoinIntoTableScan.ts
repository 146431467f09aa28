import type { ColumnHandle } from '../../../spi/connector.ts';
import type { Expression } from '../../../spi/expression.ts';
import { BOOLEAN } from '../../../spi/type.ts';
import { extractConjuncts } from '../../plan/conjuncts.ts';
import { isDeterministic } from '../../plan/expressionProperties.ts';
import type { JoinNode, PlanNode, TableScanNode } from '../../plan/plan.ts';

/** Two tables of one catalog are joined at the source: on all conditions or not at all. */
export function pushJoinIntoTableScan(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'join' || node.left.kind !== 'tableScan' || node.right.kind !== 'tableScan') return undefined;
  const { left, right } = node;
  const { transaction, session, handle } = left.table;
  if (transaction !== right.table.transaction || transaction.applyJoin === undefined) return undefined;
  const conjuncts = conditions(node);
  if (conjuncts.length === 0 || !conjuncts.every(isDeterministic)) return undefined;
  const result = transaction.applyJoin(session, {
    type: node.type,
    left: handle,
    right: right.table.handle,
    conjuncts,
    leftAssignments: left.assignments,
    rightAssignments: right.assignments,
  });
  if (result === undefined) return undefined;
  const assignments = new Map([...renamed(left, result.leftColumns), ...renamed(right, result.rightColumns)]);
  const { statistics: _, ...table } = left.table;
  return { kind: 'tableScan', id: node.id, table: { ...table, handle: result.table }, outputs: [...left.outputs, ...right.outputs], assignments };
}

function conditions({ criteria, filter }: JoinNode): readonly Expression[] {
  const equalities = criteria.map(
    ({ left, right }): Expression => ({
      kind: 'comparison',
      operator: '=',
      type: BOOLEAN,
      left: { kind: 'reference', ...left },
      right: { kind: 'reference', ...right },
    }),
  );
  return [...equalities, ...(filter === undefined ? [] : extractConjuncts(filter))];
}

function renamed(scan: TableScanNode, columns: ReadonlyMap<string, ColumnHandle>): readonly (readonly [string, ColumnHandle])[] {
  return [...scan.assignments].map(([symbol, column]) => {
    const joined = columns.get(column.name);
    if (joined === undefined) throw new Error(`the joined table lacks column ${column.name}`);
    return [symbol, joined] as const;
  });
}
