import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresqlConnectorFactory } from '../../../catalog/postgresql/index.ts';
import { parseJdbcUrl } from '../../../catalog/postgresql/jdbcUrl.ts';
import { connectorContext, SESSION } from '../../connector/connectorContext.ts';
import { inTransaction, readScan, requireTable } from '../../connector/rows.ts';
import { postgresCatalogFile } from '../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { StatementAsker } from '../../sql/askServer.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

let fixture: PostgresFixture;
let server: TestServer;
let asker: StatementAsker;

beforeAll(async () => {
  fixture = await startFixture();
  await fixture.query(`
    DROP SCHEMA IF EXISTS shop CASCADE;
    CREATE SCHEMA shop;
    CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer text, code text COLLATE "und-x-icu", amount numeric(10,2), weight float8, day date, tags text[], span interval, doc jsonb, plain json);
    CREATE TABLE shop.customers (name text PRIMARY KEY, age int);
    CREATE TABLE shop."Odd" ("Id" int);
    INSERT INTO shop."Odd" VALUES (7);
    ANALYZE`);
  server = await startTestServer({ catalogs: { postgresql: postgresCatalogFile(fixture.rig) } });
  asker = new StatementAsker(server.url);
});
afterAll(async () => {
  asker?.close();
  await server?.close();
  await fixture?.close();
});

