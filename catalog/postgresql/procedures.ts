import type { Procedure } from '../../spi/connector.ts';
import { VARCHAR } from '../../spi/type.ts';
import { executeForeign } from './connectionLease.ts';
import type { ConnectionPool } from './connectionPool.ts';
import type { ListingCache } from './listingCache.ts';
import { connectParametersFor, type PostgresConfig } from './postgresConfig.ts';
import { jdbcError, remoteError } from './remoteError.ts';

const FAILED = 'Failed to execute query. ';

export function proceduresOf(pool: ConnectionPool, config: PostgresConfig, listings: ListingCache): readonly Procedure[] {
  return [
    {
      schema: 'system',
      name: 'execute',
      arguments: [{ name: 'QUERY', type: VARCHAR }],
      call: async (session, [query], signal) => {
        let result: Awaited<ReturnType<typeof executeForeign>>;
        try {
          result = await executeForeign({ pool, parameters: connectParametersFor(config, session), signal }, String(query));
        } catch (error) {
          throw remoteError(error instanceof Error && error.cause !== undefined ? error.cause : error, FAILED);
        }
        listings.clear();
        if ([result].flat().some(({ fields }) => fields.length > 0)) throw jdbcError(`${FAILED}A result was returned when none was expected.`);
      },
    },
    { schema: 'system', name: 'flush_metadata_cache', arguments: [], call: async () => listings.clear() },
  ];
}
