import type { ColumnMetadata } from '../../spi/connector.ts';
import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BOOLEAN, INTEGER, TINYINT, typeId } from '../../spi/type.ts';
import type * as ast from '../sql/ast.ts';
import type { AnalysisContext } from './analysisContext.ts';
import { Collector } from './aggregation/collector.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { not, reference, whenClause } from './expression/expressionBuilder.ts';
import { joinOn } from './joins.ts';
import { constant } from './expression/literals.ts';
import { PlanBuilder } from './planBuilder.ts';
import { analyzeRelation } from './relationAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { checkTypes, DELETE_OPERATION, INSERT_OPERATION, type ModifiedTable, scanForChanges, UPDATE_OPERATION } from './rowChanges.ts';
import { EMPTY_SCOPE, type Scope, visibleFields } from './scope.ts';
import { EMPTY_WITH } from './with.ts';
import { rowCountOutput, setOutput, storedValue, visibleColumns, writtenTable } from './writtenTable.ts';

const OPERATIONS = { insert: INSERT_OPERATION, delete: DELETE_OPERATION, update: UPDATE_OPERATION } as const;

interface AnalyzedCase {
  readonly kind: ast.MergeCase['kind'];
  readonly condition: Expression | undefined;
  readonly columns: readonly ColumnMetadata[];
  readonly values: readonly Expression[];
}

/** The target right-joined to the source: each row then falls to the first case that fits, or to none. */
export function analyzeMerge(context: AnalysisContext, statement: ast.StatementOf<'merge'>): RelationPlan {
  if (statement.branch !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'Branches are not supported');
  const table = writtenTable(context, statement.name, statement.location, 'Merging into');
  const surroundings: QuerySurroundings = { context, outer: EMPTY_SCOPE, with: EMPTY_WITH };
  const relationAlias = statement.alias === undefined ? statement.name.parts.map((part) => part.value.toLowerCase()) : [statement.alias.value.toLowerCase()];
  const target = scanForChanges(surroundings, table, relationAlias);
  const source = analyzeRelation(surroundings, statement.source, EMPTY_SCOPE);
  const scope: Scope = { fields: [...target.fields, ...source.fields] };
  const predicateCollector = new Collector();
  const predicate = mergePredicate(new ExpressionAnalyzer({ context, scope, collector: predicateCollector, with: EMPTY_WITH }), statement.condition);
  const collector = new Collector();
  const analyzer = new ExpressionAnalyzer({ context, scope, collector, with: EMPTY_WITH });
  const columns = visibleColumns(table);
  const cases = statement.cases.map((item, i) => analyzeCase(analyzer, statement, item, { columns, number: i }));
  setOutput(context, table.name, columns);
  const present = context.symbols.newSymbol('present', BOOLEAN);
  const marked = new PlanBuilder(context, new Collector(), target.node).append([{ symbol: present, expression: constant(BOOLEAN, true) }]).node;
  const on = { predicate, collector: predicateCollector };
  const joined = joinOn(surroundings, { type: 'RIGHT', left: marked, right: source.node, on });
  const builder = new PlanBuilder(context, collector, joined);
  const inputs = planCases(context, builder, { cases, target, columns, present: reference(present) });
  const node = builder.node;
  return rowCountOutput(context, (output, id) => ({
    kind: 'mergeWriter',
    id,
    source: node,
    table: table.table,
    columns: columns.map(({ handle }) => handle),
    inputs,
    output,
  }));
}

function mergePredicate(analyzer: ExpressionAnalyzer, node: ast.Expression): Expression {
  return booleanOf(analyzer, node, 'The MERGE predicate');
}

function booleanOf(analyzer: ExpressionAnalyzer, node: ast.Expression, what: string): Expression {
  const value = analyzer.analyze(node);
  if (value.type.kind !== 'boolean' && value.type.kind !== 'unknown') {
    throw new TrinoError('TYPE_MISMATCH', node.location, `${what} must evaluate to a boolean: actual type ${typeId(value.type)}`);
  }
  return analyzer.coerce(value, BOOLEAN);
}

interface CaseTarget {
  readonly columns: readonly ColumnMetadata[];
  readonly number: number;
}

