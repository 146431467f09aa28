/**
 * `npm run test:debezium`: a real PostgreSQL whose changes a real Debezium connector writes into a real Kafka: after every step `$current` of each
 * topic equals the table, and `$changes` tells how it came about. The connectors write JSON with schemas and without, and Avro, its schemas in a real
 * Apicurio Registry. Needs Java 21 and Maven. `-- people` follows a table through its life, `-- kinds` all types in the connector's modes.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startApicurio } from '../rig/apicurio.ts';
import { startKafka } from '../rig/kafka.ts';
import { avroConverter, type KafkaConnectRig, startKafkaConnect } from '../rig/kafkaConnect.ts';
import { type PostgresRig, postgresCatalogFile, startPostgres } from '../rig/postgres.ts';
import { startTestServer, type TestServer } from '../rig/server.ts';
import { run, type WireRow } from '../rig/statementClient.ts';
import { CREATE_KINDS, describeKinds, FULL_KINDS, KINDS, MODES, NULL_KINDS } from './kinds.ts';
import { COLUMNS, CREATE, EXTREMES, type FollowedColumn, FULL, LONG_TEXT, NULLS } from './people.ts';

const WAIT_MS = 60_000;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** How a connector writes, and how its topic is declared. */
interface Stream {
  readonly name: string;
  readonly connector: Readonly<Record<string, string>>;
  readonly upsert: Readonly<Record<string, unknown>>;
  readonly schemas: boolean;
}

const STREAMS: readonly Stream[] = [
  { name: 'told', connector: {}, upsert: {}, schemas: true },
  {
    name: 'untold',
    connector: {
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
      'decimal.handling.mode': 'string',
      'time.precision.mode': 'adaptive_time_microseconds',
      'topic.creation.default.partitions': '3',
      'topic.creation.default.replication.factor': '1',
    },
    upsert: { orderBy: 'source.lsn' },
    schemas: false,
  },
];

function description(stream: Stream, columns: readonly FollowedColumn[]): string {
  const fields = columns.map(({ name, type, dataFormat }) => ({
    name,
    type,
    mapping: name,
    ...(stream.schemas || dataFormat === undefined ? {} : { dataFormat }),
  }));
  return JSON.stringify({
    tableName: stream.name,
    schemaName: 'default',
    topicName: `${stream.name}.public.people`,
    upsert: { key: ['id'], envelope: 'debezium', ...stream.upsert },
    message: { dataFormat: 'json', fields },
  });
}

/** Tables of what each stream has come to; those in Avro are declared with a subject, and not declared at all. */
const TABLES = ['kafka.default.told', 'kafka.default.untold', 'kafka.default.avro', 'registered.default."avro.public.people"'] as const;
const suffixed = (table: string, suffix: string): string =>
  table.endsWith('"') ? `${table.slice(0, -1)}$${suffix}"` : table.replace(/(\w+)$/, `"$1$${suffix}"`);
const AVRO_TOPIC = 'avro.public.people';
const AVRO = {
  tableName: 'avro',
  schemaName: 'default',
  topicName: AVRO_TOPIC,
  upsert: { key: ['id'], envelope: 'debezium' },
  message: { dataFormat: 'avro', subject: `${AVRO_TOPIC}-value`, fields: [] },
};

interface Rig {
  readonly client: pg.Client;
  readonly server: TestServer;
  readonly avro: Pick<Stream, 'name' | 'connector'>;
  columns: readonly FollowedColumn[];
}

