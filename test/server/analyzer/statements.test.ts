import { expect, test } from 'vitest';
import { analyze, analyzeConstant, analyzeStatement, describeStatement, referencedTables } from '../../../server/analyzer/index.ts';
import { functionResolver } from '../../../server/function/resolver.ts';
import type { Metadata } from '../../../server/metadata/metadata.ts';
import type { PlanNode } from '../../../server/plan/plan.ts';
import { sourcesOf } from '../../../server/plan/planNodes.ts';
import { parseExpression, parseStatement } from '../../../server/sql/parser/parser.ts';
import { BIGINT, decimal, INTEGER, typeId, VARCHAR, varchar } from '../../../spi/type.ts';
import { type FakeTables, fakeMetadata, fakeTransaction, SESSION } from './testMetadata.ts';

const TABLES: FakeTables = {
  tables: {
    'memory.default.t': [
      ['a', BIGINT],
      ['b', varchar(5)],
      ['c', decimal(5, 2)],
    ],
  },
  views: {
    'memory.default.v': {
      originalSql: 'SELECT name n, nationkey k FROM nation',
      catalog: 'tpch',
      schema: 'tiny',
      columns: [
        { name: 'n', type: VARCHAR },
        { name: 'k', type: BIGINT },
      ],
    },
    'memory.default.stale': { originalSql: 'SELECT 1 x', columns: [{ name: 'y', type: INTEGER }] },
    'memory.default.broken': { originalSql: 'SELECT nosuch FROM tpch.tiny.nation', columns: [{ name: 'y', type: INTEGER }] },
  },
};

const session = { ...SESSION, catalog: 'memory', schema: 'default' };
const base = fakeMetadata(TABLES);
const metadata: Metadata = {
  ...base,
  catalog: (name) => {
    const known = base.catalogExists(name);
    const nothing = { queryId: 'test', user: 'u', source: undefined, timeZone: 'UTC', startMicros: 0n, extraCredentials: new Map(), properties: new Map() };
    const connector = { begin: () => fakeTransaction(true), close: () => Promise.resolve() };
    return known ? { connector, transaction: fakeTransaction(name === 'memory'), session: nothing } : undefined;
  },
};
const options = { session, metadata, functions: functionResolver };
const run = (sql: string) => analyzeStatement(parseStatement(sql), options);
const outline = (node: PlanNode): string => `${node.kind}${sourcesOf(node).length === 0 ? '' : `(${sourcesOf(node).map(outline).join(', ')})`}`;
const plan = (sql: string): string => outline(run(sql).plan.root);

