import { expect } from 'vitest';
import type { Sink } from '../../spi/connector.ts';
import type { Value } from '../../spi/value.ts';
import { SESSION } from './connectorContext.ts';
import { fillSink, type Row, readTable } from './rows.ts';
import type { Fixture } from './suite.ts';
import { type Behaviour, changeTable, createTable, drop, expectRows, insert, newName, ROWS } from './suiteTables.ts';

/** Merges into a table of ROWS; `work` says what must be there afterwards. */
async function withRowIds(fixture: Fixture, work: (idOf: (id: bigint) => Value, sink: Sink) => Promise<readonly Row[]>): Promise<void> {
  const name = newName(fixture);
  await createTable(fixture, name);
  await insert(fixture, name, ROWS);
  let expected: readonly Row[] = ROWS;
  await changeTable(fixture, name, async (t, table) => {
    const rowId = t.rowIdColumn?.(SESSION, table.handle);
    if (rowId === undefined) throw new Error('no row id');
    const rows = await readTable(t, { ...table, columns: [...table.columns, { ...rowId, hidden: false }] }, fixture.engine);
    const sink = await t.beginMerge?.(SESSION, table.handle);
    if (sink === undefined) throw new Error('no sink');
    expected = await work((id) => rows.find((row) => row[0] === id)?.at(-1) ?? null, sink);
  });
  await expectRows(fixture, name, expected);
  await drop(fixture, name);
}

export const MERGING: readonly Behaviour[] = [
  {
    title: 'a merge counts what it does, and not the rows that fall to no case',
    needs: ['createTable', 'insert', 'merge', 'dropTable'],
    run: (fixture) =>
      withRowIds(fixture, async (idOf, sink) => {
        const changes: readonly Row[] = [
          [null, idOf(1n), null, null, null],
          [2, idOf(1n), null, null, null],
          [null, idOf(9007199254740993n), null, null, null],
          [null, null, null, null, null],
          [null, null, null, null, null],
          [1, null, 5n, 'five', 5.5],
          [1, null, 5n, 'five', 5.5],
        ];
        await fillSink(sink, changes, fixture.engine);
        expect(await sink.finish()).toBe(3n);
        return [...ROWS.slice(1), [5n, 'five', 5.5], [5n, 'five', 5.5]];
      }),
  },
  ...[
    { what: 'changed twice', operations: [3, 3] },
    { what: 'deleted twice', operations: [2, 2] },
    { what: 'changed and deleted', operations: [3, 2] },
    { what: 'met twice and left alone', operations: [null, null] },
  ].map(
    ({ what, operations }): Behaviour => ({
      title: `a row that a merge has ${what} is refused`,
      needs: ['createTable', 'insert', 'merge', 'dropTable'],
      run: async (fixture) => {
        if (fixture.forgets === true) return;
        await withRowIds(fixture, async (idOf, sink) => {
          const changes = operations.map((operation): Row => [operation, idOf(2n), 2n, 'two', 2.5]);
          await fillSink(sink, changes, fixture.engine);
          await expect(sink.finish()).rejects.toMatchObject({ errorName: 'MERGE_TARGET_ROW_MULTIPLE_MATCHES' });
          return ROWS;
        });
      },
    }),
  ),
  {
    title: 'a merge deletes, updates and inserts at once',
    needs: ['createTable', 'insert', 'merge', 'dropTable'],
    run: (fixture) =>
      withRowIds(fixture, async (idOf, sink) => {
        const changes: readonly Row[] = [
          [2, idOf(1n), null, null, null],
          [3, idOf(2n), 2n, 'two', 22.5],
          [1, null, 5n, 'five', 5.5],
        ];
        await fillSink(sink, changes, fixture.engine);
        expect(await sink.finish()).toBe(3n);
        return [[2n, 'two', 22.5], ...ROWS.slice(2), [5n, 'five', 5.5]];
      }),
  },
];
