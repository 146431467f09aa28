import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { run } from '../../rig/statementClient.ts';
import { KafkaTopics, type TestMessage } from './kafkaTopics.ts';

const START_MS = 180_000;
const T0 = 1_704_067_200_000;
// dozens of queries each, also on a busy machine
vi.setConfig({ testTimeout: START_MS });

let rig: KafkaRig;
let topics: KafkaTopics;
let server: TestServer;
let brokerDir: string;

const FIELDS = [
  { name: 'id', mapping: 'id', type: 'BIGINT' },
  { name: 'small', mapping: 'small', type: 'TINYINT' },
  { name: 'name', mapping: 'name', type: 'VARCHAR' },
  { name: 'price', mapping: 'price', type: 'DOUBLE' },
  { name: 'ok', mapping: 'ok', type: 'BOOLEAN' },
  { name: 'at', mapping: 'at', type: 'TIMESTAMP(3)', dataFormat: 'iso8601' },
  { name: 'day', mapping: 'day', type: 'DATE', dataFormat: 'iso8601' },
];

const message = (i: number, partitions = 2): TestMessage => ({
  partition: i % partitions,
  ...(i % 7 === 0 ? {} : { key: `key ${i % 100} of some length` }),
  ...(i % 97 === 5
    ? {}
    : {
        value:
          i % 89 === 3
            ? `{"id": ${i}, broken`
            : JSON.stringify({
                id: i,
                small: i % 11 === 0 ? null : i % 100,
                name: i % 3 === 0 ? `n${i}` : `a longer näme ${i}`,
                price: i / 3,
                ok: i % 2 === 0,
                at: new Date(T0 + i * 1000).toISOString(),
                day: '2026-01-31',
              }),
      }),
  timestamp: T0 + (i % 13 === 0 ? -500_000 : i * 1000),
});
const messages = (from: number, count: number, partitions = 2): TestMessage[] => Array.from({ length: count }, (_, i) => message(from + i, partitions));

const TOPICS = [
  'plain',
  'windows',
  'committed',
  'compacted',
  'flipped',
  'remade',
  'trimmed',
  'damaged',
  'bounded',
  'warmed',
  'raw',
  'tailed',
  'edges',
  'shared',
  'placed',
];

beforeAll(async () => {
  brokerDir = mkdtempSync(path.join(os.tmpdir(), 'lepton-broker-'));
  rig = await startKafka({ dataDir: brokerDir });
  topics = new KafkaTopics(rig.nodes);
  const common = `connector.name=kafka\nkafka.nodes=${rig.nodes}\nkafka.table-names=${[...TOPICS, 'judged_all', 'judged', 'judged_otherwise'].join(',')}\nkafka.hide-internal-columns=false\nkafka.table-description-dir=@etc@/tables\n`;
  const description = (topic: string): string =>
    JSON.stringify({ tableName: topic, schemaName: 'default', topicName: topic, message: { dataFormat: 'json', fields: FIELDS } });
  const judged = (name: string, fields: readonly object[]): string =>
    JSON.stringify({
      ...JSON.parse(description('plain')),
      tableName: name,
      topicName: 'judged_all',
      decodeError: 'dead-letter',
      message: { dataFormat: 'json', fields },
    });
  server = await startTestServer({
    catalogs: {
      kept: `${common}kafka.cache.min-segment-messages=50\n`,
      placed: `${common}kafka.cache.min-segment-messages=50\nkafka.cache.directory=@etc@/elsewhere\n`,
      fresh: `${common}kafka.cache.enabled=false\n`,
    },
    files: {
      ...Object.fromEntries(TOPICS.filter((topic) => topic !== 'raw').map((topic) => [`tables/${topic}.json`, description(topic)])),
      'tables/judged.json': judged('judged', FIELDS),
      'tables/judged_otherwise.json': judged('judged_otherwise', FIELDS.slice(0, 1)),
    },
  });
}, START_MS);

afterAll(async () => {
  await server?.close();
  await topics?.close();
  await rig?.stop();
  rmSync(brokerDir, { recursive: true, force: true });
}, START_MS);

async function rows(sql: string): Promise<readonly string[]> {
  const answer = await run({ url: server.url }, sql);
  return answer.rows.map((row) => JSON.stringify(row)).sort();
}

