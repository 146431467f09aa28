import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tpchStatistics } from '../../../catalog/tpch/tpchStatistics.ts';
import { isTpchTable, scaleFactorOf } from '../../../catalog/tpch/tpchTables.ts';

interface Recorded {
  readonly sql: string;
  readonly src: string;
  readonly rows: readonly (readonly (string | number | null)[])[];
}

const lines = readFileSync(new URL('./statistics.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');

for (const line of lines) {
  const recorded: Recorded = JSON.parse(line);
  const { schema, table, statuses }: { schema: string; table: string; statuses: string[] | null } = JSON.parse(recorded.src);
  test(recorded.sql, () => {
    if (!isTpchTable(table)) throw new Error(table);
    const accepted = statuses === null ? [] : [{ column: 'orderstatus', values: statuses }];
    const statistics = tpchStatistics({ kind: 'tpch', schema, table, scaleFactor: scaleFactorOf(schema) ?? 0, accepted });
    const round = (value: number | string | null | undefined) => (typeof value === 'number' ? Math.round(value) : (value ?? null));
    const axis = (value: number | string | null | undefined) =>
      typeof value === 'string' && /^\d{4}-/.test(value) ? Date.parse(value) / 86_400_000 : value === null || value === undefined ? null : Number(value);
    for (const [name, size, distinct, nulls, rows, low, high] of recorded.rows) {
      if (name === null) {
        expect(statistics.rowCount ?? null).toBe(rows);
        continue;
      }
      const column = statistics.columns.get(String(name));
      expect([
        name,
        round(column?.dataSizeBytes),
        column?.distinctValues ?? null,
        column?.nullsFraction ?? null,
        axis(column?.low),
        axis(column?.high),
      ]).toEqual([name, round(size), distinct, nulls, axis(low), axis(high)]);
    }
  });
}
