import type { ConnectorConfig, PropertyMetadata } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BOOLEAN, DOUBLE, INTEGER, type Type, VARCHAR } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { ROUNDING_MODES, type RoundingMode } from './numericFormat.ts';

const ARRAY_MAPPINGS = ['DISABLED', 'AS_ARRAY', 'AS_JSON'] as const;
const DECIMAL_MAPPINGS = ['STRICT', 'ALLOW_OVERFLOW'] as const;
const UNSUPPORTED_TYPE_HANDLINGS = ['IGNORE', 'CONVERT_TO_VARCHAR'] as const;
const JOIN_STRATEGIES = ['EAGER', 'AUTOMATIC'] as const;
const WRITE_BATCH_SIZE_MAX = 10_000_000;
const DURATION = /^\s*\d+(\.\d+)?\s*(ns|us|ms|s|m|h|d)\s*$/;
const DATA_SIZE = /^\s*(\d+(\.\d+)?)\s*(B|kB|MB|GB|TB|PB)\s*$/;

/** What the session properties, and the configuration behind them, say of mapping and pushdown. */
export interface PostgresProperties {
  readonly arrayMapping: (typeof ARRAY_MAPPINGS)[number];
  readonly decimalMapping: (typeof DECIMAL_MAPPINGS)[number];
  readonly decimalDefaultScale: number;
  readonly decimalRoundingMode: RoundingMode;
  readonly unsupportedTypeHandling: (typeof UNSUPPORTED_TYPE_HANDLINGS)[number];
  readonly aggregationPushdown: boolean;
  readonly joinPushdown: boolean;
  readonly complexJoinPushdown: boolean;
  readonly joinStrategy: (typeof JOIN_STRATEGIES)[number];
  readonly joinMaxTableBytes: number | undefined;
  /** Of the size of the result to those of its tables. */
  readonly joinMaxRatio: number;
  readonly topNPushdown: boolean;
  readonly dynamicFiltering: boolean;
}

export function readSessionDefaults(config: ConnectorConfig): ReadonlyMap<string, Value> {
  const oneOf = <T extends string>(key: string, values: readonly T[], fallback: T): T => config.oneOf(key, values, fallback);
  return new Map<string, Value>([
    ['aggregation_pushdown_enabled', config.boolean('aggregation-pushdown.enabled', config.boolean('allow-aggregation-pushdown', true))],
    ['array_mapping', oneOf('postgresql.array-mapping', ARRAY_MAPPINGS, oneOf('postgresql.experimental.array-mapping', ARRAY_MAPPINGS, 'DISABLED'))],
    ['complex_join_pushdown_enabled', config.boolean('join-pushdown.with-expressions', true)],
    ['decimal_default_scale', config.integer('decimal-default-scale', 0, { min: 0, max: 38 })],
    ['decimal_mapping', oneOf('decimal-mapping', DECIMAL_MAPPINGS, 'STRICT')],
    ['decimal_rounding_mode', oneOf('decimal-rounding-mode', ROUNDING_MODES, 'UNNECESSARY')],
    ['domain_compaction_threshold', config.integer('domain-compaction-threshold', 256, { min: 1, max: 10_000 })],
    ['dynamic_filtering_enabled', config.boolean('dynamic-filtering.enabled', true)],
    ['dynamic_filtering_wait_timeout', `${(config.durationMs('dynamic-filtering.wait-timeout', 20_000) / 1000).toFixed(2)}s`],
    ['enable_string_pushdown_with_collate', config.boolean('postgresql.experimental.enable-string-pushdown-with-collate', false)],
    ['join_pushdown_automatic_max_join_to_tables_ratio', Number(config.string('experimental.join-pushdown.automatic.max-join-to-tables-ratio', '1.25'))],
    ['join_pushdown_automatic_max_table_size', config.string('experimental.join-pushdown.automatic.max-table-size') ?? null],
    ['join_pushdown_enabled', config.boolean('join-pushdown.enabled', config.boolean('experimental.join-pushdown.enabled', true))],
    ['join_pushdown_strategy', oneOf('join-pushdown.strategy', JOIN_STRATEGIES, 'AUTOMATIC')],
    ['non_transactional_insert', config.boolean('insert.non-transactional-insert.enabled', false)],
    ['non_transactional_merge', config.boolean('merge.non-transactional-merge.enabled', false)],
    ['topn_pushdown_enabled', config.boolean('topn-pushdown.enabled', true)],
    [
      'unsupported_type_handling',
      oneOf('unsupported-type-handling', UNSUPPORTED_TYPE_HANDLINGS, oneOf('unsupported-type.handling-strategy', UNSUPPORTED_TYPE_HANDLINGS, 'IGNORE')),
    ],
    ['write_batch_size', config.integer('write.batch-size', 1000, { min: 1, max: WRITE_BATCH_SIZE_MAX })],
    ['write_parallelism', config.integer('write.parallelism', 8, { min: 1, max: 128 })],
  ]);
}

