import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { run, type WireRow } from '../../rig/statementClient.ts';
import { KafkaTopics } from './kafkaTopics.ts';

const START_MS = 180_000;
// topics are made and deleted in each, also on a busy machine
vi.setConfig({ testTimeout: START_MS });
const own = `ddl${process.pid}`;
const declared = `${own}_declared`;
let dir: string;
let rig: KafkaRig;
let topics: KafkaTopics;
let server: TestServer;

const DECLARED = {
  tableName: declared,
  topicName: declared,
  message: { dataFormat: 'json', fields: [{ name: 'id', mapping: 'id', type: 'BIGINT' }] },
};

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-ddl-'));
  rig = await startKafka({ dataDir: dir });
  topics = new KafkaTopics(rig.nodes);
  const nodes = `connector.name=kafka\nkafka.nodes=${rig.nodes}\nkafka.table-description-dir=@etc@/kafka\n`;
  server = await startTestServer({
    catalogs: {
      kafka: `${nodes}kafka.table-names=${own}*\nkafka.allow-drop-table=true\n`,
      inferring: `${nodes}kafka.table-names=${own}*\nkafka.schema-inference=true\n`,
      everything: `${nodes}kafka.table-names=${own}*\nkafka.hide-internal-columns=false\nkafka.allow-drop-table=true\n`,
      elsewhere: `${nodes}kafka.table-names=none\n`,
    },
    files: { [`kafka/${declared}.json`]: JSON.stringify(DECLARED) },
  });
}, START_MS);

