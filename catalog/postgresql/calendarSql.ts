import type { Call, Cast, Constant, Expression } from '../../spi/expression.ts';
import type { Type } from '../../spi/type.ts';
import { constantSql } from './constantSql.ts';
import type { RemoteExpression, ScopeColumn } from './expressionSql.ts';

/**
 * Functions of dates and times. They are PostgreSQL's own only where nothing is beyond either calendar: each column that is read adds the
 * condition under which the whole is exactly Trino's. Instants are in UTC, as Trino reads them.
 */
export interface CalendarScope {
  (name: string): ScopeColumn | undefined;
  /** Taken by what is translated: conditions that hold (or are NULL) where the SQL is exact. */
  readonly guards?: Set<string>;
}

interface Moment {
  /** A date or a timestamp without zone. */
  readonly sql: string;
  readonly type: Type;
}

/** Fields by Trino's names, as PostgreSQL calls them. */
const FIELDS: Readonly<Record<string, string>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  week_of_year: 'week',
  year_of_week: 'isoyear',
  yow: 'isoyear',
  day: 'day',
  day_of_month: 'day',
  day_of_week: 'isodow',
  dow: 'isodow',
  day_of_year: 'doy',
  doy: 'doy',
  hour: 'hour',
  minute: 'minute',
};

const TRUNCATED_UNITS: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);
/** In months, or in milliseconds. */
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const MILLIS: Readonly<Record<string, number>> = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
const DAY_MILLIS = 86_400_000;
/** What is added to a moment of the guarded range stays within both calendars. */
const YEARS_MAX = 4000;
const MILLIS_PRECISION = 3;

export const isCalendarField = (name: string): boolean => FIELDS[name] !== undefined || name === 'second' || name === 'millisecond';

/** undefined: not a function of this kind, or not exactly PostgreSQL's. */
export function remoteCalendarCall(call: Call, scope: CalendarScope): RemoteExpression | undefined {
  const { name } = call.function;
  const [first, second, third] = call.arguments;
  if (first === undefined) return undefined;
  if (isCalendarField(name)) return field(name, first, call.type, scope);
  if (name === 'date') return cast(first, call.type, scope);
  if (name === 'date_trunc' && second !== undefined) return truncated(unitOf(first), second, call.type, scope);
  if (name === 'date_add' && second !== undefined && third !== undefined) return shiftedByUnits(unitOf(first), second, third, call.type, scope);
  if (name === 'date_diff' && second !== undefined && third !== undefined) return difference(unitOf(first), [second, third], call.type, scope);
  if (name === '$add' && second !== undefined)
    return first.kind === 'constant' ? shifted(second, first, 1, call.type, scope) : shifted(first, second, 1, call.type, scope);
  if (name === '$subtract' && second !== undefined) return shifted(first, second, -1, call.type, scope);
  return undefined;
}

export const remoteCalendarCast = ({ value, type }: Cast, scope: CalendarScope): RemoteExpression | undefined => cast(value, type, scope);

const ordered = (sql: string, type: Type): RemoteExpression => ({ sql, type, comparability: 'order', codePointOrder: true });

/** Back from local time of UTC. */
const asType = (sql: string, type: Type): RemoteExpression =>
  ordered(type.kind === 'date' ? `(${sql})::date` : type.kind === 'timestamp with time zone' ? `(${sql} AT TIME ZONE 'UTC')` : sql, type);

const unitOf = (unit: Expression): string =>
  unit.kind === 'constant' && typeof unit.value === 'string' ? unit.value.toLowerCase() : unit.kind === 'cast' ? unitOf(unit.value) : '';

function moment(expression: Expression, scope: CalendarScope): Moment | undefined {
  switch (expression.kind) {
    case 'reference': {
      const found = scope(expression.name);
      return found === undefined ? undefined : column(found, scope);
    }
    case 'call': {
      const inner = remoteCalendarCall(expression, scope);
      return inner === undefined ? undefined : local(inner);
    }
    case 'cast': {
      const inner = expression.safe ? undefined : cast(expression.value, expression.type, scope);
      return inner === undefined ? undefined : local(inner);
    }
    default:
      return undefined;
  }
}

function local({ sql, type }: Pick<RemoteExpression, 'sql' | 'type'>): Moment | undefined {
  if (type.kind === 'date' || type.kind === 'timestamp') return { sql, type };
  return type.kind === 'timestamp with time zone' ? { sql: `(${sql} AT TIME ZONE 'UTC')`, type } : undefined;
}

function column(found: ScopeColumn, scope: CalendarScope): Moment | undefined {
  const { mapping } = found.column;
  if (!guardColumn(found, scope)) return undefined;
  return local({ sql: found.sql, type: mapping.type });
}

/** Whether it is a date or a moment; then the condition under which it means the same to both is added. */
export function guardColumn({ sql, column: { mapping } }: ScopeColumn, { guards }: CalendarScope): boolean {
  switch (mapping.read.kind) {
    case 'date':
      guards?.add(`${sql} BETWEEN '0001-01-01' AND '9999-12-31'`);
      return true;
    case 'timestamp':
      guards?.add(`${sql} >= '0001-01-01' AND ${sql} < '10000-01-01'`);
      return true;
    case 'timestamptz':
    case 'timestamptzMillis':
      // before that day Trino reads those of milliseconds by another calendar
      guards?.add(`${sql} >= '1582-10-15 00:00:00+00' AND ${sql} < '10000-01-01 00:00:00+00'`);
      return true;
    default:
      return false;
  }
}

