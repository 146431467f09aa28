import type { Expression } from '../../../../spi/expression.ts';
import { BIGINT, type Type, typeEquals, UNKNOWN, VARCHAR } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { castValue, LENGTH_UNCHECKED } from '../../../function/castValue.ts';
import { physicalType } from '../../physicalType.ts';
import { emitNumericCast } from './castNumeric.ts';
import { emitTextCast } from './castText.ts';
import { bind, type EmitContext, sqlString } from '../implementation.ts';
import { localTimestamp } from '../temporal/localTime.ts';
import { emitSketchCast } from '../sketch/sketchCast.ts';

/** `sql` of one type in another, for a pair that `canCast` allows. The SQL is of exactly the physical type of `to`. */
export function emitCast(sql: string, from: Type, to: Type, context: EmitContext, _expression?: Expression): string {
  if (typeEquals(from, to)) return sql;
  if (from.kind === 'unknown') return `CAST(${sql} AS ${physicalType(to)})`;
  if (isLengthUnchecked(from, to)) {
    context.noteLengths();
    return emitCast(sql, from, VARCHAR, context);
  }
  if (from.kind === 'json' && isNested(to)) context.noteLengths();
  if (isNested(from) && isNested(to)) return emitNestedCast(sql, from, to, context);
  return (
    emitSketchCast(sql, from, to, context) ??
    emitNumericCast(sql, from, to, context) ??
    emitTextCast(sql, from, to, context) ??
    emitNativeCast(sql, from, to, context) ??
    castUdf(sql, from, to, context)
  );
}

const isNested = (type: Type): boolean => type.kind === 'array' || type.kind === 'map' || type.kind === 'row';

/** Whether the cast can raise an error. */
export function castMayFail(from: Type, to: Type): boolean {
  if (typeEquals(from, to) || from.kind === 'unknown') return false;
  if (from.kind === 'array' && to.kind === 'array') return castMayFail(from.element, to.element);
  if (from.kind === 'row' && to.kind === 'row') {
    return from.fields.some((field, i) => {
      const target = to.fields[i];
      return target !== undefined && castMayFail(field.type, target.type);
    });
  }
  if (from.kind === 'map' && to.kind === 'map') return !isInjective(from.key, to.key) || castMayFail(from.value, to.value);
  return scalarCastMayFail(from, to);
}

/** A varchar(n) whose length no one looks at before it is sent. */
const isLengthUnchecked = (from: Type, to: Type): boolean => to.kind === 'varchar' && to.length !== undefined && LENGTH_UNCHECKED.has(from.kind);

/** Whether what the cast may raise is an error that TRY_CAST turns into NULL. */
export function tryCastForgives(from: Type, to: Type): boolean {
  return castMayFail(from, to);
}

/** Different keys stay different and none fails. */
function isInjective(from: Type, to: Type): boolean {
  return typeEquals(from, to) || (integerRank(from) >= 0 && integerRank(to) > integerRank(from)) || (to.kind === 'varchar' && to.length === undefined);
}

const INTEGERS: readonly Type['kind'][] = ['tinyint', 'smallint', 'integer', 'bigint'];
const INTEGER_DIGITS = [3, 5, 10, 19];
const INTEGER_TEXT_LENGTHS = [4, 6, 11, 20];
const integerRank = (type: Type): number => INTEGERS.indexOf(type.kind);

function scalarCastMayFail(from: Type, to: Type): boolean {
  if (from.kind === 'json' || from.kind === 'varbinary') return true;
  if (to.kind === 'json') return false;
  const rank = integerRank(from);
  switch (to.kind) {
    case 'boolean':
    case 'real':
    case 'double':
      return from.kind === 'varchar';
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return !(from.kind === 'boolean' || (rank >= 0 && rank <= integerRank(to)));
    case 'decimal': {
      if (from.kind === 'boolean') return false;
      const digits = from.kind === 'decimal' ? from.precision - from.scale + (from.scale > to.scale ? 1 : 0) : (INTEGER_DIGITS[rank] ?? 40);
      return to.precision - to.scale < digits;
    }
    case 'varchar':
      if (to.length === undefined || from.kind === 'varchar' || from.kind === 'char' || LENGTH_UNCHECKED.has(from.kind)) return false;
      return to.length < (INTEGER_TEXT_LENGTHS[rank] ?? Number.MAX_VALUE);
    case 'char':
    case 'varbinary':
    case 'JoniRegExp':
    case 'CodePoints':
      return false;
    case 'date':
      return from.kind === 'varchar';
    case 'time':
    case 'time with time zone':
      return from.kind === 'varchar' || from.kind === 'timestamp';
    case 'timestamp':
      return from.kind === 'varchar' || from.kind === 'date';
    default:
      return true;
  }
}

/** Kinds whose casts depend on the session's zone, and times on the day of the query. */
function needsSession(from: Type, to: Type): boolean {
  const zoned = to.kind === 'timestamp with time zone' || to.kind === 'time with time zone';
  return (zoned && from.kind !== to.kind) || (to.kind === 'timestamp' && (from.kind === 'time' || from.kind === 'time with time zone'));
}

