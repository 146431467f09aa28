import type { PlanNode } from '../../plan/plan.ts';

export function pushTopNIntoTableScan(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'topN' || node.source.kind !== 'tableScan') return undefined;
  const scan = node.source;
  const { transaction, session, handle } = scan.table;
  const sort = node.orderBy.flatMap(({ symbol, ascending, nullsFirst }) => {
    const column = scan.assignments.get(symbol.name);
    return column === undefined ? [] : [{ column, ascending, nullsFirst }];
  });
  if (sort.length < node.orderBy.length) return undefined;
  const result = transaction.applyTopN?.(session, handle, { count: node.count, sort });
  if (result === undefined) return undefined;
  const source = { ...scan, table: { ...scan.table, handle: result.table } };
  return result.guaranteed ? source : { ...node, source };
}
