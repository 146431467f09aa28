import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ColumnBuilder, PAGE_ROWS } from '../../../../catalog/kafka/block/columnBuilder.ts';
import { ParquetFile } from '../../../../catalog/kafka/cache/parquet/parquetFile.ts';
import { parquetType } from '../../../../catalog/kafka/cache/parquet/parquetType.ts';
import { VARCHAR } from '../../../../spi/type.ts';

const ROWS = 300_000;
let dir = '';

beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-parquet-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Writes a text of each row (null: NULL), and reads them back with the engine. */
async function roundTrip(
  name: string,
  valueOf: (row: number) => string | Buffer | null,
): Promise<{ readonly kept: boolean; readonly bytes: number; readonly read: unknown[] }> {
  const type = parquetType(VARCHAR);
  if (type === undefined) throw new Error('varchar is kept');
  const file = new ParquetFile(path.join(dir, `${name}.parquet`), [{ name: 'v', type, index: 0 }]);
  for (let from = 0; from < ROWS; from += PAGE_ROWS) {
    const builder = new ColumnBuilder(VARCHAR);
    const rowCount = Math.min(PAGE_ROWS, ROWS - from);
    for (let row = 0; row < rowCount; row++) {
      const value = valueOf(from + row);
      if (value === null) builder.setNull(row);
      else {
        const bytes = Buffer.from(value);
        builder.putBytes(row, bytes, 0, bytes.length);
      }
    }
    if (!(await file.add({ rowCount, columns: [builder.finish(rowCount)] }))) {
      await file.discard();
      return { kept: false, bytes: 0, read: [] };
    }
  }
  await file.finish();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const answer = await connection.runAndReadAll(`SELECT v FROM read_parquet('${file.path}')`);
  connection.closeSync();
  instance.closeSync();
  const bytes = statSync(file.path).size;
  expect(bytes).toBe(file.bytes);
  return { kept: true, bytes, read: answer.getColumns()[0] ?? [] };
}

const VALUES: Readonly<Record<string, (row: number) => string | null>> = {
  'a few values': (row) => ['NEW', 'PAID', '', 'ÜBER-LANG ist dieser Status, länger als zwölf'][row % 4] ?? null,
  'a few values and NULLs': (row) => (row % 3 === 0 ? null : `city-${row % 1000}`),
  'nothing but NULL': () => null,
  'values that differ': (row) => `order ${row}`,
  'values that differ in the midst of what is long': (row) => `${'x'.repeat(50)}${row % 700}${'y'.repeat(50)}`,
  'repeating at first, then not': (row) => (row < 50_000 ? `a${row % 7}` : `the row ${row}`),
  'more than a dictionary takes': (row) => (row % 140_000 < 70_000 ? `k${row % 70_000}` : 'the same'),
  'more bytes than a dictionary takes': (row) => `${row % 6000}`.padEnd(200, '.'),
  'longer than a dictionary takes': (row) => (row % 1000 === 999 ? '.'.repeat(3000) : 'short'),
};

describe('texts in segments', () => {
  for (const [name, valueOf] of Object.entries(VALUES)) {
    test(`${name} are read back`, async () => {
      const { read } = await roundTrip(name, valueOf);
      expect(read.length).toBe(ROWS);
      expect(read.findIndex((value, row) => value !== valueOf(row))).toBe(-1);
    });
  }

  test('those that repeat take a byte or two each', async () => {
    const { bytes } = await roundTrip('small', (row) => `a status of many letters ${row % 200}`);
    expect(bytes).toBeLessThan(ROWS * 1.2);
  });

  test('what is not UTF-8 is not kept, whether it repeats or not', async () => {
    const broken = Buffer.from([0x61, 0xff, 0x62]);
    expect((await roundTrip('repeats', (row) => (row === 200_000 ? broken : 'same'))).kept).toBe(false);
    expect((await roundTrip('differs', (row) => (row === 200_000 ? broken : `row ${row}`))).kept).toBe(false);
  });
});
