import { type Type, VARCHAR } from '../../../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../../../spi/value.ts';
import { addUnits, type DateUnit, dateUnit, findDateUnit, truncateToUnit, unitsBetween } from '../../../function/dateFields.ts';
import { localOf, roundTime, roundTimestamp } from '../../../function/temporalText.ts';
import { emitCast } from '../cast/cast.ts';
import { dateTextFunctions } from './dateText.ts';
import { nativeDateAdd, nativeDateDiff } from './dateUnits.ts';
import { bind, type EmitContext, type ScalarCall, type ScalarImplementation, type ScalarImplementations, sqlString } from '../implementation.ts';
import { localTimestamp } from './localTime.ts';
import { timeZoneFunctions } from './timezone.ts';
import { unixTimeFunctions } from './unixTime.ts';
import { viaUdf } from '../viaUdf.ts';

const PICOS: Readonly<Record<string, [string, string]>> = {
  hour: ['3600000000000000', '24'],
  minute: ['60000000000000', '60'],
  second: ['1000000000000', '60'],
  millisecond: ['1000000000', '1000'],
};
const MILLIS: Readonly<Record<string, [string, string | undefined]>> = {
  day: ['86400000', undefined],
  hour: ['3600000', '24'],
  minute: ['60000', '60'],
  second: ['1000', '60'],
  millisecond: ['1', '1000'],
};

/** year(x), hour(x) …: DuckDB's own on timestamps, arithmetic on times and intervals. */
function field(name: string, duckdb: (x: string) => string): ScalarImplementation {
  return {
    mayFail: false,
    emit(call, context) {
      const [type] = call.argumentTypes;
      const [value = ''] = call.arguments;
      const [picos, picosModulo] = PICOS[name] ?? ['1', '1'];
      const [millis, millisModulo] = MILLIS[name] ?? ['1', undefined];
      switch (type?.kind) {
        case 'time':
          return `((${value} // ${picos}) % ${picosModulo})`;
        case 'time with time zone':
          return `((struct_extract(${value}, 'picos') // ${picos}) % ${picosModulo})`;
        case 'interval day to second':
          return millisModulo === undefined ? `(${value} // ${millis})` : `((${value} // ${millis}) % ${millisModulo})`;
        case 'interval year to month':
          return name === 'year' ? `CAST(${value} // 12 AS BIGINT)` : `CAST(${value} % 12 AS BIGINT)`;
        default:
          return bind(context, localTimestamp(value, type ?? VARCHAR, context), (x) => `CAST(${duckdb(x)} AS BIGINT)`);
      }
    },
  };
}

const part = (name: string): ScalarImplementation => field(name, (x) => `${name}(${x})`);
const dayOfMonth = field('day', (x) => `day(${x})`);
const dayOfWeek = field('day_of_week', (x) => `isodow(${x})`);
const dayOfYear = field('day_of_year', (x) => `dayofyear(${x})`);
const week = field('week', (x) => `week(${x})`);
const yearOfWeek = field('year_of_week', (x) => `isoyear(${x})`);
const millisecond = field('millisecond', (x) => `(((epoch_us(CAST(${x} AS TIMESTAMP)) % 1000000 + 1000000) % 1000000) // 1000)`);

function constantUnit(call: ScalarCall, kind: Type['kind']): DateUnit | undefined {
  const [unit] = call.expressions;
  return unit?.kind === 'constant' && typeof unit.value === 'string' ? findDateUnit(unit.value, kind) : undefined;
}

const truncateUdf = viaUdf(([unit, value = null], { returnType }) => truncateToUnit(value, returnType, dateUnit(String(unit), returnType.kind)), {
  mayFail: true,
});

const dateTrunc: ScalarImplementation = {
  mayFail: (call) => constantUnit(call, call.returnType.kind) === undefined,
  emit(call, context) {
    const type = call.returnType;
    const unit = constantUnit(call, type.kind);
    const [, value = ''] = call.arguments;
    if (unit === undefined) return truncateUdf.emit(call, context);
    if (type.kind === 'date') return `CAST(date_trunc('${unit}', ${value}) AS DATE)`;
    if (type.kind === 'timestamp' && type.precision <= 6) return `date_trunc('${unit}', ${value})`;
    return truncateUdf.emit(call, context);
  },
};

const addUdf = viaUdf(
  ([unit, count, value = null], { returnType }) => {
    const added = addUnits(value, returnType, dateUnit(String(unit), returnType.kind), BigInt(count as bigint));
    return roundToPrecision(added, returnType);
  },
  { mayFail: true },
);