function field(name: string, value: Expression, type: Type, scope: CalendarScope): RemoteExpression | undefined {
  const found = moment(value, scope);
  if (found === undefined || type.kind !== 'bigint') return undefined;
  if (name === 'second') return ordered(`floor(extract(second FROM ${found.sql}))::bigint`, type);
  if (name === 'millisecond') return ordered(`(extract(microseconds FROM ${found.sql})::bigint % 1000000 / 1000)`, type);
  return ordered(`extract(${FIELDS[name]} FROM ${found.sql})::bigint`, type);
}

function truncated(unit: string, value: Expression, type: Type, scope: CalendarScope): RemoteExpression | undefined {
  const found = TRUNCATED_UNITS.has(unit) ? moment(value, scope) : undefined;
  return found === undefined ? undefined : asType(`date_trunc('${unit}', ${found.sql}::timestamp)`, type);
}

function shiftedByUnits(unit: string, amount: Expression, value: Expression, type: Type, scope: CalendarScope): RemoteExpression | undefined {
  const count = amount.kind === 'constant' && typeof amount.value === 'bigint' ? Number(amount.value) : undefined;
  if (count === undefined) return undefined;
  const months = MONTHS[unit];
  if (months !== undefined) return plusMonths(value, count * months, type, scope);
  const millis = MILLIS[unit];
  return millis === undefined ? undefined : plusMillis(value, count * millis, type, scope);
}

/** `value + interval`, of either kind. */
function shifted(value: Expression, interval: Expression, sign: 1 | -1, type: Type, scope: CalendarScope): RemoteExpression | undefined {
  if (interval.kind !== 'constant' || interval.value === null) return undefined;
  switch (interval.type.kind) {
    case 'interval year to month':
      return plusMonths(value, sign * Number(interval.value), type, scope);
    case 'interval day to second':
      return plusMillis(value, sign * Number(interval.value), type, scope);
    default:
      return undefined;
  }
}

function plusMonths(value: Expression, months: number, type: Type, scope: CalendarScope): RemoteExpression | undefined {
  const found = Math.abs(months) <= YEARS_MAX * 12 ? moment(value, scope) : undefined;
  return found === undefined ? undefined : asType(`(${found.sql} + interval '${months} months')`, type);
}

function plusMillis(value: Expression, millis: number, type: Type, scope: CalendarScope): RemoteExpression | undefined {
  if (Math.abs(millis) > YEARS_MAX * 365 * DAY_MILLIS) return undefined;
  // of a value without them Trino rounds the milliseconds, of a date it refuses them
  if ('precision' in type && type.precision < MILLIS_PRECISION && millis % 1000 !== 0) return undefined;
  if (type.kind === 'date' && millis % DAY_MILLIS !== 0) return undefined;
  const found = moment(value, scope);
  return found === undefined ? undefined : asType(`(${found.sql} + interval '${millis} milliseconds')`, type);
}

/** In whole units of a fixed length; months differ in how the rest of one is counted. */
function difference(unit: string, values: readonly [Expression, Expression], type: Type, scope: CalendarScope): RemoteExpression | undefined {
  const millis = MILLIS[unit];
  const [from, to] = values.map((value) => epochMillis(value, scope));
  if (millis === undefined || from === undefined || to === undefined) return undefined;
  return ordered(`((${to} - ${from}) / ${millis})`, type);
}

function epochMillis(value: Expression, scope: CalendarScope): string | undefined {
  const found = value.kind === 'constant' ? constantMoment(value) : moment(value, scope);
  return found === undefined ? undefined : `round(extract(epoch FROM date_trunc('milliseconds', ${found.sql}::timestamp)) * 1000)::bigint`;
}

const MICROS_BOUND = 253_402_300_800_000_000n;

function constantMoment({ type, value }: Constant): Moment | undefined {
  const isNear = typeof value === 'object' && value !== null && 'epochMicros' in value && value.epochMicros < MICROS_BOUND && value.epochMicros >= 0n;
  if (type.kind !== 'date' && !isNear) return undefined;
  if (type.kind === 'date' && !(typeof value === 'number' && value >= 0 && value < Number(MICROS_BOUND / 86_400_000_000n))) return undefined;
  const sql = constantSql(type, value);
  return sql === undefined ? undefined : local(ordered(sql, type));
}

function cast(value: Expression, type: Type, scope: CalendarScope): RemoteExpression | undefined {
  const from = value.type;
  switch (type.kind) {
    case 'date':
      if (from.kind !== 'timestamp' && from.kind !== 'timestamp with time zone') return undefined;
      break;
    case 'timestamp':
      if (from.kind !== 'date' && (!('precision' in from) || from.kind === 'time' || from.precision > type.precision)) return undefined;
      break;
    default:
      return undefined;
  }
  const found = moment(value, scope);
  return found === undefined ? undefined : ordered(type.kind === 'date' ? `(${found.sql})::date` : `(${found.sql})::timestamp`, type);
}