/** Asked of the cached catalog twice, and of the one without a cache: all the same. */
async function alike(sql: string): Promise<readonly string[]> {
  const expected = await rows(sql.replaceAll('@', 'fresh.default'));
  expect(await rows(sql.replaceAll('@', 'kept.default')), sql).toEqual(expected);
  expect(await rows(sql.replaceAll('@', 'kept.default')), `again: ${sql}`).toEqual(expected);
  return expected;
}

/** What EXPLAIN ANALYZE says of the cache. */
async function fetched(sql: string): Promise<{ readonly kept: number; readonly fetched: number }> {
  const text = (await run({ url: server.url }, `EXPLAIN ANALYZE ${sql.replaceAll('@', 'kept.default')}`)).rows.join('\n');
  return {
    kept: Number(/cache = \d+ segments?, (?:up to )?(\d+) messages/.exec(text)?.[1] ?? 0),
    fetched: Number(/fetched = (\d+) messages/.exec(text)?.[1] ?? 0),
  };
}

async function segments(topic: string): Promise<readonly (readonly unknown[])[]> {
  const sql = `SELECT partition_id, start_offset, end_offset, messages FROM kept.system.cache_segments WHERE topic = '${topic}' ORDER BY 1, 2, 3, 4`;
  return (await run({ url: server.url }, sql)).rows;
}

const segmentsDir = (): string => path.join(server.etcDir, '..', 'data', 'catalog', 'kept', 'segments');
function filesOf(topic: string): string[] {
  return readdirSync(segmentsDir()).flatMap((dir) => {
    const names = readdirSync(path.join(segmentsDir(), dir)).filter((name) => name.endsWith('.json'));
    return names
      .filter((name) => JSON.parse(readFileSync(path.join(segmentsDir(), dir, name), 'utf8')).topic === topic)
      .map((name) => path.join(segmentsDir(), dir, name.replace('.json', '.parquet')));
  });
}

