import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ConnectorContext } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { readClientSettings } from './kafkaSecurity.ts';
import type { ClusterOptions, IsolationLevel, NodeAddress } from './wire/clusterOptions.ts';

const DEFAULT_PORT = 9092;
const PORT_MAX = 65_535;

export interface KafkaConfig {
  readonly cluster: ClusterOptions;
  readonly isolation: IsolationLevel;
  readonly defaultSchema: string;
  readonly hideInternalColumns: boolean;
  readonly internalColumnPrefix: string;
  readonly timestampUpperBoundPushDown: boolean;
  readonly tableNames: readonly string[];
  readonly tableDescriptionDir: string;
  readonly etcDir: string;
  /** undefined: nothing is stored. */
  readonly cache: CacheConfig | undefined;
}

export interface CacheConfig {
  readonly dir: string;
  readonly bytesMax: number;
  readonly messagesMin: number;
}

export function readKafkaConfig({ config, catalogName, etcDir, dataDir }: ConnectorContext): KafkaConfig {
  config.oneOf('kafka.table-description-supplier', ['file'], 'file');
  // these size Trino's own reading; ours has no splits
  config.integer('kafka.messages-per-split', 100_000, { min: 1 });
  config.dataSizeBytes('kafka.buffer-size', 64 << 10);
  config.boolean('kafka.protobuf-any-support-enabled', false);
  const nodes = config.list('kafka.nodes').map(nodeAddress);
  if (nodes.length === 0)
    throw new TrinoError('CONFIGURATION_INVALID', undefined, 'Invalid configuration property kafka.nodes: size must be between 1 and 2147483647');
  const settings = readClientSettings(config);
  return {
    cluster: {
      nodes,
      clientId: settings.clientId ?? `lepton-${catalogName}`,
      connectTimeoutMs: settings.connectTimeoutMs,
      requestTimeoutMs: settings.requestTimeoutMs,
      recoveryTimeoutMs: settings.recoveryTimeoutMs,
      ...(settings.tls === undefined ? {} : { tls: settings.tls }),
      ...(settings.sasl === undefined ? {} : { sasl: settings.sasl }),
    },
    isolation: settings.isolation,
    defaultSchema: config.string('kafka.default-schema', 'default').toLowerCase(),
    hideInternalColumns: config.boolean('kafka.hide-internal-columns', true),
    internalColumnPrefix: config.string('kafka.internal-column-prefix', '_'),
    timestampUpperBoundPushDown: config.boolean('kafka.timestamp-upper-bound-force-push-down-enabled', false),
    tableNames: [...new Set(config.list('kafka.table-names'))],
    tableDescriptionDir: descriptionDir(config.string('kafka.table-description-dir'), etcDir),
    etcDir,
    cache: cacheConfig(config, dataDir),
  };
}

const CACHE_BYTES = 10 * 2 ** 30;
const SEGMENT_MESSAGES_MIN = 5_000;

function cacheConfig(config: ConnectorContext['config'], dataDir: string): CacheConfig | undefined {
  const enabled = config.boolean('kafka.cache.enabled', true);
  const cache = {
    dir: path.join(dataDir, 'segments'),
    bytesMax: config.dataSizeBytes('kafka.cache.max-size', CACHE_BYTES),
    messagesMin: config.integer('kafka.cache.min-segment-messages', SEGMENT_MESSAGES_MIN, { min: 1 }),
  };
  return enabled ? cache : undefined;
}

/** `host`, `host:port` or `[v6]:port`. */
function nodeAddress(text: string): NodeAddress {
  const m = /^(?:\[([^\]]+)\]|([^:]+))(?::([0-9]+))?$/.exec(text);
  const host = m?.[1] ?? m?.[2];
  const port = m?.[3] === undefined ? DEFAULT_PORT : Number(m[3]);
  if (host === undefined || port > PORT_MAX)
    throw new TrinoError('CONFIGURATION_INVALID', undefined, `Invalid configuration property kafka.nodes: Unparseable port number: ${text}`);
  return { host, port };
}

/** Trino's `etc/kafka` is relative to its working folder; here also to the folder that etc lies in. */
function descriptionDir(configured: string | undefined, etcDir: string): string {
  if (configured === undefined) return path.join(etcDir, 'kafka');
  const here = path.resolve(configured);
  const beside = path.resolve(etcDir, '..', configured);
  return !existsSync(here) && existsSync(beside) ? beside : here;
}
