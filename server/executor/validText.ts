import { isUtf8 } from 'node:buffer';
import type { BytesBlock } from '../../spi/page.ts';

const INLINE_BYTES = 12;
const HIGH_BITS = 0x80808080;
const HEAP_BYTES_MIN = 256;

/**
 * The block with U+FFFD for what is no UTF-8 in its texts; the same block where all of it is. Half of the engine's functions take invalid text for a damaged
 * database, and the engine then answers nothing any more.
 */
export function validText(block: BytesBlock): BytesBlock {
  return isValid(block) ? block : repaired(block);
}

/** Texts lie side by side: together they are valid, and none begins or ends within a character. */
function isValid({ slots, heap }: BytesBlock): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let k = 0; k < slots.length; k += 4) {
    const length = slots[k] ?? 0;
    if (length <= INLINE_BYTES) {
      if ((((slots[k + 1] ?? 0) | (slots[k + 2] ?? 0) | (slots[k + 3] ?? 0)) & HIGH_BITS) !== 0 && !isUtf8(inlined(slots, k, length))) return false;
      continue;
    }
    const from = slots[k + 2] ?? 0;
    const to = from + length;
    if (continues(heap, from) || (to < heap.length && continues(heap, to) && !isUtf8(heap.subarray(from, to)))) return false;
    if (from < low) low = from;
    if (to > high) high = to;
  }
  return high === 0 || isUtf8(heap.subarray(low, high));
}

const continues = (heap: Uint8Array, at: number): boolean => ((heap[at] ?? 0) & 0xc0) === 0x80;

const inlined = (slots: Uint32Array, k: number, length: number): Uint8Array => new Uint8Array(slots.buffer, slots.byteOffset + k * 4 + 4, length);

function repaired(block: BytesBlock): BytesBlock {
  const slots = block.slots.slice();
  const bytes = new Uint8Array(slots.buffer);
  let heap = Buffer.allocUnsafeSlow(Math.max(HEAP_BYTES_MIN, block.heap.length));
  let used = 0;
  for (let k = 0; k < slots.length; k += 4) {
    const length = slots[k] ?? 0;
    const from = slots[k + 2] ?? 0;
    const given = length <= INLINE_BYTES ? inlined(block.slots, k, length) : block.heap.subarray(from, from + length);
    const text = isUtf8(given) ? given : Buffer.from(Buffer.from(given.buffer, given.byteOffset, given.length).toString('utf8'));
    slots[k] = text.length;
    bytes.fill(0, k * 4 + 4, k * 4 + 16);
    if (text.length <= INLINE_BYTES) {
      bytes.set(text, k * 4 + 4);
      continue;
    }
    if (used + text.length > heap.length) heap = Buffer.concat([heap.subarray(0, used)], Math.max(heap.length * 2, used + text.length));
    heap.set(text, used);
    bytes.set(text.subarray(0, 4), k * 4 + 4);
    slots[k + 2] = used;
    used += text.length;
  }
  return { ...block, slots, heap: heap.subarray(0, used) };
}
