import type { Answer, WireRow, WireValue } from '../test/rig/statementClient.ts';

/** Sums of doubles depend on the order of addition. */
const RELATIVE_ERROR_MAX = 1e-9;

/** What differs between two answers whose rows may come in another order; undefined = nothing. */
export function difference(left: Answer, right: Answer): string | undefined {
  if (left.rows.length !== right.rows.length) return `${left.rows.length} rows against ${right.rows.length}`;
  const [a, b] = [ordered(left.rows), ordered(right.rows)];
  for (const [i, row] of a.entries()) {
    const other = b[i] ?? [];
    if (!row.every((value, column) => same(value, other[column] ?? null))) return `${JSON.stringify(row)} against ${JSON.stringify(other)}`;
  }
  return undefined;
}

function ordered(rows: readonly WireRow[]): readonly WireRow[] {
  const key = (row: WireRow) => JSON.stringify(row.map((value) => (typeof value === 'number' ? value.toPrecision(6) : value)));
  return rows
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}

function same(a: WireValue, b: WireValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= RELATIVE_ERROR_MAX * Math.max(Math.abs(a), Math.abs(b));
  return JSON.stringify(a) === JSON.stringify(b);
}
