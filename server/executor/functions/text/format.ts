import { TrinoError } from '../../../../spi/trinoError.ts';
import { type Type, VARCHAR } from '../../../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, Value } from '../../../../spi/value.ts';
import { floorDiv, floorMod, MICROS_OF_DAY } from '../../../function/calendar.ts';
import { type CastSession, castValue } from '../../../function/castValue.ts';
import { FormatError } from '../../../function/formatter/formatSpecifier.ts';
import { formatJava } from '../../../function/formatter/formatter.ts';
import type { FormatMoment, FormatValue } from '../../../function/formatter/formatValue.ts';
import { localOf, offsetSecondsOf, roundTimestamp } from '../../../function/temporalText.ts';
import type { ScalarImplementations } from '../implementation.ts';

const NANOS_PRECISION = 9;
const NANOS_OF_DAY = 86_400_000_000_000n;

/** What Trino gives to Java's formatter for a value; types not named here as their text. */
function formatValue(value: Value, type: Type, session: CastSession): FormatValue {
  if (value === null) return { kind: 'null' };
  switch (type.kind) {
    case 'boolean':
      return { kind: 'Boolean', value: value === true };
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return { kind: 'Long', value: BigInt(value as number | bigint) };
    case 'real':
      return { kind: 'Float', value: Number(value) };
    case 'double':
      return { kind: 'Double', value: Number(value) };
    case 'decimal':
      return { kind: 'BigDecimal', unscaled: BigInt(value as bigint), scale: type.scale };
    case 'date':
      return { kind: 'LocalDate', epochDay: Number(value) };
    case 'time':
      return { kind: 'LocalTime', nanosOfDay: nanosOfTime(BigInt(value as bigint)) };
    case 'timestamp':
      return localMoment('LocalDateTime', value as Timestamp);
    case 'timestamp with time zone': {
      const instant = value as TimestampWithTimeZone;
      return { ...localMoment('ZonedDateTime', localOf(instant)), zone: { name: instant.zone, offsetSeconds: offsetSecondsOf(instant) } };
    }
    case 'char':
      return { kind: 'String', value: String(value).padEnd(type.length) };
    case 'varchar':
    case 'json':
      return { kind: 'String', value: String(value) };
    default:
      return { kind: 'String', value: String(castValue(value, type, VARCHAR, session)) };
  }
}

/** Half up, which may leave the day. */
function nanosOfTime(picos: bigint): bigint {
  const nanos = (picos + 500n) / 1000n;
  if (nanos < NANOS_OF_DAY) return nanos;
  throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Invalid value for NanoOfDay (valid values 0 - ${NANOS_OF_DAY - 1n}): ${nanos}`);
}

function localMoment(kind: FormatMoment['kind'], value: Timestamp): FormatMoment {
  const { epochMicros, picosOfMicro } = roundTimestamp(value, NANOS_PRECISION);
  return {
    kind,
    epochDay: Number(floorDiv(epochMicros, MICROS_OF_DAY)),
    nanosOfDay: floorMod(epochMicros, MICROS_OF_DAY) * 1000n + BigInt(picosOfMicro / 1000),
  };
}

export const formatFunctions: ScalarImplementations = {
  format: {
    mayFail: true,
    emit(call, context) {
      // what is NULL by its type has no column to travel in
      const typed = call.argumentTypes.map((type, at) => ({ type, at })).filter(({ type }) => type.kind !== 'unknown');
      const udf = context.udf({
        name: `format:${call.argumentTypes.map(({ kind }) => Number(kind !== 'unknown')).join('')}`,
        parameterTypes: typed.map(({ type }) => type),
        returnType: call.returnType,
        nulls: 'handled',
        evaluate: (...values) => {
          const all = call.argumentTypes.map((): FormatValue => ({ kind: 'null' }));
          for (const [i, { type, at }] of typed.entries()) all[at] = formatValue(values[i] ?? null, type, context.session);
          const [pattern, ...rest] = all;
          return pattern?.kind === 'String' ? formatted(pattern.value, rest) : null;
        },
      });
      return udf(...call.arguments.filter((_, at) => typed.some((argument) => argument.at === at)));
    },
  },
};

function formatted(pattern: string, values: readonly FormatValue[]): string {
  try {
    // half a character, cut off by a precision: as Java writes it in UTF-8
    return formatJava(pattern, values).replaceAll(/\p{Surrogate}/gu, '?');
  } catch (error) {
    if (error instanceof FormatError) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Invalid format string: ${pattern} (${error.message})`);
    throw error;
  }
}
