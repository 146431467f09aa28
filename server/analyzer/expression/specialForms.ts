import type { Constant, Expression } from '../../../spi/expression.ts';
import type { Session } from '../../../spi/session.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import {
  array,
  BIGINT,
  DATE,
  INTERVAL_DAY_TO_SECOND,
  type Type,
  time,
  timestamp,
  timestampWithTimeZone,
  timeWithTimeZone,
  typeId,
  VARCHAR,
} from '../../../spi/type.ts';
import type { Timestamp } from '../../../spi/value.ts';
import { floorDiv, floorMod, MICROS_OF_DAY } from '../../function/calendar.ts';
import { canCast } from '../../function/cast.ts';
import { roundTime, roundTimestamp } from '../../function/temporalText.ts';
import { offsetSecondsAt } from '../../function/timeZone.ts';
import type * as ast from '../../sql/ast.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { callOf, functionCall } from './expressionBuilder.ts';
import { constant } from './literals.ts';
import { requireType } from './typeChecks.ts';

type Kinds = readonly Type['kind'][];
const DATETIMES: Kinds = ['date', 'timestamp', 'timestamp with time zone'];
const CLOCKS: Kinds = ['time', 'time with time zone', 'timestamp', 'timestamp with time zone', 'interval day to second'];
const ZONED: Kinds = ['time with time zone', 'timestamp with time zone'];

const EXTRACT_FIELDS: Readonly<Record<string, { readonly name: string; readonly from: Kinds }>> = {
  YEAR: { name: 'year', from: [...DATETIMES, 'interval year to month'] },
  MONTH: { name: 'month', from: [...DATETIMES, 'interval year to month'] },
  QUARTER: { name: 'quarter', from: DATETIMES },
  WEEK: { name: 'week', from: DATETIMES },
  DAY: { name: 'day', from: [...DATETIMES, 'interval day to second'] },
  DAY_OF_MONTH: { name: 'day', from: DATETIMES },
  DAY_OF_WEEK: { name: 'day_of_week', from: DATETIMES },
  DOW: { name: 'day_of_week', from: DATETIMES },
  DAY_OF_YEAR: { name: 'day_of_year', from: DATETIMES },
  DOY: { name: 'day_of_year', from: DATETIMES },
  YEAR_OF_WEEK: { name: 'year_of_week', from: DATETIMES },
  YOW: { name: 'year_of_week', from: DATETIMES },
  HOUR: { name: 'hour', from: CLOCKS },
  MINUTE: { name: 'minute', from: CLOCKS },
  SECOND: { name: 'second', from: CLOCKS },
  TIMEZONE_HOUR: { name: 'timezone_hour', from: ZONED },
  TIMEZONE_MINUTE: { name: 'timezone_minute', from: ZONED },
};

export function extract(analyzer: ExpressionAnalyzer, node: ast.ExtractExpression): Expression {
  const value = analyzer.analyze(node.value);
  const field = EXTRACT_FIELDS[node.field];
  if (field === undefined) throw new TrinoError('SYNTAX_ERROR', node.location, `Invalid EXTRACT field: ${node.field}`);
  requireType(
    value,
    node.value.location,
    (type) => `Cannot extract ${node.field} from ${type}`,
    (type) => field.from.includes(type.kind),
  );
  const resolved = analyzer.context.options.functions.resolveFunction(field.name, [value.type], node.location);
  return callOf({ ...resolved, returnType: BIGINT }, [analyzer.coerce(value, resolved.argumentTypes[0] ?? value.type)], node.location);
}

export function atTimeZone(analyzer: ExpressionAnalyzer, node: ast.AtTimeZone): Expression {
  const value = analyzer.analyze(node.value);
  const zone = analyzer.analyze(node.timeZone);
  const type = zonedType(value.type);
  if (type === undefined) {
    throw new TrinoError(
      'TYPE_MISMATCH',
      node.value.location,
      `Type of value must be a time or timestamp with or without time zone (actual ${typeId(value.type)})`,
    );
  }
  const zoned = analyzer.coerce(value, type);
  if (type.kind === 'time with time zone') {
    if (zone.type.kind !== 'varchar' && zone.type.kind !== INTERVAL_DAY_TO_SECOND.kind) throw unknownZoneType('$at_timezone', zoned, zone);
    return { ...functionCall('$at_timezone', [zoned, zone], type), location: node.location };
  }
  const resolved = withoutLocation(() => analyzer.context.options.functions.resolveFunction('at_timezone', [type, zone.type], node.location));
  return callOf(resolved, [zoned, analyzer.coerce(zone, resolved.argumentTypes[1] ?? zone.type)], node.location);
}

function unknownZoneType(name: string, value: Expression, zone: Expression): TrinoError {
  return new TrinoError('FUNCTION_NOT_FOUND', undefined, `Unexpected parameters (${typeId(value.type)}, ${typeId(zone.type)}) for function ${name}`);
}

/** Trino resolves some functions only when it plans: their errors have no place. */
function withoutLocation<T>(resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof TrinoError) || error.location === undefined) throw error;
    const message = error.message.replace(/^line \d+:\d+: /, '');
    throw new TrinoError({ name: error.errorName, code: error.errorCode, type: error.errorType }, undefined, message, { cause: error });
  }
}

