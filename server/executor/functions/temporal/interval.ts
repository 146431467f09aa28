import { TrinoError } from '../../../../spi/trinoError.ts';
import { BIGINT, INTERVAL_YEAR_TO_MONTH, type Type } from '../../../../spi/type.ts';
import type { TimestampWithTimeZone, Value } from '../../../../spi/value.ts';
import { civilOfDays, daysOfCivil, floorDiv, floorMod, MICROS_OF_DAY, plusMonths } from '../../../function/calendar.ts';
import { checkInstant } from '../../../function/castTemporal.ts';
import { localOf, withZone } from '../../../function/temporalText.ts';
import { bind, type EmitContext, type ScalarCall } from '../implementation.ts';

export const isInterval = (type: Type): boolean => type.kind === 'interval day to second' || type.kind === 'interval year to month';

const MONTHS_MIN = -2147483648;
const MONTHS_MAX = 2147483647;
const PICOS_OF_DAY = '86400000000000000';
const MAX_INT = (sql: string, type: string): string => `'Value ' || ${sql} || ' exceeds MAX_INT for type ${type}'`;

/** A sum of months, as BIGINT, that fits its type. */
function months(sql: string, context: EmitContext): string {
  return bind(context, sql, (m) => {
    const failure = context.fail('GENERIC_INTERNAL_ERROR', MAX_INT(m, 'interval year to month'), INTERVAL_YEAR_TO_MONTH);
    return `CASE WHEN ${m} NOT BETWEEN ${MONTHS_MIN} AND ${MONTHS_MAX} THEN ${failure} ELSE CAST(${m} AS INTEGER) END`;
  });
}

/** An interval added to (or, by sign -1, taken from) another one, a date, a time or a timestamp. */
export function addInterval(call: ScalarCall, sign: 1 | -1, context: EmitContext): string {
  const [firstType, secondType] = call.argumentTypes;
  const [first = '', second = ''] = call.arguments;
  if (firstType === undefined || secondType === undefined) throw new Error('an operator of one argument');
  const symbol = sign === 1 ? '+' : '-';
  if (isInterval(firstType) && isInterval(secondType)) {
    if (firstType.kind === 'interval day to second') return `(${first} ${symbol} ${second})`;
    return months(`(CAST(${first} AS BIGINT) ${symbol} ${second})`, context);
  }
  const turned = isInterval(firstType);
  const [value, type, interval, intervalType] = turned ? [second, secondType, first, firstType] : [first, firstType, second, secondType];
  const signed = sign === 1 ? interval : `(-CAST(${interval} AS BIGINT))`;
  return intervalType.kind === 'interval year to month'
    ? plusMonthsSql(value, type, signed, context)
    : plusMillisSql({ value, type, millis: signed, sign }, call, context);
}

interface Shift {
  readonly value: string;
  readonly type: Type;
  readonly millis: string;
  readonly sign: 1 | -1;
}

