import { TrinoError } from '../../../../spi/trinoError.ts';
import { type Type, VARCHAR } from '../../../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, Value } from '../../../../spi/value.ts';
import { floorDiv } from '../../../function/calendar.ts';
import { type FormattedMoment, formatMoment } from '../../../function/dateTimeFormatter.ts';
import { parseMoment } from '../../../function/dateTimeParser.ts';
import { jodaPattern, mysqlPattern, type PatternElement } from '../../../function/dateTimePattern.ts';
import { parseIso, parseIsoNanos } from '../../../function/iso8601.ts';
import { localOf, offsetSecondsOf, roundTimestamp, timestampText, withZone } from '../../../function/temporalText.ts';
import { instantOfLocal, offsetText } from '../../../function/timeZone.ts';
import type { EmitContext, ScalarCall, ScalarImplementation, ScalarImplementations } from '../implementation.ts';
import { sqlString } from '../implementation.ts';
import { viaUdf } from '../viaUdf.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);
const PATTERNS_MAX = 200;

/** Compiled formats; few differ within a query. */
function remembering(compile: (pattern: string) => readonly PatternElement[]): (pattern: string) => readonly PatternElement[] {
  const known = new Map<string, readonly PatternElement[]>();
  return (pattern) => {
    let elements = known.get(pattern);
    if (elements === undefined) {
      elements = compile(pattern);
      if (known.size >= PATTERNS_MAX) known.clear();
      known.set(pattern, elements);
    }
    return elements;
  };
}

const joda = remembering(jodaPattern);
const mysqlPrint = remembering((format) => mysqlPattern(format, 'print'));
const mysqlParse = remembering((format) => mysqlPattern(format, 'parse'));

/** Formats know milliseconds. */
function momentOf(value: Value, type: Type | undefined): FormattedMoment {
  if (type?.kind !== 'timestamp with time zone') return { localMillis: Number(floorDiv(roundTimestamp(value as Timestamp, 3).epochMicros, 1000n)) };
  const instant = value as TimestampWithTimeZone;
  const rounded = { ...roundTimestamp(instant, 3), zone: instant.zone };
  return { localMillis: Number(floorDiv(localOf(rounded).epochMicros, 1000n)), zone: { name: instant.zone, offsetSeconds: offsetSecondsOf(rounded) } };
}

const dateFormat = viaUdf(([value = null, format], { argumentTypes }) => formatMoment(mysqlPrint(String(format)), momentOf(value, argumentTypes[0])), {
  mayFail: true,
});

const formatDatetime = viaUdf(
  ([value = null, pattern], { argumentTypes }) => {
    const elements = joda(String(pattern));
    const zoned = argumentTypes[0]?.kind === 'timestamp with time zone';
    if (!zoned && elements.some(({ kind }) => kind === 'offset' || kind === 'zoneId' || kind === 'zoneName')) {
      throw invalid("format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information");
    }
    return formatMoment(elements, momentOf(value, argumentTypes[0]));
  },
  { mayFail: true },
);

const dateParse = viaUdf(
  ([text, format]) => ({ epochMicros: BigInt(parseMoment(mysqlParse(String(format)), String(text)).localMillis) * 1000n, picosOfMicro: 0 }),
  {
    mayFail: true,
  },
);

/** Functions that read an instant: the session's zone stands in for a missing one. */
function readingInstant(name: string, read: (values: readonly Value[], zone: string) => Value): ScalarImplementation {
  return {
    mayFail: true,
    emit(call: ScalarCall, context: EmitContext) {
      const evaluate = (...values: readonly Value[]): Value => read(values.slice(0, -1), String(values.at(-1)));
      const udf = context.udf({ name, parameterTypes: [...call.argumentTypes, VARCHAR], returnType: call.returnType, nulls: 'propagate', evaluate });
      return udf(...call.arguments, sqlString(context.session.timeZone));
    },
  };
}

const INSTANT_MILLIS_LIMIT = 2 ** 51;

function instantOfMillis(localMillis: number, zone: string): TimestampWithTimeZone {
  if (Math.abs(localMillis) >= INSTANT_MILLIS_LIMIT) throw invalid(`Millis overflow: ${localMillis}`);
  const local = { epochMicros: BigInt(localMillis) * 1000n, picosOfMicro: 0 };
  return withZone(local, zone) ?? { ...local, zone };
}

const parseDatetime = readingInstant('parse_datetime', ([text, pattern], sessionZone) => {
  const { localMillis, zone = sessionZone } = parseMoment(joda(String(pattern)), String(text));
  if (instantOfLocal(zone, Math.floor(localMillis / 1000)).inGap) {
    throw invalid(`Cannot parse "${String(text)}": Illegal instant due to time zone offset transition (${zone})`);
  }
  return instantOfMillis(localMillis, zone);
});

const fromIsoTimestamp = readingInstant('from_iso8601_timestamp', ([text], sessionZone) => {
  const { localMillis, zone = sessionZone } = parseIso(String(text), { time: true });
  return instantOfMillis(localMillis, zone);
});

const fromIsoNanos = readingInstant('from_iso8601_timestamp_nanos', ([text], sessionZone) => {
  const { nanos, zone = sessionZone } = parseIsoNanos(String(text));
  const micros = floorDiv(nanos, 1000n);
  const local = { epochMicros: micros, picosOfMicro: Number(nanos - micros * 1000n) * 1000 };
  return withZone(local, zone) ?? { ...local, zone };
});

const fromIsoDate = viaUdf(
  ([text]) => {
    const days = Math.floor(parseIso(String(text), { time: false }).localMillis / 86_400_000);
    if (days > 2147483647 || days < -2147483648) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Value ${days} exceeds MAX_INT for type date`);
    return days;
  },
  { mayFail: true },
);

const toIso = viaUdf(
  ([value = null], { argumentTypes }) => {
    const [type] = argumentTypes;
    switch (type?.kind) {
      case 'timestamp':
        return timestampText(value as Timestamp, type.precision, 'T');
      case 'timestamp with time zone': {
        const instant = value as TimestampWithTimeZone;
        const seconds = offsetSecondsOf(instant);
        if (seconds % 60 !== 0)
          throw new TrinoError(
            'INVALID_ARGUMENTS',
            undefined,
            `Timezone with non-zero seconds offset cannot be rendered as ISO8601: ${secondsOffsetText(seconds)}`,
          );
        return `${timestampText(localOf(instant), type.precision, 'T')}${seconds === 0 ? 'Z' : offsetText(seconds / 60)}`;
      }
      default:
        return timestampText({ epochMicros: BigInt(Number(value)) * 86_400_000_000n, picosOfMicro: 0 }, 0, 'T').replace(/^\+|T.*$/g, '');
    }
  },
  { mayFail: true },
);

function secondsOffsetText(seconds: number): string {
  return `${offsetText(Math.trunc(seconds / 60))}:${String(Math.abs(seconds % 60)).padStart(2, '0')}`;
}

export const dateTextFunctions: ScalarImplementations = {
  date_format: dateFormat,
  date_parse: dateParse,
  format_datetime: formatDatetime,
  parse_datetime: parseDatetime,
  from_iso8601_date: fromIsoDate,
  from_iso8601_timestamp: fromIsoTimestamp,
  from_iso8601_timestamp_nanos: fromIsoNanos,
  to_iso8601: toIso,
};
