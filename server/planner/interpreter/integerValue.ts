import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';

const INTEGER_BITS: Readonly<Partial<Record<Type['kind'], number>>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

/** The integer as a value of its type: bigint for bigint, number for the shorter ones; undefined: out of range. */
export function integerValue(integer: bigint, to: Type): Value | undefined {
  const bits = INTEGER_BITS[to.kind];
  if (bits === undefined || BigInt.asIntN(bits, integer) !== integer) return undefined;
  return to.kind === 'bigint' ? integer : Number(integer);
}
