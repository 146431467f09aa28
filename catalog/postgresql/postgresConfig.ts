import fs from 'node:fs';
import type { ConnectorConfig, ConnectorContext } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { Value } from '../../spi/value.ts';
import { type ConnectParameters, parseJdbcUrl } from './jdbcUrl.ts';
import { type NameMapping, watchNameMapping } from './nameMapping.ts';
import { readSessionDefaults } from './sessionProperties.ts';

export interface PostgresConfig {
  readonly connect: ConnectParameters;
  readonly userCredentialName: string | undefined;
  readonly passwordCredentialName: string | undefined;
  /** Whether names match without regard to case, and what a file calls them. */
  readonly names: { readonly caseInsensitive: boolean; readonly mapping: () => NameMapping | undefined };
  readonly includeSystemTables: boolean;
  readonly statistics: boolean;
  readonly complexExpressionPushdown: boolean;
  /** Types that become varchar though they are supported. */
  readonly typesAsVarchar: ReadonlySet<string>;
  readonly queryComment: string;
  readonly sessionDefaults: ReadonlyMap<string, Value>;
  /** How long listings are kept, 0: not at all; and how many of them. */
  readonly listingCache: { readonly ttlMs: Readonly<Record<'schemas' | 'tables' | 'columns', number>>; readonly entriesMax: number };
}

/** Trino's own keys about things that have no counterpart here: a table that a query names is looked at anew, rows come by COPY. */
const WITHOUT_EFFECT = [
  'metadata.cache-missing',
  'metadata.statistics.cache-ttl',
  'case-insensitive-name-matching.cache-ttl',
  'jdbc.bulk-list-columns.enabled',
  'postgresql.fetch-size',
  'query.reuse-connection',
];

const ENTRIES_MAX = 10_000;

export function readConfig({ config }: ConnectorContext): PostgresConfig {
  const url = parseJdbcUrl(config.required('connection-url'));
  const { user, password } = readCredentials(config);
  for (const key of WITHOUT_EFFECT) config.accept(key);
  return {
    connect: { ...url, user: user ?? url.user, password: password ?? url.password },
    userCredentialName: config.string('user-credential-name'),
    passwordCredentialName: config.string('password-credential-name'),
    names: readNames(config),
    includeSystemTables: config.boolean('postgresql.include-system-tables', false),
    statistics: config.boolean('statistics.enabled', true),
    complexExpressionPushdown: config.boolean('complex-expression-pushdown.enabled', true),
    typesAsVarchar: new Set(config.list('jdbc-types-mapped-to-varchar').map((name) => name.toLowerCase())),
    queryComment: config.string('query.comment-format', ''),
    sessionDefaults: readSessionDefaults(config),
    listingCache: readListingCache(config),
  };
}

function readNames(config: ConnectorConfig): PostgresConfig['names'] {
  const caseInsensitive = config.boolean('case-insensitive-name-matching', false);
  const file = config.string('case-insensitive-name-matching.config-file');
  const refreshMs = config.durationMs('case-insensitive-name-matching.config-file.refresh-period', 0);
  return { caseInsensitive, mapping: file === undefined ? () => undefined : watchNameMapping(file, refreshMs) };
}

function readListingCache(config: ConnectorConfig): PostgresConfig['listingCache'] {
  const columns = config.durationMs('metadata.cache-ttl', 0);
  const ttlMs = { columns, schemas: config.durationMs('metadata.schemas.cache-ttl', columns), tables: config.durationMs('metadata.tables.cache-ttl', columns) };
  return { ttlMs, entriesMax: config.integer('metadata.cache-maximum-size', ENTRIES_MAX, { min: 0 }) };
}

function readCredentials(config: ConnectorConfig): { readonly user: string | undefined; readonly password: string | undefined } {
  const provider = config.oneOf('credential-provider.type', ['INLINE', 'FILE', 'KEYSTORE'], 'INLINE');
  switch (provider) {
    case 'INLINE':
      return { user: config.string('connection-user'), password: config.string('connection-password') };
    case 'FILE': {
      const entries = new Map(
        fs
          .readFileSync(config.required('connection-credential-file'), 'utf8')
          .split('\n')
          .map((line) => /^\s*([^#=\s]+)\s*=\s*(.*?)\s*$/.exec(line))
          .flatMap((parts) => (parts === null ? [] : [[parts[1] ?? '', parts[2] ?? ''] as const])),
      );
      return { user: entries.get('connection-user'), password: entries.get('connection-password') };
    }
    case 'KEYSTORE':
      throw new TrinoError('CONFIGURATION_INVALID', undefined, 'credential-provider.type=KEYSTORE is not supported: use INLINE or FILE');
  }
}

/** Who this query is to the server: the session's own credentials where the catalog names them. */
export function connectParametersFor(config: PostgresConfig, session: ConnectorSession): ConnectParameters {
  const { connect, userCredentialName, passwordCredentialName } = config;
  const user = userCredentialName === undefined ? undefined : session.extraCredentials.get(userCredentialName);
  const password = passwordCredentialName === undefined ? undefined : session.extraCredentials.get(passwordCredentialName);
  return { ...connect, user: user ?? connect.user, password: password ?? connect.password };
}
