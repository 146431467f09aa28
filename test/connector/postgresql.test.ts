import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { postgresqlConnectorFactory } from '../../catalog/postgresql/index.ts';
import { startPostgres } from '../rig/postgres.ts';
import { connectorContext } from './connectorContext.ts';
import { connectorSuite } from './suite.ts';

const SCHEMA = 'suite';

connectorSuite('postgresql', {
  startMs: 60_000,
  make: async () => {
    // every user can enter here, also the one that PostgreSQL runs as
    const dataDir = `/var/tmp/lepton-suite-${process.pid}`;
    const rig = await startPostgres({ dataDir });
    const client = new Client({ connectionString: rig.url });
    await client.connect();
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA}; CREATE TABLE ${SCHEMA}.sample (id bigint, name varchar(5))`);
    await client.query(`INSERT INTO ${SCHEMA}.sample VALUES (1, 'a'), (2, 'b'), (3, NULL); ANALYZE ${SCHEMA}.sample`);
    const connector = await postgresqlConnectorFactory.create(
      connectorContext('postgresql', {
        'connection-url': `jdbc:postgresql://${rig.host}:${rig.port}/${rig.database}`,
        'connection-user': rig.user,
        'connection-password': rig.password,
      }).context,
    );
    return {
      connector,
      schema: SCHEMA,
      dropsUnderReaders: true,
      sample: { name: { schema: SCHEMA, table: 'sample' }, column: 'id', value: 1n, rowCount: 3 },
      close: async () => {
        await connector.close();
        await client.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
        await client.end();
        await rig.stop();
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  },
  capabilities: [
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
    'statistics',
    'filterPushdown',
    'limitPushdown',
    'topNPushdown',
    'aggregationPushdown',
    'projectionPushdown',
    'joinPushdown',
  ],
});
