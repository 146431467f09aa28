import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TpchTableName } from '../../../catalog/tpch/generator/generateTable.ts';
import { scaleFactorOf, TPCH_TABLES } from '../../../catalog/tpch/tpchTables.ts';
import { BIGINT } from '../../../spi/type.ts';
import { generatedRows } from './rowDigest.ts';

interface Recorded {
  readonly sql: string;
  readonly src: string;
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The first rows of splits of tables too large to read, from scale factor 30,000 on with 64-bit keys. */
const lines = readFileSync(new URL('./rows.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');

for (const line of lines) {
  const recorded: Recorded = JSON.parse(line);
  const { schema, table }: { schema: string; table: TpchTableName } = JSON.parse(recorded.src);
  test(recorded.sql, () => {
    const first = Number(recorded.rows[0]?.[0]);
    const start = table === 'nation' || table === 'region' ? first : first - 1;
    const types = TPCH_TABLES[table].map((c) => c.type);
    const rows = generatedRows(
      {
        table,
        scaleFactor: scaleFactorOf(schema) ?? 0,
        columns: ['row_number', ...TPCH_TABLES[table].map((c) => c.simplifiedName)],
        doubleAsDecimal: false,
        accepted: [],
        range: { start, end: start + recorded.rows.length },
      },
      [BIGINT, ...types],
    );
    for (const expected of recorded.rows) {
      const texts = expected.map((value, i) => (types[i - 1]?.kind === 'double' ? Number(value).toFixed(2) : String(value)));
      expect(rows.next().value).toEqual(texts);
    }
  });
}