/** A millisecond more is nothing where the type has no room for it. */
function roundToPrecision(value: Value, type: Type): Value {
  switch (type.kind) {
    case 'time':
      return roundTime(value as bigint, type.precision);
    case 'time with time zone': {
      const time = value as TimeWithTimeZone;
      return { picos: roundTime(time.picos, type.precision), offsetMinutes: time.offsetMinutes };
    }
    case 'timestamp':
      return roundTimestamp(value as Timestamp, type.precision);
    case 'timestamp with time zone': {
      const instant = value as TimestampWithTimeZone;
      return { ...roundTimestamp(instant, type.precision), zone: instant.zone };
    }
    default:
      return value;
  }
}

const dateAdd: ScalarImplementation = {
  mayFail: true,
  emit(call, context) {
    const unit = constantUnit(call, call.returnType.kind);
    const native = unit === undefined ? undefined : nativeDateAdd(unit, call);
    if (native === undefined) return addUdf.emit(call, context);
    const [, count = '', value = ''] = call.arguments;
    return bind(context, count, (n) =>
      bind(context, value, (x) => {
        const [text = ''] = call.arguments;
        return `CASE WHEN ${n} BETWEEN -100000 AND 100000 AND year(${x}) BETWEEN -9999 AND 9999 THEN ${native(n, x)} ELSE ${addUdf.emit({ ...call, arguments: [text, n, x] }, context)} END`;
      }),
    );
  },
};

const diffUdf = viaUdf(
  ([unit, first = null, second = null], { argumentTypes }) => {
    const type = argumentTypes[1];
    if (type === undefined) throw new Error('date_diff of nothing');
    return unitsBetween(first, second, type, dateUnit(String(unit), type.kind));
  },
  { mayFail: true },
);

const dateDiff: ScalarImplementation = {
  mayFail: (call) => constantUnit(call, call.argumentTypes[1]?.kind ?? 'date') === undefined,
  emit(call, context) {
    const type = call.argumentTypes[1];
    const [, first = '', second = ''] = call.arguments;
    const unit = constantUnit(call, type?.kind ?? 'date');
    const native = unit === undefined || type === undefined ? undefined : nativeDateDiff(unit, first, second, type);
    return native ?? diffUdf.emit(call, context);
  },
};

const lastDayOfMonth: ScalarImplementation = {
  mayFail: false,
  emit(call, context) {
    const [type] = call.argumentTypes;
    return type === undefined ? '' : `last_day(CAST(${localTimestamp(call.arguments[0] ?? '', type, context)} AS DATE))`;
  },
};

const date: ScalarImplementation = {
  mayFail: (call) => call.argumentTypes[0]?.kind === 'varchar',
  emit: (call, context) => emitCast(call.arguments[0] ?? '', call.argumentTypes[0] ?? VARCHAR, call.returnType, context),
};

/** The session's zone and start, fixed for the whole query. */
const ofSession = (write: (context: EmitContext) => string): ScalarImplementation => ({ mayFail: false, emit: (_, context) => write(context) });

/** now() has milliseconds. */
function startMillisMicros(context: EmitContext): bigint {
  return (context.session.startMicros / 1000n) * 1000n;
}

export const datetime: ScalarImplementations = {
  ...dateTextFunctions,
  ...timeZoneFunctions,
  ...unixTimeFunctions,
  year: part('year'),
  quarter: part('quarter'),
  month: part('month'),
  week,
  week_of_year: week,
  year_of_week: yearOfWeek,
  yow: yearOfWeek,
  day: dayOfMonth,
  day_of_month: dayOfMonth,
  day_of_week: dayOfWeek,
  dow: dayOfWeek,
  day_of_year: dayOfYear,
  doy: dayOfYear,
  hour: part('hour'),
  minute: part('minute'),
  second: part('second'),
  millisecond,
  date,
  date_trunc: dateTrunc,
  date_add: dateAdd,
  date_diff: dateDiff,
  last_day_of_month: lastDayOfMonth,
  to_milliseconds: { mayFail: false, emit: (call) => call.arguments[0] ?? '' },
  current_timezone: ofSession((context) => sqlString(context.session.timeZone)),
  now: ofSession((context) => `{'t': make_timestamp(CAST(${startMillisMicros(context)} AS BIGINT)), 'z': ${sqlString(context.session.timeZone)}}`),
  current_date: ofSession((context) => {
    const now: TimestampWithTimeZone = { epochMicros: startMillisMicros(context), picosOfMicro: 0, zone: context.session.timeZone };
    return `CAST(make_timestamp(CAST(${localOf(now).epochMicros} AS BIGINT)) AS DATE)`;
  }),
};