/** Until each stream's `$current` is what PostgreSQL answers; else the first difference. */
async function compare(rig: Rig, step: string): Promise<void> {
  const list = rig.columns.map((c) => `"${c.name}"`).join(', ');
  const ask = async (table: string): Promise<readonly WireRow[]> => (await run({ url: rig.server.url }, `SELECT ${list} FROM ${table} ORDER BY id`)).rows;
  const expected = await ask('pg.public.people');
  for (const name of TABLES) {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const found = await ask(suffixed(name, 'current')).catch((error: unknown) => String(error)); // until the connector has made its topic
      if (typeof found !== 'string' && JSON.stringify(found) === JSON.stringify(expected)) break;
      if (Date.now() > deadline) throw new Error(`${step}, ${name}: ${typeof found === 'string' ? found : difference(rig.columns, expected, found)}`);
      await delay(200);
    }
  }
  print(`  ${step}: ${expected.length} rows, as in PostgreSQL`);
}

function difference(columns: readonly { readonly name: string }[], expected: readonly WireRow[], found: readonly WireRow[]): string {
  if (expected.length !== found.length) return `${found.length} rows, where PostgreSQL has ${expected.length}`;
  const lines = expected.flatMap((row, i) =>
    columns.flatMap(({ name }, j) => {
      const [theirs, ours] = [JSON.stringify(row[j]), JSON.stringify(found[i]?.[j])];
      return theirs === ours ? [] : [`row ${String(row[0])}, ${name}: ${ours?.slice(0, 100)}, where PostgreSQL has ${theirs?.slice(0, 100)}`];
    }),
  );
  return lines.slice(0, 10).join('\n');
}

async function expectHistory(rig: Rig, expected: Readonly<Record<string, number>>): Promise<void> {
  for (const name of TABLES) {
    const table = suffixed(name, 'changes');
    const { rows } = await run({ url: rig.server.url }, `SELECT _operation, count(*) FROM ${table} GROUP BY 1 ORDER BY 1`);
    const found = JSON.stringify(Object.fromEntries(rows.map(([operation, count]) => [String(operation), Number(count)])));
    if (found !== JSON.stringify(expected)) throw new Error(`history of ${name}: ${found}, where ${JSON.stringify(expected)} was done`);
    const long = await run({ url: rig.server.url }, `SELECT DISTINCT length(name) FROM ${table} WHERE id = 7 AND _operation = 'update'`);
    if (JSON.stringify(long.rows) !== '[[12800]]') throw new Error(`history of ${name}: the text that an update left out is ${JSON.stringify(long.rows)} long`);
  }
  print(`  history: ${JSON.stringify(expected)}`);
}

function declare(rig: Rig, columns: readonly FollowedColumn[]): void {
  rig.columns = columns;
  for (const stream of STREAMS) writeFileSync(path.join(rig.server.etcDir, 'tables', `${stream.name}.json`), description(stream, columns));
}

async function follow(rig: Rig, connect: KafkaConnectRig, postgres: PostgresRig): Promise<void> {
  const change = async (step: string, ...statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await rig.client.query(sql);
    await compare(rig, step);
  };
  await rig.client.query(CREATE);
  for (const sql of [FULL(1), NULLS(2)]) await rig.client.query(sql);
  for (const stream of [...STREAMS, rig.avro]) await connect.start(stream.name, connector(stream, postgres));
  await change('snapshot');
  await change('insert', FULL(3), EXTREMES(4), NULLS(5));
  await change('update', `UPDATE people SET name = 'drei', price = NULL, words = '{x}' WHERE id = 3`, `UPDATE people SET flag = NOT flag`);
  await change('delete', 'DELETE FROM people WHERE id = 5');
  await change('primary key', 'UPDATE people SET id = 6 WHERE id = 3');
  await change('out of line', NULLS(7), `UPDATE people SET name = ${LONG_TEXT} WHERE id = 7`, 'UPDATE people SET small = 1 WHERE id = 7');
  await change('transaction', 'BEGIN', NULLS(8), 'UPDATE people SET small = 2 WHERE id = 8', 'DELETE FROM people WHERE id = 8', NULLS(8), 'COMMIT');
  await change('rolled back', 'BEGIN', NULLS(9), 'ROLLBACK', NULLS(10));
  await rig.client.query('ALTER TABLE people ADD COLUMN added numeric(5,1)');
  await change('column added', `INSERT INTO people (id, added) VALUES (11, 12.5)`);
  declare(rig, [...COLUMNS, { name: 'added', postgres: 'numeric(5,1)', type: 'DECIMAL(5,1)', dataFormat: 'text' }]);
  await change('column declared', 'UPDATE people SET added = 1.5 WHERE id = 1');
  declare(
    rig,
    rig.columns.filter((c) => c.name !== 'double'),
  );
  await change('column dropped', 'ALTER TABLE people DROP COLUMN "double"', NULLS(12));
  await expectHistory(rig, { delete: 3, insert: 10, snapshot: 2, update: 10 });
  await change('truncate', 'TRUNCATE people', NULLS(1));
  const { rows } = await run({ url: rig.server.url }, `SELECT count(*) FROM kafka.default."told$changes" WHERE _operation = 'truncate' AND id IS NULL`);
  if (rows[0]?.[0] !== 1) throw new Error(`TRUNCATE is not in the history: ${JSON.stringify(rows)}`);
  const ends = await run({ url: rig.server.url }, `SELECT count(*) > 0 FROM kafka.default.transactions WHERE status = 'END' AND event_count = 4`);
  if (ends.rows[0]?.[0] !== true) throw new Error('the topic of transactions does not tell of one with four changes');
}

