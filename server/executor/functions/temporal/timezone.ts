import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../../../spi/value.ts';
import { floorMod, PICOS_OF_DAY } from '../../../function/calendar.ts';
import { checkInstant } from '../../../function/castTemporal.ts';
import { offsetSecondsOf, utcPicosOf, withZone } from '../../../function/temporalText.ts';
import { normalizeTimeZone, offsetSecondsAt, offsetText, offsetZone } from '../../../function/timeZone.ts';
import { bind, type EmitContext, type ScalarImplementation, type ScalarImplementations, sqlString } from '../implementation.ts';
import { viaUdf } from '../viaUdf.ts';

/** The zone that a text or an interval names. */
function zoneArgument(value: Value): string {
  if (typeof value === 'bigint') return zoneOfInterval(value);
  const text = String(value);
  if (text === '') throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Zone id is an empty string');
  const zone = normalizeTimeZone(text);
  if (zone === undefined) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `'${text}' is not a valid time zone`);
  return zone;
}

function zoneOfInterval(millis: bigint): string {
  if (millis % 60_000n !== 0n) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'Invalid time zone offset interval: interval contains seconds');
  const minutes = Number(millis / 60_000n);
  const zone = offsetZone(minutes);
  if (zone === undefined) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Invalid offset minutes ${minutes}`);
  return zone;
}

function timeAtZone(time: TimeWithTimeZone, zone: string, startSecond: number): Value {
  const offsetMinutes = Math.trunc(offsetSecondsAt(zone, startSecond) / 60);
  return { picos: floorMod(utcPicosOf(time) + BigInt(offsetMinutes) * 60_000_000_000_000n, PICOS_OF_DAY), offsetMinutes };
}

const atTimeZone: ScalarImplementation = {
  mayFail: (call) => {
    const [, zone] = call.expressions;
    return zone?.kind !== 'constant' || typeof zone.value !== 'string' || normalizeTimeZone(zone.value) === undefined;
  },
  emit(call, context) {
    const [value = '', zone = ''] = call.arguments;
    const type = call.returnType;
    if (type.kind === 'time with time zone') return emitTimeAtZone(value, zone, call.argumentTypes, context);
    const [, expression] = call.expressions;
    const fixed = expression?.kind === 'constant' && typeof expression.value === 'string' ? normalizeTimeZone(expression.value) : undefined;
    if (fixed !== undefined) return bind(context, value, (v) => withFields(v, type, sqlString(fixed)));
    const evaluate = (z: Value): Value => zoneArgument(z);
    const normalize = context.udf({ name: 'zone', parameterTypes: call.argumentTypes.slice(1), returnType: { kind: 'varchar' }, nulls: 'propagate', evaluate });
    return bind(context, value, (v) => bind(context, normalize(zone), (z) => `CASE WHEN ${z} IS NOT NULL THEN ${withFields(v, type, z)} END`));
  },
};

function withFields(value: string, type: Type, zone: string): string {
  const picos = type.kind === 'timestamp with time zone' && type.precision > 6 ? `'picos': struct_extract(${value}, 'picos'), ` : '';
  return `CASE WHEN ${value} IS NOT NULL THEN {'t': struct_extract(${value}, 't'), ${picos}'z': ${zone}} END`;
}

function emitTimeAtZone(value: string, zone: string, types: readonly Type[], context: EmitContext): string {
  const [type = { kind: 'unknown' }, zoneType = { kind: 'unknown' }] = types;
  const evaluate = (time: Value, z: Value, start: Value): Value =>
    timeAtZone(time as TimeWithTimeZone, zoneArgument(z), Number((start as bigint) / 1_000_000n));
  const udf = context.udf({ name: 'time_at_zone', parameterTypes: [type, zoneType, { kind: 'bigint' }], returnType: type, nulls: 'propagate', evaluate });
  return udf(value, zone, `CAST(${context.session.startMicros} AS BIGINT)`);
}

const withTimeZone = viaUdf(
  ([value, zone]) => {
    const name = zoneArgument(zone ?? null);
    return checkInstant(withZone(value as Timestamp, name) ?? { ...(value as Timestamp), zone: name });
  },
  { mayFail: true },
);

function offsetSeconds(value: Value, type: Type | undefined): number {
  return type?.kind === 'time with time zone' ? (value as TimeWithTimeZone).offsetMinutes * 60 : offsetSecondsOf(value as TimestampWithTimeZone);
}

export const timeZoneFunctions: ScalarImplementations = {
  at_timezone: atTimeZone,
  $at_timezone: atTimeZone,
  with_timezone: withTimeZone,
  timezone: viaUdf(
    ([value], { argumentTypes }) =>
      argumentTypes[0]?.kind === 'time with time zone' ? offsetText((value as TimeWithTimeZone).offsetMinutes) : (value as TimestampWithTimeZone).zone,
    { mayFail: false },
  ),
  timezone_hour: viaUdf(([value = null], { argumentTypes }) => BigInt(Math.trunc(offsetSeconds(value, argumentTypes[0]) / 3600)), { mayFail: false }),
  timezone_minute: viaUdf(([value = null], { argumentTypes }) => BigInt(Math.trunc(offsetSeconds(value, argumentTypes[0]) / 60) % 60), { mayFail: false }),
};
