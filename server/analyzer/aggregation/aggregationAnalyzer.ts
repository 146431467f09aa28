import type { Expression } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { FunctionResolver } from '../../function/resolution.ts';
import { expressionEquals } from '../../plan/expressionEquality.ts';
import { visitReferences } from '../../plan/expressionVisitor.ts';
import { columnsOf } from '../../plan/rowPattern.ts';
import type * as ast from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';
import { extractAggregates, extractWindows } from '../astWalk.ts';
import type { AggregateUse, SubqueryUse, WindowPattern, WindowUse } from './collector.ts';
import { reference } from '../expression/expressionBuilder.ts';
import type { GroupingAnalysis } from './groupBy.ts';
import { groupedTranslation } from './groupedTranslation.ts';
import type { BlockAnalysis } from '../querySpecification.ts';
import type { Field } from '../scope.ts';

/** Grouped, or with an aggregation anywhere in SELECT, HAVING or ORDER BY. */
export function isAggregation(node: ast.QuerySpecification, orderBy: readonly ast.SortItem[], functions: FunctionResolver): boolean {
  if (node.groupBy !== undefined || node.having !== undefined) return true;
  const items = node.selectItems.flatMap((item) => (item.kind === 'singleColumn' ? [item.expression] : item.target === undefined ? [] : [item.target]));
  return extractAggregates([...items, ...orderBy.map(({ key }) => key)], functions).length > 0;
}

export function checkAggregations(block: BlockAnalysis): void {
  const { node, collector, grouping, columns, having, order, orderNodes } = block;
  const [use] = collector.groupings.values();
  if (use !== undefined && node.groupBy === undefined) {
    const message = 'A GROUPING() operation can only be used with a corresponding GROUPING SET/CUBE/ROLLUP/GROUP BY clause';
    throw new TrinoError('MISSING_GROUP_BY', node.location, message);
  }
  if (grouping === undefined) return;
  for (const { node: call, columns: arguments_ } of collector.groupings.values()) checkGroupingArguments(call, arguments_, grouping);
  for (const aggregate of collector.aggregates.values()) checkAggregate(block, aggregate);
  const checker = new GroupedChecker(block, grouping);
  for (const column of columns) checker.check(column.expression, column.node, column.field && nameOf(block, column.field));
  if (having !== undefined) checker.check(having, node.having, undefined);
  const [output] = collector.outputReferences;
  if (output !== undefined)
    throw new TrinoError('COLUMN_NOT_FOUND', output.location, 'Invalid reference to output projection attribute from ORDER BY aggregation');
  for (const [i, item] of order.entries()) checker.check(item.expression, orderNodes[i]?.key, undefined);
}

/** How a column that `*` stands for is told: by its place when it has no name. */
function nameOf({ source }: BlockAnalysis, { name, relationAlias = [], symbol }: Field): string {
  if (name === undefined) return String(source.fields.findIndex((field) => field.symbol.name === symbol.name) + 1);
  return `'${[...relationAlias, name].join('.')}'`;
}

function checkGroupingArguments(node: ast.GroupingOperation, columns: readonly Expression[], { keys }: GroupingAnalysis): void {
  for (const [i, column] of columns.entries()) {
    if (keys.some((key) => expressionEquals(key, column))) continue;
    const text = node.columns[i];
    const message = `The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query level. Mismatch due to ${text === undefined ? '' : formatExpression(text)}.`;
    throw new TrinoError('INVALID_ARGUMENTS', node.location, message);
  }
}

function checkAggregate({ analyzer }: BlockAnalysis, { node, distinct, orderBy, arguments: values }: AggregateUse): void {
  const name = node.name.parts.map(({ value }) => value).join('.');
  const inner = [...node.arguments, ...(node.filter === undefined ? [] : [node.filter]), ...node.orderBy.map(({ key }) => key)];
  const list = (nodes: readonly ast.Expression[]): string => nodes.map((item) => formatExpression(item)).join(', ');
  const aggregates = extractAggregates(inner, analyzer.context.options.functions);
  if (aggregates.length > 0)
    throw new TrinoError('NESTED_AGGREGATION', node.location, `Cannot nest aggregations inside aggregation '${name}': [${list(aggregates)}]`);
  const windows = extractWindows(inner);
  if (windows.length > 0) {
    throw new TrinoError(
      'NESTED_WINDOW',
      node.location,
      `Cannot nest window functions or row pattern measures inside aggregation '${name}': [${list(windows)}]`,
    );
  }
  if (!distinct) return;
  for (const [i, { expression }] of orderBy.entries()) {
    const key = node.orderBy[i]?.key;
    // an argument may have been coerced
    const written = key !== undefined && node.arguments.some((argument) => formatExpression(argument) === formatExpression(key));
    if (written || values.some((value) => expressionEquals(value, expression))) continue;
    throw new TrinoError(
      'EXPRESSION_NOT_IN_DISTINCT',
      node.orderBy[i]?.key.location,
      'For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments',
    );
  }
}

