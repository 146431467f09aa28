import type { ResolvedTable } from '../metadata/metadata.ts';
import type { PlanNode, Symbol } from '../plan/plan.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import type { Field } from './scope.ts';

/** All columns of a table, hidden ones included. */
export function scanTable(
  { context }: Pick<QuerySurroundings, 'context'>,
  { name, table, metadata, columns }: ResolvedTable,
  relationAlias: readonly string[],
): RelationPlan {
  context.recordInput(name);
  for (const warning of metadata.warnings ?? []) context.warn('CONNECTOR_WARNING', 65536, warning);
  const origin = { catalog: name.catalog, schema: name.schema, table: name.object };
  const outputs: Symbol[] = [];
  const assignments = new Map<string, (typeof columns)[number]['handle']>();
  const fields = columns.map((column): Field => {
    const symbol = context.symbols.newSymbol(column.name, column.type);
    outputs.push(symbol);
    assignments.set(symbol.name, column.handle);
    return { name: column.name, symbol, relationAlias, hidden: column.hidden === true, origin: { ...origin, column: column.name }, aliased: false };
  });
  const node: PlanNode = { kind: 'tableScan', id: context.nextId(), table, outputs, assignments };
  return { node, fields };
}
