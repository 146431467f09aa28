import { tpchConnectorFactory } from '../../../catalog/tpch/index.ts';
import { connectorContext } from '../../connector/connectorContext.ts';
import { connectorSuite, MATERIALIZED_VIEWS, STORED_VIEWS } from '../../connector/suite.ts';

connectorSuite('tpch', {
  make: async () => ({
    connector: await tpchConnectorFactory.create(connectorContext('tpch').context),
    schema: 'tiny',
    sample: { name: { schema: 'tiny', table: 'orders' }, column: 'orderstatus', value: 'P', rowCount: 15_000 },
    close: async () => {},
  }),
  features: ['analyzesTables'],
  capabilities: [...STORED_VIEWS, ...MATERIALIZED_VIEWS, 'statistics', 'filterPushdown'],
});