// messages and places are those of a real Trino 476
test.each([
  [
    'INSERT INTO t VALUES (1, 2, 1.5)',
    'line 1:1: Insert query has mismatched column types: Table: [bigint, varchar(5), decimal(5,2)], Query: [integer, integer, decimal(2,1)]',
  ],
  ['INSERT INTO t (a, a) VALUES (1, 2)', 'line 1:1: Insert column name is specified more than once: a'],
  ['INSERT INTO t (a, x) VALUES (1, 2)', 'line 1:1: Insert column name does not exist in target table: x'],
  ['INSERT INTO t (a, b) VALUES (1)', 'line 1:1: Insert query has mismatched column types: Table: [bigint, varchar(5)], Query: [integer]'],
  ['INSERT INTO nosuch VALUES 1', "line 1:1: Table 'memory.default.nosuch' does not exist"],
  ["INSERT INTO tpch.tiny.nation VALUES (1, 'a', 1, 'b')", 'This connector does not support inserts'],
  ['INSERT INTO v VALUES 1', 'line 1:1: Inserting into views is not supported'],
  ['DELETE FROM v', 'line 1:1: Deleting from views is not supported'],
  ['UPDATE v SET a = 1', 'line 1:1: Updating views is not supported'],
  ['CREATE TABLE u AS SELECT 1', 'line 1:1: Column name not specified at position 1'],
  ['CREATE TABLE u AS SELECT 1 a, 2 a', "line 1:1: Column name 'a' specified more than once"],
  ['CREATE TABLE u AS SELECT NULL a', 'line 1:1: Column type is unknown: a'],
  ['CREATE TABLE t AS SELECT 1 a', "line 1:1: Destination table 'memory.default.t' already exists"],
  ['CREATE TABLE u WITH (foo = 1) AS SELECT 1 a', "line 1:22: Catalog 'memory' table property 'foo' does not exist"],
  ['CREATE TABLE nosuch.default.u AS SELECT 1 a', "line 1:1: Catalog 'nosuch' not found"],
  ['DELETE FROM tpch.tiny.nation', 'This connector does not support modifying table rows'],
  ['UPDATE t SET x = 2', "line 1:14: The UPDATE SET target column x doesn't exist"],
  ["UPDATE t SET a = 'x'", "line 1:1: UPDATE table column types don't match SET expressions: Table: [bigint], Expressions: [varchar(1)]"],
  ['UPDATE t SET a = a + 1 WHERE 1', 'line 1:30: WHERE clause must evaluate to a boolean: actual type integer'],
  ['MERGE INTO t USING (VALUES 1) s(x) ON a = x WHEN MATCHED THEN UPDATE SET zz = 1', 'line 1:1: Merge column name does not exist in target table: zz'],
  [
    'MERGE INTO t USING (VALUES 1) s(x) ON a WHEN NOT MATCHED THEN INSERT (a) VALUES (1)',
    'line 1:39: The MERGE predicate must evaluate to a boolean: actual type bigint',
  ],
  [
    "MERGE INTO t USING (VALUES 1) s(x) ON a = x WHEN MATCHED THEN UPDATE SET a = 'x'",
    "line 1:45: MERGE table column types don't match for MERGE case 0, SET expressions: Table: [bigint], Expressions: [varchar(1)]",
  ],
  ['MERGE INTO t USING (VALUES 1) s(a) ON a = 1 WHEN MATCHED THEN DELETE', "line 1:39: Column 'a' is ambiguous"],
])('%s is refused', (sql, message) => {
  expect(() => run(sql)).toThrow(message);
});

