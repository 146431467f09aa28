import type { Connector, ConnectorFactory, PropertyMetadata } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BOOLEAN, VARCHAR } from '../../spi/type.ts';
import { cacheMetrics } from './cache/cacheMetrics.ts';
import { cacheProcedures } from './cache/cacheProcedures.ts';
import { SegmentCache } from './cache/segmentCache.ts';
import { COLUMN_PROPERTIES, TABLE_PROPERTIES } from './ddl/tableProperties.ts';
import { TableChanges } from './ddl/tableChanges.ts';
import { FileTableDescriptions } from './description/fileTableDescriptions.ts';
import { ConfluentTableDescriptions, EMPTY_FIELD_STRATEGY, isStrategy } from './registry/confluentTableDescriptions.ts';
import { inferenceProcedure } from './inference/inferenceProcedure.ts';
import { InferredSchemas } from './inference/schemaInference.ts';
import { type KafkaConfig, readKafkaConfig } from './kafkaConfig.ts';
import { KafkaTransaction } from './kafkaTransaction.ts';
import { KafkaCluster } from './wire/kafkaCluster.ts';

export const kafkaConnectorFactory: ConnectorFactory = {
  name: 'kafka',
  async create(context): Promise<Connector> {
    const config = readKafkaConfig(context);
    const cluster = new KafkaCluster(config.cluster);
    const descriptions =
      config.registry === undefined
        ? new FileTableDescriptions({
            dir: config.tableDescriptionDir,
            tableNames: config.tableNames,
            defaultSchema: config.defaultSchema,
            topics: () => topicNames(cluster),
          })
        : new ConfluentTableDescriptions({ ...config.registry, defaultSchema: config.defaultSchema, refreshMs: config.subjectsRefreshMs });
    await descriptions.start();
    const { log } = context;
    const cache = config.cache === undefined ? undefined : new SegmentCache({ ...config.cache, log });
    const forget = (topic: string) => cache?.drop(topic) ?? Promise.resolve();
    const changes = descriptions instanceof FileTableDescriptions ? new TableChanges({ config, cluster, files: descriptions, forget, log }) : undefined;
    const inferred = config.inferenceRefreshMs === undefined ? undefined : new InferredSchemas(config.inferenceRefreshMs);
    const begin = () => new KafkaTransaction({ catalogName: context.catalogName, config, cluster, descriptions, changes, inferred, cache, log });
    const procedures = [
      ...(cache === undefined ? [] : cacheProcedures(cache, begin)),
      ...(descriptions instanceof FileTableDescriptions ? [inferenceProcedure({ files: descriptions, config, begin })] : []),
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
        cluster.close();
        return Promise.resolve();
      },
    };
  },
};

const TOPICS_WAIT_MS = 10_000;

async function topicNames(cluster: KafkaCluster): Promise<readonly string[]> {
  const { topics } = await cluster.metadata(undefined, AbortSignal.timeout(TOPICS_WAIT_MS));
  return [...topics.values()].filter((t) => t.error === 0).map((t) => t.name);
}

function sessionProperties(config: KafkaConfig): readonly PropertyMetadata[] {
  return [
    {
      name: 'timestamp_upper_bound_force_push_down_enabled',
      description: 'Enable or disable timestamp upper bound push down for topic createTime mode',
      type: BOOLEAN,
      defaultValue: config.timestampUpperBoundPushDown,
    },
    ...(config.registry === undefined ? [] : [emptyFieldStrategy(config)]),
  ];
}

function emptyFieldStrategy(config: KafkaConfig): PropertyMetadata {
  return {
    name: EMPTY_FIELD_STRATEGY,
    description:
      "Strategy for handling struct types with no fields: IGNORE (default), FAIL, and MARK to add a boolean field named '$empty_field_marker'. Possible values: [IGNORE, MARK, FAIL]",
    type: VARCHAR,
    defaultValue: config.emptyFieldStrategy,
    validate: (value) => {
      if (!isStrategy(value))
        throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Invalid value [${String(value)}]. Valid values: [IGNORE, MARK, FAIL]`);
    },
  };
}
