import { expect } from 'vitest';
import type { SaveMode, SchemaTableName, ViewDefinition } from '../../spi/connector.ts';
import type { Expression } from '../../spi/expression.ts';
import type { MaterializedViewDefinition } from '../../spi/materializedView.ts';
import { BIGINT, BOOLEAN, type Type, VARCHAR } from '../../spi/type.ts';
import { SESSION } from './connectorContext.ts';
import { MERGING } from './mergeBehaviours.ts';
import { fillSink, inTransaction, type Row, readTable, requireTable, sorted } from './rows.ts';
import { type Behaviour, COLUMNS, changeTable, column, createTable, drop, expectRows, insert, kept, names, newName, ROWS, read } from './suiteTables.ts';

function handleOf(table: Awaited<ReturnType<typeof requireTable>>, name: string) {
  const found = table.columns.find((c) => c.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found.handle;
}

const VIEW: ViewDefinition = { originalSql: 'SELECT 1 x', columns: [{ name: 'x', type: BIGINT }] };

const METADATA: readonly Behaviour[] = [
  {
    title: 'an unknown table is undefined, in a known schema and in an unknown one',
    needs: [],
    run: ({ connector, schema }) =>
      inTransaction(connector, async (t) => {
        expect(await t.getTable(SESSION, { schema, table: 'no_such_table' })).toBeUndefined();
        expect(await t.getTable(SESSION, { schema: 'no_such_schema', table: 'no_such_table' })).toBeUndefined();
        expect(await t.listTables(SESSION, 'no_such_schema')).toEqual([]);
      }),
  },
  {
    title: 'schemas come and go',
    needs: ['createSchema', 'dropSchema'],
    run: async ({ connector }) => {
      await inTransaction(connector, async (t) => t.createSchema?.(SESSION, 'suite_schema', new Map()));
      await inTransaction(connector, async (t) => expect(await t.listSchemas(SESSION)).toContain('suite_schema'));
      await inTransaction(connector, async (t) => t.dropSchema?.(SESSION, 'suite_schema', false));
      await inTransaction(connector, async (t) => expect(await t.listSchemas(SESSION)).not.toContain('suite_schema'));
    },
  },
  {
    title: 'a schema with tables is dropped only by cascade',
    needs: ['createSchema', 'dropSchema', 'createTable'],
    run: async (fixture) => {
      const { connector } = fixture;
      await inTransaction(connector, async (t) => t.createSchema?.(SESSION, 'suite_full', new Map()));
      await createTable(fixture, { schema: 'suite_full', table: 'kept' });
      await expect(inTransaction(connector, async (t) => t.dropSchema?.(SESSION, 'suite_full', false))).rejects.toThrow();
      expect(await names(fixture, 'suite_full')).toEqual(['kept']);
      await inTransaction(connector, async (t) => t.dropSchema?.(SESSION, 'suite_full', true));
      expect(await names(fixture, 'suite_full')).toEqual([]);
    },
  },
  {
    title: 'a renamed schema takes its tables along',
    needs: ['createSchema', 'renameSchema', 'createTable', 'dropSchema'],
    run: async (fixture) => {
      const { connector } = fixture;
      await inTransaction(connector, async (t) => t.createSchema?.(SESSION, 'suite_from', new Map()));
      await createTable(fixture, { schema: 'suite_from', table: 'moved' });
      await inTransaction(connector, async (t) => t.renameSchema?.(SESSION, 'suite_from', 'suite_to'));
      expect(await names(fixture, 'suite_to')).toEqual(['moved']);
      expect(await names(fixture, 'suite_from')).toEqual([]);
      await inTransaction(connector, async (t) => t.dropSchema?.(SESSION, 'suite_to', true));
    },
  },
  {
    title: 'a created table has its columns and no rows',
    needs: ['createTable', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      await inTransaction(fixture.connector, async (t) => {
        const visible = (await requireTable(t, name)).columns.filter((c) => c.hidden !== true);
        expect(visible.map((c) => [c.name, c.type])).toEqual(COLUMNS.map((c) => [c.name, c.type]));
      });
      expect(await read(fixture, name)).toEqual([]);
      expect(await names(fixture, name.schema)).toContain(name.table);
      await drop(fixture, name);
      expect(await names(fixture, name.schema)).not.toContain(name.table);
    },
  },
  {
    title: 'a table in an unknown schema is refused',
    needs: ['createTable'],
    run: (fixture) => expect(createTable(fixture, { schema: 'no_such_schema', table: 't' })).rejects.toMatchObject({ name: 'TrinoError' }),
  },
  {
    title: 'a renamed table keeps its rows',
    needs: ['createTable', 'renameTable', 'insert', 'dropTable'],
    run: async (fixture) => {
      const [from, to] = [newName(fixture), newName(fixture)];
      await createTable(fixture, from);
      await insert(fixture, from, ROWS);
      await changeTable(fixture, from, (t, table) => t.renameTable?.(SESSION, table.handle, to));
      await inTransaction(fixture.connector, async (t) => expect(await t.getTable(SESSION, from)).toBeUndefined());
      await expectRows(fixture, to, ROWS);
      await drop(fixture, to);
    },
  },
  {
    title: 'comments of tables and columns are set and removed',
    needs: ['createTable', 'tableComment', 'columnComment', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      for (const comment of ['first', 'second', undefined]) {
        await changeTable(fixture, name, (t, table) => t.setTableComment?.(SESSION, table.handle, comment));
        await changeTable(fixture, name, (t, table) => t.setColumnComment?.(SESSION, table.handle, handleOf(table, 'name'), comment));
        await inTransaction(fixture.connector, async (t) => {
          const table = await requireTable(t, name);
          expect([table.comment, table.columns.find((c) => c.name === 'name')?.comment]).toEqual([comment, comment]);
        });
      }
      await drop(fixture, name);
    },
  },
  {
    title: 'an added column is NULL in the rows that were there',
    needs: ['createTable', 'addColumn', 'insert', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      await insert(fixture, name, ROWS);
      await changeTable(fixture, name, (t, table) => t.addColumn?.(SESSION, table.handle, column('extra', VARCHAR)));
      await expectRows(
        fixture,
        name,
        ROWS.map((row) => [...row, null]),
      );
      await insert(fixture, name, [[4n, 'x']], ['id', 'extra']);
      await expectRows(fixture, name, [...ROWS.map((row) => [...row, null]), [4n, null, null, 'x']]);
      await drop(fixture, name);
    },
  },
  {
    title: 'a renamed column keeps its values',
    needs: ['createTable', 'renameColumn', 'insert', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      await insert(fixture, name, ROWS);
      await changeTable(fixture, name, (t, table) => t.renameColumn?.(SESSION, table.handle, handleOf(table, 'name'), 'label'));
      await changeTable(fixture, name, (_, table) => expect(table.columns[1]?.name).toBe('label'));
      await expectRows(fixture, name, ROWS);
      await drop(fixture, name);
    },
  },
  {
    title: 'a dropped column is gone, the others stay',
    needs: ['createTable', 'dropColumn', 'insert', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      await insert(fixture, name, ROWS);
      await changeTable(fixture, name, (t, table) => t.dropColumn?.(SESSION, table.handle, handleOf(table, 'name')));
      await expectRows(
        fixture,
        name,
        ROWS.map(([id = null, , score = null]) => [id, score]),
      );
      await drop(fixture, name);
    },
  },
  {
    title: 'a view is created, replaced, listed and dropped',
    needs: ['createView', 'dropView'],
    run: async (fixture) => {
      const name = newName(fixture);
      const create = (view: ViewDefinition, replace: boolean) => inTransaction(fixture.connector, async (t) => t.createView?.(SESSION, name, view, replace));
      await create(VIEW, false);
      await expect(create(VIEW, false)).rejects.toMatchObject({ name: 'TrinoError' });
      await create({ ...VIEW, originalSql: 'SELECT 2 x', comment: 'two' }, true);
      await inTransaction(fixture.connector, async (t) => {
        expect(await t.getView?.(SESSION, name)).toMatchObject({ originalSql: 'SELECT 2 x', comment: 'two' });
        expect(await t.listTables(SESSION, name.schema)).toContainEqual({ name, type: 'VIEW' });
        expect(await t.getTable(SESSION, name)).toBeUndefined();
      });
      await inTransaction(fixture.connector, async (t) => t.dropView?.(SESSION, name));
      await inTransaction(fixture.connector, async (t) => expect(await t.getView?.(SESSION, name)).toBeUndefined());
    },
  },
  {
    title: 'a view is renamed and commented',
    needs: ['createView', 'dropView', 'renameView', 'viewComment'],
    run: async (fixture) => {
      const [from, to] = [newName(fixture), newName(fixture)];
      await inTransaction(fixture.connector, async (t) => t.createView?.(SESSION, from, VIEW, false));
      await inTransaction(fixture.connector, async (t) => t.renameView?.(SESSION, from, to));
      await inTransaction(fixture.connector, async (t) => t.setViewComment?.(SESSION, to, 'seen'));
      await inTransaction(fixture.connector, async (t) => {
        expect(await t.getView?.(SESSION, from)).toBeUndefined();
        expect(await t.getView?.(SESSION, to)).toMatchObject({ originalSql: 'SELECT 1 x', comment: 'seen' });
      });
      await inTransaction(fixture.connector, async (t) => t.dropView?.(SESSION, to));
    },
  },
  {
    title: 'an owner and comments of columns are set on a view',
    needs: ['createView', 'dropView', 'viewOwner', 'viewColumnComment'],
    run: async (fixture) => {
      const name = newName(fixture);
      await inTransaction(fixture.connector, async (t) => t.createView?.(SESSION, name, { ...VIEW, owner: 'alice' }, false));
      await inTransaction(fixture.connector, async (t) => t.setViewOwner?.(SESSION, name, 'bob'));
      await inTransaction(fixture.connector, async (t) => t.setViewColumnComment?.(SESSION, name, 'x', 'seen'));
      await inTransaction(fixture.connector, async (t) =>
        expect(await t.getView?.(SESSION, name)).toMatchObject({ owner: 'bob', columns: [{ name: 'x', type: BIGINT, comment: 'seen' }] }),
      );
      await inTransaction(fixture.connector, async (t) => t.dropView?.(SESSION, name));
    },
  },
  {
    title: 'a materialized view is created, replaced, listed, changed, renamed and dropped',
    needs: ['createMaterializedView', 'dropMaterializedView', 'renameMaterializedView', 'materializedViewProperties', 'materializedViewColumnComment'],
    run: async (fixture) => {
      const [from, to] = [newName(fixture), newName(fixture)];
      const { connector } = fixture;
      const view: MaterializedViewDefinition = { ...VIEW, owner: 'alice', properties: new Map([['refresh_interval', '5m']]), gracePeriodMs: 1000 };
      const create = (mode: SaveMode, sql: string) =>
        inTransaction(connector, async (t) => t.createMaterializedView?.(SESSION, from, { ...view, originalSql: sql }, mode));
      const sqlOf = (name: SchemaTableName) => inTransaction(connector, async (t) => (await t.getMaterializedView?.(SESSION, name))?.originalSql);
      await create('fail', 'SELECT 1 x');
      await expect(create('fail', 'SELECT 2 x')).rejects.toMatchObject({ errorName: 'ALREADY_EXISTS' });
      await create('ignore', 'SELECT 3 x');
      expect(await sqlOf(from)).toBe('SELECT 1 x');
      await create('replace', 'SELECT 4 x');
      await inTransaction(connector, async (t) => expect(await t.listTables(SESSION, from.schema)).toContainEqual({ name: from, type: 'MATERIALIZED VIEW' }));
      await inTransaction(connector, async (t) => t.setMaterializedViewProperties?.(SESSION, from, new Map([['refresh_interval', undefined]])));
      await inTransaction(connector, async (t) => t.setMaterializedViewColumnComment?.(SESSION, from, 'x', 'seen'));
      await inTransaction(connector, async (t) => t.renameMaterializedView?.(SESSION, from, to));
      expect(await sqlOf(from)).toBeUndefined();
      await inTransaction(connector, async (t) =>
        expect(await t.getMaterializedView?.(SESSION, to)).toEqual({
          ...view,
          originalSql: 'SELECT 4 x',
          properties: new Map(),
          columns: [{ name: 'x', type: BIGINT, comment: 'seen' }],
        }),
      );
      await inTransaction(connector, async (t) => t.dropMaterializedView?.(SESSION, to));
      expect(await sqlOf(to)).toBeUndefined();
      expect(await names(fixture, to.schema)).not.toContain(to.table);
    },
  },
  {
    title: 'views and materialized views in an unknown schema are refused',
    needs: ['createView', 'createMaterializedView'],
    run: async ({ connector }) => {
      const nowhere = { schema: 'no_such_schema', table: 'v' };
      await expect(inTransaction(connector, async (t) => t.createView?.(SESSION, nowhere, VIEW, false))).rejects.toMatchObject({ name: 'TrinoError' });
      const view = { ...VIEW, properties: new Map() };
      await expect(inTransaction(connector, async (t) => t.createMaterializedView?.(SESSION, nowhere, view, 'fail'))).rejects.toMatchObject({
        errorName: 'NOT_FOUND',
      });
    },
  },
  {
    title: 'the name of a table is not free for a materialized view',
    needs: ['createMaterializedView'],
    run: async ({ connector, sample }) => {
      if (sample === undefined) return;
      const view = { ...VIEW, properties: new Map() };
      await expect(inTransaction(connector, async (t) => t.createMaterializedView?.(SESSION, sample.name, view, 'replace'))).rejects.toMatchObject({
        errorName: 'UNSUPPORTED_TABLE_TYPE',
      });
    },
  },
  {
    title: 'a version of the data stays while nothing changes',
    needs: ['dataVersion'],
    run: async ({ connector, sample }) => {
      if (sample === undefined) return;
      const version = () => inTransaction(connector, async (t) => t.getDataVersion?.(SESSION, (await requireTable(t, sample.name)).handle));
      const first = await version();
      expect(first).toBeTypeOf('string');
      expect(await version()).toBe(first);
    },
  },
  {
    title: 'a version of the data changes with each row that is written, changed or removed',
    needs: ['dataVersion', 'createTable', 'insert', 'delete', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      const version = () => inTransaction(fixture.connector, async (t) => t.getDataVersion?.(SESSION, (await requireTable(t, name)).handle));
      const seen = [await version()];
      for (const row of ROWS) {
        await insert(fixture, name, [row]);
        seen.push(await version());
      }
      await changeTable(fixture, name, (t, table) => t.executeDelete?.(SESSION, table.handle));
      seen.push(await version());
      expect(new Set(seen).size).toBe(ROWS.length + 2);
      await drop(fixture, name);
    },
  },
  {
    title: 'the rows since a version are none while nothing was written',
    needs: ['rowsSince'],
    run: (fixture) =>
      inTransaction(fixture.connector, async (t) => {
        if (fixture.sample === undefined) return;
        const table = await requireTable(t, fixture.sample.name);
        const version = await t.getDataVersion?.(SESSION, table.handle);
        const since = await t.rowsSince?.(SESSION, table.handle, version ?? '');
        if (since === undefined || typeof since === 'string') throw new Error(`no rows since: ${since}`);
        expect(await readTable(t, table, fixture.engine, since)).toEqual([]);
      }),
  },
];

const WRITING: readonly Behaviour[] = [
  {
    title: 'CREATE TABLE AS shows nothing before it is finished',
    needs: ['createTableAs', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await inTransaction(fixture.connector, async (t) => {
        const sink = await t.beginCreateTable?.(SESSION, { name, columns: COLUMNS, properties: new Map() }, 'fail');
        if (sink === undefined) throw new Error('no sink');
        await fillSink(sink, ROWS, fixture.engine);
        expect(await names(fixture, name.schema)).not.toContain(name.table);
        expect(await sink.finish()).toBe(3n);
      });
      await expectRows(fixture, name, ROWS);
      await drop(fixture, name);
    },
  },
  {
    title: 'an aborted CREATE TABLE AS leaves nothing',
    needs: ['createTableAs'],
    run: async (fixture) => {
      const name = newName(fixture);
      const before = await fixture.engine?.tableCount();
      await inTransaction(fixture.connector, async (t) => {
        const sink = await t.beginCreateTable?.(SESSION, { name, columns: COLUMNS, properties: new Map() }, 'fail');
        if (sink === undefined) throw new Error('no sink');
        await fillSink(sink, ROWS, fixture.engine);
        await sink.abort();
      });
      expect(await names(fixture, name.schema)).not.toContain(name.table);
      expect(await fixture.engine?.tableCount()).toBe(before);
    },
  },
  {
    title: 'INSERT appends, with columns left out as NULL',
    needs: ['createTable', 'insert', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      expect(await insert(fixture, name, ROWS)).toBe(3n);
      expect(await insert(fixture, name, [[7.5, 4n]], ['score', 'id'])).toBe(1n);
      await expectRows(fixture, name, [...ROWS, [4n, null, 7.5]]);
      await drop(fixture, name);
    },
  },
  {
    title: 'an aborted INSERT leaves the table as it was, and nothing is seen before it is finished',
    needs: ['createTable', 'insert', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      await insert(fixture, name, ROWS);
      const before = await fixture.engine?.tableCount();
      await inTransaction(fixture.connector, async (t) => {
        const table = await requireTable(t, name);
        const sink = await t.beginInsert?.(
          SESSION,
          table.handle,
          table.columns.filter((c) => c.hidden !== true).map((c) => c.handle),
        );
        if (sink === undefined) throw new Error('no sink');
        await fillSink(sink, ROWS, fixture.engine);
        await expectRows(fixture, name, ROWS);
        await sink.abort();
      });
      await expectRows(fixture, name, ROWS);
      expect(await fixture.engine?.tableCount()).toBe(before);
      await drop(fixture, name);
    },
  },
  {
    title: 'a query goes on reading the table that it found when another query drops or empties it',
    needs: ['createTable', 'insert', 'truncate', 'dropTable'],
    run: async (fixture) => {
      if (fixture.dropsAtOnce === true) return;
      const name = newName(fixture);
      await createTable(fixture, name);
      await insert(fixture, name, ROWS);
      await inTransaction(fixture.connector, async (reader) => {
        const table = await requireTable(reader, name);
        await changeTable(fixture, name, (t, found) => t.truncateTable?.(SESSION, found.handle));
        await drop(fixture, name);
        expect(sorted(await readTable(reader, table, fixture.engine))).toEqual(sorted(kept(fixture, ROWS)));
      });
    },
  },
  {
    title: 'a NOT NULL column is one until the constraint is dropped',
    needs: ['createTable', 'dropNotNull', 'insert', 'dropTable'],
    features: ['notNullColumns'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name, [column('id', BIGINT, { nullable: false }), column('name', VARCHAR)]);
      const nullable = () =>
        inTransaction(fixture.connector, async (t) => (await requireTable(t, name)).columns.filter((c) => c.hidden !== true).map((c) => c.nullable !== false));
      expect(await nullable()).toEqual([false, true]);
      await changeTable(fixture, name, (t, table) => t.dropNotNull?.(SESSION, table.handle, handleOf(table, 'id')));
      expect(await nullable()).toEqual([true, true]);
      expect(await insert(fixture, name, [[null, 'x']])).toBe(1n);
      await drop(fixture, name);
    },
  },
  {
    title: 'an UPDATE to constants that the source takes changes every row, and one that it cannot take is not taken',
    needs: ['createTable', 'insert', 'update', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      await insert(fixture, name, ROWS);
      await changeTable(fixture, name, async (t, table) => {
        const set = (value: Row[number]) => t.applyUpdate?.(SESSION, table.handle, [{ column: handleOf(table, 'name'), value }]);
        expect(set('\0')).toBeUndefined();
        const handle = set("it's \\ new");
        if (handle === undefined) throw new Error('the update was not taken');
        expect(await t.executeUpdate?.(SESSION, handle)).toBe(3n);
      });
      await expectRows(
        fixture,
        name,
        ROWS.map(([id = null, , score = null]): Row => [id, "it's \\ new", score]),
      );
      await drop(fixture, name);
    },
  },
  {
    title: 'TRUNCATE and DELETE of everything leave an empty table',
    needs: ['createTable', 'insert', 'truncate', 'delete', 'dropTable'],
    run: async (fixture) => {
      const name = newName(fixture);
      await createTable(fixture, name);
      await insert(fixture, name, ROWS);
      await changeTable(fixture, name, async (t, table) => expect([3n, undefined]).toContain(await t.executeDelete?.(SESSION, table.handle)));
      await expectRows(fixture, name, []);
      await insert(fixture, name, ROWS);
      await changeTable(fixture, name, (t, table) => t.truncateTable?.(SESSION, table.handle));
      await expectRows(fixture, name, []);
      await drop(fixture, name);
    },
  },
];

