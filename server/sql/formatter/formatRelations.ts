import { unreachable } from '../../../spi/trinoError.ts';
import type { Identifier, Join, PatternRecognition, Relation, TableFunctionArgument, TableFunctionInvocation } from '../ast.ts';
import { formatExpression, formatList, formatOrderBy, formatSortItems } from './formatExpressions.ts';
import { formatJsonTable } from './formatJsonTable.ts';
import { formatIdentifier, formatName, indentation } from './formatNames.ts';
import { formatQuery, formatSubquery, formatValues } from './formatQueries.ts';
import { formatType } from './formatTypes.ts';
import { formatPattern, formatSkipTo, formatSubset } from './formatWindows.ts';

export function formatRelation(relation: Relation, indent: number): string {
  switch (relation.kind) {
    case 'table':
      return formatName(relation.name) + (relation.version ? ` FOR ${relation.version.kind} AS OF ${formatExpression(relation.version.value)}` : '');
    case 'aliased':
      return `${formatInner(relation.relation, indent)} ${formatIdentifier(relation.alias)}${formatAliases(relation.columnNames)}`;
    case 'tableSubquery':
      return formatSubquery(relation.query, indent);
    case 'join':
      return formatJoin(relation, indent);
    case 'unnest':
      return `UNNEST(${formatList(relation.expressions)})${relation.withOrdinality ? ' WITH ORDINALITY' : ''}`;
    case 'lateral':
      return `${indentation(indent)}LATERAL (${formatQuery(relation.query, indent + 1)}${indentation(indent)})`;
    case 'sampled':
      return `${formatInner(relation.relation, indent)} TABLESAMPLE ${relation.type} (${formatExpression(relation.percentage)})`;
    case 'tableFunction':
      return formatTableFunction(relation, indent);
    case 'jsonTable':
      return formatJsonTable(relation, indent);
    case 'patternRecognition':
      return formatPatternRecognition(relation, indent);
    case 'values':
      return formatValues(relation, indent);
    default:
      return unreachable(relation);
  }
}

export function formatAliases(columnNames: readonly Identifier[] | undefined): string {
  return columnNames === undefined || columnNames.length === 0 ? '' : ` (${columnNames.map(formatIdentifier).join(', ')})`;
}

/** What has a suffix of its own stands in parentheses before another. */
function formatInner(relation: Relation, indent: number): string {
  if (relation.kind !== 'aliased' && relation.kind !== 'sampled' && relation.kind !== 'patternRecognition') return formatRelation(relation, indent);
  return `( ${formatRelation(relation, indent + 1)}${indentation(indent)})`;
}

function formatJoin({ type, left, right, criteria }: Join, indent: number): string {
  const margin = indentation(indent);
  if (type === 'IMPLICIT') return `${formatRelation(left, indent)}\n${margin}, ${formatRelation(right, indent)}`;
  const natural = criteria?.kind === 'natural' ? 'NATURAL ' : '';
  return `(${formatRelation(left, indent)}\n${margin}${natural}${type} JOIN ${formatRelation(right, indent)}${formatCriteria(criteria)})`;
}

function formatCriteria(criteria: Join['criteria']): string {
  if (criteria === undefined || criteria.kind === 'natural') return '';
  return criteria.kind === 'on' ? ` ON ${formatExpression(criteria.expression)}` : ` USING (${criteria.columns.map(formatIdentifier).join(', ')})`;
}

function formatTableFunction({ name, arguments: values, copartitioning }: TableFunctionInvocation, indent: number): string {
  const margin = indentation(indent + 2);
  const lines = values.map((value) => `${margin}${formatArgument(value, indent + 2)}`).join(',\n');
  const tables = copartitioning.map((names) => `(${names.map(formatName).join(', ')})`).join(', ');
  return `${indentation(indent)}TABLE(${formatName(name)}(\n${lines}${copartitioning.length === 0 ? '' : `\n${margin}COPARTITION ${tables}`}))`;
}

