import { unreachable } from '../../../spi/trinoError.ts';
import type { Expression, FunctionCall, GroupingElement, RowExpression, SortItem, TrimExpression, WhenClause } from '../ast.ts';
import { formatDouble } from './formatDouble.ts';
import { formatJsonExpression } from './formatJson.ts';
import { formatIdentifier, formatName, formatString } from './formatNames.ts';
import { formatQuery } from './formatQueries.ts';
import { formatType } from './formatTypes.ts';
import { formatWindow } from './formatWindows.ts';

/** An expression on its own, as messages and view definitions show it. */
export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'identifier':
      return formatIdentifier(expression);
    case 'nullLiteral':
      return 'null';
    case 'booleanLiteral':
      return String(expression.value);
    case 'stringLiteral':
      return formatString(expression.value);
    case 'binaryLiteral':
      return `X'${Buffer.from(expression.value).toString('hex').toUpperCase()}'`;
    case 'longLiteral':
      return expression.text;
    case 'decimalLiteral':
      return `DECIMAL '${expression.text}'`;
    case 'doubleLiteral':
      return formatDouble(expression.value);
    case 'genericLiteral':
      return `${formatType(expression.type)} ${formatString(expression.value)}`;
    case 'intervalLiteral': {
      const sign = expression.sign < 0 ? '-' : '';
      // Trino leaves quotes within as they are
      return `INTERVAL ${sign}'${expression.value}' ${expression.startField}${expression.endField === undefined ? '' : ` TO ${expression.endField}`}`;
    }
    case 'parameter':
      return '?';
    case 'arithmeticBinary':
    case 'comparison':
      return `(${formatExpression(expression.left)} ${expression.operator} ${formatExpression(expression.right)})`;
    case 'arithmeticUnary':
      return expression.sign === '-' ? `-(${formatExpression(expression.value)})` : `+${formatExpression(expression.value)}`;
    case 'logical':
      return `(${expression.terms.map(formatExpression).join(` ${expression.operator} `)})`;
    case 'not':
      return `(NOT ${formatExpression(expression.value)})`;
    case 'isNull':
      return `(${formatExpression(expression.value)} IS NULL)`;
    case 'isNotNull':
      return `(${formatExpression(expression.value)} IS NOT NULL)`;
    case 'between':
      return `(${formatExpression(expression.value)} BETWEEN ${formatExpression(expression.min)} AND ${formatExpression(expression.max)})`;
    case 'in':
      return `(${formatExpression(expression.value)} IN ${formatExpression(expression.list)})`;
    case 'inList':
      return `(${formatList(expression.values)})`;
    case 'like':
      return `(${formatExpression(expression.value)} LIKE ${formatExpression(expression.pattern)}${expression.escape ? ` ESCAPE ${formatExpression(expression.escape)}` : ''})`;
    case 'exists':
      return `(EXISTS ${formatExpression(expression.subquery)})`;
    case 'quantifiedComparison':
      return `(${formatExpression(expression.value)} ${expression.operator} ${expression.quantifier} ${formatExpression(expression.subquery)})`;
    case 'subquery':
      return `(${formatQuery(expression.query, 0)})`;
    case 'dereference':
      return `${formatExpression(expression.base)}.${formatIdentifier(expression.field)}`;
    case 'subscript':
      return `${formatOperand(expression.base)}[${formatOperand(expression.index)}]`;
    case 'functionCall':
      return formatCall(expression);
    case 'windowOperation':
      return `${formatIdentifier(expression.name)} OVER ${formatWindow(expression.window)}`;
    case 'lambda':
      return `(${expression.parameters.map(formatIdentifier).join(', ')}) -> ${formatExpression(expression.body)}`;
    case 'cast':
      return `${expression.safe ? 'TRY_CAST' : 'CAST'}(${formatExpression(expression.value)} AS ${formatType(expression.type)})`;
    case 'simpleCase':
      return `(CASE ${formatExpression(expression.operand)} ${formatWhen(expression.whenClauses, expression.otherwise)})`;
    case 'searchedCase':
      return `(CASE ${formatWhen(expression.whenClauses, expression.otherwise)})`;
    case 'if':
      return `IF(${formatList([expression.condition, expression.trueValue, ...(expression.falseValue ? [expression.falseValue] : [])])})`;
    case 'coalesce':
      return `COALESCE(${formatList(expression.operands)})`;
    case 'nullIf':
      return `NULLIF(${formatList([expression.first, expression.second])})`;
    case 'try':
      return `TRY(${formatExpression(expression.value)})`;
    case 'array':
      return `ARRAY[${expression.values.map(formatOperand).join(',')}]`;
    case 'row':
      return `ROW (${formatRowItems(expression)})`;
    case 'extract':
      return `EXTRACT(${expression.field} FROM ${formatExpression(expression.value)})`;
    case 'currentDate':
      return 'current_date';
    case 'currentTime':
      return `current_time${formatPrecision(expression)}`;
    case 'currentTimestamp':
      return `current_timestamp${formatPrecision(expression)}`;
    case 'localTime':
      return `localtime${formatPrecision(expression)}`;
    case 'localTimestamp':
      return `localtimestamp${formatPrecision(expression)}`;
    case 'currentUser':
      return 'CURRENT_USER';
    case 'currentCatalog':
      return 'CURRENT_CATALOG';
    case 'currentSchema':
      return 'CURRENT_SCHEMA';
    case 'currentPath':
      return 'CURRENT_PATH';
    case 'atTimeZone':
      return `${formatExpression(expression.value)} AT TIME ZONE ${formatExpression(expression.timeZone)}`;
    case 'trim':
      return formatTrim(expression);
    case 'format':
      return `format(${formatList(expression.arguments)})`;
    case 'grouping':
      return `GROUPING (${formatList(expression.columns)})`;
    case 'allColumnsExpression':
      return expression.label === undefined ? '*' : `${formatIdentifier(expression.label)}.*`;
    case 'jsonExists':
    case 'jsonValue':
    case 'jsonQuery':
    case 'jsonObject':
    case 'jsonArray':
      return formatJsonExpression(expression);
    default:
      return unreachable(expression);
  }
}

