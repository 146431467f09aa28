import type { Connector, ConnectorFactory, PropertyMetadata } from '../../spi/connector.ts';
import { BOOLEAN } from '../../spi/type.ts';
import { cacheProcedures } from './cache/cacheProcedures.ts';
import { SegmentCache } from './cache/segmentCache.ts';
import { FileTableDescriptions } from './description/fileTableDescriptions.ts';
import { type KafkaConfig, readKafkaConfig } from './kafkaConfig.ts';
import { KafkaTransaction } from './kafkaTransaction.ts';
import { KafkaCluster } from './wire/kafkaCluster.ts';

export const kafkaConnectorFactory: ConnectorFactory = {
  name: 'kafka',
  async create(context): Promise<Connector> {
    const config = readKafkaConfig(context);
    const cluster = new KafkaCluster(config.cluster);
    const descriptions = new FileTableDescriptions({ dir: config.tableDescriptionDir, tableNames: config.tableNames, defaultSchema: config.defaultSchema });
    await descriptions.start();
    const { log } = context;
    const cache = config.cache === undefined ? undefined : new SegmentCache({ ...config.cache, log });
    const begin = () => new KafkaTransaction({ catalogName: context.catalogName, config, cluster, descriptions, cache, log });
    return {
      begin,
      ...(cache === undefined ? {} : { procedures: cacheProcedures(cache, begin) }),
      sessionProperties: sessionProperties(config),
      versionedTables: true,
      close: () => {
        cluster.close();
        return Promise.resolve();
      },
    };
  },
};

function sessionProperties(config: KafkaConfig): readonly PropertyMetadata[] {
  return [
    {
      name: 'timestamp_upper_bound_force_push_down_enabled',
      description: 'Enable or disable timestamp upper bound push down for topic createTime mode',
      type: BOOLEAN,
      defaultValue: config.timestampUpperBoundPushDown,
    },
  ];
}