function plusMillisSql({ value, type, millis, sign }: Shift, call: ScalarCall, context: EmitContext): string {
  switch (type.kind) {
    case 'date': {
      const [verb, preposition] = sign === 1 ? ['add', 'to'] : ['subtract', 'from'];
      const failure = context.fail('INVALID_FUNCTION_ARGUMENT', `'Cannot ${verb} hour, minutes or seconds ${preposition} a date'`, type);
      return bind(context, millis, (ms) => `CASE WHEN ${ms} % 86400000 <> 0 THEN ${failure} ELSE ${plusDaysSql(value, `(${ms} // 86400000)`, context)} END`);
    }
    case 'time':
      return bind(context, millis, (ms) => `CASE WHEN ${tooLong(ms)} THEN ${refuseLong(type, context)} ELSE ${picosLater(value, ms)} END`);
    case 'time with time zone':
      return bind(context, value, (v) =>
        bind(context, millis, (ms) => {
          const moved = `{'picos': ${picosLater(`struct_extract(${v}, 'picos')`, ms)}, 'z': struct_extract(${v}, 'z')}`;
          return `CASE WHEN ${tooLong(ms)} THEN ${refuseLong(type, context)} WHEN ${v} IS NOT NULL AND ${ms} IS NOT NULL THEN ${moved} END`;
        }),
      );
    case 'timestamp':
      if (type.precision <= 6) return `make_timestamp(epoch_us(${value}) + ${millis} * 1000)`;
      return bind(context, value, (v) => {
        const moved = `make_timestamp(epoch_us(struct_extract(${v}, 't')) + ${millis} * 1000)`;
        return `CASE WHEN ${v} IS NOT NULL AND ${millis} IS NOT NULL THEN {'t': ${moved}, 'picos': struct_extract(${v}, 'picos')} END`;
      });
    case 'timestamp with time zone': {
      const evaluate = (v: Value, ms: Value): Value => {
        const instant = v as TimestampWithTimeZone;
        return checkInstant({ ...instant, epochMicros: instant.epochMicros + BigInt(ms as bigint) * 1000n });
      };
      return context.udf({ name: 'plus_millis', parameterTypes: [type, BIGINT], returnType: call.returnType, nulls: 'propagate', evaluate })(
        value,
        `CAST(${millis} AS BIGINT)`,
      );
    }
    default:
      throw new Error(`no interval is added to ${type.kind}`);
  }
}

function picosLater(picos: string, millis: string): string {
  return `(((${picos} + (${millis} % 86400000) * 1000000000) % ${PICOS_OF_DAY} + ${PICOS_OF_DAY}) % ${PICOS_OF_DAY})`;
}

/** Trino's 64 bits of picoseconds overflow after 106 days, and it goes on with what is left. */
const tooLong = (millis: string): string => `${millis} NOT BETWEEN -9100000000 AND 9100000000`;

function refuseLong(type: Type, context: EmitContext): string {
  return context.fail('NOT_SUPPORTED', "'Adding an interval of more than 105 days to a time is not supported'", type);
}

const DAYS_LIMIT = 2147483647;

function plusDaysSql(date: string, days: string, context: EmitContext): string {
  return bind(context, `(CAST(${date} - DATE '1970-01-01' AS BIGINT) + ${days})`, (d) => {
    const failure = context.fail('GENERIC_INTERNAL_ERROR', MAX_INT(d, 'date'), { kind: 'date' });
    return `CASE WHEN ${d} NOT BETWEEN ${-DAYS_LIMIT} AND ${DAYS_LIMIT} THEN ${failure} ELSE DATE '1970-01-01' + CAST(${d} AS INTEGER) END`;
  });
}

function plusMonthsSql(value: string, type: Type, count: string, context: EmitContext): string {
  if (type.kind === 'timestamp' && type.precision <= 6) return `(${value} + to_months(CAST(${count} AS INTEGER)))`;
  const evaluate = (v: Value, m: Value): Value => plusMonthsValue(v, type, Number(m));
  return context.udf({ name: 'plus_months', parameterTypes: [type, BIGINT], returnType: type, nulls: 'propagate', evaluate })(
    value,
    `CAST(${count} AS BIGINT)`,
  );
}

/** The same local time of day, months later. */
function plusMonthsValue(value: Value, type: Type, count: number): Value {
  if (type.kind === 'date') {
    const days = plusMonthsDays(Number(value), count);
    if (days > MONTHS_MAX || days < MONTHS_MIN) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Value ${days} exceeds MAX_INT for type date`);
    return days;
  }
  const instant = value as TimestampWithTimeZone;
  const local = type.kind === 'timestamp' ? instant : localOf(instant);
  const day = Number(floorDiv(local.epochMicros, MICROS_OF_DAY));
  const moved = { ...local, epochMicros: BigInt(plusMonthsDays(day, count)) * MICROS_OF_DAY + floorMod(local.epochMicros, MICROS_OF_DAY) };
  return type.kind === 'timestamp' ? moved : checkInstant(withZone(moved, instant.zone) ?? instant);
}

function plusMonthsDays(epochDay: number, count: number): number {
  const { year, month, day } = plusMonths(civilOfDays(epochDay), count);
  return daysOfCivil(year, month, day);
}

/** timestamp - timestamp, time - time: milliseconds, half up. */
export function subtractTemporal(call: ScalarCall, context: EmitContext): string {
  const [type] = call.argumentTypes;
  const [left = '', right = ''] = call.arguments;
  const part = (sql: string, name: string): string => `struct_extract(${sql}, '${name}')`;
  switch (type?.kind) {
    case 'time':
      return roundedQuotient(`(${left} - ${right})`, 1_000_000_000, context);
    case 'time with time zone': {
      const utc = (sql: string): string =>
        `(((${part(sql, 'picos')} - CAST(${part(sql, 'z')} AS BIGINT) * 60000000000000) % ${PICOS_OF_DAY} + ${PICOS_OF_DAY}) % ${PICOS_OF_DAY})`;
      return bind(context, left, (a) => bind(context, right, (b) => roundedQuotient(`(${utc(a)} - ${utc(b)})`, 1_000_000_000, context)));
    }
    case 'timestamp':
    case 'timestamp with time zone': {
      const zoned = type.kind === 'timestamp with time zone';
      if (type.precision <= 6) {
        const micros = (sql: string): string => `epoch_us(${zoned ? part(sql, 't') : sql})`;
        return roundedQuotient(`(${micros(left)} - ${micros(right)})`, 1000, context);
      }
      const picos = (sql: string): string => `(CAST(epoch_us(${part(sql, 't')}) AS HUGEINT) * 1000000 + ${part(sql, 'picos')})`;
      return bind(context, left, (a) =>
        bind(context, right, (b) => `CAST(${roundedQuotient(`(${picos(a)} - ${picos(b)})`, 1_000_000_000, context)} AS BIGINT)`),
      );
    }
    default:
      throw new Error(`no difference of ${type?.kind ?? 'nothing'}`);
  }
}

function roundedQuotient(sql: string, unit: number, context: EmitContext): string {
  return bind(context, `(${sql} + ${unit / 2})`, (x) => `((${x} - ((${x} % ${unit} + ${unit}) % ${unit})) // ${unit})`);
}

/** An interval by a number, in either order; a fraction of the unit is cut off. */
export function multiplyInterval(call: ScalarCall, context: EmitContext): string {
  const [firstType, secondType] = call.argumentTypes;
  const [first = '', second = ''] = call.arguments;
  const turned = firstType !== undefined && !isInterval(firstType);
  const [interval, number, numberType] = turned ? [second, first, firstType] : [first, second, secondType];
  const type = call.returnType;
  if (numberType?.kind === 'bigint') {
    return type.kind === 'interval day to second' ? `(${interval} * ${number})` : months(`(CAST(${interval} AS BIGINT) * ${number})`, context);
  }
  return bind(context, number, (x) => {
    const failure = context.fail('INVALID_FUNCTION_ARGUMENT', "'Cannot multiply by double NaN'", type);
    return `CASE WHEN isnan(${x}) THEN ${failure} ELSE ${truncated(`(CAST(${interval} AS DOUBLE) * ${x})`, type, context)} END`;
  });
}

export function divideInterval(call: ScalarCall, context: EmitContext): string {
  const [interval = '', number = ''] = call.arguments;
  const type = call.returnType;
  return bind(context, number, (x) => {
    const failure = context.fail('INVALID_FUNCTION_ARGUMENT', `'Cannot divide by double ' || CASE WHEN isnan(${x}) THEN 'NaN' ELSE '0.0' END`, type);
    return `CASE WHEN isnan(${x}) OR ${x} = 0 THEN ${failure} ELSE ${truncated(`(CAST(${interval} AS DOUBLE) / ${x})`, type, context)} END`;
  });
}

/** Java's (long) of a double: cut off, and held at the ends of its range. */
function truncated(sql: string, type: Type, context: EmitContext): string {
  const long = bind(
    context,
    sql,
    (x) =>
      `CASE WHEN ${x} >= 9223372036854775807 THEN 9223372036854775807 WHEN ${x} <= -9223372036854775808 THEN CAST('-9223372036854775808' AS BIGINT) ELSE CAST(trunc(${x}) AS BIGINT) END`,
  );
  return type.kind === 'interval day to second' ? long : months(`(${long})`, context);
}

export function negateInterval(call: ScalarCall, context: EmitContext): string {
  const [value = ''] = call.arguments;
  return call.returnType.kind === 'interval day to second' ? `(-${value})` : months(`(-CAST(${value} AS BIGINT))`, context);
}