afterAll(async () => {
  await server?.close();
  await topics?.close();
  await rig?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

const rows = async (sql: string, catalog = 'kafka'): Promise<readonly WireRow[]> => (await run({ url: server.url, catalog, schema: 'default' }, sql)).rows;
const value = async (sql: string, catalog?: string) => (await rows(sql, catalog))[0]?.[0];
const failing = (sql: string, catalog?: string) => expect(rows(sql, catalog)).rejects;
const topicNames = async (): Promise<string[]> => (await topics.admin.listTopics()).filter((name) => name.startsWith(own)).toSorted();
const files = (): string[] => readdirSync(path.join(server.etcDir, 'kafka')).toSorted();

describe('CREATE TABLE', () => {
  test('makes a topic and its description, which DROP TABLE takes away again', async () => {
    const name = `${own}_orders`;
    await rows(`CREATE TABLE ${name} (id bigint COMMENT 'the key', name varchar(10), price double, paid boolean, at timestamp(3), day date)
      COMMENT 'what was ordered'
      WITH (partitions = 3, key_columns = ARRAY['id'], topic_config = MAP(ARRAY['retention.ms', 'cleanup.policy'], ARRAY['86400000', 'delete']))`);
    expect(await topicNames()).toContain(name);
    expect(await rows('SHOW TABLES')).toContainEqual([name]);
    expect(await rows('SHOW TABLES', 'everything')).toContainEqual([name]);
    // the folder of descriptions is the same
    expect(await rows('SHOW TABLES', 'elsewhere')).toEqual([['none']]);
    const written = `INSERT INTO ${name} VALUES (7, 'x', 1.5, true, TIMESTAMP '2024-02-03 04:05:06.789', DATE '2024-02-03'), (8, NULL, NULL, NULL, NULL, NULL)`;
    await rows(written);
    expect(await rows(`SELECT * FROM ${name} ORDER BY id`)).toEqual([
      [7, 'x', 1.5, true, '2024-02-03 04:05:06.789', '2024-02-03'],
      [8, null, null, null, null, null],
    ]);
    expect(await rows(`SELECT _key, _message FROM ${name} WHERE id = 7`)).toEqual([
      ['\0\0\0\0\0\0\0\x07', '{"name":"x","price":1.5,"paid":true,"at":"2024-02-03T04:05:06.789","day":"2024-02-03"}'],
    ]);
    const config = await topics.admin.describeConfigs({ resources: [{ resourceType: 2, resourceName: name, configurationKeys: ['retention.ms'] }] });
    expect(JSON.stringify(config, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).toContain('86400000');

    await rows(`DROP TABLE ${name}`);
    expect(await topicNames()).not.toContain(name);
    expect(await rows('SHOW TABLES')).toEqual([[declared]]);
    expect(files()).toEqual([`${declared}.json`]);
  });

  test.each([
    ['no properties', '(a bigint, b varchar)'],
    ['raw and csv', "(k bigint, v varchar, w integer) WITH (key_columns = ARRAY['k'], message_format = 'csv', partitions = 2)"],
    [
      'every property',
      `(k1 varchar, k2 integer, "a b" varchar COMMENT 'it''s', t timestamp(3) WITH (data_format = 'custom-date-time', format_hint = 'yyyy-MM-dd'), n bigint WITH (mapping = 'x'))
       COMMENT 'c' WITH (topic = '${own}_other', partitions = 2, replication = 1, key_columns = ARRAY['k1', 'k2'], key_format = 'json', decode_error = 'null',
       topic_config = MAP(ARRAY['max.message.bytes'], ARRAY['2000000']))`,
    ],
    ['avro', `(k varchar, "a b" bigint WITH (mapping = 'ab'), c double) WITH (key_columns = ARRAY['k'], key_format = 'avro', message_format = 'avro')`],
    ['raw at fixed places', "(a bigint, b smallint, c double, d boolean) WITH (message_format = 'raw')"],
  ])('SHOW CREATE TABLE gives text that can be run again: %s', async (_, text) => {
    const name = `${own}_shown`;
    await rows(`CREATE TABLE ${name} ${text}`);
    const shown = String(await value(`SHOW CREATE TABLE ${name}`));
    const visible = String(await value(`SHOW CREATE TABLE ${name}`, 'everything'));
    await rows(`DROP TABLE ${name}`);
    await rows(shown);
    expect(await value(`SHOW CREATE TABLE ${name}`)).toBe(shown);
    await rows(`DROP TABLE ${name}`);
    // internal columns that are shown are there in any case
    await rows(visible);
    expect(await value(`SHOW CREATE TABLE ${name}`)).toBe(shown);
    await failing(`DROP TABLE ${name}`).toThrow(/NOT_SUPPORTED: .* was not made by CREATE TABLE in this catalog/);
    await rows(`DROP TABLE ${name}`, 'everything');
  });

  test('a topic that is there is refused, or adopted and left by DROP TABLE', async () => {
    const name = `there_${own}`;
    await topics.create(name, 2);
    await topics.produce(name, [{ value: '{"a": 5}' }]);
    await failing(`CREATE TABLE ${name} (a bigint)`).toThrow(/ALREADY_EXISTS: Topic 'there_.*' already exists/);
    await failing(`CREATE TABLE IF NOT EXISTS ${name} (a bigint)`).toThrow(/ALREADY_EXISTS/);
    await failing(`CREATE TABLE ${name} (a bigint) WITH (existing_topic = 'adopt', partitions = 2)`).toThrow(/INVALID_TABLE_PROPERTY: .*stay as they are/);
    await rows(`CREATE TABLE ${name} (a bigint) WITH (existing_topic = 'adopt')`);
    expect(await rows(`SELECT a FROM ${name}`)).toEqual([[5]]);
    expect(await value(`SHOW CREATE TABLE ${name}`)).toContain("WITH (\n   existing_topic = 'ADOPT'\n)");
    await rows(`CREATE TABLE IF NOT EXISTS ${name} (other varchar)`);
    await failing(`CREATE TABLE ${name} (other varchar)`).toThrow(/TABLE_ALREADY_EXISTS/);
    await rows(`DROP TABLE ${name}`);
    expect(await topics.admin.listTopics()).toContain(name);
    await topics.admin.deleteTopics({ topics: [name] });
  });

  test.each([
    ['(a bigint) WITH (bogus = 1)', /INVALID_TABLE_PROPERTY: line 1:\d+: Catalog 'kafka' table property 'bogus' does not exist/],
    ['(a decimal(5,2))', /NOT_SUPPORTED: Unsupported column type 'decimal\(5,2\)' for column 'a'/],
    ['(a array(bigint))', /NOT_SUPPORTED: Unsupported column type 'array\(bigint\)' for column 'a'/],
    ["(a varchar, b varchar) WITH (message_format = 'raw')", /INVALID_COLUMN_PROPERTY: Column 'a' of type varchar needs a mapping/],
    ["(a bigint, b bigint) WITH (key_columns = ARRAY['b'])", /INVALID_TABLE_PROPERTY: .* must be the first ones/],
    ["(a bigint) WITH (key_columns = ARRAY['c'])", /INVALID_TABLE_PROPERTY: .*'c', which is no column/],
    ["(a bigint) WITH (key_columns = ARRAY['a'])", /INVALID_TABLE_PROPERTY: A table needs a column that is not in the key/],
    ["(a bigint) WITH (message_format = 'protobuf')", /INVALID_TABLE_PROPERTY: Data format 'protobuf' needs a schema/],
    ["(a date) WITH (message_format = 'avro')", /NOT_SUPPORTED: Unsupported column type 'date' for column 'a'/],
    [`("a b" bigint) WITH (message_format = 'avro')`, /INVALID_COLUMN_PROPERTY: .*'a b' is no name of an Avro field/],
    ["(a bigint) WITH (message_format = 'avro', replication = 3)", /INVALID_REPLICATION_FACTOR/],
    ["(a bigint) WITH (message_format = 'xml')", /INVALID_TABLE_PROPERTY: Invalid value \[xml\]/],
    ['(a bigint) WITH (partitions = 0)', /INVALID_TABLE_PROPERTY: Table property 'partitions' must be/],
    ['(a bigint) WITH (replication = 3)', /INVALID_TABLE_PROPERTY: Cannot create topic .*INVALID_REPLICATION_FACTOR/],
    ["(a bigint) WITH (topic_config = MAP(ARRAY['retention.ms'], ARRAY['soon']))", /INVALID_TABLE_PROPERTY: Cannot create topic .*INVALID_CONFIG/],
    ["(a bigint) WITH (topic = 'no/name')", /INVALID_TABLE_PROPERTY: Cannot (look for|create) topic 'no\/name': INVALID_TOPIC_EXCEPTION/],
    ['(_message bigint)', /DUPLICATE_COLUMN_NAME: Internal Kafka column names conflict/],
  ])('%s is refused and leaves nothing', async (text, message) => {
    const name = `${own}_refused`;
    await failing(`CREATE TABLE ${name} ${text}`).toThrow(message);
    expect(await topicNames()).not.toContain(name);
    expect(files()).toEqual([`${declared}.json`]);
  });

  test('a description that cannot be written leaves no topic', async () => {
    const name = `${own}_unwritten`;
    const folder = path.join(server.etcDir, 'file');
    writeFileSync(folder, '');
    await rows(`CREATE CATALOG blocked USING kafka WITH ("kafka.nodes" = '${rig.nodes}', "kafka.table-description-dir" = '${folder}')`);
    await failing(`CREATE TABLE blocked.default.${name} (a bigint)`).toThrow(/Cannot write the table description/);
    expect(await topicNames()).not.toContain(name);
    await rows('DROP CATALOG blocked');
  });

  test('what Trino has no words for but those it always uses', async () => {
    await failing(`CREATE TABLE nowhere.${own}_x (a bigint)`).toThrow(/SCHEMA_NOT_FOUND: Schema nowhere not found/);
    await failing(`CREATE OR REPLACE TABLE ${declared} (a bigint)`).toThrow(/NOT_SUPPORTED: This connector does not support replacing tables/);
    await failing(`DROP TABLE ${declared}`).toThrow(/NOT_SUPPORTED: Table 'default\..*_declared' was not made by CREATE TABLE/);
    await failing(`DROP TABLE ${declared}`, 'inferring').toThrow(/NOT_SUPPORTED: This connector does not support dropping tables/);
    await failing(`CREATE TABLE ${own}_x (a bigint NOT NULL)`).toThrow(/NOT_SUPPORTED: .*does not support non-null column/);
    expect(await topicNames()).toEqual([]);
  });
});

describe('CREATE TABLE AS', () => {
  test('is one transaction: topic, rows and description', async () => {
    const name = `${own}_nation`;
    expect(await value(`CREATE TABLE ${name} WITH (partitions = 2) AS SELECT nationkey, name FROM tpch.tiny.nation`)).toBe(25);
    expect(await value(`SELECT count(*) FROM (SELECT * FROM ${name} EXCEPT SELECT nationkey, name FROM tpch.tiny.nation)`)).toBe(0);
    expect(await value(`SELECT count(DISTINCT nationkey) FROM ${name}`)).toBe(25);
    await rows(`DROP TABLE ${name}`);
    await rows(`CREATE TABLE ${name} AS SELECT 1 a WITH NO DATA`);
    expect(await rows(`SELECT * FROM ${name}`)).toEqual([]);
    await rows(`DROP TABLE ${name}`);
  });

  test('copies a topic, with its partitions and headers', async () => {
    const [from, to] = [`${own}_from`, `${own}_to`];
    await topics.create(from, 2);
    await topics.produce(
      from,
      [0, 1, 1].map((partition, i) => ({ partition, key: `k${i}`, value: `v${i}`, headers: [['h', String(i)]] })),
    );
    await rows(`CREATE TABLE ${to} WITH (partitions = 2) AS SELECT _key, _message, _partition_id, _headers FROM ${from}`);
    const all = (table: string) => rows(`SELECT _partition_id, _partition_offset, _key, _message, _headers FROM ${table} ORDER BY 1, 2`);
    expect(await all(to)).toEqual(await all(from));
    await failing(`CREATE TABLE ${to}_2 AS SELECT * FROM ${from}`, 'everything').toThrow(/NOT_SUPPORTED: Column '_partition_offset' cannot be written/);
    await rows(`DROP TABLE ${to}`);
    await topics.admin.deleteTopics({ topics: [from] });
    expect(await topicNames()).toEqual([]);
  });

  test('writes the Avro schema of its columns beside the description, which goes with the table', async () => {
    const name = `${own}_avro`;
    await rows(
      `CREATE TABLE ${name} WITH (message_format = 'avro') AS SELECT * FROM (VALUES (1, 'x', true, 1.5e0, BIGINT '5'), (NULL, NULL, NULL, NULL, NULL)) t (i, v, b, d, n)`,
    );
    expect(await rows(`SELECT * FROM ${name} ORDER BY 1`)).toEqual([
      [1, 'x', true, 1.5, 5],
      [null, null, null, null, null],
    ]);
    expect(files()).toContain(`default.${name}.message.avsc`);
    await rows(`DROP TABLE ${name}`);
    expect(files()).toEqual([`${declared}.json`]);
    await failing(`CREATE TABLE ${name} WITH (message_format = 'avro') AS SELECT 1 / (orderkey - 1) x FROM tpch.tiny.orders`).toThrow(/DIVISION_BY_ZERO/);
    expect(files()).toEqual([`${declared}.json`]);
  });

  test('two statements that make the same table: one of them does', async () => {
    const name = `${own}_twice`;
    const make = () =>
      rows(`CREATE TABLE ${name} AS SELECT orderkey FROM tpch.tiny.orders`).then(
        () => 'made',
        (error: unknown) => String(error),
      );
    const answers = (await Promise.all([make(), make(), make()])).toSorted();
    expect(answers.filter((answer) => answer === 'made')).toHaveLength(1);
    for (const answer of answers.filter((a) => a !== 'made')) expect(answer).toMatch(/ALREADY_EXISTS/);
    expect(await value(`SELECT count(DISTINCT orderkey) + count(*) FROM ${name}`)).toBe(30_000);
    await rows(`DROP TABLE ${name}`);
  });

  test('that fails leaves neither topic nor file', async () => {
    const name = `${own}_torn`;
    await failing(`CREATE TABLE ${name} AS SELECT 10 / (orderkey - 60000) x, comment FROM tpch.tiny.orders`).toThrow(/DIVISION_BY_ZERO/);
    await failing(`CREATE TABLE ${name} AS SELECT CAST(1 AS decimal(5,2)) x`).toThrow(/Unsupported column type 'decimal\(5,2\)'/);
    expect(await topicNames()).toEqual([]);
    expect(files()).toEqual([`${declared}.json`]);
    expect(await rows('SHOW TABLES')).not.toContainEqual([name]);
  });

  test('that is cancelled leaves neither topic nor file', async () => {
    const name = `${own}_cancelled`;
    const headers = { 'X-Trino-User': 'lepton', 'X-Trino-Catalog': 'kafka', 'X-Trino-Schema': 'default' };
    const sql = `CREATE TABLE ${name} AS SELECT a.orderkey FROM tpch.tiny.lineitem a CROSS JOIN tpch.tiny.lineitem b`;
    const next = async (response: Response): Promise<string> => ((await response.json()) as { readonly nextUri: string }).nextUri;
    let uri = await next(await fetch(`${server.url}/v1/statement`, { method: 'POST', body: sql, headers }));
    while (!(await topicNames()).includes(name)) uri = await next(await fetch(uri, { headers }));
    expect(await rows('SHOW TABLES')).not.toContainEqual([name]);
    await fetch(uri, { method: 'DELETE', headers });
    await expect.poll(topicNames, { timeout: 60_000 }).not.toContain(name);
    expect(files()).toEqual([`${declared}.json`]);
  }, 120_000);
});

describe('INSERT', () => {
  const name = `${own}_written`;
  beforeAll(() => rows(`CREATE TABLE ${name} (k varchar, a bigint) WITH (partitions = 3, key_columns = ARRAY['k'])`));
  afterAll(() => rows(`DROP TABLE ${name}`));

  test('may name the partition and the headers; NULL leaves them to the producer', async () => {
    const headers = "MAP(ARRAY['h', 'g', 'none'], ARRAY[ARRAY[X'01', NULL, X'02'], ARRAY[X''], ARRAY[]])";
    await rows(`INSERT INTO ${name} (_partition_id, a, _headers, k) VALUES (2, 1, ${headers}, 'x'), (NULL, 2, NULL, 'y'), (0, 3, MAP(), NULL)`);
    expect(await rows(`SELECT a, k, _partition_id FROM ${name} WHERE a <> 2 ORDER BY a`)).toEqual([
      [1, 'x', 2],
      [3, null, 0],
    ]);
    expect(await rows(`SELECT map_keys(_headers), _headers['h'], _headers['g'] FROM ${name} WHERE a = 1`)).toEqual([
      [['h', 'g'], ['AQ==', null, 'Ag=='], ['']],
    ]);
    expect(await rows(`SELECT cardinality(_headers) FROM ${name} WHERE a > 1`)).toEqual([[0], [0]]);
    await rows(`INSERT INTO ${name} (_partition_id, k) SELECT 1, name FROM tpch.tiny.region`);
    expect(await rows(`SELECT count(*) FROM ${name} WHERE _partition_id = 1 AND a IS NULL`)).toEqual([[5]]);
  });

  test('a partition that is not there fails the statement, and none of its rows is seen', async () => {
    const count = `SELECT count(*) FROM everything_committed.default.${name}`;
    const isolation = path.join(server.etcDir, 'isolation.properties');
    writeFileSync(isolation, 'isolation.level=read_committed\n');
    const properties = `"kafka.nodes" = '${rig.nodes}', "kafka.table-names" = '${name}', "kafka.config.resources" = '${isolation}'`;
    await rows(`CREATE CATALOG everything_committed USING kafka WITH (${properties})`);
    const before = await rows(count);
    await failing(`INSERT INTO ${name} (a, _partition_id) SELECT orderkey, if(orderkey = 60000, 3, 1) FROM tpch.tiny.orders`).toThrow(
      /CONSTRAINT_VIOLATION: Topic '.*_written' has no partition 3/,
    );
    await failing(`INSERT INTO ${name} (a, _partition_id) VALUES (1, -1)`).toThrow(/has no partition -1/);
    expect(await rows(count)).toEqual(before);
    await rows('DROP CATALOG everything_committed');
  });

  test('keys and messages themselves are for topics without columns', async () => {
    const raw = `${own}_raw`;
    await rows(`CREATE TABLE ${raw} (_message varchar) WITH (partitions = 1)`);
    await rows(`INSERT INTO ${raw} (_key, _message) VALUES ('k', 'any text'), ('gone', NULL), (NULL, '')`);
    expect(await rows(`SELECT _key, _message, _message_length, _message_corrupt FROM ${raw} ORDER BY _partition_offset`)).toEqual([
      ['k', 'any text', 8, false],
      ['gone', null, 0, true],
      [null, null, 0, false],
    ]);
    await failing(`INSERT INTO ${name} (_key, a) VALUES ('k', 1)`).toThrow(/NOT_SUPPORTED: Column '_key' cannot be written: the table has columns/);
    await failing(`INSERT INTO ${name} (_partition_offset, a) VALUES (1, 1)`).toThrow(
      /COLUMN_NOT_FOUND: .*Insert column name does not exist in target table: _partition_offset/,
    );
    await failing(`INSERT INTO ${name} (_partition_offset, a) VALUES (1, 1)`, 'everything').toThrow(
      /NOT_SUPPORTED: Column '_partition_offset' cannot be written/,
    );
    await rows(`DROP TABLE ${raw}`);
  });
});

test('the isolation level is a property of the session, too', async () => {
  const name = `${own}_isolated`;
  await topics.create(name);
  await topics.transact(name, [
    { messages: [{ value: '1' }, { value: '2' }], commit: false },
    { messages: [{ value: '3' }], commit: true },
  ]);
  const read = async (isolation: string | undefined): Promise<unknown> => {
    const headers = { 'X-Trino-User': 'lepton', 'X-Trino-Catalog': 'kafka', 'X-Trino-Schema': 'default' };
    const session = isolation === undefined ? {} : { 'X-Trino-Session': `kafka.isolation_level=${isolation}` };
    const sql = `SELECT count(*) FROM ${name}`;
    let response = await fetch(`${server.url}/v1/statement`, { method: 'POST', body: sql, headers: { ...headers, ...session } });
    const rowsSeen: unknown[] = [];
    for (;;) {
      const answer = (await response.json()) as { readonly nextUri?: string; readonly data?: unknown[]; readonly error?: { readonly message: string } };
      rowsSeen.push(...(answer.data ?? []));
      if (answer.error !== undefined) return answer.error.message;
      if (answer.nextUri === undefined) return rowsSeen;
      response = await fetch(answer.nextUri, { headers });
    }
  };
  await expect.poll(() => read('read_committed'), { timeout: 30_000 }).toEqual([[1]]);
  expect(await read(undefined)).toEqual([[3]]);
  expect(await read('read_uncommitted')).toEqual([[3]]);
  expect(await read('none')).toContain('Invalid value [none]. Valid values: [read_uncommitted, read_committed]');
  await topics.admin.deleteTopics({ topics: [name] });
}, 60_000);

describe('inference', () => {
  const name = `${own}_inferred`;
  beforeAll(async () => {
    await topics.create(name, 2);
    const messages = ['{"id": 1, "user": {"name": "x"}}', '{"id": 2, "price": 1.5, "tags": ["a"]}', 'nonsense', undefined];
    await topics.produce(
      name,
      messages.map((text, i) => ({ partition: i % 2, key: `k${i}`, ...(text === undefined ? {} : { value: text }) })),
    );
  });
  afterAll(() => topics.admin.deleteTopics({ topics: [name] }));

  const COLUMNS = [
    ['key', 'varchar', '', ''],
    ['id', 'bigint', '', ''],
    ['user_name', 'varchar', '', ''],
    ['price', 'double', '', ''],
    ['tags', 'varchar', '', ''],
  ];

  test('a topic that nothing describes has the columns of its messages where that is asked for', async () => {
    expect(await rows(`DESCRIBE ${name}`, 'inferring')).toEqual(COLUMNS);
    expect((await rows(`SELECT column_name FROM information_schema.columns WHERE table_name = '${name}'`, 'inferring')).toSorted()).toEqual(
      COLUMNS.map(([column]) => [column]).toSorted(),
    );
    expect(await rows(`SELECT key, id, user_name, price, tags, _message_corrupt FROM ${name} ORDER BY key`, 'inferring')).toEqual([
      ['k0', 1, 'x', null, null, false],
      ['k1', 2, null, 1.5, '["a"]', false],
      ['k2', null, null, null, null, true],
      ['k3', null, null, null, null, true],
    ]);
    await failing(`SELECT id FROM ${name}`).toThrow(/COLUMN_NOT_FOUND/);
  });

  test('a procedure writes the description', async () => {
    await rows(`CALL system.infer_schema(schema_name => 'default', table_name => '${name}', decode_error => 'null')`);
    const file = path.join(server.etcDir, 'kafka', `default.${name}.json`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      topicName: name,
      decodeError: 'null',
      key: { dataFormat: 'raw' },
      message: { dataFormat: 'json' },
    });
    expect(await rows(`DESCRIBE ${name}`)).toEqual(COLUMNS);
    await failing(`CALL system.infer_schema('default', '${name}')`).toThrow(/ALREADY_EXISTS: Table 'default\..*' is described already/);
    await rows(`CALL system.infer_schema('default', '${name}', 1, NULL, true)`);
    rmSync(file);
    await failing(`CALL system.infer_schema('default', '${own}_nothing')`).toThrow(/TABLE_NOT_FOUND/);
    await failing(`CALL system.infer_schema('default', '${name}', 0)`).toThrow(/INVALID_PROCEDURE_ARGUMENT: messages must be/);
    await failing(`CALL system.infer_schema('default', '${name}', 10, 'x')`).toThrow(/INVALID_PROCEDURE_ARGUMENT: decode_error/);
  });

  test('a topic without messages gives no columns, and says so', async () => {
    const empty = `${own}_empty`;
    await topics.create(empty);
    expect(await rows(`SELECT _message FROM ${empty}`, 'inferring')).toEqual([]);
    await failing(`CALL system.infer_schema('default', '${empty}')`).toThrow(/GENERIC_USER_ERROR: No columns can be inferred from 0 messages/);
    await topics.admin.deleteTopics({ topics: [empty] });
  });
});

describe('decode_error = dead-letter', () => {
  const name = `${own}_letters`;
  const dead = `"${name}$dead_letters"`;
  beforeAll(async () => {
    await rows(`CREATE TABLE ${name} (k bigint, a bigint, b varchar) WITH (partitions = 1, key_columns = ARRAY['k'], decode_error = 'dead-letter')`);
    const key = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
    await topics.produce(name, [
      { key, value: '{"a": 1, "b": "x"}' },
      { key, value: '{"a": "no number", "b": "torn"}', headers: [['h', 'v']] },
      { key, value: 'no json' },
      { key: 'short', value: '{"a": 2, "b": "bad key"}' },
      { key },
      { value: '{"a": 3}' },
      { key: 'short', value: '{"a": 1.5}' },
      { key, value: '{"a": null, "c": "not declared"}' },
    ]);
  });
  afterAll(() => rows(`DROP TABLE ${name}`));

  test('a message that cannot be decoded is left out, whatever the query asks for', async () => {
    const read = [
      [0, 1, 1, 'x'],
      [4, 1, null, null],
      [5, null, 3, null],
      [7, 1, null, null],
    ];
    expect(await rows(`SELECT _partition_offset, k, a, b FROM ${name} ORDER BY 1`)).toEqual(read);
    expect(await rows(`SELECT _partition_offset FROM ${name} ORDER BY 1`)).toEqual(read.map(([offset]) => [offset]));
    expect(await rows(`SELECT b FROM ${name} ORDER BY _partition_offset`)).toEqual(read.map(([, , , b]) => [b]));
    expect(await value(`SELECT count(*) FROM ${name}`)).toBe(4);
    expect(await rows(`SELECT min(_partition_offset), max(_partition_offset) FROM ${dead}`)).toEqual([[1, 6]]);
    expect(await rows(`SELECT a FROM ${name} LIMIT 2`)).toHaveLength(2);
    expect(await rows(`SELECT _partition_offset FROM ${name} ORDER BY _partition_offset DESC LIMIT 2`)).toEqual([[7], [5]]);
    expect(await rows(`SELECT a FROM ${name} WHERE _partition_offset BETWEEN 1 AND 5 ORDER BY _partition_offset`)).toEqual([[null], [3]]);
  });

  test('and stands, with its reason, in a table of its own', async () => {
    expect(await rows(`SELECT _partition_id, _partition_offset, _key, _message, _key_error, _message_error FROM ${dead} ORDER BY 2`)).toEqual([
      [0, 1, '\0\0\0\0\0\0\0\x01', '{"a": "no number", "b": "torn"}', null, "could not parse value 'no number' as 'bigint' for column 'a'"],
      [0, 2, '\0\0\0\0\0\0\0\x01', 'no json', null, 'the bytes are not json'],
      [0, 3, 'short', '{"a": 2, "b": "bad key"}', "end offset 8 for column 'k' must be less that or equal to value length 5", null],
      [
        0,
        6,
        'short',
        '{"a": 1.5}',
        "end offset 8 for column 'k' must be less that or equal to value length 5",
        "could not parse value '1.5' as 'bigint' for column 'a'",
      ],
    ]);
    expect(await rows(`SELECT count(*), count(_timestamp), count_if(cardinality(_headers) = 1) FROM ${dead}`)).toEqual([[4, 4, 1]]);
    expect(await rows(`SELECT _message_error FROM ${dead} WHERE _partition_offset < 2`)).toEqual([
      ["could not parse value 'no number' as 'bigint' for column 'a'"],
    ]);
    expect((await rows(`DESCRIBE ${dead}`)).map(([column]) => column)).toEqual([
      ...['_partition_id', '_partition_offset', '_timestamp', '_key', '_message', '_headers', '_key_error', '_message_error'],
    ]);
    expect(await rows('SHOW TABLES')).not.toContainEqual([`${name}$dead_letters`]);
  });

  test('every message is in one of the two, however many there are', async () => {
    const many = `${own}_many`;
    await rows(`CREATE TABLE ${many} (id bigint, text varchar) WITH (partitions = 2, decode_error = 'dead-letter')`);
    const text = 'y'.repeat(40);
    const messages = Array.from({ length: 12_000 }, (_, i) => ({
      partition: i % 2,
      value: i % 3 === 0 ? `{"text":"${text}","id":"x${i}"}` : `{"text":"${text}${i}","id":${i}}`,
    }));
    for (let i = 0; i < messages.length; i += 4_000) await topics.produce(many, messages.slice(i, i + 4_000));
    for (let look = 0; look < 2; look++) {
      expect(await rows(`SELECT count(*), sum(id), count_if(text <> '${text}' || CAST(id AS varchar)) FROM ${many}`)).toEqual([[8_000, 48_000_000, 0]]);
      expect(await rows(`SELECT count(*), count_if(_message_error LIKE 'could not parse value ''x%') FROM "${many}$dead_letters"`)).toEqual([[4_000, 4_000]]);
    }
    await rows(`DROP TABLE ${many}`);
  });

  test('is only there for tables that leave messages out, and cannot be changed', async () => {
    await failing(`SELECT * FROM "${declared}$dead_letters"`).toThrow(/TABLE_NOT_FOUND/);
    await failing(`INSERT INTO ${dead} (_message) VALUES ('x')`).toThrow(/NOT_SUPPORTED: Dead letters/);
    await failing(`DROP TABLE ${dead}`).toThrow(/NOT_SUPPORTED: Only tables of topics/);
    await failing(`COMMENT ON TABLE ${dead} IS 'x'`).toThrow(/NOT_SUPPORTED: Only tables of topics/);
    await failing('DROP TABLE system.cache_segments').toThrow(/NOT_SUPPORTED: Only tables of topics/);
    expect(await value(`EXPLAIN SELECT a FROM ${name}`)).toContain('messages = only those that can be decoded');
  });
});

describe('COMMENT', () => {
  test('changes the description, and nothing else in it', async () => {
    const file = path.join(server.etcDir, 'kafka', `${declared}.json`);
    await rows(`COMMENT ON TABLE ${declared} IS 'about it'`);
    await rows(`COMMENT ON COLUMN ${declared}.id IS 'number'`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      ...DECLARED,
      comment: 'about it',
      message: { ...DECLARED.message, fields: [{ ...DECLARED.message.fields[0], comment: 'number' }] },
    });
    expect(await value(`SELECT comment FROM system.metadata.table_comments WHERE catalog_name = 'kafka' AND table_name = '${declared}'`)).toBe('about it');
    expect(await rows(`DESCRIBE ${declared}`)).toEqual([['id', 'bigint', '', 'number']]);
    await rows(`COMMENT ON TABLE ${declared} IS NULL`);
    await rows(`COMMENT ON COLUMN ${declared}.id IS NULL`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(DECLARED);
    await failing(`COMMENT ON COLUMN ${declared}._message IS 'x'`, 'everything').toThrow(/NOT_SUPPORTED|COLUMN_NOT_FOUND/);
  });
});

test('table and column properties are listed', async () => {
  expect(await value("SELECT count(*) FROM system.metadata.table_properties WHERE catalog_name = 'kafka'")).toBe(11);
  expect(
    await rows(
      "SELECT property_name, default_value, type FROM system.metadata.table_properties WHERE catalog_name = 'kafka' AND property_name LIKE '%o%_con%'",
    ),
  ).toEqual([['topic_config', '{}', 'map(varchar, varchar)']]);
  expect(await value("SELECT count(*) FROM system.metadata.column_properties WHERE catalog_name = 'kafka'")).toBe(3);
  expect(existsSync(path.join(server.etcDir, 'kafka'))).toBe(true);
});
