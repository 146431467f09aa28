import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { fits } from '../../../function/castValue.ts';
import { divideHalfUp, fitsPrecision } from '../../../function/numberText.ts';
import { physicalType } from '../../physicalType.ts';
import { isIntegerKind } from './arithmetic.ts';
import { bind, type EmitContext, type ScalarCall, type ScalarImplementation, type ScalarImplementations } from '../implementation.ts';
import { type CallTypes, viaUdf } from '../viaUdf.ts';

const isFloat = (type: Type): boolean => type.kind === 'real' || type.kind === 'double';

function roundFloat(x: number, decimals: number): number {
  if (!Number.isFinite(x)) return x;
  const factor = 10 ** decimals;
  const size = Math.abs(x) * factor;
  if (!Number.isFinite(size)) return x;
  const floor = Math.floor(size);
  const rounded = (size - floor >= 0.5 ? floor + 1 : floor) / factor;
  return x < 0 ? -rounded : rounded;
}

/** Powers of ten that a bigint holds. */
const LONG_DIGITS = 18;

function roundInteger(value: bigint, decimals: number, kind: 'tinyint' | 'smallint' | 'integer' | 'bigint'): bigint {
  if (decimals >= 0) return value;
  if (-decimals > LONG_DIGITS) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `numerical overflow: ${value}`);
  const factor = 10n ** BigInt(-decimals);
  const rounded = divideHalfUp(value, factor) * factor;
  if (fits(rounded, kind)) return rounded;
  if (kind === 'bigint') throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `numerical overflow: ${value}`);
  if (kind === 'integer') throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'integer overflow');
  throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `Out of range for ${kind}: ${rounded}`);
}

const DECIMAL_DIGITS_MAX = 38;
/** A decimal of more digits is a long one to Trino. */
const SHORT_DECIMAL_DIGITS_MAX = 18;

function roundDecimal(value: bigint, decimals: number, from: Type & { kind: 'decimal' }, to: Type & { kind: 'decimal' }): bigint {
  const overflow = () => new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `decimal overflow: ${value}`);
  if (decimals >= from.scale) return value;
  // there is no such power of ten for a long decimal, whatever the value (golden: rounding.jsonl)
  if (to.precision > SHORT_DECIMAL_DIGITS_MAX && from.scale - decimals > DECIMAL_DIGITS_MAX) throw overflow();
  if (decimals <= from.scale - from.precision - 1) return 0n;
  const factor = 10n ** BigInt(from.scale - decimals);
  const rounded = divideHalfUp(value, factor) * factor;
  if (!fitsPrecision(rounded, to.precision)) throw overflow();
  return rounded;
}

function evaluateRound([value = null, decimalsValue]: readonly Value[], { argumentTypes, returnType }: CallTypes): Value {
  const decimals = Number(decimalsValue ?? 0);
  const [from] = argumentTypes;
  if (from?.kind === 'decimal' && returnType.kind === 'decimal') return roundDecimal(value as bigint, decimals, from, returnType);
  if (returnType.kind === 'double') return roundFloat(Number(value), decimals);
  if (returnType.kind === 'real') return Math.fround(roundFloat(Number(value), decimals));
  if (!isIntegerKind(returnType.kind)) throw new Error(`round of ${returnType.kind}`);
  const rounded = roundInteger(BigInt(value as bigint | number), decimals, returnType.kind);
  return returnType.kind === 'bigint' ? rounded : Number(rounded);
}

const roundValue = viaUdf(evaluateRound, { mayFail: true });

const round: ScalarImplementation = {
  mayFail: (call) => call.arguments.length > 1 && !isFloat(call.returnType),
  emit(call, context) {
    const [value = ''] = call.arguments;
    const type = call.returnType;
    if (call.arguments.length > 1) return roundValue.emit(call, context);
    if (isIntegerKind(type.kind)) return value;
    if (type.kind === 'decimal') return `CAST(${value} AS ${physicalType(type)})`;
    // to the nearest, away from zero at the half, as Trino, which makes 0 of -0 but keeps the sign of -0.4
    return bind(context, value, (x) => `CASE WHEN ${x} = 0 THEN abs(${x}) ELSE round(${x}) END`);
  },
};

/** Whole numbers of a decimal towards a side: the fraction is cut off first, then corrected by the sign of what was cut. */
function decimalToSide(call: ScalarCall, context: EmitContext, side: 'ceil' | 'floor'): string {
  const [from] = call.argumentTypes;
  const [value = ''] = call.arguments;
  const to = call.returnType;
  if (from?.kind !== 'decimal' || to.kind !== 'decimal') throw new Error(`${side} of another type`);
  if (from.scale === 0) return value;
  const evaluate = (v: Value): Value => {
    const unit = 10n ** BigInt(from.scale);
    const unscaled = v as bigint;
    // so does Trino, which has no such power of ten
    if (from.scale === DECIMAL_DIGITS_MAX && unscaled !== 0n) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Index 38 out of bounds for length 38');
    const cut = unscaled / unit;
    const rest = unscaled % unit;
    if (side === 'ceil') return rest > 0n ? cut + 1n : cut;
    return rest < 0n ? cut - 1n : cut;
  };
  return context.udf({ name: `decimal ${side}`, parameterTypes: [from], returnType: to, nulls: 'propagate', evaluate })(value);
}

function toSide(side: 'ceil' | 'floor'): ScalarImplementation {
  return {
    mayFail: ({ argumentTypes: [type] }) => type?.kind === 'decimal' && type.scale === DECIMAL_DIGITS_MAX,
    emit(call, context) {
      const [value = ''] = call.arguments;
      if (isIntegerKind(call.returnType.kind)) return value;
      return call.returnType.kind === 'decimal' ? decimalToSide(call, context, side) : `${side}(${value})`;
    },
  };
}

const truncateDecimal = viaUdf(
  ([value = null, decimalsValue = 0], { argumentTypes, returnType }) => {
    const [from] = argumentTypes;
    if (from?.kind !== 'decimal' || returnType.kind !== 'decimal') throw new Error('truncate of another type');
    const unscaled = value as bigint;
    if (argumentTypes.length === 1) return unscaled / 10n ** BigInt(from.scale);
    const decimals = Number(decimalsValue);
    if (decimals >= from.scale) return unscaled;
    if (decimals < from.scale - from.precision) return 0n;
    const factor = 10n ** BigInt(from.scale - decimals);
    return (unscaled / factor) * factor;
  },
  { mayFail: false },
);

const truncate: ScalarImplementation = {
  mayFail: false,
  emit(call, context) {
    const [value = ''] = call.arguments;
    if (call.returnType.kind === 'decimal') return truncateDecimal.emit(call, context);
    return bind(context, value, (x) => `CASE WHEN isfinite(${x}) THEN trunc(${x}) ELSE ${x} END`);
  },
};

export const roundFunctions: ScalarImplementations = { round, ceil: toSide('ceil'), ceiling: toSide('ceil'), floor: toSide('floor'), truncate };