export function castUdf(sql: string, from: Type, to: Type, context: EmitContext): string {
  const returnType = to;
  if (!needsSession(from, to)) {
    const evaluate = (value: Value): Value => castValue(value, from, to, { timeZone: 'UTC', startMicros: 0n });
    return context.udf({ name: 'cast', parameterTypes: [from], returnType, nulls: 'propagate', evaluate })(sql);
  }
  const evaluate = (value: Value, timeZone: Value, startMicros: Value): Value =>
    castValue(value, from, to, { timeZone: String(timeZone), startMicros: BigInt(startMicros as bigint) });
  const udf = context.udf({ name: 'cast', parameterTypes: [from, VARCHAR, BIGINT], returnType, nulls: 'propagate', evaluate });
  const { timeZone, startMicros } = context.session;
  return udf(sql, sqlString(timeZone), `CAST(${startMicros} AS BIGINT)`);
}

/** Pairs whose physical form is the same, or that DuckDB converts as Trino does. */
function emitNativeCast(sql: string, from: Type, to: Type, context: EmitContext): string | undefined {
  switch (to.kind) {
    case 'JoniRegExp':
    case 'JsonPath':
    case 'CodePoints':
      return from.kind === 'varchar' ? sql : emitCast(sql, from, VARCHAR, context);
    case 'varbinary':
      return from.kind === 'varchar' ? `encode(${sql})` : from.kind === 'ipaddress' ? sql : undefined;
    case 'date':
      return from.kind === 'timestamp' || from.kind === 'timestamp with time zone' ? `CAST(${localTimestamp(sql, from, context)} AS DATE)` : undefined;
    case 'timestamp':
      return toTimestamp(sql, from, to.precision, context);
    case 'timestamp with time zone':
      return toTimestampWithTimeZone(sql, from, to, context);
    default:
      return undefined;
  }
}

function toTimestamp(sql: string, from: Type, precision: number, context: EmitContext): string | undefined {
  if (precision > 6) return undefined;
  if (from.kind === 'date')
    return bind(
      context,
      sql,
      (x) => `CASE WHEN ${isCommon(x)} THEN CAST(${x} AS TIMESTAMP) ELSE ${castUdf(x, from, { kind: 'timestamp', precision }, context)} END`,
    );
  if ((from.kind !== 'timestamp' && from.kind !== 'timestamp with time zone') || from.precision > 6) return undefined;
  const local = localTimestamp(sql, from, context);
  return from.precision <= precision ? local : roundMicros(local, precision);
}

/** Far from the ends of every type of time. */
const isCommon = (sql: string): string => `year(${sql}) BETWEEN -9999 AND 70000`;

/** Half up, also before 1970: DuckDB's // truncates, so the remainder is taken non-negative first. */
export function roundMicros(sql: string, precision: number): string {
  const unit = 10 ** (6 - precision);
  const shifted = `(epoch_us(${sql}) + ${unit / 2})`;
  return `make_timestamp(${shifted} - ((${shifted} % ${unit} + ${unit}) % ${unit}))`;
}

function toTimestampWithTimeZone(sql: string, from: Type, to: Type & { precision: number }, context: EmitContext): string | undefined {
  if (to.precision > 6 || ('precision' in from && from.precision > 6)) return undefined;
  switch (from.kind) {
    case 'timestamp with time zone':
      if (from.precision <= to.precision) return sql;
      return bind(context, sql, (v) => {
        const rounded = roundMicros(`struct_extract(${v}, 't')`, to.precision);
        return `CASE WHEN ${v} IS NOT NULL THEN {'t': ${rounded}, 'z': struct_extract(${v}, 'z')} END`;
      });
    case 'date':
    case 'timestamp': {
      if (context.session.timeZone !== 'UTC') return undefined;
      const utc = (x: string): string =>
        from.kind === 'timestamp' && from.precision > to.precision ? roundMicros(x, to.precision) : `CAST(${x} AS TIMESTAMP)`;
      return bind(context, sql, (x) => `CASE WHEN ${isCommon(x)} THEN {'t': ${utc(x)}, 'z': 'UTC'} ELSE ${castUdf(x, from, to, context)} END`);
    }
    default:
      return undefined;
  }
}

function emitNestedCast(sql: string, from: Type, to: Type, context: EmitContext): string {
  if (from.kind === 'array' && to.kind === 'array') {
    if (isPhysicallySame(from, to, context)) return sql;
    const item = context.freshName();
    return `list_transform(${sql}, lambda ${item}: ${emitCast(item, from.element, to.element, context)})`;
  }
  if (from.kind === 'row' && to.kind === 'row') {
    return bind(context, sql, (value) => {
      const fields = from.fields.map(
        (field, i) => `'f${i}': ${emitCast(`struct_extract(${value}, 'f${i}')`, field.type, to.fields[i]?.type ?? UNKNOWN, context)}`,
      );
      return `CASE WHEN ${value} IS NOT NULL THEN {${fields.join(', ')}} ELSE CAST(NULL AS ${physicalType(to)}) END`;
    });
  }
  if (from.kind === 'map' && to.kind === 'map' && isInjective(from.key, to.key)) {
    return bind(context, sql, (value) => {
      const item = context.freshName();
      const key = emitCast(`struct_extract(${item}, 'key')`, from.key, to.key, context);
      const mapped = emitCast(`struct_extract(${item}, 'value')`, from.value, to.value, context);
      return `map_from_entries(list_transform(map_entries(${value}), lambda ${item}: {'k': ${key}, 'v': ${mapped}}))`;
    });
  }
  return castUdf(sql, from, to, context);
}

/** Elements that need no change: only their declared length or field names differ. */
function isPhysicallySame(from: Type & { kind: 'array' }, to: Type & { kind: 'array' }, context: EmitContext): boolean {
  return !isNested(from.element) && emitCast('x', from.element, to.element, context) === 'x';
}