export function formatList(expressions: readonly Expression[]): string {
  return expressions.map(formatExpression).join(', ');
}

/** Trino writes the rows next to brackets without a blank. */
function formatOperand(expression: Expression): string {
  return expression.kind === 'row' ? `ROW(${formatRowItems(expression)})` : formatExpression(expression);
}

function formatRowItems(row: RowExpression): string {
  return formatList(row.items.map((item) => item.value));
}

function formatPrecision({ precision }: { readonly precision?: number }): string {
  return precision === undefined ? '' : `(${precision})`;
}

function formatWhen(clauses: readonly WhenClause[], otherwise: Expression | undefined): string {
  const parts = clauses.map(({ operand, result }) => `WHEN ${formatExpression(operand)} THEN ${formatExpression(result)}`);
  if (otherwise !== undefined) parts.push(`ELSE ${formatExpression(otherwise)}`);
  return [...parts, 'END'].join(' ');
}

function formatTrim({ specification, value, characters }: TrimExpression): string {
  return `trim(${specification} ${characters === undefined ? '' : `${formatExpression(characters)} `}FROM ${formatExpression(value)})`;
}

function formatCall(call: FunctionCall): string {
  if (call.withinGroup) return formatListagg(call);
  const isCount = call.name.parts.at(-1)?.value.toLowerCase() === 'count';
  const values = call.arguments.length === 0 && isCount ? '*' : formatList(call.arguments);
  const order = call.orderBy.length === 0 ? '' : ` ${formatOrderBy(call.orderBy)}`;
  const mode = call.processingMode === undefined ? '' : `${call.processingMode} `;
  const nulls = call.nullTreatment === undefined ? '' : ` ${call.nullTreatment} NULLS`;
  return `${mode}${formatName(call.name)}(${call.distinct ? 'DISTINCT ' : ''}${values}${order})${nulls}${formatFilter(call)}${formatOver(call)}`;
}

function formatFilter({ filter }: FunctionCall): string {
  return filter === undefined ? '' : ` FILTER (WHERE ${formatExpression(filter)})`;
}

function formatOver({ window }: FunctionCall): string {
  return window === undefined ? '' : ` OVER ${formatWindow(window)}`;
}

function formatListagg(call: FunctionCall): string {
  const [value, separator, error, filler, count] = call.arguments;
  const overflow =
    error?.kind === 'booleanLiteral' && error.value
      ? ' ERROR'
      : ` TRUNCATE${filler === undefined ? '' : ` ${formatExpression(filler)}`}${count?.kind === 'booleanLiteral' && count.value ? ' WITH COUNT' : ' WITHOUT COUNT'}`;
  const values = formatList([value, separator].filter((argument) => argument !== undefined));
  return `LISTAGG(${call.distinct ? 'DISTINCT ' : ''}${values} ON OVERFLOW ${overflow}) WITHIN GROUP (${formatOrderBy(call.orderBy)})${formatFilter(call)}${formatOver(call)}`;
}

export function formatOrderBy(items: readonly SortItem[]): string {
  return `ORDER BY ${formatSortItems(items)}`;
}

export function formatSortItems(items: readonly SortItem[]): string {
  return items
    .map(({ key, ascending, nulls }) => `${formatExpression(key)} ${ascending ? 'ASC' : 'DESC'}${nulls === undefined ? '' : ` NULLS ${nulls}`}`)
    .join(', ');
}

export function formatGroupBy(elements: readonly GroupingElement[]): string {
  return elements.map(formatGroupingElement).join(', ');
}

function formatGroupingElement(element: GroupingElement): string {
  const sets = 'sets' in element ? `(${element.sets.map((set) => `(${formatList(set)})`).join(', ')})` : '';
  switch (element.kind) {
    case 'simpleGroupBy': {
      const [only] = element.columns;
      return element.columns.length === 1 && only !== undefined ? formatExpression(only) : `(${formatList(element.columns)})`;
    }
    case 'rollup':
      return `ROLLUP ${sets}`;
    case 'cube':
      return `CUBE ${sets}`;
    case 'groupingSets':
      return `GROUPING SETS ${sets}`;
    case 'groupByAuto':
      return 'AUTO';
    default:
      return unreachable(element);
  }
}