describe('what was read once', () => {
  test('is not fetched again, for columns of every kind; new messages are', async () => {
    await topics.create('plain', 2);
    await topics.produce('plain', messages(0, 1000));
    const sql =
      'SELECT _partition_id, _partition_offset, _timestamp, _key, _message, _message_corrupt, _key_length, id, small, name, price, ok, "at", day FROM @.plain';
    expect(await alike(sql)).toHaveLength(1000);
    expect(await fetched(sql)).toEqual({ kept: 1000, fetched: 0 });
    await topics.produce('plain', messages(1000, 20));
    expect(await alike(sql)).toHaveLength(1020);
    expect(await fetched(sql)).toEqual({ kept: 1000, fetched: 20 });
    for (const part of ['count(*)', 'sum(id), max(name)', 'count(ok), count(*)', 'max(_partition_offset), min(_timestamp)']) {
      await alike(`SELECT ${part} FROM @.plain`);
      expect(await fetched(`SELECT ${part} FROM @.plain`), part).toEqual({ kept: 1000, fetched: 20 });
    }
    await alike('SELECT a.id, b.name FROM @.plain a JOIN @.plain b ON a.id = b.id WHERE a.price > 100');
  });

  test('tables that leave out what cannot be decoded have segments of their own, and so have their dead letters', async () => {
    const asked = async (table: string, columns: string): Promise<void> => {
      const sql = `SELECT ${columns} FROM @.${table}`;
      await alike(sql);
      expect((await fetched(sql)).fetched, sql).toBeLessThan(100);
    };
    const topic = 'judged_all';
    await topics.create(topic, 2);
    await topics.produce(topic, [{ partition: 0, value: '{"id": 5000, "small": 1000}' }, { partition: 1, value: '{"id": "x"}' }, ...messages(0, 600)]);
    await asked(topic, '_partition_id, _partition_offset');
    for (const table of ['judged', 'judged_otherwise']) {
      await asked(table, 'id, _partition_id, _partition_offset');
      await asked(table, 'count(*)');
      await asked(`"${table}$dead_letters"`, '_partition_id, _partition_offset, _message, _message_error');
      await asked(`"${table}$dead_letters"`, 'count(*)');
    }
    await asked(topic, 'count(*)');
    const counts = await Promise.all(['judged', 'judged_otherwise'].map((table) => rows(`SELECT count(*) FROM kept.default.${table}`)));
    const dead = await Promise.all(['judged', 'judged_otherwise'].map((table) => rows(`SELECT count(*) FROM kept.default."${table}$dead_letters"`)));
    const number = (found: readonly string[]): number => Number(JSON.parse(found[0] ?? '[]')[0]);
    // the one has a value that the other does not look at
    expect(counts.map(number)).toEqual([number(counts[0] ?? []), number(counts[0] ?? []) + 1]);
    expect(counts.map((found, i) => number(found) + number(dead[i] ?? []))).toEqual([602, 602]);
    const [[explained] = []] = (await run({ url: server.url }, 'EXPLAIN SELECT id FROM kept.default.judged')).rows;
    expect(explained).toMatch(/cached = 0: \[0, \d+\), 1: \[0, \d+\)/);
  });

  test('serves parts of it: offsets, partitions, times, past versions, limits', async () => {
    await topics.create('windows', 3);
    await topics.produce('windows', messages(0, 3000, 3));
    await alike('SELECT _partition_id, _partition_offset, _timestamp, id FROM @.windows');
    for (const where of [
      '_partition_offset BETWEEN 100 AND 250',
      '_partition_id IN (0, 2) AND _partition_offset >= 990',
      `_timestamp >= TIMESTAMP '2024-01-01 00:20:00.000'`,
      `_timestamp < TIMESTAMP '2024-01-01 00:20:00.000' AND _partition_id = 1`,
      `_timestamp BETWEEN TIMESTAMP '2024-01-01 00:10:00.000' AND TIMESTAMP '2024-01-01 00:30:00.000' AND id % 2 = 0`,
    ]) {
      await alike(`SELECT _partition_offset, id FROM @.windows WHERE ${where}`);
      await alike(`SELECT count(*) FROM @.windows WHERE ${where}`);
      expect((await fetched(`SELECT id FROM @.windows WHERE ${where}`)).fetched, where).toBe(0);
    }
    await alike(`SELECT id FROM @.windows FOR VERSION AS OF '0:150,1:20,2:700'`);
    await alike(`SELECT count(*) FROM @.windows FOR VERSION AS OF '0:150,1:20,2:700'`);
    await alike('SELECT count(*) FROM (SELECT id FROM @.windows LIMIT 77)');
    // a division by zero lies before the window only
    await alike('SELECT _partition_offset FROM @.windows WHERE _partition_offset > 300 AND 1 / (_partition_offset - 200) < 1');
  });

  test('the first and the last offsets are read alone', async () => {
    await topics.create('edges', 3);
    await topics.produce('edges', messages(0, 500, 2)); // the third partition stays empty
    await topics.transact('edges', [{ messages: messages(0, 10, 1), commit: false }]); // and the first ends with a control record
    const extremes = 'min(_partition_offset), max(_partition_offset)';
    for (const where of ['', 'WHERE _partition_id = 2', 'WHERE _partition_offset BETWEEN 7 AND 90']) {
      for (const key of ['', '_partition_id']) {
        const group = key === '' ? '' : 'GROUP BY _partition_id';
        const read = `SELECT ${key === '' ? '' : `${key}, `}${extremes} FROM @.edges ${where} ${group}`;
        // with count(*) beside them they are not pushed down
        const all = await rows(read.replace('FROM', ', count(*) FROM').replaceAll('@', 'fresh.default'));
        expect(await alike(read), read).toEqual(all.map((row) => JSON.stringify((JSON.parse(row) as unknown[]).slice(0, -1))).sort());
      }
    }
    const plan = (await run({ url: server.url }, 'EXPLAIN SELECT _partition_id, max(_partition_offset) FROM kept.default.edges GROUP BY 1')).rows.join('');
    expect(plan).toContain('aggregated = max(offset)');
    expect(plan).not.toContain('Aggregate');
  });

  test('a window that moves on fetches what is new', async () => {
    await topics.create('tailed', 1);
    for (let step = 0; step < 12; step++) {
      await topics.produce('tailed', messages(step * 60, 60, 1));
      const window = `SELECT count(*), sum(id) FROM @.tailed WHERE _timestamp >= TIMESTAMP '2024-01-01 00:00:30.000' + INTERVAL '${step}' MINUTE`;
      await alike(window);
      await alike('SELECT sum(id) FROM @.tailed');
    }
    const kept = await segments('tailed');
    expect(kept.length, 'segments grow in size, not in number').toBeLessThan(16);
  });

  test('what several threads read is read once, and kept once', async () => {
    await topics.create('shared', 2);
    for (let from = 0; from < 120_000; from += 5_000) await topics.produce('shared', messages(from, 5_000));
    expect(await alike('SELECT count(*), count(DISTINCT _partition_id * 1000000 + _partition_offset) FROM @.shared')).toEqual(['[120000,120000]']);
    const last = JSON.stringify([0, 60_000, 0, 59_999]);
    expect((await alike('SELECT _partition_id, count(*), min(_partition_offset), max(_partition_offset) FROM @.shared GROUP BY 1'))[0]).toBe(last);
    await alike('SELECT count(id), sum(id), min(at) FROM @.shared');
    expect(await fetched('SELECT sum(id) FROM @.shared')).toEqual({ kept: 120_000, fetched: 0 });
  });

  test('aborted messages are in the segments of those who read them, and only there', async () => {
    await topics.create('committed', 1);
    await topics.transact('committed', [
      { messages: messages(0, 100, 1), commit: true },
      { messages: messages(100, 100, 1), commit: false },
      { messages: messages(200, 100, 1), commit: true },
    ]);
    await expect.poll(() => rows('SELECT count(*) FROM fresh.default.committed'), { timeout: 10_000 }).toEqual(['[300]']);
    const resources = path.join(server.etcDir, 'committed.properties');
    writeFileSync(resources, 'isolation.level=read_committed\n');
    await run(
      { url: server.url },
      `CREATE CATALOG committed USING kafka WITH ("kafka.nodes" = '${rig.nodes}', "kafka.table-names" = 'committed', "kafka.table-description-dir" = '${server.etcDir}/tables', "kafka.config.resources" = '${resources}', "kafka.cache.min-segment-messages" = '10')`,
    );
    for (let i = 0; i < 3; i++) {
      expect(await rows('SELECT count(id), count(*) FROM committed.default.committed')).toEqual([
        (
          await rows(
            'SELECT count(id), count(*) FROM fresh.default.committed WHERE id < 100 OR id >= 200 OR id IS NULL AND _partition_offset NOT BETWEEN 101 AND 200',
          )
        )[0],
      ]);
      expect(await alike('SELECT count(*) FROM @.committed')).toEqual(['[300]']);
    }
    await run({ url: server.url }, 'DROP CATALOG committed');
  });
});

