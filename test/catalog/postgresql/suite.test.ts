import { connectorSuite, MATERIALIZED_VIEWS, STORED_VIEWS } from '../../connector/suite.ts';
import { startFixture } from './postgresFixture.ts';

connectorSuite('postgresql', {
  make: async () => {
    const fixture = await startFixture();
    await fixture.query(`
      DROP SCHEMA IF EXISTS suite CASCADE;
      CREATE SCHEMA suite;
      CREATE TABLE suite.sample (id bigint, name varchar(5), at timestamp(3));
      INSERT INTO suite.sample VALUES (1, 'a', '2020-01-01'), (2, 'b', NULL), (3, NULL, '2021-01-01');
      ANALYZE suite.sample`);
    return {
      connector: await fixture.connect(),
      schema: 'suite',
      sample: { name: { schema: 'suite', table: 'sample' }, column: 'id', value: 1n, rowCount: 3 },
      dropsAtOnce: true,
      close: () => fixture.close(),
    };
  },
  features: ['notNullColumns', 'supportsMissingColumnsOnInsert'],
  capabilities: [
    ...STORED_VIEWS,
    ...MATERIALIZED_VIEWS,
    'dataVersion',
    'createSchema',
    'dropSchema',
    'renameSchema',
    'createTable',
    'dropTable',
    'renameTable',
    'tableComment',
    'columnComment',
    'addColumn',
    'dropColumn',
    'renameColumn',
    'setColumnType',
    'dropNotNull',
    'truncate',
    'createTableAs',
    'insert',
    'merge',
    'delete',
    'update',
    'statistics',
    'filterPushdown',
    'limitPushdown',
    'topNPushdown',
    'aggregationPushdown',
    'projectionPushdown',
    'joinPushdown',
  ],
});