test('statements that write give the count of rows and say what they write', () => {
  const { plan: insert, fields, output } = run("INSERT INTO t (b, a) SELECT 'x', 1");
  expect(insert.updateType).toBe('INSERT');
  expect(fields.map(({ name, symbol }) => [name, typeId(symbol.type)])).toEqual([['rows', 'bigint']]);
  expect(output).toEqual({
    name: { catalog: 'memory', schema: 'default', object: 't' },
    columns: [
      { name: 'b', type: varchar(5) },
      { name: 'a', type: BIGINT },
    ],
  });
  expect(plan('CREATE TABLE u AS SELECT nationkey FROM tpch.tiny.nation')).toMatch(/^output\(tableWriter\(/);
  expect(plan('CREATE TABLE IF NOT EXISTS t AS SELECT 1 a')).toBe('output(values)');
  expect(plan('DELETE FROM t WHERE a = 1')).toBe('output(mergeWriter(project(filter(tableScan))))');
  expect(plan('UPDATE t SET a = 2')).toBe('output(mergeWriter(project(tableScan)))');
  expect(plan('MERGE INTO t USING (VALUES 1) s(x) ON a = x WHEN MATCHED THEN DELETE')).toBe(
    'output(mergeWriter(project(project(join(project(tableScan), project(values))))))',
  );
});

test('the plan has its nodes in the order of the clauses', () => {
  expect(plan('SELECT b, count(*) FROM t WHERE a > 1 GROUP BY b HAVING count(*) > 1 ORDER BY b LIMIT 1')).toBe(
    'output(limit(sort(filter(aggregation(filter(tableScan))))))',
  );
  expect(plan('SELECT a FROM t WHERE a IN (SELECT nationkey FROM tpch.tiny.nation)')).toBe('output(project(filter(apply(tableScan, project(tableScan)))))');
  expect(plan('SELECT (SELECT max(a) FROM t x WHERE x.b = t.b) FROM t')).toContain('correlatedJoin(tableScan, enforceSingleRow(');
  expect(plan('SELECT * FROM t, UNNEST(array[a])')).toBe('output(unnest(project(tableScan)))');
});

test('conjuncts stay in the order of the text', () => {
  const { root } = analyze(parseStatement("SELECT 1 FROM t WHERE a <> 0 AND 10 / a > 1 AND b = 'x'"), options);
  const filter = sourcesOf(sourcesOf(root)[0] ?? root)[0];
  const predicate = filter?.kind === 'filter' ? filter.predicate : undefined;
  const operators = predicate?.kind === 'logical' ? predicate.terms.map((term) => (term.kind === 'comparison' ? term.operator : term.kind)) : [];
  expect(operators).toEqual(['<>', '>', '=']);
});

test('views are expanded in their own schema, with the columns that they were made with', () => {
  const { fields, inputs } = run('SELECT * FROM v');
  expect(fields.map(({ name, symbol }) => `${name} ${typeId(symbol.type)}`)).toEqual(['n varchar', 'k bigint']);
  expect(inputs.map(({ name }) => `${name.catalog}.${name.schema}.${name.object}`)).toEqual(['memory.default.v', 'tpch.tiny.nation']);
  expect(() => run('SELECT * FROM stale')).toThrow(
    "line 1:15: View 'memory.default.stale' is stale or in invalid state: column [x] of type integer projected from query view at position 0 has a different name from column [y] of type integer stored in view definition",
  );
  expect(() => run('SELECT * FROM broken')).toThrow(
    "line 1:15: Failed analyzing stored view 'memory.default.broken': line 1:8: Column 'nosuch' cannot be resolved",
  );
});

test('the columns of a result know where they come from', () => {
  const { columns } = describeStatement(parseStatement('SELECT nationkey, name AS n, 1 FROM tpch.tiny.nation'), options);
  expect(columns.map(({ name, catalog, table, type, aliased }) => [name, catalog, table, typeId(type), aliased])).toEqual([
    ['nationkey', 'tpch', 'nation', 'bigint', false],
    ['n', 'tpch', 'nation', 'varchar(25)', true],
    ['_col2', undefined, undefined, 'integer', false],
  ]);
});

test('parameters take the type that their place asks for, or the value that is given', () => {
  const statement = parseStatement('SELECT a + ? FROM t WHERE b = ? AND c > CAST(? AS double) LIMIT ?');
  expect(describeStatement(statement, options).parameterTypes.map(typeId)).toEqual(['bigint', 'varchar(5)', 'unknown', 'bigint']);
  const given = ['1', "'x'", '2', '3'].map(parseExpression);
  expect(() => analyze(statement, { ...options, parameters: given })).not.toThrow();
  expect(() => analyze(statement, { ...options, parameters: given.slice(1) })).toThrow('line 1:1: Incorrect number of parameters: expected 4 but found 3');
});

test('the tables that a statement names are known before the analysis', () => {
  const names = (sql: string) => referencedTables(parseStatement(sql), session).map(({ name }) => `${name.catalog}.${name.schema}.${name.object}`);
  expect(names('WITH w AS (SELECT * FROM a) SELECT * FROM w, s.b WHERE EXISTS (TABLE c.s.d)').toSorted()).toEqual([
    'c.s.d',
    'memory.default.a',
    'memory.default.w',
    'memory.s.b',
  ]);
  expect(names('INSERT INTO t SELECT * FROM u')).toEqual(['memory.default.t', 'memory.default.u']);
  expect(referencedTables(parseStatement('SELECT * FROM a FOR VERSION AS OF 3'), session)).toEqual([
    { name: { catalog: 'memory', schema: 'default', object: 'a' }, version: { kind: 'version', value: { type: INTEGER, value: 3 } } },
  ]);
});

test('constants have values', () => {
  const value = (sql: string, type?: typeof BIGINT) => analyzeConstant(parseExpression(sql), { session, functions: functionResolver, ...(type && { type }) });
  expect(value('1', BIGINT)).toEqual({ type: BIGINT, value: 1n });
  expect(value("ARRAY['a', 'bc']").value).toEqual(['a', 'bc']);
  expect(value("CAST('12' AS bigint)")).toEqual({ type: BIGINT, value: 12n });
  expect(() => value("'a'", BIGINT)).toThrow('line 1:1: Cannot cast type varchar(1) to bigint');
  expect(() => value('x')).toThrow("line 1:1: Column 'x' cannot be resolved");
});
