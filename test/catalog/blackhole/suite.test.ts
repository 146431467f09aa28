import { blackholeConnectorFactory } from '../../../catalog/blackhole/index.ts';
import { connectorContext } from '../../connector/connectorContext.ts';
import { connectorSuite, MATERIALIZED_VIEWS } from '../../connector/suite.ts';

connectorSuite('blackhole', {
  make: async () => ({
    connector: await blackholeConnectorFactory.create(connectorContext('blackhole').context),
    schema: 'default',
    forgets: true,
    close: async () => {},
  }),
  features: ['discardsRows'],
  capabilities: [
    ...MATERIALIZED_VIEWS,
    'createSchema',
    'createTable',
    'dropTable',
    'renameTable',
    'addColumn',
    'dropColumn',
    'renameColumn',
    'setColumnType',
    'truncate',
    'createView',
    'dropView',
    'viewComment',
    'createTableAs',
    'insert',
    'merge',
    'statistics',
  ],
});