describe('what the log no longer has', () => {
  test('a topic that is compacted is never kept', async () => {
    await topics.create('compacted', 1, { 'cleanup.policy': 'compact,delete' });
    await topics.produce(
      'compacted',
      messages(0, 200, 1).map((m) => ({ ...m, key: 'k' })),
    );
    await alike('SELECT id FROM @.compacted');
    expect(await segments('compacted')).toEqual([]);
  });

  test('a topic that was compacted for a while', async () => {
    await topics.create('flipped', 1);
    await topics.produce('flipped', messages(0, 200, 1));
    await alike('SELECT id FROM @.flipped');
    expect(await segments('flipped')).toHaveLength(1);
    const policy = (value: string) =>
      topics.admin.incrementalAlterConfigs({
        resources: [{ resourceType: 2, resourceName: 'flipped', configs: [{ name: 'cleanup.policy', configOperation: 0, value }] }],
      });
    await policy('compact');
    await expect.poll(async () => (await alike('SELECT id FROM @.flipped'), await segments('flipped')), { timeout: 30_000 }).toEqual([]);
    await policy('delete');
    await expect.poll(async () => (await alike('SELECT id FROM @.flipped'), await segments('flipped')), { timeout: 30_000 }).toHaveLength(1);
  });

  test('a topic made anew under its name', async () => {
    await topics.create('remade', 1);
    await topics.produce('remade', messages(0, 200, 1));
    await alike('SELECT id FROM @.remade');
    expect(await segments('remade')).toHaveLength(1);
    await topics.admin.deleteTopics({ topics: ['remade'] });
    await expect
      .poll(
        async () =>
          topics.create('remade', 1).then(
            () => 'made',
            () => 'not yet',
          ),
        { timeout: 20_000 },
      )
      .toBe('made');
    await topics.produce('remade', messages(5000, 200, 1));
    await alike('SELECT id FROM @.remade');
    expect(await segments('remade')).toHaveLength(1);
  });

  test('messages that were deleted', async () => {
    await topics.create('trimmed', 1);
    await topics.produce('trimmed', messages(0, 300, 1));
    await alike('SELECT id FROM @.trimmed');
    await topics.admin.deleteRecords({ topics: [{ name: 'trimmed', partitions: [{ partition: 0, offset: 120n }] }] });
    expect(await alike('SELECT id FROM @.trimmed')).toHaveLength(180);
    expect(await alike('SELECT count(*) FROM @.trimmed')).toEqual(['[180]']);
    await topics.admin.deleteRecords({ topics: [{ name: 'trimmed', partitions: [{ partition: 0, offset: 300n }] }] });
    expect(await alike('SELECT id FROM @.trimmed')).toEqual([]);
    expect(await segments('trimmed')).toEqual([]);
  });
});

