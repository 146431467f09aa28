import type { PlanNode } from '../../plan/plan.ts';

export function pushLimitIntoTableScan(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'limit' || node.withTies !== undefined || node.source.kind !== 'tableScan') return undefined;
  const scan = node.source;
  const { transaction, session, handle } = scan.table;
  const result = transaction.applyLimit?.(session, handle, node.count);
  if (result === undefined) return undefined;
  const source = { ...scan, table: { ...scan.table, handle: result.table } };
  return result.guaranteed ? source : { ...node, source };
}