function zonedType(type: Type): Type | undefined {
  switch (type.kind) {
    case 'timestamp':
      return timestampWithTimeZone(type.precision);
    case 'time':
      return timeWithTimeZone(type.precision);
    case 'timestamp with time zone':
    case 'time with time zone':
      return type;
    default:
      return undefined;
  }
}

const TRIM_FUNCTIONS = { BOTH: 'trim', LEADING: 'ltrim', TRAILING: 'rtrim' } as const;

export function trim(analyzer: ExpressionAnalyzer, node: ast.TrimExpression): Expression {
  const values = [analyzer.analyze(node.value), ...(node.characters === undefined ? [] : [analyzer.analyze(node.characters)])];
  const types = values.map((value) => value.type);
  const resolved = withoutLocation(() => analyzer.context.options.functions.resolveFunction(TRIM_FUNCTIONS[node.specification], types, node.location));
  const coerced = values.map((value, i) => analyzer.coerce(value, resolved.argumentTypes[i] ?? value.type));
  return callOf(resolved, coerced, node.location);
}

/** A call of `format` with the pattern and each value as arguments. */
export function format(analyzer: ExpressionAnalyzer, node: ast.FormatExpression): Expression {
  const values = node.arguments.map((argument) => analyzer.analyze(argument));
  const [pattern, ...rest] = values;
  const first = node.arguments[0];
  if (pattern === undefined || first === undefined) throw new Error('the parser gives format() its arguments');
  requireType(
    pattern,
    first.location,
    (type) => `Type of first argument to format() must be VARCHAR (actual: ${type})`,
    (type) => type.kind === 'varchar',
  );
  for (const [i, value] of rest.entries()) {
    const location = node.arguments[i + 1]?.location ?? node.location;
    if (value.type.kind !== 'unknown' && !canCast(value.type, VARCHAR)) {
      throw new TrinoError('NOT_SUPPORTED', location, `Type not supported for formatting: ${typeId(value.type)}`);
    }
  }
  return { ...functionCall('format', values, VARCHAR), location: node.location };
}

type SessionValue =
  | ast.CurrentDate
  | ast.CurrentTime
  | ast.CurrentTimestamp
  | ast.LocalTime
  | ast.LocalTimestamp
  | ast.CurrentUser
  | ast.CurrentCatalog
  | ast.CurrentSchema
  | ast.CurrentPath;

const PRECISION_DEFAULT = 3;
/** Clients ask for it to know what they speak to. */
const TRINO_VERSION = '476';

/** What is the same throughout the query. */
export function sessionValue(node: SessionValue, session: Session): Constant {
  switch (node.kind) {
    case 'currentDate':
      return constant(DATE, Number(floorDiv(localMicros(session), MICROS_OF_DAY)));
    case 'currentTimestamp': {
      const precision = temporalPrecision(node, 'TIMESTAMP WITH TIME ZONE');
      return constant(timestampWithTimeZone(precision), { ...rounded(session.startMicros, precision), zone: session.timeZone });
    }
    case 'localTimestamp': {
      const precision = temporalPrecision(node, 'TIMESTAMP');
      return constant(timestamp(precision), rounded(localMicros(session), precision));
    }
    case 'currentTime': {
      const precision = temporalPrecision(node, 'TIME WITH TIME ZONE');
      return constant(timeWithTimeZone(precision), { picos: timeOfDay(session, precision), offsetMinutes: Math.trunc(offsetSeconds(session) / 60) });
    }
    case 'localTime': {
      const precision = temporalPrecision(node, 'TIME');
      return constant(time(precision), timeOfDay(session, precision));
    }
    case 'currentUser':
      return constant(VARCHAR, session.user);
    case 'currentCatalog':
      return constant(VARCHAR, session.catalog ?? null);
    case 'currentSchema':
      return constant(VARCHAR, session.schema ?? null);
    case 'currentPath':
      return constant(VARCHAR, session.path ?? '');
  }
}

/** Functions that say something of the session. */
export function sessionFunction(name: string, session: Session): Constant | undefined {
  switch (name) {
    case 'now':
      return constant(timestampWithTimeZone(PRECISION_DEFAULT), { ...rounded(session.startMicros, PRECISION_DEFAULT), zone: session.timeZone });
    case 'current_timezone':
      return constant(VARCHAR, session.timeZone);
    case 'current_groups':
      return constant(array(VARCHAR), session.groups);
    case 'version':
      return constant(VARCHAR, TRINO_VERSION);
    default:
      return undefined;
  }
}

function temporalPrecision(node: { readonly precision?: number; readonly location: Location }, type: string): number {
  const precision = node.precision ?? PRECISION_DEFAULT;
  if (precision > 12) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `${type} precision must be in range [0, 12]: ${precision}`);
  return precision;
}

const offsetSeconds = (session: Session): number => offsetSecondsAt(session.timeZone, Number(floorDiv(session.startMicros, 1_000_000n)));
const localMicros = (session: Session): bigint => session.startMicros + BigInt(offsetSeconds(session)) * 1_000_000n;
const rounded = (epochMicros: bigint, precision: number): Timestamp => roundTimestamp({ epochMicros, picosOfMicro: 0 }, precision);
const timeOfDay = (session: Session, precision: number): bigint => roundTime(floorMod(localMicros(session), MICROS_OF_DAY) * 1_000_000n, precision);
