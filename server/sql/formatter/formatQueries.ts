import { unreachable } from '../../../spi/trinoError.ts';
import type { Expression, FetchFirst, Limit, Query, QueryBody, QuerySpecification, SelectItem, SetOperation, Values } from '../ast.ts';
import { formatExpression, formatGroupBy, formatOrderBy } from './formatExpressions.ts';
import { formatIdentifier, formatName, indentation } from './formatNames.ts';
import { formatAliases, formatRelation } from './formatRelations.ts';
import { formatFunctionSpecification } from './formatRoutines.ts';
import { formatWindow } from './formatWindows.ts';

/** A query as Trino lays it out; ends with a line break. */
export function formatQuery(query: Query, indent: number): string {
  const margin = indentation(indent);
  return [
    formatSession(query, indent),
    formatFunctions(query, indent),
    formatWith(query, indent),
    formatBody(query.body, indent),
    query.orderBy.length === 0 ? '' : `${margin}${formatOrderBy(query.orderBy)}\n`,
    query.offset === undefined ? '' : `${margin}OFFSET ${formatExpression(query.offset.rowCount)} ROWS\n`,
    query.limit === undefined ? '' : `${margin}${formatLimit(query.limit)}\n`,
  ].join('');
}

function formatSession({ sessionProperties }: Query, indent: number): string {
  if (sessionProperties.length === 0) return '';
  const properties = sessionProperties.map(({ name, value }) => `${indentation(indent + 1)}${formatName(name)} = ${formatExpression(value)}`);
  return `WITH SESSION\n${properties.join(',\n')}\n`;
}

function formatFunctions({ functions }: Query, indent: number): string {
  if (functions.length === 0) return '';
  return `WITH\n${functions.map((specification) => formatFunctionSpecification(specification, indent + 1)).join(',\n')}\n`;
}

function formatWith(query: Query, indent: number): string {
  if (query.with === undefined) return '';
  const margin = indentation(indent);
  const queries = query.with.queries.map(
    ({ name, columnNames, query: inner }, i) =>
      `${i === 0 ? '  ' : ', '}${margin}${formatIdentifier(name)}${formatAliases(columnNames)} AS ${formatSubquery(inner, indent)}\n`,
  );
  return `${margin}WITH${query.with.recursive ? ' RECURSIVE' : ''}\n${queries.join('')}`;
}

export function formatSubquery(query: Query, indent: number): string {
  return `(\n${formatQuery(query, indent + 1)}${indentation(indent)}) `;
}

function formatLimit(limit: Limit | FetchFirst): string {
  if (limit.kind === 'limit') return `LIMIT ${formatRowCount(limit.rowCount)}`;
  const count = limit.rowCount === undefined ? 'ROW' : `${formatExpression(limit.rowCount)} ROWS`;
  return `FETCH FIRST ${count} ${limit.withTies ? 'WITH TIES' : 'ONLY'}`;
}

function formatRowCount(rowCount: Expression | 'ALL'): string {
  return rowCount === 'ALL' ? 'ALL' : formatExpression(rowCount);
}

function formatBody(body: QueryBody, indent: number): string {
  switch (body.kind) {
    case 'querySpecification':
      return formatSpecification(body, indent);
    case 'setOperation':
      return formatSetOperation(body, indent);
    case 'values':
      return formatValues(body, indent);
    case 'table':
      return `TABLE ${formatName(body.name)}\n`;
    case 'tableSubquery':
      return formatSubquery(body.query, indent);
    default:
      return unreachable(body);
  }
}

function formatSetOperation({ operator, distinct, corresponding, left, right }: SetOperation, indent: number): string {
  const columns =
    corresponding === undefined ? '' : `CORRESPONDING ${corresponding.length === 0 ? '' : `BY (${corresponding.map(formatIdentifier).join(', ')}) `}`;
  return `${formatBody(left, indent)}${operator} ${distinct ? '' : 'ALL '}${columns}${formatBody(right, indent)}`;
}

export function formatValues({ rows }: Values, indent: number): string {
  const lines = rows.map((row, i) => `${indentation(indent)}${i === 0 ? '  ' : ', '}${formatExpression(row)}\n`);
  return ` VALUES \n${lines.join('')}`;
}

function formatSpecification(specification: QuerySpecification, indent: number): string {
  const { from, where, groupBy, having, windows } = specification;
  const margin = indentation(indent);
  const definitions = windows.map(({ name, window }) => `${indentation(indent + 1)}${formatIdentifier(name)} AS ${formatWindow(window)}`);
  return [
    formatSelect(specification, indent),
    from === undefined ? '' : `${margin}FROM\n${margin}  ${formatRelation(from, indent)}`,
    '\n',
    where === undefined ? '' : `${margin}WHERE ${formatExpression(where)}\n`,
    groupBy === undefined ? '' : `${margin}GROUP BY ${groupBy.distinct ? ' DISTINCT ' : ''}${formatGroupBy(groupBy.elements)}\n`,
    having === undefined ? '' : `${margin}HAVING ${formatExpression(having)}\n`,
    windows.length === 0 ? '' : `${margin}WINDOW${windows.length === 1 ? ` ${definitions[0]?.trimStart()}` : `\n${definitions.join(',\n')}`}\n`,
  ].join('');
}

function formatSelect({ distinct, selectItems }: QuerySpecification, indent: number): string {
  const margin = indentation(indent);
  const items = selectItems.map(formatSelectItem);
  const list = items.length === 1 ? ` ${items[0]}` : items.map((item, i) => `\n${margin}${i === 0 ? '  ' : ', '}${item}`).join('');
  return `${margin}SELECT${distinct ? ' DISTINCT' : ''}${list}\n`;
}

function formatSelectItem(item: SelectItem): string {
  if (item.kind === 'singleColumn') return formatExpression(item.expression) + (item.alias === undefined ? '' : ` ${formatIdentifier(item.alias)}`);
  const aliases = item.aliases.length === 0 ? '' : ` AS (${item.aliases.map(formatIdentifier).join(', ')})`;
  return `${item.target === undefined ? '' : `${formatExpression(item.target)}.`}*${aliases}`;
}