const UNITS: readonly string[] = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

function bytesOf(size: string): number {
  const [, number = '0', , unit = 'B'] = DATA_SIZE.exec(size) ?? [];
  return Number(number) * 1024 ** UNITS.indexOf(unit);
}

interface Declaration {
  readonly type: Type;
  readonly description: string;
  readonly validate?: (value: Value) => void;
}

const invalid = (message: string): TrinoError => new TrinoError('INVALID_SESSION_PROPERTY', undefined, message);

const choice = (values: readonly string[]) => (value: Value) => {
  if (!values.includes(String(value).toUpperCase())) throw new Error(`Invalid value [${String(value)}]. Valid values: [${values.join(', ')}]`);
};

const DECLARATIONS: Readonly<Record<string, Declaration>> = {
  aggregation_pushdown_enabled: { type: BOOLEAN, description: 'Enable aggregation pushdown' },
  array_mapping: {
    type: VARCHAR,
    description: `Handling of PostgreSql arrays. Possible values: [${ARRAY_MAPPINGS.join(', ')}]`,
    validate: choice(ARRAY_MAPPINGS),
  },
  complex_join_pushdown_enabled: { type: BOOLEAN, description: 'Enable join pushdown with non-comparison expressions' },
  decimal_default_scale: {
    type: INTEGER,
    description: 'Default decimal scale for mapping unspecified and exceeding precision decimals. Not used when decimal_mapping is set to STRICT',
  },
  decimal_mapping: {
    type: VARCHAR,
    description: `Decimal mapping for unspecified and exceeding precision decimals. STRICT skips them. ALLOW_OVERFLOW requires setting proper decimal scale and rounding mode. Possible values: [${DECIMAL_MAPPINGS.join(', ')}]`,
    validate: choice(DECIMAL_MAPPINGS),
  },
  decimal_rounding_mode: {
    type: VARCHAR,
    description: `Rounding mode for mapping unspecified and exceeding precision decimals. Not used when decimal_mapping is set to STRICT. Possible values: [${ROUNDING_MODES.join(', ')}]`,
    validate: choice(ROUNDING_MODES),
  },
  domain_compaction_threshold: {
    type: INTEGER,
    description: 'Maximum ranges to allow in a tuple domain without simplifying it',
    validate: (value) => {
      if (Number(value) < 1) throw invalid(`Domain compaction threshold (${String(value)}) must be greater than 0`);
    },
  },
  dynamic_filtering_enabled: { type: BOOLEAN, description: 'Wait for dynamic filters before starting JDBC query' },
  dynamic_filtering_wait_timeout: {
    type: VARCHAR,
    description: 'Duration to wait for completion of dynamic filters',
    validate: (value) => {
      if (!DURATION.test(String(value))) throw new Error(`duration is not a valid data duration string: ${String(value)}`);
    },
  },
  enable_string_pushdown_with_collate: { type: BOOLEAN, description: 'Enable string pushdown with collate (experimental)' },
  join_pushdown_automatic_max_join_to_tables_ratio: {
    type: DOUBLE,
    description: 'If estimated join output size is greater than or equal to ratio * sum of table sizes, then join pushdown will not be performed',
  },
  join_pushdown_automatic_max_table_size: {
    type: VARCHAR,
    description: 'Maximum table size to be considered for join pushdown',
    validate: (value) => {
      if (value !== null && !DATA_SIZE.test(String(value))) throw new Error(`size is not a valid data size string: ${String(value)}`);
    },
  },
  join_pushdown_enabled: { type: BOOLEAN, description: 'Enable join pushdown' },
  join_pushdown_strategy: {
    type: VARCHAR,
    description: `Join pushdown strategy. Possible values: [${JOIN_STRATEGIES.join(', ')}]`,
    validate: choice(JOIN_STRATEGIES),
  },
  non_transactional_insert: { type: BOOLEAN, description: 'Enables support for non-transactional INSERT' },
  non_transactional_merge: { type: BOOLEAN, description: 'Enables support for non-transactional MERGE' },
  topn_pushdown_enabled: { type: BOOLEAN, description: 'Enable TopN pushdown' },
  unsupported_type_handling: {
    type: VARCHAR,
    description: `Unsupported type handling strategy. Possible values: [${UNSUPPORTED_TYPE_HANDLINGS.join(', ')}]`,
    validate: choice(UNSUPPORTED_TYPE_HANDLINGS),
  },
  write_batch_size: {
    type: INTEGER,
    description: 'Maximum number of rows to write in a single batch',
    validate: (value) => {
      if (Number(value) < 1) throw invalid(`write_batch_size must be greater than 0: ${String(value)}`);
      if (Number(value) > WRITE_BATCH_SIZE_MAX) throw invalid(`write_batch_size cannot exceed ${WRITE_BATCH_SIZE_MAX}: ${String(value)}`);
    },
  },
  write_parallelism: { type: INTEGER, description: 'Maximum number of parallel write tasks' },
};

