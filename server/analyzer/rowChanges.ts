import type { Expression } from '../../spi/expression.ts';
import { type Location, TrinoError } from '../../spi/trinoError.ts';
import { TINYINT } from '../../spi/type.ts';
import type { ResolvedTable } from '../metadata/metadata.ts';
import type * as ast from '../sql/ast.ts';
import type { AnalysisContext } from './analysisContext.ts';
import { Collector } from './aggregation/collector.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { reference } from './expression/expressionBuilder.ts';
import { constant } from './expression/literals.ts';
import { PlanBuilder } from './planBuilder.ts';
import { condition } from './querySpecification.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { scanTable } from './scanTable.ts';
import { EMPTY_SCOPE, type Field, visibleFields } from './scope.ts';
import { EMPTY_WITH } from './with.ts';
import { rowCountOutput, setOutput, storedValue, typeList, typesMatchForInsert, visibleColumns, writtenTable } from './writtenTable.ts';

export const INSERT_OPERATION = 1;
export const DELETE_OPERATION = 2;
export const UPDATE_OPERATION = 3;

export interface ModifiedTable extends RelationPlan {
  readonly rowId: Field;
}

/** The table's rows with the column that names each of them. */
export function scanForChanges(surroundings: QuerySurroundings, table: ResolvedTable, relationAlias: readonly string[]): ModifiedTable {
  const { transaction, session, handle } = table.table;
  if (transaction.rowIdColumn === undefined || transaction.beginMerge === undefined) {
    throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support modifying table rows');
  }
  const rowIdColumn = { ...transaction.rowIdColumn(session, handle), hidden: true };
  const others = table.columns.filter(({ name }) => name !== rowIdColumn.name);
  const plan = scanTable(surroundings, { ...table, columns: [...others, rowIdColumn] }, relationAlias);
  const rowId = plan.fields[plan.fields.length - 1];
  if (rowId === undefined) throw new Error('the row id is the last column');
  return { ...plan, rowId };
}

interface Changes {
  readonly context: AnalysisContext;
  readonly surroundings: QuerySurroundings;
  readonly table: ResolvedTable;
  readonly rows: ModifiedTable;
  readonly collector: Collector;
  readonly builder: PlanBuilder;
  readonly analyzer: ExpressionAnalyzer;
}

function startChanges(context: AnalysisContext, table: ResolvedTable, name: ast.QualifiedName): Changes {
  const surroundings: QuerySurroundings = { context, outer: EMPTY_SCOPE, with: EMPTY_WITH };
  const rows = scanForChanges(
    surroundings,
    table,
    name.parts.map((part) => part.value.toLowerCase()),
  );
  const collector = new Collector();
  const analyzer = new ExpressionAnalyzer({ context, scope: { fields: rows.fields }, collector, with: EMPTY_WITH });
  return { context, surroundings, table, rows, collector, builder: new PlanBuilder(context, collector, rows.node), analyzer };
}

export function analyzeDelete(context: AnalysisContext, statement: ast.StatementOf<'delete'>): RelationPlan {
  refuseBranch(statement);
  const table = writtenTable(context, statement.name, statement.location, 'Deleting from');
  const changes = startChanges(context, table, statement.name);
  if (statement.where !== undefined) changes.builder.filter(condition(changes.analyzer, statement.where, 'WHERE clause'));
  setOutput(context, table.name, []);
  const nulls = visibleFields(changes.rows.fields).map(({ symbol }) => constant(symbol.type, null));
  return writeChanges(changes, DELETE_OPERATION, nulls);
}

export function analyzeUpdate(context: AnalysisContext, statement: ast.StatementOf<'update'>): RelationPlan {
  refuseBranch(statement);
  const table = writtenTable(context, statement.name, statement.location, 'Updating');
  const columns = visibleColumns(table);
  const targets = statement.assignments.map(({ target }) => {
    const column = columns.find(({ name }) => name === target.value.toLowerCase());
    if (column === undefined) throw new TrinoError('COLUMN_NOT_FOUND', target.location, `The UPDATE SET target column ${target.value} doesn't exist`);
    return column;
  });
  const changes = startChanges(context, table, statement.name);
  const twice = targets.find((column, i) => targets.indexOf(column) !== i);
  if (twice !== undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Multiple entries with same key: ${twice.name}=[] and ${twice.name}=[]`);
  const { analyzer, builder, rows } = changes;
  if (statement.where !== undefined) builder.filter(condition(analyzer, statement.where, 'WHERE clause'));
  const values = statement.assignments.map(({ value }) => analyzer.analyze(value));
  if (changes.collector.aggregates.size + changes.collector.windows.size + changes.collector.measures.size > 0) {
    throw new TrinoError('NOT_SUPPORTED', statement.location, 'Aggregations and window functions are not supported in UPDATE');
  }
  checkTypes(statement.location, "UPDATE table column types don't match SET expressions", targets, values);
  setOutput(context, table.name, targets);
  const stored = visibleFields(rows.fields).map(({ name, symbol }): Expression => {
    const at = targets.findIndex((column) => column.name === name);
    const [target, value] = [targets[at], values[at]];
    return target === undefined || value === undefined ? reference(symbol) : storedValue(value, target, 'INVALID_ARGUMENTS');
  });
  return writeChanges(changes, UPDATE_OPERATION, stored);
}

function refuseBranch({ branch, location }: { readonly branch?: ast.Identifier; readonly location: Location }): void {
  if (branch !== undefined) throw new TrinoError('NOT_SUPPORTED', location, 'Branches are not supported');
}

type Typed = { readonly type: Expression['type'] };

export function checkTypes(location: Location, message: string, columns: readonly Typed[], values: readonly Typed[]): void {
  const [tableTypes, valueTypes] = [columns, values].map((list) => list.map(({ type }) => type));
  if (tableTypes === undefined || valueTypes === undefined || typesMatchForInsert(tableTypes, valueTypes)) return;
  throw new TrinoError('TYPE_MISMATCH', location, `${message}: Table: [${typeList(tableTypes)}], Expressions: [${typeList(valueTypes)}]`);
}

function writeChanges({ context, table, rows, builder }: Changes, operation: number, values: readonly Expression[]): RelationPlan {
  const operationSymbol = context.symbols.newSymbol('operation', TINYINT);
  const columns = values.map((value, i) => ({
    symbol: context.symbols.newSymbol(visibleFields(rows.fields)[i]?.name ?? 'expr', value.type),
    expression: builder.translate(value),
  }));
  const rowId = rows.rowId.symbol;
  builder.project([{ symbol: operationSymbol, expression: constant(TINYINT, operation) }, { symbol: rowId, expression: reference(rowId) }, ...columns]);
  const inputs = [operationSymbol, rowId, ...columns.map(({ symbol }) => symbol)];
  const source = builder.node;
  const handles = visibleColumns(table).map(({ handle }) => handle);
  return rowCountOutput(context, (output, id) => ({ kind: 'mergeWriter', id, source, table: table.table, columns: handles, inputs, output }));
}