/** Each mode's `$current` says of every column what PostgreSQL says. */
async function compareKinds({ client, server }: Rig, step: string): Promise<void> {
  for (const mode of MODES) {
    const columns = KINDS.filter((column) => column.described(mode) !== undefined);
    const list = (side: 'lepton' | 'expected'): string => ['id', 'small', ...columns.map((c) => `${c[side](`"${c.name}"`, mode)} AS "${c.name}"`)].join(', ');
    const { rows: expected } = await client.query<(string | number | null)[]>({ text: `SELECT ${list('expected')} FROM kinds ORDER BY id`, rowMode: 'array' });
    const ask = async (): Promise<readonly WireRow[]> =>
      (await run({ url: server.url }, `SELECT ${list('lepton')} FROM kafka.kinds."${mode.name}$current" ORDER BY id`)).rows;
    const named = ['id', 'small', ...columns.map((c) => c.name)].map((name) => ({ name }));
    for (const deadline = Date.now() + WAIT_MS; ; await delay(200)) {
      const found = await ask().catch((error: unknown) => String(error)); // until the connector has made its topic
      if (typeof found !== 'string' && JSON.stringify(found) === JSON.stringify(expected)) break;
      if (Date.now() > deadline) throw new Error(`${step}, ${mode.name}: ${typeof found === 'string' ? found : difference(named, expected, found)}`);
    }
  }
  print(`  ${step}: ${KINDS.length} types, ${MODES.length} modes, as in PostgreSQL`);
}

async function followKinds(rig: Rig, connect: KafkaConnectRig, postgres: PostgresRig): Promise<void> {
  const change = async (step: string, ...statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await rig.client.query(sql);
    await compareKinds(rig, step);
  };
  for (const sql of [...CREATE_KINDS, FULL_KINDS(1), NULL_KINDS(2)]) await rig.client.query(sql);
  for (const mode of MODES) {
    writeFileSync(path.join(rig.server.etcDir, 'tables', `kinds.${mode.name}.json`), JSON.stringify(describeKinds(mode)));
    await connect.start(mode.name, { ...connector(mode, postgres), 'table.include.list': 'public.kinds', 'include.unknown.datatypes': 'true' });
  }
  await change('snapshot of all types');
  await change('insert', FULL_KINDS(3), NULL_KINDS(4));
  await change('update of what is out of line', 'UPDATE kinds SET small = 2');
  await change('delete', 'DELETE FROM kinds WHERE id = 2');
  await change('primary key', 'UPDATE kinds SET id = 5 WHERE id = 4', 'DELETE FROM kinds WHERE id = 1', FULL_KINDS(1));
  const { rows } = await run(
    { url: rig.server.url },
    `SELECT _operation, count(*) FROM (SELECT _operation FROM kafka.kinds."flat$changes" UNION ALL SELECT _operation FROM kafka.kinds."marked$changes") GROUP BY 1 ORDER BY 1`,
  );
  const told = '[["delete",6],["insert",8],["snapshot",4],["update",8]]';
  if (JSON.stringify(rows) !== told) throw new Error(`history of rows without an envelope: ${JSON.stringify(rows)}, where ${told} was done`);
}

