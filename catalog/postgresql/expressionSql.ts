import type { Between, Call, Cast, Comparison, ComparisonOperator, Constant, Expression, In } from '../../spi/expression.ts';
import { unreachable } from '../../spi/trinoError.ts';
import { type Type, typeEquals } from '../../spi/type.ts';
import { type CalendarScope, guardColumn, remoteCalendarCall, remoteCalendarCast } from './calendarSql.ts';
import type { Comparability } from './columnMapping.ts';
import { constantArraySql, constantSql, constantType } from './constantSql.ts';
import type { PostgresColumnHandle } from './handles.ts';
import { likePattern } from './likePattern.ts';
import { quoteLiteral } from './sql.ts';

/** What a reference stands for: a column and its SQL. */
export interface ScopeColumn {
  readonly sql: string;
  readonly column: PostgresColumnHandle;
}

/** A part of a query whose value is exactly Trino's. */
export interface RemoteExpression {
  readonly sql: string;
  readonly type: Type;
  readonly comparability: Comparability;
  /** Of texts. */
  readonly codePointOrder: boolean;
  /** Of texts; absent: the database's, which gives way to any other. */
  readonly collation?: string;
}

export type Scope = CalendarScope;

const DECIMAL_PRECISION_MAX = 38;
const INTEGER_WIDTHS: Readonly<Record<string, number>> = { smallint: 2, integer: 4, bigint: 8 };
const ARITHMETIC: Readonly<Record<string, string>> = { $add: '+', $subtract: '-', $multiply: '*', $divide: '/', $modulus: '%' };
const REVERSED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  'IS DISTINCT FROM': 'IS DISTINCT FROM',
};

export const predicate = (sql: string): RemoteExpression => ({
  sql,
  type: { kind: 'boolean' },
  comparability: 'equality',
  codePointOrder: true,
});

/** The expression in PostgreSQL's SQL, or undefined where PostgreSQL might answer otherwise than Trino. */
export function toRemote(expression: Expression, scope: Scope): RemoteExpression | undefined {
  switch (expression.kind) {
    case 'constant':
      return remoteConstant(expression);
    case 'reference': {
      const found = scope(expression.name);
      if (found === undefined) return undefined;
      guardColumn(found, scope);
      return remoteColumn(found);
    }
    case 'comparison':
      return remoteComparison(expression, scope);
    case 'between':
      return remoteBetween(expression, scope);
    case 'in':
      return remoteIn(expression, scope);
    case 'logical': {
      const terms = all(expression.terms, scope);
      return terms === undefined ? undefined : predicate(`(${terms.map(({ sql }) => sql).join(` ${expression.operator} `)})`);
    }
    case 'not': {
      const value = toRemote(expression.value, scope);
      return value === undefined ? undefined : predicate(`(NOT ${value.sql})`);
    }
    case 'is null': {
      const value = columnOrRemote(expression.value, scope);
      return value === undefined ? undefined : predicate(`(${value} IS NULL)`);
    }
    case 'cast':
      return remoteCast(expression, scope);
    case 'coalesce': {
      const operands = all(expression.operands, scope);
      const [first] = operands ?? [];
      if (operands === undefined || first === undefined || !integerOrSame(operands)) return undefined;
      if (operands.some((operand) => collationsDiffer(first, operand))) return undefined;
      return { ...first, codePointOrder: false, sql: `COALESCE(${operands.map(({ sql }) => sql).join(', ')})` };
    }
    case 'nullif': {
      const [first, second] = [toRemote(expression.first, scope), toRemote(expression.second, scope)];
      if (first === undefined || second === undefined || !comparesExactly(first, second, '=')) return undefined;
      if (!typeEquals(first.type, expression.comparisonType) || collationsDiffer(first, second)) return undefined;
      return { ...first, sql: `NULLIF(${first.sql}, ${second.sql})` };
    }
    case 'call':
      return remoteCall(expression, scope);
    case 'case':
    case 'switch':
    case 'try':
    case 'row':
    case 'array':
    case 'field':
    case 'lambda':
      return undefined;
    default:
      return unreachable(expression);
  }
}

function all(expressions: readonly Expression[], scope: Scope): readonly RemoteExpression[] | undefined {
  const remotes = expressions.map((expression) => toRemote(expression, scope)).filter((remote) => remote !== undefined);
  return remotes.length === expressions.length ? remotes : undefined;
}

const integerOrSame = (operands: readonly RemoteExpression[]): boolean =>
  operands.every(({ type, comparability }) => comparability !== 'none' && operands[0] !== undefined && typeEquals(type, operands[0].type));

/** IS NULL asks nothing of the type. */
function columnOrRemote(expression: Expression, scope: Scope): string | undefined {
  if (expression.kind === 'reference') return scope(expression.name)?.sql;
  return toRemote(expression, scope)?.sql;
}

