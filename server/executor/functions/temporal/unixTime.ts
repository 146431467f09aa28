import { TrinoError } from '../../../../spi/trinoError.ts';
import { VARCHAR } from '../../../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, Value } from '../../../../spi/value.ts';
import { floorDiv } from '../../../function/calendar.ts';
import { doubleText } from '../../../function/javaNumberText.ts';
import { rescale } from '../../../function/numberText.ts';
import { normalizeTimeZone, offsetZone } from '../../../function/timeZone.ts';
import { type ScalarImplementation, type ScalarImplementations, sqlString } from '../implementation.ts';
import { viaUdf } from '../viaUdf.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);
const INSTANT_MILLIS_LIMIT = 2n ** 51n;

/** Java's Math.round: half up, held at the ends of a long; NaN is 0. */
function javaRound(x: number): bigint {
  if (Number.isNaN(x)) return 0n;
  const rounded = Math.floor(x) + (x - Math.floor(x) >= 0.5 ? 1 : 0);
  if (rounded >= 2 ** 63) return 2n ** 63n - 1n;
  return rounded < -(2 ** 63) ? -(2n ** 63n) : BigInt(rounded);
}

function instantOfSeconds(seconds: number, zone: string): TimestampWithTimeZone {
  const millis = javaRound(seconds * 1000);
  if (millis >= INSTANT_MILLIS_LIMIT || millis < -INSTANT_MILLIS_LIMIT) throw invalid(`Millis overflow: ${millis}`);
  return { epochMicros: millis * 1000n, picosOfMicro: 0, zone };
}

function zoneOfParts([hours, minutes]: readonly Value[]): string {
  const total = Number(hours) * 60 + Number(minutes);
  const zone = offsetZone(total);
  if (zone === undefined) throw invalid(`Invalid offset minutes ${total}`);
  return zone;
}

function zoneOfName(name: string): string {
  const zone = normalizeTimeZone(name);
  if (zone === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Time zone not supported: ${name}`);
  return zone;
}

const fromUnixtime: ScalarImplementation = {
  mayFail: true,
  emit(call, context) {
    const evaluate = (seconds: Value, session: Value, ...zone: readonly Value[]): Value => {
      const name = zone.length === 0 ? String(session) : zone.length === 1 ? zoneOfName(String(zone[0])) : zoneOfParts(zone);
      return instantOfSeconds(Number(seconds), name);
    };
    const [first = { kind: 'double' }, ...rest] = call.argumentTypes;
    const udf = context.udf({ name: 'from_unixtime', parameterTypes: [first, VARCHAR, ...rest], returnType: call.returnType, nulls: 'propagate', evaluate });
    const [seconds = '', ...zone] = call.arguments;
    return udf(seconds, sqlString(context.session.timeZone), ...zone);
  },
};

/** Trino keeps the milliseconds of an instant in so many bits. */
const MILLIS_BITS = 52;

const fromUnixtimeNanos: ScalarImplementation = {
  mayFail: true,
  emit(call, context) {
    const [type] = call.argumentTypes;
    const evaluate = (value: Value, zone: Value): Value => {
      const nanos = type?.kind === 'decimal' ? rescale(value as bigint, type.scale, 0) : BigInt(value as bigint);
      const millis = floorDiv(nanos, 1_000_000n);
      if (millis !== BigInt.asIntN(65, millis)) throw invalid('long overflow');
      if (millis !== BigInt.asIntN(MILLIS_BITS, millis))
        throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Millis overflow: ${BigInt.asIntN(64, millis)}`);
      const micros = floorDiv(nanos, 1000n);
      return { epochMicros: micros, picosOfMicro: Number(nanos - micros * 1000n) * 1000, zone: String(zone) };
    };
    const udf = context.udf({
      name: 'from_unixtime_nanos',
      parameterTypes: [...call.argumentTypes, VARCHAR],
      returnType: call.returnType,
      nulls: 'propagate',
      evaluate,
    });
    return udf(call.arguments[0] ?? '', sqlString(context.session.timeZone));
  },
};

const toUnixtime = viaUdf(
  ([value], { argumentTypes }) => {
    const { epochMicros, picosOfMicro } = value as Timestamp;
    const [type] = argumentTypes;
    if (type?.kind === 'timestamp with time zone' && type.precision <= 3) return Number(epochMicros / 1000n) / 1000;
    const millis = floorDiv(epochMicros, 1000n);
    const picosOfMilli = Number(epochMicros - millis * 1000n) * 1_000_000 + picosOfMicro;
    return Number(millis) / 1000 + picosOfMilli / 1e12;
  },
  { mayFail: false },
);

const UNITS = ['week', 'day', 'hour', 'minute', 'second'] as const;
const SECONDS: Readonly<Record<(typeof UNITS)[number], bigint>> = { week: 604_800n, day: 86_400n, hour: 3600n, minute: 60n, second: 1n };

const humanReadableSeconds = viaUdf(
  ([value]) => {
    const seconds = Number(value);
    if (!Number.isFinite(seconds)) throw invalid(`Invalid argument found: ${doubleText(seconds)}`);
    let rest = javaRound(Math.abs(seconds));
    const parts: string[] = [];
    for (const unit of UNITS) {
      const count = rest / SECONDS[unit];
      rest %= SECONDS[unit];
      if (count > 0n) parts.push(`${count} ${unit}${count === 1n ? '' : 's'}`);
    }
    return parts.length === 0 ? '0 seconds' : parts.join(', ');
  },
  { mayFail: true },
);

const DURATION_MILLIS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const parseDuration = viaUdf(
  ([value]) => {
    const text = String(value);
    if (text === '') throw invalid('duration is empty');
    const match = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/.exec(text);
    if (match === null) throw invalid(`duration is not a valid data duration string: ${text}`);
    const unit = DURATION_MILLIS[match[2] ?? ''];
    if (unit === undefined) throw invalid(`Unknown time unit: ${match[2]}`);
    return javaRound(Number(match[1]) * unit);
  },
  { mayFail: true },
);

export const unixTimeFunctions: ScalarImplementations = {
  from_unixtime: fromUnixtime,
  from_unixtime_nanos: fromUnixtimeNanos,
  to_unixtime: toUnixtime,
  human_readable_seconds: humanReadableSeconds,
  parse_duration: parseDuration,
};