export function sessionPropertiesOf(defaults: ReadonlyMap<string, Value>): readonly PropertyMetadata[] {
  return Object.entries(DECLARATIONS).map(([name, declaration]) => ({ name, ...declaration, defaultValue: defaults.get(name) ?? null }));
}

export function propertiesOf(session: ConnectorSession, defaults: ReadonlyMap<string, Value>): PostgresProperties {
  const value = (name: string): Value => session.properties.get(name) ?? defaults.get(name) ?? null;
  const pick = <T extends string>(name: string, values: readonly T[], fallback: T): T => {
    const wanted = String(value(name)).toUpperCase();
    return values.find((known) => known === wanted) ?? fallback;
  };
  return {
    arrayMapping: pick('array_mapping', ARRAY_MAPPINGS, 'DISABLED'),
    decimalMapping: pick('decimal_mapping', DECIMAL_MAPPINGS, 'STRICT'),
    decimalDefaultScale: Number(value('decimal_default_scale')),
    decimalRoundingMode: pick('decimal_rounding_mode', ROUNDING_MODES, 'UNNECESSARY'),
    unsupportedTypeHandling: pick('unsupported_type_handling', UNSUPPORTED_TYPE_HANDLINGS, 'IGNORE'),
    aggregationPushdown: value('aggregation_pushdown_enabled') === true,
    joinPushdown: value('join_pushdown_enabled') === true,
    complexJoinPushdown: value('complex_join_pushdown_enabled') === true,
    joinMaxTableBytes: value('join_pushdown_automatic_max_table_size') === null ? undefined : bytesOf(String(value('join_pushdown_automatic_max_table_size'))),
    joinMaxRatio: Number(value('join_pushdown_automatic_max_join_to_tables_ratio')),
    joinStrategy: pick('join_pushdown_strategy', JOIN_STRATEGIES, 'AUTOMATIC'),
    topNPushdown: value('topn_pushdown_enabled') === true,
    dynamicFiltering: value('dynamic_filtering_enabled') === true,
  };
}
