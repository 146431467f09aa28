import { typeId } from '../../spi/type.ts';
import type { Plan, WriterTarget } from '../plan/plan.ts';
import { visitPlan } from '../plan/planNodes.ts';

export interface PlanColumn {
  readonly name: string;
  readonly type: string;
}

/** A scan of the plan: a table that is read twice is there twice. */
export interface ReadTable {
  readonly connectorName: string;
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** Those that are read. */
  readonly columns: readonly PlanColumn[];
  readonly planNodeId: string;
  /** What the connector says of the table as it was read. Absent in records of earlier versions. */
  readonly connectorInfo?: Readonly<Record<string, string>>;
}

/** Of CREATE TABLE AS and INSERT. */
export interface WrittenTable {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly PlanColumn[];
}

/** What a plan reads and writes, as the list of queries and the event log tell it. */
export interface PlanTables {
  readonly inputs: readonly ReadTable[];
  readonly output?: WrittenTable;
}

export function planTables(plan: Plan, connectorNameOf: (catalog: string) => string): PlanTables {
  const inputs: ReadTable[] = [];
  let output: WrittenTable | undefined;
  visitPlan(plan.root, (node) => {
    if (node.kind === 'tableScan') {
      const { catalog, schema, table } = node.table;
      const columns = node.outputs.map((symbol) => ({ name: node.assignments.get(symbol.name)?.name ?? symbol.name, type: typeId(symbol.type) }));
      const connectorInfo = node.table.transaction.inputInfo?.(node.table.handle);
      const info = connectorInfo === undefined ? {} : { connectorInfo };
      inputs.push({ connectorName: connectorNameOf(catalog), catalog, schema, table, columns, planNodeId: node.id, ...info });
    }
    if (node.kind === 'tableWriter')
      output = writtenTable(
        node.target,
        node.inputs.map((symbol) => typeId(symbol.type)),
      );
  });
  return { inputs, ...(output === undefined ? {} : { output }) };
}

function writtenTable(target: WriterTarget, types: readonly string[]): WrittenTable {
  if (target.kind === 'create') {
    const { name, columns } = target.definition;
    return {
      catalog: target.catalog,
      schema: name.schema,
      table: name.table,
      columns: columns.map((column) => ({ name: column.name, type: typeId(column.type) })),
    };
  }
  const { catalog, schema, table } = target.table;
  return { catalog, schema, table, columns: target.columns.map((column, i) => ({ name: column.name, type: types[i] ?? 'unknown' })) };
}
