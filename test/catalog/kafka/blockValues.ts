import type { Block, Page } from '../../../spi/page.ts';
import type { Type } from '../../../spi/type.ts';

/** The value of a block's row in its plainest form: text for bytes that are UTF-8, else their hexadecimal digits. */
function blockValue(block: Block, row: number, type: Type): unknown {
  if (block.kind === 'values') return block.values[row] ?? null;
  if (block.nulls !== undefined && ((block.nulls[row >> 3] ?? 0) & (1 << (row & 7))) === 0) return null;
  if (block.kind === 'fixed') {
    const value = block.data[row] ?? 0;
    return type.kind === 'boolean' ? value === 1 : value;
  }
  const length = block.slots[row * 4] ?? 0;
  const inline = new Uint8Array(block.slots.buffer, block.slots.byteOffset + row * 16 + 4, 12);
  const at = block.slots[row * 4 + 2] ?? 0;
  const bytes = Buffer.from(length <= 12 ? inline.slice(0, length) : block.heap.slice(at, at + length));
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : { hex: bytes.toString('hex') };
}

export function pageRows(page: Page, types: readonly Type[]): unknown[][] {
  return Array.from({ length: page.rowCount }, (_, row) => page.columns.map((block, i) => blockValue(block, row, types[i] ?? { kind: 'unknown' })));
}