/** After grouping an expression may use nothing but the keys and the aggregates. */
class GroupedChecker {
  readonly #block: BlockAnalysis;
  readonly #translate: (expression: Expression) => Expression;
  /** Columns of the rows before grouping that are not keys. */
  readonly #hidden: ReadonlySet<string>;

  constructor(block: BlockAnalysis, { keys }: GroupingAnalysis) {
    this.#block = block;
    const plain = new Set(keys.flatMap((key) => (key.kind === 'reference' ? [key.name] : [])));
    this.#hidden = new Set(block.source.fields.map(({ symbol }) => symbol.name).filter((name) => !plain.has(name)));
    // a key that is computed stands for nothing that the rows before grouping had
    this.#translate = groupedTranslation(keys.map((key, i) => ({ key, symbol: { name: `key ${i}`, type: key.type } })));
  }

  /** `column`: how what has no text of its own is told. */
  check(expression: Expression, node: ast.Expression | undefined, column: string | undefined): void {
    if (this.#isGrouped(expression)) return;
    if (node === undefined) throw new TrinoError('EXPRESSION_NOT_AGGREGATE', undefined, `Column ${column ?? ''} not in GROUP BY clause`);
    throw new TrinoError('EXPRESSION_NOT_AGGREGATE', node.location, `'${formatExpression(node)}' must be an aggregate expression or appear in GROUP BY clause`);
  }

  #isGrouped(expression: Expression): boolean {
    let grouped = true;
    visitReferences(this.#translate(expression), ({ name }) => {
      grouped &&= this.#isGroupedName(name);
    });
    return grouped;
  }

  #isGroupedName(name: string): boolean {
    const { collector } = this.#block;
    const window = collector.windows.get(name);
    if (window !== undefined) return windowExpressions(window).every((expression) => this.#isGrouped(expression)) && this.#checkPattern(window.pattern);
    const measure = collector.measures.get(name);
    if (measure !== undefined) return this.#checkPattern(measure.pattern);
    const subquery = collector.subqueries.get(name);
    if (subquery !== undefined) return this.#checkSubquery(subquery);
    return !this.#hidden.has(name);
  }

  #checkPattern(pattern: WindowPattern | undefined): boolean {
    if (pattern === undefined) return true;
    const { measures, definitions, specification } = pattern;
    const asked = [
      ...measures.map(({ node, columns }) => ({ node: node.expression, columns: columns })),
      ...specification.definitions.map(({ condition: { values } }, i) => ({
        node: definitions[i]?.expression,
        columns: values.flatMap(({ value }) => columnsOf(value).map(reference)),
      })),
    ];
    for (const { node, columns } of asked) for (const column of columns) this.check(column, node, column.name);
    return true;
  }

  #checkSubquery({ correlations, test }: SubqueryUse): boolean {
    for (const { symbol, expression } of correlations) {
      if (!this.#hidden.has(symbol.name)) continue;
      throw new TrinoError(
        'EXPRESSION_NOT_AGGREGATE',
        expression.location,
        `Subquery uses '${formatExpression(expression)}' which must appear in GROUP BY clause`,
      );
    }
    return test === undefined || test.kind === 'exists' || this.#isGrouped(test.value);
  }
}

function windowExpressions({ arguments: values, partitionBy, orderBy, frame, filter, callOrderBy }: WindowUse): readonly Expression[] {
  const optional = [frame.startValue, frame.endValue, filter].filter((expression) => expression !== undefined);
  return [...values, ...partitionBy, ...[...orderBy, ...callOrderBy].map(({ expression }) => expression), ...optional];
}
