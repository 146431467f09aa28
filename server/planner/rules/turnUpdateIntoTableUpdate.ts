import type { UpdateAssignment } from '../../../spi/connector.ts';
import type { Expression } from '../../../spi/expression.ts';
import type { MergeWriterNode, PlanNode, Symbol } from '../../plan/plan.ts';

const UPDATE_OPERATION = 3;

/** An UPDATE to constants whose filter the source took whole is done by the source. */
export function turnUpdateIntoTableUpdate(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'mergeWriter' || node.table.transaction.applyUpdate === undefined) return undefined;
  const [operation, , ...values] = node.inputs;
  const { scan, valueOf } = sourceOf(node);
  if (scan.kind !== 'tableScan' || operation === undefined) return undefined;
  const what = valueOf(operation);
  if (what?.kind !== 'constant' || Number(what.value) !== UPDATE_OPERATION) return undefined;
  const assignments: UpdateAssignment[] = [];
  for (const [i, symbol] of values.entries()) {
    const [column, value] = [node.columns[i], valueOf(symbol)];
    if (column === undefined || value === undefined) return undefined;
    if (value.kind === 'constant') assignments.push({ column, value: value.value });
    else if (value.kind !== 'reference' || scan.assignments.get(value.name)?.name !== column.name) return undefined;
  }
  const handle = node.table.transaction.applyUpdate(node.table.session, scan.table.handle, assignments);
  return handle && { kind: 'tableUpdate', id: node.id, table: { ...scan.table, handle }, output: node.output };
}

/** Below the projections, and what they make of a symbol. */
function sourceOf({ source }: MergeWriterNode) {
  const projections: Extract<PlanNode, { kind: 'project' }>[] = [];
  let scan = source;
  for (; scan.kind === 'project'; scan = scan.source) projections.push(scan);
  const valueOf = (symbol: Symbol): Expression | undefined => {
    let value: Expression | undefined = { kind: 'reference', ...symbol };
    for (const { assignments } of projections) {
      if (value?.kind !== 'reference') break;
      const { name }: { readonly name: string } = value;
      value = assignments.find((assignment) => assignment.symbol.name === name)?.expression;
    }
    return value;
  };
  return { scan, valueOf };
}
