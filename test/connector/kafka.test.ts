import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kafkaCatalog } from '../catalog/kafka/kafkaCatalog.ts';
import { KafkaTopics } from '../catalog/kafka/kafkaTopics.ts';
import { startKafka } from '../rig/kafka.ts';
import { connectorSuite, MATERIALIZED_VIEWS, STORED_VIEWS } from './suite.ts';

connectorSuite('kafka', {
  startMs: 180_000,
  make: async () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-suite-'));
    const rig = await startKafka({ dataDir: dir });
    const topics = new KafkaTopics(rig.nodes);
    const topic = `suite_${process.pid}`;
    await topics.create(topic, 2);
    await topics.produce(
      topic,
      [0, 1, 0, 1, 0].map((partition, i) => ({ partition, value: `message ${i}` })),
    );
    const isolation = path.join(dir, 'isolation.properties');
    writeFileSync(isolation, 'isolation.level=read_committed\n');
    const { connector } = await kafkaCatalog({
      'kafka.nodes': rig.nodes,
      'kafka.table-names': topic,
      'kafka.allow-drop-table': 'true',
      'kafka.config.resources': isolation,
    });
    return {
      connector,
      schema: 'default',
      sample: { name: { schema: 'default', table: topic }, column: '_partition_id', value: 1n },
      close: async () => {
        await connector.close();
        await topics.close();
        await rig.stop();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  },
  features: ['discardsRows', 'versionedTables'],
  capabilities: [
    ...STORED_VIEWS,
    ...MATERIALIZED_VIEWS,
    'createTable',
    'createTableAs',
    'dropTable',
    'tableComment',
    'columnComment',
    'dataVersion',
    'rowsSince',
    'filterPushdown',
    'limitPushdown',
    'topNPushdown',
    'aggregationPushdown',
    'insert',
  ],
});
