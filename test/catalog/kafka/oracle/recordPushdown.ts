/**
 * `node test/catalog/kafka/oracle/recordPushdown.ts TRINO_URL KAFKA_NODES`: writes fixtures/pushdown.json, what a real Trino answers. It must run on
 * this machine with `catalog.management=dynamic`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../../../rig/statementClient.ts';
import { KafkaTopics } from '../kafkaTopics.ts';
import { PUSHDOWN_DESCRIPTION, PUSHDOWN_STATEMENTS, PUSHDOWN_TOPIC, pushdownMessages } from './pushdownCases.ts';

const [url = '', nodes = ''] = process.argv.slice(2);
const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-record-'));
const topics = new KafkaTopics(nodes);
try {
  await topics.create(PUSHDOWN_TOPIC, 3);
  await topics.produce(PUSHDOWN_TOPIC, pushdownMessages());
  writeFileSync(path.join(dir, 't.json'), JSON.stringify(PUSHDOWN_DESCRIPTION));
  const properties = { nodes, 'table-names': PUSHDOWN_TOPIC, 'table-description-dir': dir, 'hide-internal-columns': 'false' };
  const list = Object.entries(properties).map(([name, value]) => `"kafka.${name}" = '${value}'`);
  await run({ url }, `CREATE CATALOG pushdown USING kafka WITH (${list.join(', ')})`);
  const answers = [];
  for (const sql of PUSHDOWN_STATEMENTS) {
    const answer = await run({ url, catalog: 'pushdown', schema: 'default' }, sql.replaceAll(/\bt\b(?= |$)/g, PUSHDOWN_TOPIC)).then(
      ({ rows }) => ({ rows: rows.map((row) => JSON.stringify(row)).toSorted() }),
      (error: Error) => ({ error: error.message.split('\n')[0] }),
    );
    answers.push({ sql, ...answer });
  }
  const file = path.join(import.meta.dirname, '..', 'fixtures', 'pushdown.json');
  writeFileSync(file, `[\n${answers.map((answer) => JSON.stringify(answer)).join(',\n')}\n]\n`);
} finally {
  await run({ url }, 'DROP CATALOG IF EXISTS pushdown');
  await topics.admin.deleteTopics({ topics: [PUSHDOWN_TOPIC] });
  await topics.close();
  rmSync(dir, { recursive: true, force: true });
}
