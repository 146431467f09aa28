import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { civilOfDays, daysOfCivil, floorDiv, floorMod, MICROS_OF_DAY, MILLIS_OF_DAY, plusMonths } from '../../../function/calendar.ts';
import type { EmitContext, ScalarCall, ScalarImplementation, ScalarImplementations } from '../implementation.ts';
import { viaUdf } from '../viaUdf.ts';

const ENTRIES_MAX = 10_000;
const ZERO_STEP = 'step must not be zero';
const WRONG_DIRECTION =
  'sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start';
const TOO_LONG = `result of sequence function must not have more than ${ENTRIES_MAX} entries`;

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

function plainSequence(call: ScalarCall, context: EmitContext): string {
  const [from = '', to = '', step] = call.arguments;
  const isDate = call.argumentTypes[0]?.kind === 'date';
  const fail = (message: string): string => context.fail('INVALID_FUNCTION_ARGUMENT', `'${message}'`, call.returnType);
  const [f, t] = isDate ? [`(${from} - DATE '1970-01-01')`, `(${to} - DATE '1970-01-01')`] : [from, to];
  const by = step ?? `CASE WHEN ${t} >= ${f} THEN 1 ELSE -1 END`;
  const series = `generate_series(CAST(${f} AS BIGINT), CAST(${t} AS BIGINT), CAST(${by} AS BIGINT))`;
  const values = isDate ? `list_transform(${series}, lambda d: DATE '1970-01-01' + CAST(d AS INTEGER))` : series;
  const distance = `(CAST(${t} AS HUGEINT) - ${f})`;
  return `CASE WHEN (${by}) = 0 THEN ${fail(ZERO_STEP)} WHEN ${distance} * sign(${by}) < 0 THEN ${fail(WRONG_DIRECTION)} WHEN abs(${distance} // (${by})) >= ${ENTRIES_MAX} THEN ${fail(TOO_LONG)} ELSE ${values} END`;
}

/** A date or timestamp in microseconds. */
function microsOf(value: Value): bigint {
  if (typeof value === 'number') return BigInt(value) * MICROS_OF_DAY;
  if (typeof value === 'object' && value !== null && 'epochMicros' in value) return value.epochMicros;
  throw new Error('neither a date nor a timestamp');
}

function plusMonthsMicros(micros: bigint, months: number): bigint {
  const { year, month, day } = plusMonths(civilOfDays(Number(floorDiv(micros, MICROS_OF_DAY))), months);
  return BigInt(daysOfCivil(year, month, day)) * MICROS_OF_DAY + floorMod(micros, MICROS_OF_DAY);
}

/** Whole months from the earlier to the later. */
function monthsBetween(earlier: bigint, later: bigint): number {
  const [a, b] = [earlier, later].map((micros) => civilOfDays(Number(floorDiv(micros, MICROS_OF_DAY))));
  if (a === undefined || b === undefined) return 0;
  const months = (b.year - a.year) * 12 + b.month - a.month;
  return plusMonthsMicros(earlier, months) <= later ? months : months - 1;
}

/** How many steps lie between, and the moment after so many of them. */
function stepping(from: bigint, to: bigint, step: Value, isDate: boolean): readonly [bigint, (i: number) => bigint] {
  if (typeof step === 'number') {
    const months = BigInt(from <= to ? monthsBetween(from, to) : monthsBetween(to, from));
    return [months / BigInt(Math.abs(step)), (i) => plusMonthsMicros(from, i * step)];
  }
  const millis = BigInt(String(step));
  if (isDate && millis % MILLIS_OF_DAY !== 0n) throw invalid('sequence step must be a day interval if start and end values are dates');
  const distance = to - from;
  return [(distance < 0n ? -distance : distance) / ((millis < 0n ? -millis : millis) * 1000n), (i) => from + BigInt(i) * millis * 1000n];
}

function temporalSequence(values: readonly Value[], type: Type): Value {
  const [start = null, stop = null, step = null] = values;
  const [from, to] = [microsOf(start), microsOf(stop)];
  const sign = Math.sign(Number(step));
  if (sign === 0) throw invalid(ZERO_STEP);
  const isDate = type.kind === 'date';
  const [steps, at] = stepping(from, to, step, isDate);
  if (sign > 0 ? to < from : to > from) throw invalid(WRONG_DIRECTION);
  if (steps >= BigInt(ENTRIES_MAX)) throw invalid(TOO_LONG);
  return Array.from({ length: Number(steps) + 1 }, (_, i): Value => {
    const micros = at(i);
    if (isDate) return Number(micros / MICROS_OF_DAY);
    if (type.kind === 'timestamp' && type.precision < 6 && micros % 10n ** BigInt(6 - type.precision) !== 0n)
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Expected 0s for digits beyond precision ${type.precision}: epochMicros = ${micros}`);
    return { epochMicros: micros, picosOfMicro: typeof start === 'object' && start !== null && 'picosOfMicro' in start ? start.picosOfMicro : 0 };
  });
}

const byInterval = viaUdf((values, { argumentTypes: [type] }) => temporalSequence(values, type ?? { kind: 'unknown' }), { mayFail: true });

const sequence: ScalarImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const kind = call.argumentTypes[0]?.kind;
    return kind === 'bigint' || call.arguments.length === 2 ? plainSequence(call, context) : byInterval.emit(call, context);
  },
};

export const sequenceFunctions: ScalarImplementations = { sequence };
