import { memoryConnectorFactory } from '../../../catalog/memory/index.ts';
import { BIGINT, varchar } from '../../../spi/type.ts';
import { connectorContext, SESSION } from '../../connector/connectorContext.ts';
import { fillSink, inTransaction } from '../../connector/rows.ts';
import { connectorSuite, MATERIALIZED_VIEWS } from '../../connector/suite.ts';
import { testEngine } from '../../connector/testEngine.ts';

connectorSuite('memory', {
  make: async () => {
    const engine = await testEngine();
    const connector = await memoryConnectorFactory.create(connectorContext('memory', {}, engine.tables).context);
    const sample = { schema: 'default', table: 'sample' };
    await inTransaction(connector, async (t) => {
      const columns = [
        { name: 'id', type: BIGINT, nullable: true, properties: new Map() },
        { name: 'name', type: varchar(5), nullable: true, properties: new Map() },
      ];
      const sink = await t.beginCreateTable?.(SESSION, { name: sample, columns, properties: new Map() }, 'fail');
      if (sink === undefined) throw new Error('no sink');
      await fillSink(
        sink,
        [
          [1n, 'a'],
          [2n, 'b'],
        ],
        engine,
      );
      await sink.finish();
    });
    return {
      connector,
      schema: 'default',
      sample: { name: sample, column: 'id', value: 1n, rowCount: 2 },
      engine,
      close: async () => {
        await connector.close();
        engine.close();
      },
    };
  },
  features: ['notNullColumns'],
  capabilities: [
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
    'renameColumn',
    'dropNotNull',
    'truncate',
    'createView',
    'dropView',
    'renameView',
    'viewComment',
    'viewColumnComment',
    'createTableAs',
    'insert',
    'merge',
    'delete',
    'statistics',
  ],
});
