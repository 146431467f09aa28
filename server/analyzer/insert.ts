import type { ColumnMetadata } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { ResolvedTable } from '../metadata/metadata.ts';
import type * as ast from '../sql/ast.ts';
import type { AnalysisContext } from './analysisContext.ts';
import { Collector } from './aggregation/collector.ts';
import { reference } from './expression/expressionBuilder.ts';
import { PlanBuilder } from './planBuilder.ts';
import { analyzeQuery } from './queryAnalyzer.ts';
import type { RelationPlan } from './relationPlan.ts';
import { EMPTY_SCOPE, fieldTypes, visibleFields } from './scope.ts';
import { EMPTY_WITH } from './with.ts';
import { nullNotAllowed, rowCountOutput, setOutput, storedValue, typeList, typesMatchForInsert, visibleColumns, writtenTable } from './writtenTable.ts';

export function analyzeInsert(context: AnalysisContext, statement: ast.StatementOf<'insert'>): RelationPlan {
  if (statement.branch !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'This connector does not support inserts into branches');
  const table = writtenTable(context, statement.name, statement.location, 'Inserting into');
  const query = analyzeQuery({ context, outer: EMPTY_SCOPE, with: EMPTY_WITH }, statement.query);
  const columns = targetColumns(statement, table);
  const fields = visibleFields(query.fields);
  const tableTypes = columns.map(({ type }) => type);
  const queryTypes = fieldTypes(fields);
  if (!typesMatchForInsert(tableTypes, queryTypes)) {
    const types = `Table: [${typeList(tableTypes)}], Query: [${typeList(queryTypes)}]`;
    throw new TrinoError('TYPE_MISMATCH', statement.location, `Insert query has mismatched column types: ${types}`);
  }
  if (table.table.transaction.beginInsert === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support inserts');
  setOutput(context, table.name, columns);
  const leftToSource = table.table.transaction.supportsMissingColumnsOnInsert === true;
  const missing = leftToSource ? undefined : visibleColumns(table).find((column) => column.nullable === false && !columns.includes(column));
  const assignments = columns.map((column, i) => {
    // a NOT NULL column that is left out fails with the first row, as in Trino
    if (missing !== undefined && i === 0)
      return { symbol: context.symbols.newSymbol(column.name, column.type), expression: nullNotAllowed(missing.name, column.type) };
    const symbol = fields[i]?.symbol ?? { name: column.name, type: column.type };
    const expression = storedValue(reference(symbol), column);
    return { symbol: expression.kind === 'reference' ? symbol : context.symbols.newSymbol(column.name, column.type), expression };
  });
  const distinct = [...new Map(assignments.map((assignment) => [assignment.symbol.name, assignment])).values()];
  const source = new PlanBuilder(context, new Collector(), query.node).project(distinct).node;
  const inputs = assignments.map(({ symbol }) => symbol);
  const target = { kind: 'insert', table: table.table, columns: columns.map(({ handle }) => handle) } as const;
  return rowCountOutput(context, (output, id) => ({ kind: 'tableWriter', id, source, target, inputs, output }));
}

function targetColumns({ columns: names, location }: ast.StatementOf<'insert'>, table: ResolvedTable): readonly ColumnMetadata[] {
  if (names === undefined) return visibleColumns(table);
  const columns = table.columns.filter(({ hidden, insertable }) => hidden !== true || insertable === true);
  const seen = new Set<string>();
  return names.map(({ value }) => {
    const name = value.toLowerCase();
    const column = columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new TrinoError('COLUMN_NOT_FOUND', location, `Insert column name does not exist in target table: ${name}`);
    if (seen.has(name)) throw new TrinoError('DUPLICATE_COLUMN_NAME', location, `Insert column name is specified more than once: ${name}`);
    seen.add(name);
    return column;
  });
}