function formatArgument({ name, value }: TableFunctionArgument, indent: number): string {
  return (name === undefined ? '' : `${formatIdentifier(name)} => `) + formatArgumentValue(value, indent);
}

function formatArgumentValue(value: TableFunctionArgument['value'], indent: number): string {
  if (value.kind === 'tableArgument') return formatTableArgument(value, indent);
  if (value.kind !== 'descriptorArgument') return formatExpression(value);
  if (value.fields === undefined) return 'CAST (NULL AS DESCRIPTOR)';
  return `DESCRIPTOR(${value.fields.map(({ name, type }) => formatIdentifier(name) + (type === undefined ? '' : ` ${formatType(type)}`)).join(', ')})`;
}

function formatTableArgument(argument: Extract<TableFunctionArgument['value'], { readonly kind: 'tableArgument' }>, indent: number): string {
  const { table, partitionBy, orderBy, emptyTreatment } = argument;
  const relation = table.kind === 'aliased' ? table.relation : table;
  const alias = table.kind === 'aliased' ? ` AS ${formatIdentifier(table.alias)}${formatAliases(table.columnNames)}` : '';
  const margin = `\n${indentation(indent + 1)}`;
  return [
    `TABLE(${relation.kind === 'tableSubquery' ? formatQuery(relation.query, indent + 1) : formatRelation(relation, indent)})${alias}`,
    partitionBy === undefined ? '' : `${margin}PARTITION BY ${formatList(partitionBy)}`,
    emptyTreatment === undefined ? '' : `${margin}${emptyTreatment} WHEN EMPTY`,
    orderBy === undefined ? '' : `${margin}ORDER BY ${formatSortItems(orderBy)}`,
  ].join('');
}

const ROWS_PER_MATCH: Record<PatternRecognition['rowsPerMatch'], string> = {
  ONE: 'ONE ROW PER MATCH',
  'ALL SHOW EMPTY': 'ALL ROWS PER MATCH SHOW EMPTY MATCHES',
  'ALL OMIT EMPTY': 'ALL ROWS PER MATCH OMIT EMPTY MATCHES',
  'ALL WITH UNMATCHED': 'ALL ROWS PER MATCH WITH UNMATCHED ROWS',
};

function formatPatternRecognition(relation: PatternRecognition, indent: number): string {
  const margin = indentation(indent + 1);
  const definitions = (items: readonly string[]) =>
    items.length === 1 ? ` ${items[0]}` : `\n${items.map((item) => `${indentation(indent + 2)}${item}`).join(',\n')}`;
  const measures = relation.measures.map(({ expression, name }) => `${formatExpression(expression)} AS ${formatIdentifier(name)}`);
  const variables = relation.definitions.map(({ name, expression }) => `${formatIdentifier(name)} AS ${formatExpression(expression)}`);
  const lines = [
    relation.partitionBy.length === 0 ? undefined : `PARTITION BY ${formatList(relation.partitionBy)}`,
    relation.orderBy.length === 0 ? undefined : formatOrderBy(relation.orderBy),
    measures.length === 0 ? undefined : `MEASURES${definitions(measures)}`,
    relation.rowsPerMatchImplied ? undefined : ROWS_PER_MATCH[relation.rowsPerMatch],
    relation.afterMatchSkipTo === undefined ? undefined : `AFTER MATCH ${formatSkipTo(relation.afterMatchSkipTo)}`,
    relation.patternSearchMode,
    `PATTERN (${formatPattern(relation.pattern)})`,
    relation.subsets.length === 0 ? undefined : `SUBSET${definitions(relation.subsets.map(formatSubset))}`,
    `DEFINE${definitions(variables)}`,
  ].filter((line) => line !== undefined);
  return `${formatInner(relation.input, indent)} MATCH_RECOGNIZE (\n${lines.map((line) => `${margin}${line}\n`).join('')})`;
}