function remoteColumn({ sql, column }: ScopeColumn): RemoteExpression | undefined {
  const { mapping, codePointOrder, deterministic, collation } = column;
  const { type, comparability } = mapping;
  if (comparability === 'none') return undefined;
  const text = mapping.asText === true ? `${sql}::text` : sql;
  // another collation than the column's says what is equal to Trino, but no index of the column serves it
  if (!deterministic) return { sql: `(${text} COLLATE "C")`, type, comparability, codePointOrder: true };
  return { sql: text, type, comparability, codePointOrder, ...(collation === undefined ? {} : { collation }) };
}

function remoteConstant({ type, value }: Constant): RemoteExpression | undefined {
  const sql = constantSql(type, value);
  return sql === undefined ? undefined : { sql, type, comparability: comparabilityOf(type), codePointOrder: true };
}

export function comparabilityOf(type: Type): Comparability {
  switch (type.kind) {
    case 'real':
    case 'double':
      return 'floating';
    case 'varchar':
      return 'text';
    case 'boolean':
    case 'char':
    case 'uuid':
      return 'equality';
    default:
      return constantType(type) === undefined ? 'none' : 'order';
  }
}

const isEquality = (operator: ComparisonOperator): boolean => operator === '=' || operator === '<>' || operator === 'IS DISTINCT FROM';

/** Lengths of texts and precisions of decimals aside. */
const sameKind = (a: Type, b: Type): boolean => a.kind === b.kind;

function comparesExactly(left: RemoteExpression, right: RemoteExpression, operator: ComparisonOperator): boolean {
  if (!sameKind(left.type, right.type) || left.comparability === 'none' || right.comparability === 'none') return false;
  if (left.comparability === 'floating' || right.comparability === 'floating') return false;
  if (isEquality(operator)) return true;
  return left.comparability === right.comparability && (left.comparability === 'order' || left.comparability === 'text');
}

function remoteComparison({ operator, left, right }: Comparison, scope: Scope): RemoteExpression | undefined {
  if (left.kind === 'constant' && right.kind !== 'constant')
    return remoteComparison({ kind: 'comparison', operator: REVERSED[operator], left: right, right: left, type: { kind: 'boolean' } }, scope);
  const [a, b] = [toRemote(right.kind === 'constant' ? withoutScale(left) : left, scope), toRemote(right, scope)];
  if (a === undefined || b === undefined) return undefined;
  // what PostgreSQL orders is not in order once it is read
  if (a.type.kind === 'timestamp with time zone' && isMillis(a.type) && right.kind !== 'constant') return undefined;
  if (a.comparability === 'floating') return right.kind === 'constant' && sameKind(a.type, b.type) ? floatingComparison(a, operator, right, b) : undefined;
  if (!comparesExactly(a, b, operator)) return undefined;
  return predicate(`(${a.sql} ${operator} ${b.sql}${collation(a, b, operator)})`);
}

/** More digits change nothing of a decimal beside a constant: that some have no room for them is no matter to Trino, which asks the source. */
function withoutScale(expression: Expression): Expression {
  if (expression.kind !== 'cast' || expression.safe || expression.type.kind !== 'decimal' || expression.value.type.kind !== 'decimal') return expression;
  return expression.type.scale >= expression.value.type.scale && expression.value.kind === 'reference' ? expression.value : expression;
}

/** PostgreSQL takes NaN for the greatest of numbers and equal to itself, Trino for neither. */
function floatingComparison(
  value: RemoteExpression,
  operator: ComparisonOperator,
  { value: constant }: Constant,
  bound: RemoteExpression,
): RemoteExpression | undefined {
  if (typeof constant !== 'number' || Number.isNaN(constant)) return undefined;
  const comparison = `${value.sql} ${operator} ${bound.sql}`;
  if (operator === '>' || operator === '>=') return predicate(`(${comparison} AND ${value.sql} <> 'NaN')`);
  return predicate(`(${comparison})`);
}

/** PostgreSQL would not know by which of them to compare. */
const collationsDiffer = (a: RemoteExpression, b: RemoteExpression): boolean =>
  a.collation !== undefined && b.collation !== undefined && a.collation !== b.collation;

function collation(a: RemoteExpression, b: RemoteExpression, operator: ComparisonOperator): string {
  if (collationsDiffer(a, b)) return ' COLLATE "C"';
  return a.comparability !== 'text' || isEquality(operator) || (a.codePointOrder && b.codePointOrder) ? '' : ' COLLATE "C"';
}

function remoteBetween({ value, min, max }: Between, scope: Scope): RemoteExpression | undefined {
  const type: Type = { kind: 'boolean' };
  const low = remoteComparison({ kind: 'comparison', operator: '>=', left: value, right: min, type }, scope);
  const high = remoteComparison({ kind: 'comparison', operator: '<=', left: value, right: max, type }, scope);
  return low === undefined || high === undefined ? undefined : predicate(`(${low.sql} AND ${high.sql})`);
}