function analyzeCase(analyzer: ExpressionAnalyzer, statement: ast.StatementOf<'merge'>, node: ast.MergeCase, { columns, number }: CaseTarget): AnalyzedCase {
  const names = (node.kind === 'update' ? node.assignments.map(({ target }) => target) : node.columns).map(({ value }) => value.toLowerCase());
  const nodes = node.kind === 'update' ? node.assignments.map(({ value }) => value) : node.values;
  const wanted = node.kind === 'insert' && names.length === 0 ? columns.map(({ name }) => name) : names;
  if (wanted.length !== nodes.length) {
    throw new TrinoError(
      'GENERIC_INTERNAL_ERROR',
      undefined,
      `Number of merge columns (${wanted.length}) isn't equal to number of expressions (${nodes.length})`,
    );
  }
  const seen = new Set<string>();
  const targets = wanted.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new TrinoError('COLUMN_NOT_FOUND', statement.location, `Merge column name does not exist in target table: ${name}`);
    if (seen.has(name)) throw new TrinoError('DUPLICATE_COLUMN_NAME', statement.location, `Merge column name is specified more than once: ${name}`);
    seen.add(name);
    return column;
  });
  const condition = node.condition && booleanOf(analyzer, node.condition, 'WHERE clause predicate');
  const values = nodes.map((value) => analyzer.analyze(value));
  checkTypes(node.location, `MERGE table column types don't match for MERGE case ${number}, SET expressions`, targets, values);
  return { kind: node.kind, condition, columns: targets, values };
}

interface CasePlan {
  readonly cases: readonly AnalyzedCase[];
  readonly target: ModifiedTable;
  readonly columns: readonly ColumnMetadata[];
  readonly present: Expression;
}

/** The number of the case first, so that its condition is evaluated once; then what the case makes of each column. */
function planCases(context: AnalysisContext, builder: PlanBuilder, { cases, target, columns, present }: CasePlan) {
  const absent: Expression = { kind: 'is null', value: present, type: BOOLEAN };
  const numbers = cases.map(({ kind, condition }, i) => {
    const matched = kind === 'insert' ? absent : not(absent);
    const when: Expression = condition === undefined ? matched : { kind: 'logical', operator: 'AND', terms: [matched, condition], type: BOOLEAN };
    return whenClause(when, constant(INTEGER, i));
  });
  const number = builder.symbolFor({ kind: 'case', whenClauses: numbers, otherwise: constant(INTEGER, null), type: INTEGER });
  const byCase = (type: Expression['type'], value: (item: AnalyzedCase) => Expression): Expression => {
    const whenClauses = cases.map((item, i) => whenClause(constant(INTEGER, i), value(item)));
    return { kind: 'switch', operand: reference(number), whenClauses, otherwise: constant(type, null), type };
  };
  const operation = byCase(TINYINT, ({ kind }) => constant(TINYINT, OPERATIONS[kind]));
  const own = visibleFields(target.fields);
  const values = columns.map((column, at) => byCase(column.type, (item) => columnValue(item, column, own[at]?.symbol)));
  const expressions = [operation, ...values].map((expression) => builder.translate(expression));
  const symbols = expressions.map((expression, i) => context.symbols.newSymbol(i === 0 ? 'operation' : (columns[i - 1]?.name ?? 'expr'), expression.type));
  const rowId = target.rowId.symbol;
  const assignments = symbols.map((symbol, i) => ({ symbol, expression: expressions[i] ?? reference(symbol) }));
  builder.project([...assignments, { symbol: rowId, expression: reference(rowId) }]);
  const [first, ...rest] = symbols;
  return first === undefined ? [] : [first, rowId, ...rest];
}

function columnValue(item: AnalyzedCase, column: ColumnMetadata, own: { readonly name: string; readonly type: Expression['type'] } | undefined): Expression {
  const value = item.values[item.columns.indexOf(column)];
  if (item.kind === 'delete') return constant(column.type, null);
  if (value !== undefined) return storedValue(value, column);
  if (item.kind === 'update' && own !== undefined) return reference(own);
  return storedValue(constant(column.type, null), column);
}
