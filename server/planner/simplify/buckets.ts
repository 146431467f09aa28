import type { Cast, Constant, Expression } from '../../../spi/expression.ts';
import type { Type } from '../../../spi/type.ts';
import type { Timestamp, Value } from '../../../spi/value.ts';
import { castNeverFails } from '../../plan/expressionProperties.ts';
import { daysOfCivil, floorDiv, MICROS_OF_DAY } from '../../function/calendar.ts';
import { codePointCount } from '../../function/castValue.ts';
import { fitsPrecision } from '../../function/numberText.ts';
import { steadyOffsetSeconds } from '../interpreter/castConstant.ts';
import { isTimestamp } from '../interpreter/compareValues.ts';
import { nextPeriod, nextTimestampPeriod, truncateDate, truncateTimestamp, unitOf } from '../interpreter/dateUnits.ts';
import type { EvaluationSession } from '../interpreter/evaluateCall.ts';
import { integerValue } from '../interpreter/integerValue.ts';

/**
 * For a function f that never decreases and a constant c: the values x with f(x) = c, or just below c. They run from `start`
 * to before `next` (absent: there is only `start`). Not `exact`: f(start) < c, and no value gives c.
 */
export interface Bucket {
  readonly value: Expression;
  /** null: no value is that low or high; `side` tells. */
  readonly start: Value;
  readonly next?: Value;
  readonly exact: boolean;
  readonly side?: 'below' | 'above';
}

export function bucketOf(wrapped: Expression, constant: Constant, session: EvaluationSession): Bucket | undefined {
  if (wrapped.kind === 'cast') return wrapped.safe ? undefined : castBucket(wrapped, constant, session);
  if (wrapped.kind !== 'call') return undefined;
  const [first, second] = wrapped.arguments;
  if (wrapped.function.name === 'date' && first !== undefined)
    return castBucket({ kind: 'cast', value: first, type: wrapped.type, safe: false }, constant, session);
  if (wrapped.function.name === 'year' && first !== undefined) return yearBucket(first, constant);
  if (wrapped.function.name !== 'date_trunc' || first?.kind !== 'constant' || second === undefined) return undefined;
  return truncationBucket(String(first.value), second, constant);
}

const INTEGER_LIMIT: Readonly<Partial<Record<Type['kind'], bigint>>> = { tinyint: 1n << 7n, smallint: 1n << 15n, integer: 1n << 31n, bigint: 1n << 63n };
/** Beyond these not every integer has a counterpart of its own. */
const EXACT_FLOAT_MAX: Readonly<Partial<Record<Type['kind'], number>>> = { double: 2 ** 53, real: 2 ** 24 };

function castBucket({ value, type: to }: Cast, constant: Constant, session: EvaluationSession): Bucket | undefined {
  const from = value.type;
  // also where the cast fails for the largest values: Trino looks at the scales alone
  if (from.kind === 'decimal' && to.kind === 'decimal' && to.scale >= from.scale) {
    return typeof constant.value === 'bigint' ? decimalBucket(value, from, constant.value, to.scale) : undefined;
  }
  if (!castNeverFails(from, to)) return undefined;
  if (INTEGER_LIMIT[from.kind] !== undefined) return integerBucket(value, constant);
  if (from.kind === 'varchar' && to.kind === 'varchar' && (to.length === undefined || (from.length !== undefined && from.length <= to.length))) {
    const fits = typeof constant.value === 'string' && (from.length === undefined || codePointCount(constant.value) <= from.length);
    return fits ? { value, start: constant.value, exact: true } : undefined;
  }
  if (from.kind === 'date' && to.kind === 'timestamp' && isTimestamp(constant.value)) return dateBucket(value, constant.value);
  if (from.kind === 'timestamp' && to.kind === 'timestamp' && to.precision >= from.precision && isTimestamp(constant.value)) {
    return timestampBucket(value, from.precision, constant.value);
  }
  if (from.kind === 'timestamp' && to.kind === 'date' && typeof constant.value === 'number') {
    const start = BigInt(constant.value) * MICROS_OF_DAY;
    return { value, start: timestampAt(start), next: timestampAt(start + MICROS_OF_DAY), exact: true };
  }
  return to.kind === 'timestamp with time zone' ? instantBucket(value, to.precision, constant.value, session) : undefined;
}

const timestampAt = (epochMicros: bigint): Timestamp => ({ epochMicros, picosOfMicro: 0 });

