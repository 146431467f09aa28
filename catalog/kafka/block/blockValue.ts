import type { Block } from '../../../spi/page.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';

const INLINE_BYTES = 12;

/** The value of one row of a block that the engine hands over. */
export function blockValue(block: Block, row: number, type: Type): Value {
  if (block.kind === 'values') return block.values[row] ?? null;
  if (block.nulls !== undefined && ((block.nulls[row >> 3] ?? 0) & (1 << (row & 7))) === 0) return null;
  if (block.kind === 'bytes') {
    const bytes = slotBytes(block.slots, block.heap, row);
    return type.kind === 'varbinary' ? Buffer.from(bytes) : Buffer.from(bytes).toString('utf8');
  }
  const value = block.data[row] ?? 0;
  switch (type.kind) {
    case 'boolean':
      return value !== 0;
    case 'timestamp':
      return { epochMicros: BigInt(value), picosOfMicro: 0 };
    case 'bigint':
    case 'time':
    case 'decimal':
      return BigInt(value);
    default:
      return value;
  }
}

function slotBytes(slots: Uint32Array, heap: Uint8Array, row: number): Uint8Array {
  const length = slots[row * 4] ?? 0;
  if (length <= INLINE_BYTES) return new Uint8Array(slots.buffer, slots.byteOffset + row * 16 + 4, length);
  const at = slots[row * 4 + 2] ?? 0;
  return heap.subarray(at, at + length);
}
