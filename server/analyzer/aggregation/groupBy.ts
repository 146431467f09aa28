import type { Expression } from '../../../spi/expression.ts';
import { TrinoError, unreachable } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import { isComparable } from '../../function/typeOperators.ts';
import { expressionEquals } from '../../plan/expressionEquality.ts';
import type * as ast from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';
import { extractAggregates } from '../astWalk.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { requireScalar } from '../expression/functionCalls.ts';
import type { SelectColumn } from '../selectItems.ts';

export interface GroupingAnalysis {
  readonly keys: readonly Expression[];
  /** Positions in `keys`; one list of all of them for a plain GROUP BY. */
  readonly sets: readonly (readonly number[])[];
}

const GROUPING_SETS_MAX = 2048;

export function analyzeGroupBy(analyzer: ExpressionAnalyzer, node: ast.QuerySpecification, columns: readonly SelectColumn[]): GroupingAnalysis {
  const keys = new GroupingKeys(analyzer);
  const { groupBy } = node;
  const elements = (groupBy?.elements ?? []).map((element) => elementSets(analyzer, element, keys, columns));
  for (const key of keys.expressions) {
    if (!isComparable(key.type)) {
      throw new TrinoError('TYPE_MISMATCH', node.location, `${typeId(key.type)} is not comparable, and therefore cannot be used in GROUP BY`);
    }
  }
  const count = elements.reduce((product, sets) => product * sets.length, 1);
  if (count > GROUPING_SETS_MAX) {
    throw new TrinoError('TOO_MANY_GROUPING_SETS', groupBy?.location, `GROUP BY has ${count} grouping sets but can contain at most ${GROUPING_SETS_MAX}`);
  }
  let sets: readonly (readonly number[])[] = [[]];
  for (const element of elements) sets = sets.flatMap((left) => element.map((right) => [...new Set([...left, ...right])]));
  if (groupBy?.distinct === true) sets = [...new Map(sets.map((set) => [[...set].sort((a, b) => a - b).join(), set])).values()];
  return { keys: keys.expressions, sets };
}

/** Equal expressions are one key. */
class GroupingKeys {
  readonly #analyzer: ExpressionAnalyzer;
  readonly expressions: Expression[] = [];

  constructor(analyzer: ExpressionAnalyzer) {
    this.#analyzer = analyzer;
  }

  positionOf(expression: Expression): number {
    const known = this.expressions.findIndex((key) => expressionEquals(key, expression));
    if (known >= 0) return known;
    this.expressions.push(expression);
    return this.expressions.length - 1;
  }

  analyze(node: ast.Expression): number {
    requireScalar(this.#analyzer, node, 'GROUP BY clause');
    return this.positionOf(this.#analyzer.analyze(node));
  }
}

function elementSets(
  analyzer: ExpressionAnalyzer,
  element: ast.GroupingElement,
  keys: GroupingKeys,
  columns: readonly SelectColumn[],
): readonly (readonly number[])[] {
  switch (element.kind) {
    case 'simpleGroupBy':
      return [element.columns.map((column) => simpleKey(analyzer, column, keys, columns))];
    case 'groupByAuto': {
      const isCall = ({ node }: SelectColumn): boolean =>
        node?.kind === 'functionCall' && extractAggregates([node], analyzer.context.options.functions).length > 0;
      const plain = columns.filter((column) => !isCall(column));
      for (const { node } of plain) if (node !== undefined) requireScalar(analyzer, node, 'GROUP BY clause');
      return [plain.map(({ expression }) => keys.positionOf(expression))];
    }
    case 'groupingSets':
      return columnSets(element.sets, keys);
    case 'rollup': {
      const sets = columnSets(element.sets, keys);
      return Array.from({ length: sets.length + 1 }, (_, dropped) => sets.slice(0, sets.length - dropped).flat());
    }
    case 'cube': {
      const sets = columnSets(element.sets, keys);
      const subsets = sets.length > 30 ? GROUPING_SETS_MAX + 1 : 2 ** sets.length;
      if (subsets > GROUPING_SETS_MAX) {
        throw new TrinoError(
          'TOO_MANY_GROUPING_SETS',
          element.location,
          `GROUP BY has more than ${GROUPING_SETS_MAX} grouping sets but can contain at most ${GROUPING_SETS_MAX}`,
        );
      }
      return Array.from({ length: subsets }, (_, mask) => sets.filter((_set, i) => (mask & (1 << i)) === 0).flat());
    }
    default:
      return unreachable(element);
  }
}

/** By position in the SELECT list, or any expression. */
function simpleKey(analyzer: ExpressionAnalyzer, node: ast.Expression, keys: GroupingKeys, columns: readonly SelectColumn[]): number {
  if (node.kind !== 'longLiteral') return keys.analyze(node);
  const column = columns[Number(node.value) - 1];
  if (column === undefined) throw new TrinoError('INVALID_COLUMN_REFERENCE', node.location, `GROUP BY position ${node.value} is not in select list`);
  if (column.node !== undefined) requireScalar(analyzer, column.node, 'GROUP BY clause');
  return keys.positionOf(column.expression);
}

/** In ROLLUP, CUBE and GROUPING SETS only columns may stand. */
function columnSets(sets: readonly (readonly ast.Expression[])[], keys: GroupingKeys): readonly (readonly number[])[] {
  return sets.map((set) =>
    set.map((column) => {
      const position = keys.analyze(column);
      if (keys.expressions[position]?.kind !== 'reference') {
        throw new TrinoError('INVALID_COLUMN_REFERENCE', column.location, `GROUP BY expression must be a column reference: ${formatExpression(column)}`);
      }
      return position;
    }),
  );
}
