import type { Expression } from '../../../spi/expression.ts';
import { timestamp, type Type } from '../../../spi/type.ts';
import type { NullableValue, Value } from '../../../spi/value.ts';
import { type CastSession, castValue } from '../../function/castValue.ts';

/** The value of an expression without columns; undefined: it is not one that is known here. */
export function constantValue(expression: Expression, session: CastSession): NullableValue | undefined {
  const value = evaluate(expression, session);
  return value === undefined ? undefined : { type: expression.type, value };
}

function evaluate(expression: Expression, session: CastSession): Value | undefined {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'cast': {
      const value = evaluate(expression.value, session);
      if (value === undefined) return undefined;
      return castValue(value, expression.value.type, expression.type, session);
    }
    case 'array':
    case 'row': {
      const items = expression.items.map((item) => evaluate(item, session));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'call':
      return call(expression, session);
    default:
      return undefined;
  }
}

const INTEGER_BITS: Readonly<Partial<Record<Type['kind'], number>>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

/** undefined: not of integers, or out of range. */
function integerArithmetic({ function: { name }, type }: Expression & { kind: 'call' }, a: Value | undefined, b: Value | undefined): Value | undefined {
  const bits = INTEGER_BITS[type.kind];
  if (bits === undefined || a === undefined || b === undefined) return undefined;
  if (a === null || b === null) return null;
  if ((typeof a !== 'number' && typeof a !== 'bigint') || (typeof b !== 'number' && typeof b !== 'bigint')) return undefined;
  const [left, right] = [BigInt(a), BigInt(b)];
  const result = name === '$add' ? left + right : name === '$subtract' ? left - right : left * right;
  if (BigInt.asIntN(bits, result) !== result) return undefined;
  return bits === 64 ? result : Number(result);
}

/** `current_timestamp - INTERVAL '1' DAY`; undefined: it is something else. */
function movedMoment(
  { function: { name }, arguments: [from, by] }: Expression & { kind: 'call' },
  [a, b]: readonly (Value | undefined)[],
  session: CastSession,
): Value | undefined {
  if (from?.type.kind !== 'timestamp' && from?.type.kind !== 'timestamp with time zone') return undefined;
  if (!isMoment(a) || by === undefined) return undefined;
  const sign = name === '$add' ? 1 : -1;
  if (by.type.kind === 'interval day to second' && typeof b === 'bigint') return { ...a, epochMicros: a.epochMicros + BigInt(sign) * b * 1000n };
  if (by.type.kind !== 'interval year to month' || typeof b !== 'number') return undefined;
  if (!('zone' in a)) return { ...a, epochMicros: monthsLater(a.epochMicros, sign * b) };
  // by the clock of its zone
  const zoned = { ...session, timeZone: a.zone };
  const local = castValue(a, from.type, timestamp(from.type.precision), zoned);
  return isMoment(local)
    ? castValue({ ...local, epochMicros: monthsLater(local.epochMicros, sign * b) }, timestamp(from.type.precision), from.type, zoned)
    : undefined;
}

type Moment = Extract<Value, { readonly epochMicros: bigint }>;
const isMoment = (value: Value | undefined): value is Moment => value !== null && typeof value === 'object' && 'epochMicros' in value;

const DAY_MICROS = 86_400_000_000n;

/** The same day of another month, or the last one it has. */
function monthsLater(epochMicros: bigint, months: number): bigint {
  const ofDay = ((epochMicros % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
  const day = new Date(Number((epochMicros - ofDay) / 1000n));
  const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months + 1, 0));
  return BigInt(last.setUTCDate(Math.min(day.getUTCDate(), last.getUTCDate()))) * 1000n + ofDay;
}

function call(expression: Expression & { kind: 'call' }, session: CastSession): Value | undefined {
  const values = expression.arguments.map((argument) => evaluate(argument, session));
  const [first, second] = values;
  switch (expression.function.name) {
    case '$add':
    case '$subtract':
    case '$multiply':
      return movedMoment(expression, values, session) ?? integerArithmetic(expression, first, second);
    case '$negate':
      if (typeof first === 'number') return -first;
      return typeof first === 'bigint' ? -first : first === null ? null : undefined;
    case 'map': {
      if (!Array.isArray(first) || !Array.isArray(second)) return undefined;
      return { entries: first.map((key: Value, i): readonly [Value, Value] => [key, second[i] ?? null]) };
    }
    case 'concat':
      return values.every((value) => typeof value === 'string') ? values.join('') : undefined;
    default:
      return undefined;
  }
}
