import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { ConnectorConfig, ConnectorContext } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { EmptyFieldStrategy } from './registry/avroColumns.ts';
import type { RegistryOptions } from './registry/registryClient.ts';
import { readClientSettings } from './kafkaSecurity.ts';
import { type ClusterOptions, ISOLATION_LEVELS, type IsolationLevel, type NodeAddress } from './wire/clusterOptions.ts';

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
  /** How long an inferred schema is kept; undefined: none is inferred. */
  readonly inferenceRefreshMs: number | undefined;
  /** DROP TABLE deletes topics that CREATE TABLE has made. */
  readonly allowDropTable: boolean;
  readonly etcDir: string;
  /** Where statements that are at work are noted. */
  readonly unfinishedDir: string;
  /** How long a transaction of an INSERT may take. */
  readonly transactionTimeoutMs: number;
  /** undefined: nothing is stored. */
  readonly cache: CacheConfig | undefined;
  readonly tableDescriptionSupplier: 'file' | 'confluent';
  /** Where schemas come from; needed where descriptions do. */
  readonly registry?: RegistryOptions;
  readonly subjectsRefreshMs: number;
  readonly emptyFieldStrategy: EmptyFieldStrategy;
}

export interface CacheConfig {
  readonly dir: string;
  /** A folder outside of the data directory, in which `dir` lies: the engine must be told of it. */
  readonly outside?: string;
  readonly bytesMax: number;
  readonly messagesMin: number;
}

export function readKafkaConfig({ config, catalogName, etcDir, dataDir, log }: ConnectorContext): KafkaConfig {
  const supplier = config.string('kafka.table-description-supplier', 'file').toLowerCase();
  if (supplier !== 'file' && supplier !== 'confluent')
    throw new TrinoError('CONFIGURATION_INVALID', undefined, `Invalid configuration property kafka.table-description-supplier: ${supplier}`);
  // these size Trino's own reading; ours has no splits
  config.integer('kafka.messages-per-split', 100_000, { min: 1 });
  config.dataSizeBytes('kafka.buffer-size', 64 << 10);
  const resolvesAny = config.boolean('kafka.protobuf-any-support-enabled', false);
  // with descriptions in files Trino 476 does not start either: it binds its provider of descriptors twice
  if (resolvesAny && supplier === 'file')
    throw new TrinoError('CONFIGURATION_INVALID', undefined, 'kafka.protobuf-any-support-enabled needs kafka.table-description-supplier=confluent');
  const nodes = config.list('kafka.nodes').map(nodeAddress);
  if (nodes.length === 0)
    throw new TrinoError('CONFIGURATION_INVALID', undefined, 'Invalid configuration property kafka.nodes: size must be between 1 and 2147483647');
  const settings = readClientSettings(config, log);
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
    isolation: config.oneOf('kafka.isolation-level', ISOLATION_LEVELS, settings.isolation),
    tableDescriptionSupplier: supplier,
    defaultSchema: config.string('kafka.default-schema', 'default').toLowerCase(),
    hideInternalColumns: config.boolean('kafka.hide-internal-columns', true),
    internalColumnPrefix: config.string('kafka.internal-column-prefix', '_'),
    timestampUpperBoundPushDown: config.boolean('kafka.timestamp-upper-bound-force-push-down-enabled', false),
    inferenceRefreshMs: inferenceRefresh(config),
    allowDropTable: config.boolean('kafka.allow-drop-table', false),
    ...(supplier === 'file'
      ? {
          tableNames: [...new Set(config.list('kafka.table-names'))],
          tableDescriptionDir: descriptionDir(config.string('kafka.table-description-dir'), etcDir),
          subjectsRefreshMs: 0,
          emptyFieldStrategy: 'IGNORE' as const,
          ...(config.string('kafka.confluent-schema-registry-url') === undefined ? {} : { registry: readRegistry(config).registry }),
        }
      : {
          tableNames: [],
          tableDescriptionDir: '',
          registry: { ...readRegistry(config).registry, resolvesAny },
          subjectsRefreshMs: config.durationMs('kafka.confluent-subjects-cache-refresh-interval', 1_000),
          emptyFieldStrategy: config.oneOf('kafka.empty-field-strategy', ['IGNORE', 'MARK', 'FAIL'], 'IGNORE'),
        }),
    etcDir,
    unfinishedDir: path.join(dataDir, 'unfinished'),
    transactionTimeoutMs: settings.transactionTimeoutMs,
    cache: cacheConfig(config, catalogName, dataDir),
  };
}

const INFERENCE_REFRESH_MS = 300_000;

function inferenceRefresh(config: ConnectorConfig): number | undefined {
  const refreshMs = config.durationMs('kafka.schema-inference.refresh-interval', INFERENCE_REFRESH_MS);
  return config.boolean('kafka.schema-inference', false) ? refreshMs : undefined;
}

const CACHE_BYTES = 10 * 2 ** 30;
const SEGMENT_MESSAGES_MIN = 5_000;

function cacheConfig(config: ConnectorConfig, catalogName: string, dataDir: string): CacheConfig | undefined {
  const enabled = config.boolean('kafka.cache.enabled', true);
  const directory = config.string('kafka.cache.directory');
  const outside = directory === undefined ? undefined : path.resolve(directory);
  const cache = {
    ...(outside === undefined ? { dir: path.join(dataDir, 'segments') } : { dir: path.join(outside, ownFolder(catalogName, dataDir)), outside }),
    bytesMax: config.dataSizeBytes('kafka.cache.max-size', CACHE_BYTES),
    messagesMin: config.integer('kafka.cache.min-segment-messages', SEGMENT_MESSAGES_MIN, { min: 1 }),
  };
  return enabled ? cache : undefined;
}

/** A folder has one server at a time: servers that are given the same directory have each their own in it, and again after a restart. */
function ownFolder(catalogName: string, dataDir: string): string {
  const server = createHash('sha256')
    .update(`${hostname()}\n${path.resolve(dataDir)}`)
    .digest('hex');
  return `${catalogName}-${server.slice(0, 12)}`;
}

function readRegistry(config: ConnectorConfig): { readonly registry: RegistryOptions } {
  const given = config.list('kafka.confluent-schema-registry-url');
  if (given.length === 0)
    throw new TrinoError('CONFIGURATION_INVALID', undefined, 'Invalid configuration property kafka.confluent-schema-registry-url: must not be empty');
  const urls = given.map(registryUrl);
  const user = config.string('kafka.confluent-schema-registry-user');
  const password = config.string('kafka.confluent-schema-registry-password');
  const credentials = user === undefined ? urls.find((u) => u.credentials !== undefined)?.credentials : `${user}:${password ?? ''}`;
  return {
    registry: {
      urls: urls.map((u) => u.url),
      cacheSize: config.integer('kafka.confluent-schema-registry-client-cache-size', 1000, { min: 1, max: 2000 }),
      ...(credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
  };
}

/** `http://user:password@host:port/path`; without a scheme it is http. */
function registryUrl(text: string): { readonly url: string; readonly credentials: string | undefined } {
  try {
    const url = new URL(/^https?:\/\//.test(text) ? text : `http://${text}`);
    const credentials = url.username === '' ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    url.username = '';
    url.password = '';
    return { url: url.href.replace(/\/$/, ''), credentials };
  } catch (cause) {
    throw new TrinoError('CONFIGURATION_INVALID', undefined, 'Invalid configuration property kafka.confluent-schema-registry-url: not a URL', { cause });
  }
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