function connector({ name, connector: more }: Pick<Stream, 'name' | 'connector'>, { host, port, user, database }: PostgresRig): Record<string, string> {
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'database.hostname': host,
    'database.port': String(port),
    'database.user': user,
    'database.password': 'any',
    'database.dbname': database,
    'plugin.name': 'pgoutput',
    'table.include.list': 'public.people',
    'topic.prefix': name,
    'slot.name': name,
    'publication.name': name,
    'publication.autocreate.mode': 'filtered',
    'skipped.operations': 'none',
    'provide.transaction.metadata': 'true',
    ...more,
  };
}

const TRANSACTIONS = {
  tableName: 'transactions',
  schemaName: 'default',
  topicName: 'told.transaction',
  message: {
    dataFormat: 'json',
    fields: [
      { name: 'status', type: 'VARCHAR', mapping: 'payload/status' },
      { name: 'event_count', type: 'BIGINT', mapping: 'payload/event_count' },
    ],
  },
};

async function main(): Promise<void> {
  const dir = mkdtempSync('/var/tmp/lepton-debezium-');
  chmodSync(dir, 0o755); // PostgreSQL runs as another user
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const kafka = await startKafka({ dataDir: path.join(dir, 'kafka'), log: print, properties: {} });
    closing.push(kafka.stop);
    const postgres = await startPostgres({
      dataDir: path.join(dir, 'postgres'),
      log: print,
      settings: { wal_level: 'logical', max_replication_slots: '20', max_wal_senders: '20' },
    });
    closing.push(postgres.stop);
    mkdirSync(path.join(dir, 'connect'));
    const connect = await startKafkaConnect({ nodes: kafka.nodes, dataDir: path.join(dir, 'connect'), log: print });
    closing.push(connect.stop);
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    closing.push(() => client.end());
    const apicurio = await startApicurio(path.join(dir, 'apicurio'), print);
    closing.push(apicurio.stop);
    const kafkaCatalog = `connector.name=kafka\nkafka.nodes=${kafka.nodes}\nkafka.table-names=*\nkafka.table-description-dir=@etc@/tables\nkafka.confluent-schema-registry-url=${apicurio.url}\n`;
    const registered = `connector.name=kafka\nkafka.nodes=${kafka.nodes}\nkafka.table-description-supplier=confluent\nkafka.confluent-schema-registry-url=${apicurio.url}\n`;
    const server = await startTestServer({
      catalogs: { kafka: kafkaCatalog, registered, pg: `${postgresCatalogFile(postgres)}postgresql.array-mapping=AS_ARRAY\n` },
      files: { 'tables/transactions.json': JSON.stringify(TRANSACTIONS), 'tables/avro.json': JSON.stringify(AVRO) },
    });
    closing.push(server.close);
    const avro = { name: 'avro', connector: avroConverter(apicurio.ownUrl) };
    const rig: Rig = { client, server, avro, columns: COLUMNS };
    declare(rig, COLUMNS);
    const wanted = process.argv.slice(2);
    if (wanted.length === 0 || wanted.includes('people')) await follow(rig, connect, postgres);
    for (const { name } of [...STREAMS, rig.avro]) await connect.remove(name);
    if (wanted.length === 0 || wanted.includes('kinds')) await followKinds(rig, connect, postgres);
    print('all as in PostgreSQL');
  } finally {
    for (const close of closing.toReversed()) await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

await main();
