import type { ConnectorFactory } from '../../spi/connector.ts';
import { ConnectionPool } from './connectionPool.ts';
import { ListingCache } from './listingCache.ts';
import { readConfig } from './postgresConfig.ts';
import { PostgresTransaction } from './postgresTransaction.ts';
import { proceduresOf } from './procedures.ts';
import { queryFunction } from './queryFunction.ts';
import { sessionPropertiesOf } from './sessionProperties.ts';

/** The tables of one PostgreSQL database. */
export const postgresqlConnectorFactory: ConnectorFactory = {
  name: 'postgresql',
  create(context) {
    const config = readConfig(context);
    const pool = new ConnectionPool();
    const listings = new ListingCache(config);
    return {
      begin: () => new PostgresTransaction({ config, pool, listings }),
      isolation: 'READ COMMITTED',
      sessionProperties: sessionPropertiesOf(config.sessionDefaults),
      procedures: proceduresOf(pool, config, listings),
      tableFunctions: [queryFunction],
      notNullColumns: true,
      close: () => pool.close(),
    };
  },
};
