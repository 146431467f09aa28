import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TpchTableName } from '../../../catalog/tpch/generator/generateTable.ts';
import { scaleFactorOf } from '../../../catalog/tpch/tpchTables.ts';
import { digest } from './rowDigest.ts';

interface Recorded {
  readonly src: string;
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly (readonly number[])[];
}
interface Part {
  readonly schema: string;
  readonly table: TpchTableName;
  readonly start?: number;
  readonly end?: number;
}

const lines = readFileSync(new URL('./digests.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');

for (const line of lines) {
  const recorded: Recorded = JSON.parse(line);
  const { schema, table, start, end }: Part = JSON.parse(recorded.src);
  test(`${schema}.${table}${start === undefined ? '' : ` rows ${start}–${end}`} has Trino's rows`, { timeout: 60_000 }, () => {
    const names = recorded.columns.map((c) => c.name);
    const sums = digest({
      table,
      scaleFactor: scaleFactorOf(schema) ?? 0,
      columns: names.slice(1, -1),
      doubleAsDecimal: false,
      accepted: [],
      ...(start !== undefined && end !== undefined ? { range: { start, end } } : {}),
    });
    const answer = Object.fromEntries(names.map((name, i) => [name, sums[i]]));
    expect(answer).toEqual(Object.fromEntries(names.map((name, i) => [name, recorded.rows[0]?.[i]])));
  });
}