function remoteIn({ value, list }: In, scope: Scope): RemoteExpression | undefined {
  const tested = toRemote(withoutScale(value), scope);
  if (tested === undefined) return undefined;
  const constants = list.filter((item) => item.kind === 'constant');
  const [first] = constants;
  if (constants.length < list.length || first === undefined) return undefined;
  if (!constants.every(({ type }) => sameKind(type, tested.type))) return undefined;
  if (first.type.kind === 'decimal' && !constants.every(({ type }) => typeEquals(type, first.type))) return undefined;
  const array = constantArraySql(
    first.type,
    constants.map((item) => item.value),
  );
  return array === undefined ? undefined : predicate(`(${tested.sql} = ANY (${array}))`);
}

function remoteCast(expression: Cast, scope: Scope): RemoteExpression | undefined {
  const { value, type, safe } = expression;
  if (safe) return undefined;
  const ofCalendar = scope.guards === undefined ? undefined : remoteCalendarCast(expression, scope);
  if (ofCalendar !== undefined) return ofCalendar;
  const inner = toRemote(value, scope);
  if (inner === undefined) return undefined;
  if (typeEquals(inner.type, type)) return inner;
  const from = inner.type;
  const width = INTEGER_WIDTHS[from.kind];
  const cast = (remote: string, comparability: Comparability): RemoteExpression => ({ ...inner, sql: `${inner.sql}::${remote}`, type, comparability });
  switch (type.kind) {
    case 'integer':
    case 'bigint':
      return width !== undefined && width < (INTEGER_WIDTHS[type.kind] ?? 0) ? cast(type.kind, 'order') : undefined;
    case 'double':
      return width !== undefined || from.kind === 'real' ? cast('double precision', 'floating') : undefined;
    case 'decimal': {
      if (width !== undefined)
        return type.precision - type.scale >= INTEGER_DIGITS[from.kind as keyof typeof INTEGER_DIGITS] ? cast('numeric', 'order') : undefined;
      const fits = from.kind === 'decimal' && type.scale >= from.scale && type.precision - type.scale >= from.precision - from.scale;
      return fits ? { ...inner, type } : undefined;
    }
    case 'varchar':
      if (from.kind !== 'varchar') return undefined;
      return type.length === undefined || (from.length !== undefined && from.length <= type.length) ? { ...inner, type } : undefined;
    case 'timestamp':
      return from.kind === 'timestamp' && from.precision <= type.precision ? { ...inner, type } : undefined;
    case 'timestamp with time zone':
      // one of milliseconds is read and written otherwise
      return from.kind === type.kind && from.precision <= type.precision && isMillis(from) === isMillis(type) ? { ...inner, type } : undefined;
    case 'time':
      return from.kind === 'time' && from.precision <= type.precision ? { ...inner, type } : undefined;
    default:
      return undefined;
  }
}

const isMillis = ({ precision }: { readonly precision: number }): boolean => precision <= 3;
const INTEGER_DIGITS = { smallint: 5, integer: 10, bigint: 19 } as const;

function remoteCall(call: Call, scope: Scope): RemoteExpression | undefined {
  const { name } = call.function;
  if (name === '$like') return remoteLike(call, scope);
  // what fails at the source would fail otherwise than the engine, which computes it too
  if (scope.guards !== undefined) return remoteCalendarCall(call, scope);
  const operands = all(call.arguments, scope);
  const [first, second] = operands ?? [];
  if (operands === undefined || first === undefined) return undefined;
  // overflow and division by zero then fail at the source, as they do in Trino
  const isInteger = operands.every(({ type }) => type.kind === call.type.kind) && INTEGER_WIDTHS[call.type.kind] !== undefined;
  const operator = ARITHMETIC[name];
  if (!isInteger) return decimalArithmetic(call, operands, operator);
  if (operator !== undefined && second !== undefined) return { ...first, sql: `(${first.sql} ${operator} ${second.sql})`, comparability: 'order' };
  if (name === '$negate') return { ...first, sql: `(- ${first.sql})`, comparability: 'order' };
  return undefined;
}

/** Exact in both as long as no digit is cut off. */
function decimalArithmetic({ type }: Call, operands: readonly RemoteExpression[], operator: string | undefined): RemoteExpression | undefined {
  const [first, second] = operands;
  if (first === undefined || second === undefined || (operator !== '+' && operator !== '-' && operator !== '*')) return undefined;
  if (type.kind !== 'decimal' || type.precision >= DECIMAL_PRECISION_MAX || !operands.every((operand) => operand.type.kind === 'decimal')) return undefined;
  return { ...first, sql: `(${first.sql} ${operator} ${second.sql})`, type, comparability: 'order' };
}

function remoteLike(call: Call, scope: Scope): RemoteExpression | undefined {
  const [value, pattern, escape] = call.arguments;
  if (value === undefined || pattern?.kind !== 'constant' || (escape !== undefined && escape.kind !== 'constant')) return undefined;
  const tested = toRemote(value, scope);
  if (tested === undefined || tested.type.kind !== 'varchar') return undefined;
  const text = likePattern(pattern.value, escape?.value);
  return text === undefined ? undefined : predicate(`(${tested.sql} LIKE ${quoteLiteral(text)})`);
}