const constant = (type: Type, value: Row[number]): Expression => ({ kind: 'constant', type, value });

/** What the engine does with a residual that compares a column with a constant. */
function holds(conjunct: Expression, value: Row[number] | undefined): boolean {
  if (conjunct.kind !== 'comparison' || conjunct.right.kind !== 'constant') throw new Error('the suite pushes comparisons only');
  const equal = value === conjunct.right.value;
  return value !== null && (conjunct.operator === '=' ? equal : !equal);
}

const READING: readonly Behaviour[] = [
  {
    title: 'a filter and its residual select exactly the rows that they should',
    needs: ['filterPushdown'],
    run: (fixture) =>
      inTransaction(fixture.connector, async (t) => {
        if (fixture.sample === undefined) throw new Error('filterPushdown needs a sample table');
        const { name, column: columnName, value } = fixture.sample;
        const found = await requireTable(t, name);
        // the column may be one of those that only show themselves when they are named
        const table = { ...found, columns: found.columns.map((c) => (c.name === columnName ? { ...c, hidden: false } : c)) };
        const visible = table.columns.filter((c) => c.hidden !== true);
        const at = visible.findIndex((c) => c.name === columnName);
        const target = visible[at];
        if (target === undefined) throw new Error(`no column ${columnName}`);
        const all = await readTable(t, table, fixture.engine);
        for (const operator of ['=', '<>'] as const) {
          const reference: Expression = { kind: 'reference', name: 'symbol', type: target.type };
          const conjunct: Expression = { kind: 'comparison', operator, left: reference, right: constant(target.type, value), type: BOOLEAN };
          const result = t.applyFilter?.(SESSION, table.handle, { conjuncts: [conjunct], assignments: new Map([['symbol', target.handle]]) });
          const scanned = await readTable(t, table, fixture.engine, result?.table ?? table.handle);
          const residual = result?.residual ?? [conjunct];
          const selected = scanned.filter((row) => residual.every((r) => holds(r, row[at])));
          expect(sorted(selected)).toEqual(sorted(all.filter((row) => holds(conjunct, row[at]))));
          expect(selected.length).toBeGreaterThan(0);
          expect(selected.length).toBeLessThan(all.length);
        }
      }),
  },
  {
    title: 'a limit that is guaranteed is exact, one that is not drops no row too many',
    needs: ['limitPushdown'],
    run: (fixture) =>
      inTransaction(fixture.connector, async (t) => {
        if (fixture.sample === undefined) throw new Error('limitPushdown needs a sample table');
        const table = await requireTable(t, fixture.sample.name);
        const result = t.applyLimit?.(SESSION, table.handle, 2n);
        if (result === undefined) throw new Error('the limit was not taken');
        const rows = await readTable(t, table, fixture.engine, result.table);
        if (result.guaranteed) expect(rows.length).toBe(2);
        else expect(rows.length).toBeGreaterThanOrEqual(2);
      }),
  },
  {
    title: 'statistics know the rows',
    needs: ['statistics'],
    run: (fixture) =>
      inTransaction(fixture.connector, async (t) => {
        if (fixture.sample?.rowCount === undefined) return;
        const table = await requireTable(t, fixture.sample.name);
        const statistics = await t.getStatistics?.(
          SESSION,
          table.handle,
          table.columns.filter((c) => c.hidden !== true).map((c) => c.handle),
        );
        expect(statistics?.rowCount).toBe(fixture.sample.rowCount);
      }),
  },
  {
    title: 'a scan gives exactly the columns that are asked for, in that order',
    needs: [],
    run: (fixture) =>
      inTransaction(fixture.connector, async (t) => {
        if (fixture.sample === undefined) return;
        const table = await requireTable(t, fixture.sample.name);
        const forward = await readTable(t, table, fixture.engine);
        const backward = await readTable(t, { ...table, columns: table.columns.toReversed() }, fixture.engine);
        expect(sorted(backward.map((row) => row.toReversed()))).toEqual(sorted(forward));
        expect(forward.length).toBeGreaterThan(0);
      }),
  },
];

export const BEHAVIOURS: readonly Behaviour[] = [...METADATA, ...WRITING, ...MERGING, ...READING];
