import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresqlConnectorFactory } from '../../../catalog/postgresql/index.ts';
import { parseJdbcUrl } from '../../../catalog/postgresql/jdbcUrl.ts';
import { typeId } from '../../../spi/type.ts';
import { connectorContext, SESSION } from '../../connector/connectorContext.ts';
import { inTransaction, readScan, requireTable } from '../../connector/rows.ts';
import { readGoldenFile } from '../../sql/goldenCase.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

let fixture: PostgresFixture;

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
});
afterAll(async () => {
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

  test('has the session properties of Trino', async () => {
    const recorded = readGoldenFile(path.join(import.meta.dirname, 'fixtures', 'sessionProperties.jsonl')).find(({ sql }) => sql.startsWith('SHOW SESSION'));
    const { sessionProperties = [] } = await fixture.connect();
    const shown = sessionProperties.map(({ name, defaultValue, type, description }) => {
      const value = defaultValue === null ? '' : String(defaultValue);
      return [`postgresql.${name}`, value, value, typeId(type), description];
    });
    expect(shown.toSorted()).toEqual(recorded?.rows?.toSorted());
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
