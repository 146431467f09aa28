import { crc32 } from 'node:zlib';
import { generateTable, type TableRequest } from '../../../catalog/tpch/generator/generateTable.ts';
import { TPCH_TABLES } from '../../../catalog/tpch/tpchTables.ts';
import type { Block } from '../../../spi/page.ts';
import type { Type } from '../../../spi/type.ts';

/** The rows of a generated table as Trino's `cast(… as varchar)` writes them, doubles as decimal(12,2). */
export function* generatedRows(request: TableRequest, types: readonly Type[]): Generator<string[]> {
  for (const page of generateTable(request)) {
    for (let row = 0; row < page.rowCount; row++) {
      yield page.columns.map((block, i) => text(block, row, types[i]));
    }
  }
}

/** What the recorded statements compute: the number of rows, the sum of crc32 for each column, and that of the whole row. */
export function digest(request: TableRequest): number[] {
  const types = request.columns.map((name) => columnType(request, name));
  const sums = new Array<number>(request.columns.length + 2).fill(0);
  for (const row of generatedRows(request, types)) {
    sums[0] = (sums[0] ?? 0) + 1;
    for (const [i, value] of row.entries()) sums[i + 1] = (sums[i + 1] ?? 0) + crc32(value);
    sums[row.length + 1] = (sums[row.length + 1] ?? 0) + crc32(row.join('|'));
  }
  return sums;
}

function columnType(request: TableRequest, name: string): Type {
  if (name === 'row_number') return { kind: 'bigint' };
  const column = TPCH_TABLES[request.table].find((c) => c.simplifiedName === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return column.type;
}

function text(block: Block, row: number, type: Type | undefined): string {
  switch (block.kind) {
    case 'values':
      return String(block.values[row]);
    case 'fixed': {
      const value = block.data[row];
      if (type?.kind === 'date') return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
      return type?.kind === 'double' ? Number(value).toFixed(2) : String(value);
    }
    case 'bytes': {
      const length = block.slots[row * 4] ?? 0;
      const slots = new Uint8Array(block.slots.buffer, block.slots.byteOffset + row * 16 + 4, 12);
      const start = block.slots[row * 4 + 2] ?? 0;
      const bytes = length <= 12 ? slots.subarray(0, length) : block.heap.subarray(start, start + length);
      return Buffer.from(bytes).toString('latin1');
    }
  }
}
