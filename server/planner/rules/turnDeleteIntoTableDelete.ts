import type { Expression } from '../../../spi/expression.ts';
import type { PlanNode } from '../../plan/plan.ts';

const DELETE_OPERATION = 2;

/** A DELETE whose filter the source took whole is done by the source. */
export function turnDeleteIntoTableDelete(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'mergeWriter' || node.table.transaction.executeDelete === undefined) return undefined;
  const operation = node.inputs[0];
  let source = node.source;
  let value: Expression | undefined = operation && { kind: 'reference', ...operation };
  while (source.kind === 'project') {
    const name: string | undefined = value?.kind === 'reference' ? value.name : undefined;
    if (name !== undefined) value = source.assignments.find(({ symbol }) => symbol.name === name)?.expression;
    source = source.source;
  }
  if (source.kind !== 'tableScan' || value?.kind !== 'constant' || Number(value.value) !== DELETE_OPERATION) return undefined;
  return { kind: 'tableDelete', id: node.id, table: source.table, output: node.output };
}
