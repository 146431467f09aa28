import type { ConnectorTableFunction } from '../../spi/connector.ts';
import { VARCHAR } from '../../spi/type.ts';
import { PostgresTransaction } from './postgresTransaction.ts';

/** `system.query`: a query in PostgreSQL's own SQL as a table. */
export const queryFunction: ConnectorTableFunction = {
  schema: 'system',
  name: 'query',
  arguments: [{ name: 'QUERY', type: VARCHAR, required: true }],
  analyze: (transaction, session, [query]) => {
    if (!(transaction instanceof PostgresTransaction)) throw new Error('not a PostgreSQL transaction');
    return transaction.describeQuery(session, String(query));
  },
};
