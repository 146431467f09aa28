import type { Expression, FieldReference } from '../../../spi/expression.ts';
import { expressionEquals } from '../../plan/expressionEquality.ts';
import { childExpressions, mapChildren } from '../../plan/expressionVisitor.ts';
import type { FilterNode, PlanNode, ProjectNode, Symbol, TableScanNode } from '../../plan/plan.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** Fields of row columns are read as columns of their own, so that the rest of the row is not. */
export function pushProjectionIntoTableScan(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  if (node.kind !== 'project') return undefined;
  const filter = node.source.kind === 'filter' ? node.source : undefined;
  const scan = filter?.source ?? node.source;
  if (scan.kind !== 'tableScan' || scan.table.transaction.applyProjection === undefined) return undefined;
  const fields: FieldReference[] = [];
  const expressions = [...node.assignments.map(({ expression }) => expression), ...(filter === undefined ? [] : [filter.predicate])];
  for (const expression of expressions) collectFields(expression, scan, fields);
  if (fields.length === 0) return undefined;
  const { transaction, session, handle } = scan.table;
  const result = transaction.applyProjection?.(session, handle, { expressions: fields, assignments: scan.assignments });
  if (result === undefined || result.columns.every((column) => column === undefined)) return undefined;
  const outputs = [...scan.outputs];
  const assignments = new Map(scan.assignments);
  const symbols = fields.map((field, i): Symbol | undefined => {
    const column = result.columns[i];
    if (column === undefined) return undefined;
    const symbol = context.newSymbol(column.name, field.type);
    outputs.push(symbol);
    assignments.set(symbol.name, column);
    return symbol;
  });
  const replace = (expression: Expression): Expression => {
    const at = expression.kind === 'field' ? fields.findIndex((field) => expressionEquals(field, expression)) : -1;
    const symbol = symbols[at];
    return symbol === undefined ? mapChildren(expression, replace) : { kind: 'reference', ...symbol };
  };
  const newScan: TableScanNode = { ...scan, table: { ...scan.table, handle: result.table }, outputs, assignments };
  return rebuilt(node, filter, newScan, replace);
}

function rebuilt(node: ProjectNode, filter: FilterNode | undefined, scan: TableScanNode, replace: (expression: Expression) => Expression): PlanNode {
  const assignments = node.assignments.map(({ symbol, expression }) => ({ symbol, expression: replace(expression) }));
  return { ...node, assignments, source: filter === undefined ? scan : { ...filter, source: scan, predicate: replace(filter.predicate) } };
}

/** The longest chains of fields over a column, each once. */
function collectFields(expression: Expression, scan: TableScanNode, into: FieldReference[]): void {
  if (expression.kind === 'field' && isColumnField(expression, scan)) {
    if (!into.some((field) => expressionEquals(field, expression))) into.push(expression);
    return;
  }
  for (const child of childExpressions(expression)) collectFields(child, scan, into);
}

function isColumnField({ base }: FieldReference, scan: TableScanNode): boolean {
  return base.kind === 'field' ? isColumnField(base, scan) : base.kind === 'reference' && scan.assignments.has(base.name);
}
