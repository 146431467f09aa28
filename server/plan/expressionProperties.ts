import type { Expression, ResolvedFunction } from '../../spi/expression.ts';
import type { Type } from '../../spi/type.ts';
import { findDateUnit } from '../function/dateFields.ts';
import { childExpressions } from './expressionVisitor.ts';

/** The same arguments give the same value throughout the query. */
export function isDeterministic(expression: Expression): boolean {
  if (expression.kind === 'call' && !expression.function.deterministic) return false;
  return childExpressions(expression).every(isDeterministic);
}

/**
 * Whether evaluation may raise. An expression that may fail is not moved to where it meets rows that it did not meet before,
 * except where Trino does the same.
 */
export function mayFail(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return !neverFails(expression.function, expression.arguments) || expression.arguments.some((a) => a.kind !== 'lambda' && mayFail(a));
    case 'cast':
      return !castNeverFails(expression.value.type, expression.type) || mayFail(expression.value);
    case 'lambda':
      return mayFail(expression.body);
    default:
      return childExpressions(expression).some(mayFail);
  }
}

/** Functions that have a value, or NULL, for all arguments of any type that they take. */
const TOTAL_FUNCTIONS: ReadonlySet<string> = new Set(
  [
    '$like length lower upper ltrim rtrim trim replace reverse substr substring to_utf8 starts_with strpos position',
    'is_nan is_finite is_infinite year month day day_of_week day_of_year day_of_month dow doy quarter week week_of_year hour minute second millisecond',
    'json_extract_scalar json_size cardinality contains bitwise_and bitwise_or bitwise_xor bitwise_not md5 sha1 sha256 sha512 xxhash64 crc32 to_hex to_base64',
    'sqrt cbrt exp ln log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh degrees radians power pow now current_date current_timestamp localtimestamp',
  ].flatMap((line) => line.split(' ')),
);
/** Functions that only overflow in integer types. */
const TOTAL_FOR_FLOATS: ReadonlySet<string> = new Set([
  '$add',
  '$subtract',
  '$multiply',
  '$divide',
  '$modulus',
  '$negate',
  'abs',
  'ceil',
  'ceiling',
  'floor',
  'sign',
]);
const CONSTANT_ARGUMENT: Readonly<Record<string, number>> = { $like: 1, date_trunc: 0, json_extract_scalar: 1, json_size: 1 };

function neverFails({ name, argumentTypes, returnType }: ResolvedFunction, args: readonly Expression[]): boolean {
  const constantAt = CONSTANT_ARGUMENT[name];
  if (constantAt !== undefined && args[constantAt]?.kind !== 'constant') return false;
  // a unit that the type does not have raises an error
  if (name === 'date_trunc') return isUnitOf(args[0], returnType.kind);
  // an escape character may be one in the wrong place, an instance may be zero
  if (['$like', 'strpos'].includes(name) && args.length > 2) return false;
  if (name === 'contains') return argumentTypes[0]?.kind === 'array' && !isNested(argumentTypes[0].element);
  if (TOTAL_FUNCTIONS.has(name)) return true;
  if (!TOTAL_FOR_FLOATS.has(name)) return name === 'concat' && returnType.kind === 'varchar';
  if (argumentTypes.every(isFloat)) return true;
  // the result is wide enough for every value, until the precision is cut at 38
  return ['$add', '$subtract', '$multiply'].includes(name) && returnType.kind === 'decimal' && returnType.precision < 38;
}

function isUnitOf(unit: Expression | undefined, kind: Type['kind']): boolean {
  return unit?.kind === 'constant' && typeof unit.value === 'string' && findDateUnit(unit.value, kind) !== undefined;
}

const isFloat = (type: Type): boolean => type.kind === 'double' || type.kind === 'real';

const INTEGER_WIDTH: Readonly<Partial<Record<Type['kind'], number>>> = { tinyint: 1, smallint: 2, integer: 4, bigint: 8 };
const INTEGER_DIGITS: Readonly<Partial<Record<Type['kind'], number>>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

/** Every value of the one type has a counterpart in the other, perhaps rounded. */
export function castNeverFails(from: Type, to: Type): boolean {
  if (from.kind === 'unknown') return true;
  if (to.kind === 'varchar') return to.length === undefined ? !isNested(from) : from.kind === 'varchar' || (from.kind === 'char' && from.length <= to.length);
  if (from.kind === to.kind && !isNested(from) && from.kind !== 'decimal') return !('precision' in from && 'precision' in to) || from.precision <= to.precision;
  if (to.kind === 'char') return from.kind === 'varchar';
  const width = INTEGER_WIDTH[from.kind];
  if (width !== undefined) {
    if (isFloat(to) || to.kind === 'boolean') return true;
    if (to.kind === 'decimal') return to.precision - to.scale >= (INTEGER_DIGITS[from.kind] ?? 0);
    return width <= (INTEGER_WIDTH[to.kind] ?? 0);
  }
  if (from.kind === 'decimal')
    return isFloat(to) || (to.kind === 'decimal' && to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale);
  if (from.kind === 'real') return to.kind === 'double';
  if (from.kind === 'date') return to.kind === 'timestamp' || to.kind === 'timestamp with time zone';
  if (from.kind === 'timestamp') return to.kind === 'date' || (to.kind === 'timestamp with time zone' && from.precision <= to.precision);
  return from.kind === 'time' && to.kind === 'time with time zone' && from.precision <= to.precision;
}

const isNested = (type: Type): boolean => type.kind === 'array' || type.kind === 'map' || type.kind === 'row';

/** Functions with an argument that may be NULL: Trino's own list. */
const SEES_NULLS: ReadonlySet<string> = new Set(
  '$try $not $fail $bind $iterate repeat typeof greatest least concat_ws reduce json_object json_array format'.split(' '),
);

/** NULL for a NULL argument, whatever the others are; arguments behind it are not evaluated. */
export function isNullPropagating(name: string): boolean {
  return !SEES_NULLS.has(name) && !name.startsWith('$json_');
}
