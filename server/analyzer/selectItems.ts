import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import type { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { reference } from './expression/expressionBuilder.ts';
import { qualifiedParts } from './nameResolution.ts';
import { type Field, matchingFields, type Origin, resolveAsterisk, visibleFields } from './scope.ts';

/** A column of a SELECT list. */
export interface SelectColumn {
  readonly name: string | undefined;
  readonly expression: Expression;
  /** What stands in the text; absent for columns that `*` gave. */
  readonly node: ast.Expression | undefined;
  readonly field: Field | undefined;
  readonly origin: Origin | undefined;
  readonly relationAlias: readonly string[] | undefined;
  readonly aliased: boolean;
}

export function analyzeSelectItems(analyzer: ExpressionAnalyzer, items: readonly ast.SelectItem[], node: ast.QuerySpecification): readonly SelectColumn[] {
  return items.flatMap((item) => (item.kind === 'allColumns' ? allColumns(analyzer, item, node) : [singleColumn(analyzer, item)]));
}

function singleColumn(analyzer: ExpressionAnalyzer, item: ast.SingleColumn): SelectColumn {
  const expression = analyzer.analyze(item.expression);
  const field = expression.kind === 'reference' ? analyzer.scope.fields.find(({ symbol }) => symbol.name === expression.name) : undefined;
  const name = item.alias?.value ?? impliedName(item.expression);
  return { name, expression, node: item.expression, field, origin: field?.origin, relationAlias: undefined, aliased: isAliased(item) };
}

/** DESCRIBE OUTPUT calls a column aliased when AS gives it another name. */
function isAliased(item: ast.SingleColumn): boolean {
  return item.alias !== undefined;
}

function impliedName(expression: ast.Expression): string | undefined {
  if (expression.kind === 'identifier') return expression.value;
  return expression.kind === 'dereference' && impliedName(expression.base) !== undefined ? expression.field.value : undefined;
}

function allColumns(analyzer: ExpressionAnalyzer, item: ast.AllColumns, node: ast.QuerySpecification): readonly SelectColumn[] {
  if (item.target === undefined) {
    if (node.from === undefined) throw new TrinoError('COLUMN_NOT_FOUND', item.location, 'SELECT * not allowed in queries without FROM clause');
    const fields = visibleFields(analyzer.scope.fields);
    if (fields.length === 0) throw new TrinoError('COLUMN_NOT_FOUND', item.location, 'SELECT * not allowed from relation that has no columns');
    return fields.map((field) => fieldColumn(analyzer, field, undefined));
  }
  const parts = qualifiedParts(item.target);
  if (parts !== undefined) {
    const relation = resolveAsterisk(analyzer.scope, parts);
    if (relation !== undefined) {
      const fields = visibleFields(relation.fields);
      if (fields.length === 0) throw new TrinoError('COLUMN_NOT_FOUND', item.location, 'SELECT * not allowed from relation that has no columns');
      const { target } = item;
      for (const boundary of relation.crossed) for (const { symbol } of fields) boundary.correlations.set(symbol.name, { symbol, expression: target });
      const names = aliases(item, fields.length);
      return fields.map((field, i) => fieldColumn(analyzer, field, names[i]));
    }
    // one name alone is always a table's
    if (parts.length === 1 || !namesRowColumn(analyzer, parts))
      throw new TrinoError('TABLE_NOT_FOUND', item.location, `Unable to resolve reference ${parts.join('.').toLowerCase()}`);
  }
  return rowFields(analyzer, item, item.target, node);
}

function namesRowColumn(analyzer: ExpressionAnalyzer, parts: readonly string[]): boolean {
  const lower = parts.map((part) => part.toLowerCase());
  for (let { scope }: { scope: typeof analyzer.scope | undefined } = analyzer; scope !== undefined; scope = scope.parent) {
    // a relation's name comes first
    for (let length = 2; length <= lower.length; length++) {
      if (matchingFields(scope.fields, lower.slice(0, length)).some(({ symbol }) => symbol.type.kind === 'row')) return true;
    }
  }
  return false;
}

function fieldColumn(analyzer: ExpressionAnalyzer, field: Field, alias: string | undefined): SelectColumn {
  const { origin, symbol, relationAlias } = field;
  if (origin !== undefined)
    analyzer.context.recordInput({ catalog: origin.catalog, schema: origin.schema, object: origin.table }).columns.set(origin.column, symbol.type);
  const aliased = alias !== undefined || field.aliased;
  return {
    name: alias ?? field.name,
    expression: reference(symbol),
    node: undefined,
    field,
    origin,
    relationAlias: alias === undefined ? relationAlias : undefined,
    aliased,
  };
}

function rowFields(analyzer: ExpressionAnalyzer, item: ast.AllColumns, target: ast.Expression, node: ast.QuerySpecification): readonly SelectColumn[] {
  const base = analyzer.analyze(target);
  if (base.type.kind !== 'row') throw new TrinoError('TYPE_MISMATCH', node.selectLocation, 'expected expression of type Row');
  const names = aliases(item, base.type.fields.length);
  return base.type.fields.map(({ name, type }, index): SelectColumn => {
    const expression: Expression = { kind: 'field', base, index, type };
    return { name: names[index] ?? name, expression, node: target, field: undefined, origin: undefined, relationAlias: undefined, aliased: names.length > 0 };
  });
}

/** Names in `.* AS (…)` are upper case unless they are quoted. */
function aliases(item: ast.AllColumns, count: number): readonly string[] {
  const [first] = item.aliases;
  if (first === undefined) return [];
  if (item.aliases.length !== count) {
    throw new TrinoError('MISMATCHED_COLUMN_ALIASES', first.location, `Column alias list has ${item.aliases.length} entries but relation has ${count} columns`);
  }
  return item.aliases.map(canonicalName);
}

export const canonicalName = (name: ast.Identifier): string => (name.delimited ? name.value : name.value.toUpperCase());
