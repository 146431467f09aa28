import type { Connector, ConnectorFactory } from '../../spi/connector.ts';
import { cacheMetrics } from './cache/cacheMetrics.ts';
import { cacheProcedures } from './cache/cacheProcedures.ts';
import { SegmentCache } from './cache/segmentCache.ts';
import { COLUMN_PROPERTIES, TABLE_PROPERTIES } from './ddl/tableProperties.ts';
import { TableChanges } from './ddl/tableChanges.ts';
import { FileTableDescriptions } from './description/fileTableDescriptions.ts';
import type { TableDescriptionSupplier } from './description/tableDescriptions.ts';
import { ConfluentTableDescriptions } from './registry/confluentTableDescriptions.ts';
import { RegistryClient } from './registry/registryClient.ts';
import { SubjectTableDescriptions } from './registry/subjectTableDescriptions.ts';
import { inferenceProcedure } from './inference/inferenceProcedure.ts';
import { InferredSchemas } from './inference/schemaInference.ts';
import { TableInference } from './inference/tableInference.ts';
import { type KafkaConfig, readKafkaConfig } from './kafkaConfig.ts';
import { sessionProperties } from './sessionProperties.ts';
import { KafkaTransaction } from './kafkaTransaction.ts';
import { finishStatements, takeAwayLater } from './unfinished/finishStatements.ts';
import { type LeftBehind, UnfinishedStatements } from './unfinished/unfinishedStatements.ts';
import { KafkaCluster } from './wire/kafkaCluster.ts';

export const kafkaConnectorFactory: ConnectorFactory = {
  name: 'kafka',
  async create(context): Promise<Connector> {
    const config = readKafkaConfig(context);
    if (config.cache?.outside !== undefined) context.engine.allowFilesIn(config.cache.outside);
    const cluster = new KafkaCluster(config.cluster);
    const files = config.tableDescriptionSupplier === 'file' ? fileDescriptions(context.catalogName, config, cluster) : undefined;
    const descriptions = files === undefined ? subjectDescriptions(config) : withSubjects(files, config);
    await descriptions.start();
    const { log } = context;
    const cache = config.cache === undefined ? undefined : new SegmentCache({ ...config.cache, log });
    const forget = (topic: string) => cache?.drop(topic) ?? Promise.resolve();
    const unfinished = new UnfinishedStatements(config.unfinishedDir, log);
    const closed = new AbortController();
    const finishing = { cluster, files, unfinished, log, signal: closed.signal };
    await finishStatements(finishing);
    const later = (left: LeftBehind): void => takeAwayLater(left, finishing);
    const { catalogName } = context;
    const changes = files === undefined ? undefined : new TableChanges({ catalogName, config, cluster, files, unfinished, forget, takeAwayLater: later, log });
    const inference = new TableInference(config.internalColumnPrefix, config.registry === undefined ? undefined : new RegistryClient(config.registry));
    const inferred = config.inferenceRefreshMs === undefined ? undefined : new InferredSchemas(inference, config.inferenceRefreshMs);
    const begin = () => new KafkaTransaction({ catalogName, config, cluster, descriptions, changes, unfinished, inferred, cache, log });
    const procedures = [
      ...(cache === undefined ? [] : cacheProcedures(cache, begin)),
      ...(files === undefined ? [] : [inferenceProcedure({ files, inference, begin })]),
    ];
    return {
      begin,
      isolation: 'READ COMMITTED',
      ...(changes === undefined ? {} : { tableProperties: TABLE_PROPERTIES, columnProperties: COLUMN_PROPERTIES }),
      discardsRows: true,
      procedures,
      ...(cache === undefined ? {} : { metrics: () => cacheMetrics(cache) }),
      sessionProperties: sessionProperties(config),
      versionedTables: true,
      close: () => {
        closed.abort();
        cluster.close();
        return Promise.resolve();
      },
    };
  },
};

function fileDescriptions(catalogName: string, { tableDescriptionDir, tableNames, defaultSchema }: KafkaConfig, cluster: KafkaCluster): FileTableDescriptions {
  return new FileTableDescriptions({ dir: tableDescriptionDir, tableNames, defaultSchema, catalogName, topics: () => topicNames(cluster) });
}

function withSubjects(files: FileTableDescriptions, { registry }: KafkaConfig): TableDescriptionSupplier {
  return registry === undefined ? files : new SubjectTableDescriptions(files, registry);
}

function subjectDescriptions({ registry, defaultSchema, subjectsRefreshMs }: KafkaConfig): TableDescriptionSupplier {
  if (registry === undefined) throw new Error('the catalog has no schema registry');
  return new ConfluentTableDescriptions({ ...registry, defaultSchema, refreshMs: subjectsRefreshMs });
}

const TOPICS_WAIT_MS = 10_000;

async function topicNames(cluster: KafkaCluster): Promise<readonly string[]> {
  const { topics } = await cluster.metadata(undefined, AbortSignal.timeout(TOPICS_WAIT_MS));
  return [...topics.values()].filter((t) => t.error === 0).map((t) => t.name);
}
