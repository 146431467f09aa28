import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';

/** A number as the signed integer of the same order that a qdigest of `type` holds. */
export function sortableBits(value: Value, type: Type): bigint {
  const data = Buffer.alloc(8);
  switch (type.kind) {
    case 'double': {
      data.writeDoubleLE(Number(value));
      const bits = data.readBigInt64LE();
      return bits < 0n ? bits ^ 0x7fff_ffff_ffff_ffffn : bits;
    }
    case 'real': {
      data.writeFloatLE(Number(value));
      const bits = data.readInt32LE();
      return BigInt(bits < 0 ? bits ^ 0x7fff_ffff : bits);
    }
    default:
      return BigInt(String(value));
  }
}

/** The number back from its sortable integer. */
export function fromSortableBits(bits: bigint, type: Type): Value {
  const data = Buffer.alloc(8);
  switch (type.kind) {
    case 'double':
      data.writeBigInt64LE(bits < 0n ? bits ^ 0x7fff_ffff_ffff_ffffn : bits);
      return data.readDoubleLE();
    case 'real': {
      const small = Number(BigInt.asIntN(32, bits));
      data.writeInt32LE(small < 0 ? small ^ 0x7fff_ffff : small);
      return data.readFloatLE();
    }
    default:
      return bits;
  }
}