describe('configuration', () => {
  test('reads the URL of the JDBC driver', () => {
    expect(parseJdbcUrl('jdbc:postgresql://a:1,b/db%20x?sslmode=require&user=u&connectTimeout=3&currentSchema=s&ApplicationName=app')).toEqual({
      hosts: [
        { host: 'a', port: 1 },
        { host: 'b', port: 5432 },
      ],
      database: 'db x',
      user: 'u',
      password: undefined,
      sslMode: 'require',
      connectTimeoutMs: 3000,
      applicationName: 'app',
      currentSchema: 's',
    });
    expect(parseJdbcUrl('jdbc:postgresql://[::1]:7/x').hosts).toEqual([{ host: '::1', port: 7 }]);
    expect(parseJdbcUrl('jdbc:postgresql:x')).toMatchObject({ hosts: [{ host: 'localhost', port: 5432 }], database: 'x', sslMode: 'prefer' });
    expect(parseJdbcUrl('jdbc:postgresql://h/x?ssl=true&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory').sslMode).toBe('verify-full');
    expect(() => parseJdbcUrl('jdbc:mysql://h/x')).toThrow('Invalid JDBC URL for PostgreSQL connector');
    expect(() => parseJdbcUrl('jdbc:postgresql://h/x?targetServerType=primary')).toThrow('targetServerType=primary of the connection URL is not supported');
    expect(parseJdbcUrl('jdbc:postgresql://h/x?targetServerType=any&readOnly=true&loadBalanceHosts=true')).toMatchObject({
      readOnly: true,
      loadBalanceHosts: true,
    });
  });

  test('takes every key that Trino takes', () => {
    const keys = {
      'connection-url': 'jdbc:postgresql://h/x',
      'connection-user': 'u',
      'connection-password': 'p',
      'user-credential-name': 'pg.user',
      'password-credential-name': 'pg.password',
      'credential-provider.type': 'INLINE',
      'jdbc-types-mapped-to-varchar': 'inet,xml',
      'metadata.cache-maximum-size': '10',
      'metadata.cache-missing': 'true',
      'metadata.cache-ttl': '1m',
      'metadata.schemas.cache-ttl': '1m',
      'metadata.statistics.cache-ttl': '1m',
      'metadata.tables.cache-ttl': '1m',
      'decimal-default-scale': '3',
      'decimal-mapping': 'ALLOW_OVERFLOW',
      'decimal-rounding-mode': 'HALF_UP',
      'query.comment-format': 'x',
      'dynamic-filtering.enabled': 'true',
      'dynamic-filtering.wait-timeout': '5s',
      'experimental.join-pushdown.automatic.max-join-to-tables-ratio': '2',
      'experimental.join-pushdown.automatic.max-table-size': '1GB',
      'join-pushdown.strategy': 'EAGER',
      'aggregation-pushdown.enabled': 'true',
      'complex-expression-pushdown.enabled': 'true',
      'domain-compaction-threshold': '100',
      'jdbc.bulk-list-columns.enabled': 'true',
      'join-pushdown.enabled': 'true',
      'join-pushdown.with-expressions': 'true',
      'topn-pushdown.enabled': 'true',
      'statistics.enabled': 'true',
      'insert.non-transactional-insert.enabled': 'true',
      'merge.non-transactional-merge.enabled': 'true',
      'write.batch-size': '10',
      'write.parallelism': '2',
      'case-insensitive-name-matching': 'true',
      'case-insensitive-name-matching.cache-ttl': '1m',
      'case-insensitive-name-matching.config-file': path.join(import.meta.dirname, 'oracle/names/mapping.json'),
      'case-insensitive-name-matching.config-file.refresh-period': '10s',
      'postgresql.array-mapping': 'AS_JSON',
      'postgresql.experimental.enable-string-pushdown-with-collate': 'true',
      'postgresql.fetch-size': '100',
      'postgresql.include-system-tables': 'true',
      'query.reuse-connection': 'true',
      'unsupported-type-handling': 'CONVERT_TO_VARCHAR',
      'allow-aggregation-pushdown': 'true',
      'experimental.join-pushdown.enabled': 'true',
      'postgresql.experimental.array-mapping': 'DISABLED',
      'unsupported-type.handling-strategy': 'IGNORE',
    };
    const { context, config } = connectorContext('postgresql', keys);
    postgresqlConnectorFactory.create(context);
    expect(() => config.requireAllUsed()).not.toThrow();
  });

  test('takes user and password from the extra credentials that it names', async () => {
    if (fixture.rig.pid === undefined) return;
    await fixture.query('DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    const connector = await fixture.connect({ 'user-credential-name': 'pg.user', 'password-credential-name': 'pg.password' });
    const session = { ...SESSION, extraCredentials: new Map([['pg.user', 'guest']]) };
    const name = { schema: 'shop', table: 'orders' };
    const read = inTransaction(connector, async (t) => {
      const table = await t.getTable(session, name);
      if (table === undefined) throw new Error('no table');
      const scan = await t.scan(
        session,
        table.handle,
        table.columns.map((column) => column.handle),
        new AbortController().signal,
      );
      return readScan(scan);
    });
    await expect(read).rejects.toMatchObject({
      errorName: 'JDBC_ERROR',
      message: expect.stringMatching(/^ERROR: permission denied for (schema shop|table orders)/),
    });
  });

  test('finds names in mixed case when told to', async () => {
    const strict = await fixture.connect();
    const lenient = await fixture.connect({ 'case-insensitive-name-matching': 'true' });
    const name = { schema: 'shop', table: 'odd' };
    await inTransaction(strict, async (t) => expect(await t.getTable(SESSION, name)).toBeUndefined());
    await inTransaction(lenient, async (t) => expect((await requireTable(t, name)).columns.map((column) => column.name)).toEqual(['id']));
  });

  test('says which columns are hidden, and the switch that shows them', async () => {
    const connector = await fixture.connect();
    await inTransaction(connector, async (t) => {
      expect((await requireTable(t, { schema: 'shop', table: 'orders' })).warnings).toEqual([
        "Columns of shop.orders with types that are not supported are hidden: tags (text[]), span (interval). To see them set the session property array_mapping to 'AS_ARRAY' or 'AS_JSON' (catalog: postgresql.array-mapping), the session property unsupported_type_handling to 'CONVERT_TO_VARCHAR' (catalog: unsupported-type-handling)",
      ]);
    });
  });
});

describe('what is pushed down', () => {
  const remote = async (sql: string): Promise<string> => {
    const { rows, error } = await asker.ask(`EXPLAIN ${sql}`, { catalog: 'postgresql', schema: 'shop', tz: 'UTC' });
    if (error !== undefined) throw new Error(error.message);
    return [...String(rows?.[0]?.[0]).matchAll(/Remote query: (.*)/g)].map(([, text]) => text).join(' | ');
  };
  const orders = 'SELECT … FROM "shop"."orders"';

  test.each([
    ["customer = 'x'", `${orders} WHERE ("customer" = 'x'::text)`],
    ["customer IN ('x', 'y')", `${orders} WHERE ("customer" = ANY ('{"x","y"}'::text[]))`],
    ["customer > 'x'", `${orders} WHERE ("customer" > 'x'::text)`],
    ["code > 'x'", `${orders} WHERE ("code" > 'x'::text COLLATE "C")`],
    ["code = 'x'", `${orders} WHERE ("code" = 'x'::text)`],
    ["customer LIKE 'a%'", `${orders} WHERE ("customer" LIKE 'a%')`],
    ['customer IS NULL', `${orders} WHERE ("customer" IS NULL)`],
    ['weight > 1e0', `${orders} WHERE ("weight" > '1'::double precision AND "weight" <> 'NaN')`],
    ['id + 1 = 7', `${orders} WHERE (("id" + '1'::bigint) = '7'::bigint)`],
    ["lower(customer) = 'x'", orders],
    ['id BETWEEN 3 AND 5', `${orders} WHERE (("id" >= '3'::bigint) AND ("id" <= '5'::bigint))`],
    ['amount * 2 > 10', `${orders} WHERE (("amount" * '2'::numeric) > '10.00'::numeric)`],
    ['amount / 2 > 10', orders],
    ["json_extract_scalar(doc, '$.a') = 'x'", `${orders} WHERE (("doc" ->> 'a') = 'x')`],
    ["json_extract_scalar(doc, '$.a.b') IN ('x', '17')", `${orders} WHERE (("doc" -> 'a' ->> 'b') = ANY ('{"x","17"}'::text[]))`],
    ["json_extract_scalar(doc, '$.a') = 'x' OR id = 3", `${orders} WHERE ((("doc" ->> 'a') = 'x') OR ("id" = '3'::bigint))`],
    ["json_extract_scalar(doc, '$.a') = '1.5'", orders],
    ["json_extract_scalar(doc, '$.a') <> 'x'", orders],
    ["json_extract_scalar(doc, '$[0]') = 'x'", orders],
    ["json_extract_scalar(plain, '$.a') = 'x'", orders],
  ])('WHERE %s', async (where, expected) => {
    expect(await remote(`SELECT id FROM orders WHERE ${where}`)).toBe(expected);
  });

  test('an element of an array, by the operator that an index answers', async () => {
    const arrays = { catalog: 'postgresql', schema: 'shop', tz: 'UTC', session: 'postgresql.array_mapping=AS_ARRAY' };
    const ask = async (where: string) => String((await asker.ask(`EXPLAIN SELECT id FROM orders WHERE ${where}`, arrays)).rows?.[0]?.[0]);
    expect(await ask("contains(tags, 'a')")).toContain(`Remote query: ${orders} WHERE ("tags" @> '{"a"}'::"text"[])`);
    expect(await ask("NOT contains(tags, 'a')")).not.toContain('WHERE');
    expect(await ask('contains(tags, customer)')).not.toContain('WHERE');
  });

  test.each([
    ['SELECT id FROM orders LIMIT 5', `${orders} LIMIT 5`],
    ['SELECT id FROM orders ORDER BY customer LIMIT 5', `${orders} ORDER BY "customer" ASC NULLS LAST LIMIT 5`],
    ['SELECT id FROM orders ORDER BY code DESC LIMIT 5', `${orders} ORDER BY "code" COLLATE "C" DESC NULLS LAST LIMIT 5`],
    ['SELECT DISTINCT customer FROM orders', 'SELECT … FROM (SELECT "customer" AS "customer" FROM "shop"."orders" GROUP BY "customer") o'],
    ['SELECT count(*), max(day) FROM orders', 'SELECT … FROM (SELECT count(*) AS "_pfgnrtd_0", max("day") AS "_pfgnrtd_1" FROM "shop"."orders") o'],
    ['SELECT max(weight) FROM orders', orders],
    ['SELECT stddev(weight) FROM orders', 'SELECT … FROM (SELECT stddev_samp("weight") AS "_pfgnrtd_0" FROM "shop"."orders") o'],
    [
      'SELECT covar_pop(weight, weight), corr(weight, weight) FROM orders',
      'SELECT … FROM (SELECT covar_pop("weight", "weight") AS "_pfgnrtd_0", corr("weight", "weight") AS "_pfgnrtd_1" FROM "shop"."orders") o',
    ],
    ['SELECT stddev(weight) FILTER (WHERE id > 1), count(*) FROM orders', orders],
    ['SELECT count(DISTINCT customer) FROM orders', 'SELECT … FROM (SELECT count(DISTINCT "customer") AS "_pfgnrtd_0" FROM "shop"."orders") o'],
  ])('%s', async (sql, expected) => {
    expect(await remote(sql)).toBe(expected);
  });

  test('a join over a unique key, as one query', async () => {
    expect(await remote('SELECT o.id, c.age FROM orders o JOIN customers c ON o.customer = c.name')).toMatch(
      /^SELECT … FROM \(SELECT .* INNER JOIN .* ON \([lr]\."(customer|name)" = [lr]\."(customer|name)"\)\) o$/,
    );
  });
});
