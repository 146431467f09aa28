import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Value } from '../../../../spi/value.ts';
import type { ScalarImplementation, ScalarImplementations } from '../implementation.ts';
import { viaUdf } from '../viaUdf.ts';

const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

const LIMITS: Readonly<Record<string, string>> = { tinyint: 'MAX_BYTE', smallint: 'MAX_SHORT for type smallint', integer: 'MAX_INT for type integer' };

const native = (write: (a: string, b: string) => string): ScalarImplementation => ({
  mayFail: false,
  emit: (call) => write(call.arguments[0] ?? '', call.arguments[1] ?? ''),
});

/** Shifts by a number of bits: beyond the width nothing, or only the sign, is left. */
function shift(calculate: (value: bigint, by: bigint, width: number) => bigint, beyond: (value: bigint) => bigint, mayFail = false): ScalarImplementation {
  return viaUdf(
    ([value = null, by = null], { returnType }) => {
      const width = BITS[returnType.kind] ?? 64;
      const number = BigInt(value as bigint | number);
      // Java takes the last six bits of a negative count, whatever the width
      const given = BigInt(by as bigint | number);
      const count = given < 0n ? BigInt.asUintN(6, given) : given;
      const result = given >= BigInt(width) || count >= 64n ? beyond(number) : calculate(number, count, width);
      const limit = LIMITS[returnType.kind];
      if (given < 0n && limit !== undefined && result > 2n ** BigInt(width - 1) - 1n && number < 0n)
        throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Value ${result} exceeds ${limit}`);
      const wrapped = BigInt.asIntN(width, result);
      return returnType.kind === 'bigint' ? wrapped : Number(wrapped);
    },
    { mayFail },
  );
}

const bitCount = viaUdf(
  ([value, bitsValue]): Value => {
    const bits = Number(bitsValue);
    const number = BigInt(value as bigint);
    if (bits < 2 || bits > 64)
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Bits specified in bit_count must be between 2 and 64, got ${bits}`);
    if (BigInt.asIntN(bits, number) !== number) {
      const message = `Number must be representable with the bits specified. ${number} cannot be represented with ${bits} bits`;
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);
    }
    return BigInt(BigInt.asUintN(bits, number).toString(2).replaceAll('0', '').length);
  },
  { mayFail: true },
);

export const bitwise: ScalarImplementations = {
  bitwise_and: native((a, b) => `(${a} & ${b})`),
  bitwise_or: native((a, b) => `(${a} | ${b})`),
  bitwise_xor: native((a, b) => `xor(${a}, ${b})`),
  bitwise_not: native((a) => `(~${a})`),
  bitwise_left_shift: shift(
    (value, by) => value << by,
    () => 0n,
  ),
  bitwise_right_shift: shift(
    (value, by, width) => BigInt.asUintN(width, value) >> by,
    () => 0n,
    true,
  ),
  bitwise_right_shift_arithmetic: shift(
    (value, by) => value >> by,
    (value) => (value < 0n ? -1n : 0n),
  ),
  bit_count: bitCount,
};
