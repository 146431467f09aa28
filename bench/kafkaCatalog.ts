import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type KafkaRig, startKafka } from '../test/rig/kafka.ts';
import { run } from '../test/rig/statementClient.ts';
import { type Format, messageOf } from './kafkaFormats.ts';
import { FIELDS } from './kafkaTopic.ts';
import { note } from './report.ts';
import type { MeasuredServer } from './servers.ts';

const HEAP_MEGABYTES = 512;
const CATALOG = 'bench_kafka';

export interface Topic {
  readonly topic: string;
  readonly format: 'json' | Format;
}

/** The broker that TRINO_KAFKA or KAFKA_NODES names, or one that is started and keeps its log in `dir`. */
export async function benchBroker(dir: string): Promise<Pick<KafkaRig, 'nodes' | 'stop'>> {
  const { TRINO_KAFKA: given } = process.env;
  if (given !== undefined && given !== '') return { nodes: given, stop: () => Promise.resolve() };
  return await startKafka({ dataDir: path.join(dir, 'kafka'), heapMegabytes: HEAP_MEGABYTES, log: note });
}

/** As it is written in a statement. */
export const topicTable = (topic: string): string => `${CATALOG}.default."${topic}"`;
/** Nothing is left of earlier reads. */
export const DROP_CACHE = `CALL ${CATALOG}.system.drop_cache()`;
export const CACHE_SEGMENTS = `${CATALOG}.system.cache_segments`;

/** Makes the catalog of the bench's topics on every server. `cacheMegabytes`: of Lepton; absent: nothing is kept. */
export async function createKafkaCatalogs(
  servers: readonly MeasuredServer[],
  { nodes, dir, cacheMegabytes }: { readonly nodes: string; readonly dir: string; readonly cacheMegabytes?: number },
  topics: readonly Topic[],
): Promise<void> {
  const descriptions = path.join(dir, 'kafka-tables');
  mkdirSync(descriptions, { recursive: true });
  for (const { topic, format } of topics) {
    const message = format === 'json' ? { dataFormat: 'json', fields: FIELDS } : messageOf(format, dir);
    writeFileSync(path.join(descriptions, `${topic}.json`), JSON.stringify({ tableName: topic, schemaName: 'default', topicName: topic, message }));
  }
  for (const server of servers) {
    const cache =
      server.name === 'Trino' ? {} : cacheMegabytes === undefined ? { 'kafka.cache.enabled': false } : { 'kafka.cache.max-size': `${cacheMegabytes}MB` };
    const properties = {
      'kafka.nodes': nodes,
      'kafka.table-names': topics.map(({ topic }) => topic).join(','),
      'kafka.table-description-dir': descriptions,
      ...cache,
    };
    const written = Object.entries(properties).map(([key, value]) => `"${key}" = '${value}'`);
    await run({ url: server.url }, `CREATE CATALOG ${CATALOG} USING kafka WITH (${written.join(', ')})`);
  }
}

export async function dropKafkaCatalogs(servers: readonly MeasuredServer[]): Promise<void> {
  for (const server of servers) await run({ url: server.url }, `DROP CATALOG ${CATALOG}`);
}