function integerBucket(value: Expression, constant: Constant): Bucket | undefined {
  const floor = integerFloor(constant);
  const limit = INTEGER_LIMIT[value.type.kind];
  if (floor === undefined || limit === undefined) return undefined;
  if (floor.floor >= limit) return { value, start: null, exact: false, side: 'above' };
  if (floor.floor < -limit) return { value, start: null, exact: false, side: 'below' };
  const start = integerValue(floor.floor, value.type) ?? null;
  const next = floor.exact ? undefined : integerValue(floor.floor + 1n, value.type);
  return { value, start, exact: floor.exact, ...(next === undefined ? {} : { next }) };
}

function integerFloor({ type, value }: Constant): { readonly floor: bigint; readonly exact: boolean } | undefined {
  if (INTEGER_LIMIT[type.kind] !== undefined && (typeof value === 'number' || typeof value === 'bigint')) return { floor: BigInt(value), exact: true };
  if (type.kind === 'decimal' && typeof value === 'bigint') {
    const unit = 10n ** BigInt(type.scale);
    const floor = floorDiv(value, unit);
    return { floor, exact: floor * unit === value };
  }
  const bound = EXACT_FLOAT_MAX[type.kind];
  if (bound === undefined || typeof value !== 'number' || !(Math.abs(value) < bound)) return undefined;
  return { floor: BigInt(Math.floor(value)), exact: Number.isInteger(value) };
}

function decimalBucket(value: Expression, from: Type & { kind: 'decimal' }, unscaled: bigint, scale: number): Bucket | undefined {
  const unit = 10n ** BigInt(scale - from.scale);
  const start = floorDiv(unscaled, unit);
  if (!fitsPrecision(start, from.precision)) return { value, start: null, exact: false, side: start < 0n ? 'below' : 'above' };
  return { value, start, exact: start * unit === unscaled };
}

function dateBucket(value: Expression, { epochMicros, picosOfMicro }: Timestamp): Bucket | undefined {
  const days = floorDiv(epochMicros, MICROS_OF_DAY);
  return { value, start: Number(days), exact: days * MICROS_OF_DAY === epochMicros && picosOfMicro === 0 };
}

function timestampBucket(value: Expression, precision: number, constant: Timestamp): Bucket | undefined {
  if (precision > 6) return undefined;
  const unit = 10n ** BigInt(6 - precision);
  const start = floorDiv(constant.epochMicros, unit) * unit;
  return { value, start: timestampAt(start), exact: start === constant.epochMicros && constant.picosOfMicro === 0 };
}

/** Through the session's zone, where that is unambiguous. */
function instantBucket(value: Expression, precision: number, constant: Value, session: EvaluationSession): Bucket | undefined {
  if (!isTimestamp(constant)) return undefined;
  const offset = steadyOffsetSeconds(session.timeZone, Number(floorDiv(constant.epochMicros, 1_000_000n)));
  if (offset === undefined) return undefined;
  const local = { epochMicros: constant.epochMicros + BigInt(offset) * 1_000_000n, picosOfMicro: constant.picosOfMicro };
  if (value.type.kind === 'date') {
    const midnight = steadyOffsetSeconds(session.timeZone, Number(floorDiv(constant.epochMicros, 1_000_000n)), 2 * 86_400);
    return midnight === undefined ? undefined : dateBucket(value, local);
  }
  return value.type.kind === 'timestamp' && value.type.precision <= precision ? timestampBucket(value, value.type.precision, local) : undefined;
}

function yearBucket(value: Expression, constant: Constant): Bucket | undefined {
  if (typeof constant.value !== 'bigint' || constant.value < 1n || constant.value > 9998n) return undefined;
  const [first, next] = [daysOfCivil(Number(constant.value), 1, 1), daysOfCivil(Number(constant.value) + 1, 1, 1)];
  if (value.type.kind === 'date') return { value, start: first, next, exact: true };
  if (value.type.kind !== 'timestamp') return undefined;
  return { value, start: timestampAt(BigInt(first) * MICROS_OF_DAY), next: timestampAt(BigInt(next) * MICROS_OF_DAY), exact: true };
}

function truncationBucket(unitName: string, value: Expression, constant: Constant): Bucket | undefined {
  const unit = unitOf(unitName);
  if (unit === undefined) return undefined;
  if (value.type.kind === 'date' && typeof constant.value === 'number') {
    const start = truncateDate(unit, constant.value);
    const next = start === undefined ? undefined : nextPeriod(unit, start);
    return start === undefined || next === undefined ? undefined : { value, start, next, exact: start === constant.value };
  }
  if (value.type.kind !== 'timestamp' || !isTimestamp(constant.value)) return undefined;
  const start = truncateTimestamp(unit, constant.value.epochMicros);
  const exact = start === constant.value.epochMicros && constant.value.picosOfMicro === 0;
  return { value, start: timestampAt(start), next: timestampAt(nextTimestampPeriod(unit, start)), exact };
}