describe('the files', () => {
  test('damaged, cut off, deleted, or left behind: they are fetched again', async () => {
    await topics.create('damaged', 1);
    await topics.produce('damaged', messages(0, 400, 1));
    const sql = 'SELECT id, name, _message FROM @.damaged';
    await alike(sql);
    const damage: readonly ((file: string) => void)[] = [
      (file) => {
        const bytes = readFileSync(file);
        bytes[1000] = (bytes[1000] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
      (file) => truncateSync(file, statSync(file).size - 10),
      (file) => rmSync(file),
      (file) => writeFileSync(file.replace('.parquet', '.json'), '{"version":1'),
    ];
    for (const hurt of damage) {
      const [file] = filesOf('damaged');
      if (file === undefined) throw new Error('no segment');
      hurt(file);
      await alike(sql);
      expect(await fetched(sql)).toEqual({ kept: 400, fetched: 0 });
    }
    writeFileSync(path.join(segmentsDir(), 'stray.tmp'), 'x');
    await alike(sql);
  });

  test('survive the catalog, and go by a procedure', async () => {
    await run({ url: server.url }, 'CREATE SCHEMA IF NOT EXISTS memory.scratch');
    const properties = `"kafka.nodes" = '${rig.nodes}', "kafka.table-names" = 'damaged', "kafka.table-description-dir" = '${server.etcDir}/tables', "kafka.cache.min-segment-messages" = '50'`;
    const create = `CREATE CATALOG again USING kafka WITH (${properties})`;
    const analyze = 'EXPLAIN ANALYZE SELECT sum(id) FROM again.default.damaged';
    await run({ url: server.url }, create);
    await run({ url: server.url }, 'SELECT sum(id) FROM again.default.damaged');
    await run({ url: server.url }, 'DROP CATALOG again');
    await run({ url: server.url }, create);
    expect((await run({ url: server.url }, analyze)).rows.join('')).toContain('cache = 1 segment, 400 messages');
    await run({ url: server.url }, "CALL again.system.drop_cache('default', 'damaged')");
    expect((await run({ url: server.url }, 'SELECT count(*) FROM again.system.cache_segments')).rows).toEqual([[0]]);
    expect((await run({ url: server.url }, analyze)).rows.join('')).toContain('fetched = 400 messages');
    await run({ url: server.url }, 'CALL again.system.drop_cache()');
    await run({ url: server.url }, "CALL again.system.warm_cache('default', 'damaged', ARRAY['id', 'price'])");
    expect((await run({ url: server.url }, analyze)).rows.join('')).toContain('cache = 1 segment, 400 messages');
    // with internal columns, of which headers cannot be kept
    await run({ url: server.url }, "CALL kept.system.warm_cache('default', 'damaged')");
    expect((await run({ url: server.url }, `EXPLAIN ANALYZE SELECT count(_key), max(name) FROM kept.default.damaged`)).rows.join('')).not.toContain('fetched');
    await expect(run({ url: server.url }, "CALL again.system.warm_cache('default', 'damaged', ARRAY['nope'])")).rejects.toThrow(/COLUMN_NOT_FOUND/);
    await run({ url: server.url }, 'DROP CATALOG again');
  });

  test('never take more than their share, the least recently used go first', async () => {
    await topics.create('bounded', 1);
    await topics.produce('bounded', messages(0, 4000, 1));
    await run(
      { url: server.url },
      `CREATE CATALOG tight USING kafka WITH ("kafka.nodes" = '${rig.nodes}', "kafka.table-names" = 'bounded', "kafka.table-description-dir" = '${server.etcDir}/tables', "kafka.cache.min-segment-messages" = '50', "kafka.cache.max-size" = '100kB')`,
    );
    const dir = path.join(server.etcDir, '..', 'data', 'catalog', 'tight', 'segments');
    const used = (): number =>
      readdirSync(dir).reduce(
        (sum, topic) =>
          sum +
          readdirSync(path.join(dir, topic)).reduce((bytes, name) => bytes + (name.endsWith('.parquet') ? statSync(path.join(dir, topic, name)).size : 0), 0),
        0,
      );
    for (const column of ['id', 'price', 'ok', 'small', 'name']) {
      expect(await rows(`SELECT count(${column}) FROM tight.default.bounded`)).toEqual(await rows(`SELECT count(${column}) FROM fresh.default.bounded`));
      await expect.poll(used, { timeout: 5_000 }).toBeLessThanOrEqual(100_000);
    }
    await run({ url: server.url }, 'DROP CATALOG tight');
  });

  test('lie where kafka.cache.directory says, and EXPLAIN tells what they have of a scan', async () => {
    await topics.create('placed', 2);
    await topics.produce('placed', messages(0, 400));
    const cached = async (sql: string): Promise<string | undefined> =>
      /cached = (.*)/.exec(String((await run({ url: server.url, catalog: 'placed', schema: 'default' }, `EXPLAIN ${sql}`)).rows[0]?.[0]))?.[1];
    expect(await cached('SELECT id FROM placed')).toBe('none');
    await run({ url: server.url }, 'SELECT count(id), count(_timestamp) FROM placed.default.placed');
    // a plan tells what was there at the last look at the folder: soon after each query
    await expect.poll(() => cached('SELECT id FROM placed'), { timeout: 30_000 }).toBe('0: [0, 200), 1: [0, 200)');
    expect(await cached('SELECT count(*) FROM placed')).toBe('0: [0, 200), 1: [0, 200)');
    expect(await cached('SELECT id FROM placed WHERE _partition_id = 1 AND _partition_offset BETWEEN 10 AND 20')).toBe('1: [10, 21)');
    expect(await cached('SELECT name FROM placed')).toBe('none');
    expect(await cached('SELECT _headers FROM placed')).toBeUndefined();
    expect(await cached('SELECT id FROM placed LIMIT 5')).toBeUndefined();
    await topics.produce('placed', messages(400, 10));
    expect(await cached('SELECT id FROM placed')).toBe('0: [0, 200), 1: [0, 200)');
    expect(readdirSync(path.join(server.etcDir, 'elsewhere'))).toEqual([expect.stringMatching(/^placed-[0-9a-f]{12}$/)]);
    const sql = 'SELECT count(id), max(name) FROM @.placed';
    for (let i = 0; i < 3; i++) expect(await rows(sql.replace('@', 'placed.default'))).toEqual(await rows(sql.replace('@', 'fresh.default')));
    const plan = (await run({ url: server.url }, `EXPLAIN ANALYZE ${sql.replace('@', 'placed.default')}`)).rows.join('');
    expect(plan).toContain('cache = 2 segments');
    const create = (place: string) => `CREATE CATALOG later USING kafka WITH ("kafka.nodes" = '${rig.nodes}', "kafka.cache.directory" = '${place}')`;
    await expect(run({ url: server.url }, create('/nowhere'))).rejects.toThrow(
      /CONFIGURATION_INVALID.*\/nowhere: a folder outside of node.data-dir must be known/,
    );
  });

  test('are counted by the metrics', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const value = (name: string): number => Number(new RegExp(`^lepton_kafka_cache_${name}\\{catalog="kept"\\} (\\d+)`, 'm').exec(text)?.[1]);
    expect(value('segments')).toBeGreaterThan(0);
    expect(value('bytes')).toBeGreaterThan(0);
    expect(value('kept_messages_total')).toBeGreaterThan(1_000);
    expect(value('fetched_messages_total')).toBeGreaterThan(1_000);
    expect(text).not.toContain('catalog="fresh"');
  });

  test('nothing is stored when it is off', async () => {
    expect(() => readdirSync(path.join(server.etcDir, '..', 'data', 'catalog', 'fresh'))).toThrow(/ENOENT/);
    await expect(run({ url: server.url }, 'CALL fresh.system.drop_cache()')).rejects.toThrow(/PROCEDURE_NOT_FOUND/);
  });

  test('texts that are not UTF-8 are read from the log each time', async () => {
    await topics.create('raw', 1);
    await topics.produce(
      'raw',
      Array.from({ length: 100 }, (_, i) => ({ partition: 0, value: Buffer.from([0xff, 0xfe, i]) })),
    );
    await alike('SELECT to_hex(CAST(_message AS varbinary)), _message_length FROM @.raw');
    expect(await segments('raw')).toEqual([]);
  });
});
