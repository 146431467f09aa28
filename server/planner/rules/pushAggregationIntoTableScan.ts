import type { ColumnHandle } from '../../../spi/connector.ts';
import type { Expression } from '../../../spi/expression.ts';
import { isDeterministic } from '../../plan/expressionProperties.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { AggregationNode, PlanNode, ProjectNode, TableScanNode } from '../../plan/plan.ts';

/** The source groups and aggregates: all of it or nothing. */
export function pushAggregationIntoTableScan(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'aggregation' || node.groupingSets !== undefined || node.groupingOperations.length > 0) return undefined;
  if (node.aggregations.some(({ orderBy }) => orderBy.length > 0)) return undefined;
  const project = node.source.kind === 'project' ? node.source : undefined;
  const scan = project?.source ?? node.source;
  if (scan.kind !== 'tableScan' || scan.table.transaction.applyAggregation === undefined) return undefined;
  return pushed(node, project, scan);
}

function pushed(node: AggregationNode, project: ProjectNode | undefined, scan: TableScanNode): PlanNode | undefined {
  const computed = new Map(project?.assignments.map(({ symbol, expression }) => [symbol.name, expression]));
  const inline = (expression: Expression): Expression => replaceReferences(expression, ({ name }) => computed.get(name));
  const groupBy = node.groupingKeys.flatMap((key) => {
    const column = inline({ kind: 'reference', ...key });
    const handle = column.kind === 'reference' ? scan.assignments.get(column.name) : undefined;
    return handle === undefined ? [] : [handle];
  });
  if (groupBy.length < node.groupingKeys.length) return undefined;
  const aggregates = node.aggregations.map(({ function: fn, distinct, filter, arguments: args, symbol }) => ({
    name: fn.name,
    arguments: args.map(inline),
    distinct,
    ...(filter === undefined ? {} : { filter: inline({ kind: 'reference', ...filter }) }),
    type: symbol.type,
  }));
  if (!aggregates.every(({ arguments: args }) => args.every(isDeterministic))) return undefined;
  const { transaction, session, handle } = scan.table;
  const result = transaction.applyAggregation?.(session, handle, { aggregates, groupBy, assignments: scan.assignments });
  if (result === undefined) return undefined;
  const outputs = [...node.groupingKeys, ...node.aggregations.map(({ symbol }) => symbol)];
  const columns = [...groupBy, ...result.columns];
  const assignments = new Map<string, ColumnHandle>();
  for (const [i, { name }] of outputs.entries()) {
    const column = columns[i];
    if (column !== undefined) assignments.set(name, column);
  }
  const { statistics: _, ...table } = scan.table;
  return { kind: 'tableScan', id: scan.id, table: { ...table, handle: result.table }, outputs, assignments };
}
