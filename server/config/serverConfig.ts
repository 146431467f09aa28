import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { ConfigReader } from './configReader.ts';
import { configurationError, readPropertiesFile } from './propertiesFile.ts';
import { type GroupProviderConfig, readGroupProvider } from './groupProviderConfig.ts';
import { type ResourceGroupsSpec, parseResourceGroups } from './resourceGroupSpec.ts';
import { type SpoolingConfig, readSpoolingConfig } from './spoolingConfig.ts';
import { errorMessage } from '../../spi/trinoError.ts';

/** What config.properties and node.properties say, with Trino's keys. Times in milliseconds, sizes in bytes. */
export interface ServerConfig {
  readonly etcDir: string;
  readonly http: HttpConfig;
  readonly query: QueryConfig;
  readonly node: NodeConfig;
  readonly catalog: {
    readonly dir: string;
    readonly management: 'static' | 'dynamic';
    readonly disabled: readonly string[];
    readonly listingTimeoutMs: number;
  };
  readonly spooling: SpoolingConfig;
  readonly transaction: { readonly idleTimeoutMs: number; readonly idleCheckIntervalMs: number };
  readonly webUi: WebUiConfig;
  /** Absent: ended queries are forgotten at a restart. */
  readonly history: HistoryConfig | undefined;
  /** Absent: one group with the limits of `query`. */
  readonly resourceGroups: ResourceGroupsConfig | undefined;
  readonly groupProvider: GroupProviderConfig | undefined;
  /** A JSON line for each ended query; absent: none. */
  readonly eventLog: string | undefined;
  readonly engine: { readonly memoryBytesMax: number | undefined; readonly threads: number | undefined };
}

export interface HttpConfig {
  readonly port: number;
  /** The loopback address unless something is configured. */
  readonly host: string;
  readonly processForwarded: boolean;
}

export interface QueryConfig {
  readonly lengthMax: number;
  readonly clientTimeoutMs: number;
  readonly historyMax: number;
  readonly expireAgeMinMs: number;
  /** Durations and sizes in the unit that the file names: they are what SHOW SESSION tells and errors repeat. */
  readonly runTimeMax: string;
  readonly executionTimeMax: string;
  readonly planningTimeMax: string;
  readonly cpuTimeMax: string;
  readonly scanPhysicalBytesMax: string | undefined;
  readonly memoryMax: string | undefined;
  readonly totalMemoryMax: string | undefined;
  readonly concurrencyMax: number;
  readonly queueMax: number;
}

export interface WebUiConfig {
  readonly enabled: boolean;
  /** Everybody is this user; absent: who comes gives a name. */
  readonly fixedUser: string | undefined;
  readonly sessionTimeoutMs: number;
  readonly sharedSecret: string | undefined;
}

export interface HistoryConfig {
  readonly file: string;
  readonly countMax: number;
  readonly ageMaxMs: number;
}

export interface ResourceGroupsConfig {
  readonly file: string;
  readonly spec: ResourceGroupsSpec;
}

export interface NodeConfig {
  readonly id: string;
  readonly environment: string;
  readonly dataDir: string;
}

const DAY_MS = 86_400_000;

/** Trino's own keys that have no meaning in one process: taken without effect. */
const ACCEPTED = [
  'coordinator',
  'node-scheduler.include-coordinator',
  'discovery.uri',
  'discovery-server.enabled',
  'query.max-memory-per-node',
  'memory.heap-headroom-per-node',
  'query.low-memory-killer.policy',
  'query.low-memory-killer.delay',
  'query.max-stage-count',
  'query.info-url-template',
  'http-server.log.enabled',
  'http-server.log.path',
  'http-server.log.max-size',
  'http-server.log.max-history',
  'http-server.threads.max',
  'http-server.threads.min',
  'http-server.max-request-header-size',
  'http-server.max-response-header-size',
  'http-server.http.enabled',
  'task.max-worker-threads',
  'task.concurrency',
  'task.max-drivers-per-task',
  'exchange.http-client.max-connections',
  'optimizer.join-reordering-strategy',
  'join-distribution-type',
  'retry-policy',
  'spill-enabled',
  'spiller-spill-path',
  'web-ui.preview.enabled',
  'internal-communication.shared-secret',
  'catalog.store',
  'redistribute-writes',
  'scale-writers',
  'query.execution-policy',
  'shutdown.grace-period',
  'transaction.max-finishing-concurrency',
  'query.manager-executor-pool-size',
  'query.executor-pool-size',
  'query.dispatcher-query-pool-size',
  'query-manager.required-workers',
  'query-manager.required-workers-max-wait',
  'query-results.compression-enabled',
  'query.stage-count-warning-threshold',
  'query.min-schedule-split-batch-size',
  'query.schedule-split-batch-size',
  'query.max-hash-partition-count',
  'query.min-hash-partition-count',
  'query.min-hash-partition-count-for-write',
  'query.max-writer-task-count',
  'query.max-split-manager-callback-threads',
  'query.max-state-machine-callback-threads',
  'query.remote-task.max-error-duration',
  'query.remote-task.max-callback-threads',
  'query.remote-task.enable-adaptive-request-size',
  'query.remote-task.max-request-size',
  'query.remote-task.request-size-headroom',
  'query.remote-task.guaranteed-splits-per-task',
  'query.reported-rule-stats-limit',
  'task.low-memory-killer.policy',
  'http.include-exception-in-response',
  'sql.path',
  'sql.default-catalog',
  'sql.default-schema',
  'experimental.concurrent-startup',
];

/** Reads the folder; a missing config.properties means defaults (and then only the loopback address). */
export function readServerConfig(etcDir: string, environment: NodeJS.ProcessEnv): ServerConfig {
  const configFile = path.join(etcDir, 'config.properties');
  const nodeFile = path.join(etcDir, 'node.properties');
  const config = new ConfigReader(configFile, existsSync(configFile) ? readPropertiesFile(configFile, environment) : new Map());
  const node = readNodeConfig(new ConfigReader(nodeFile, existsSync(nodeFile) ? readPropertiesFile(nodeFile, environment) : new Map()));
  for (const key of ACCEPTED) config.accept(key);
  const result: ServerConfig = {
    etcDir,
    node,
    http: {
      port: config.integer('http-server.http.port', 8080, { min: 0, max: 65535 }),
      host: config.string('http-server.bind-address', existsSync(configFile) && config.string('http-server.http.port') !== undefined ? '0.0.0.0' : '127.0.0.1'),
      processForwarded: config.oneOf('http-server.process-forwarded', ['true', 'false', 'ignore', 'process', 'reject'], 'false').match(/true|process/) !== null,
    },
    query: readQueryConfig(config),
    transaction: {
      idleTimeoutMs: config.durationMs('transaction.idle-timeout', 5 * 60_000),
      idleCheckIntervalMs: config.durationMs('transaction.idle-check-interval', 60_000),
    },
    webUi: readWebUi(config),
    history: readHistory(config, node.dataDir),
    resourceGroups: readResourceGroups(etcDir, node.dataDir, environment),
    groupProvider: readGroupProvider(etcDir, environment),
    catalog: {
      dir: path.resolve(path.dirname(etcDir), config.string('catalog.config-dir', path.join(etcDir, 'catalog'))),
      management: config.oneOf('catalog.management', ['static', 'dynamic'], 'static'),
      disabled: config.list('catalog.disabled-catalogs'),
      listingTimeoutMs: config.durationMs('catalog.listing-timeout', 30_000),
    },
    spooling: readSpoolingConfig(config, etcDir, node.dataDir, environment),
    eventLog: config.string('lepton.event-log.path'),
    engine: {
      memoryBytesMax: config.string('lepton.engine.max-memory') === undefined ? undefined : config.dataSizeBytes('lepton.engine.max-memory', 0),
      threads: config.string('lepton.engine.threads') === undefined ? undefined : config.integer('lepton.engine.threads', 0, { min: 1 }),
    },
  };
  config.requireAllUsed();
  return result;
}

function readQueryConfig(config: ConfigReader): QueryConfig {
  const size = (key: string): string | undefined => {
    config.dataSizeBytes(key, 0);
    return config.string(key);
  };
  const duration = (key: string, fallback: string): string => {
    config.durationMs(key, 0);
    return config.string(key, fallback).replace(/^\s*([\d.]+)\s*([a-z]+)\s*$/, (_, value: string, unit: string) => `${Number(value).toFixed(2)}${unit}`);
  };
  return {
    lengthMax: config.integer('query.max-length', 1_000_000, { min: 0, max: 1_000_000_000 }),
    clientTimeoutMs: config.durationMs('query.client.timeout', 5 * 60_000),
    historyMax: config.integer('query.max-history', 100, { min: 0 }),
    expireAgeMinMs: config.durationMs('query.min-expire-age', 15 * 60_000),
    runTimeMax: duration('query.max-run-time', '100.00d'),
    executionTimeMax: duration('query.max-execution-time', '100.00d'),
    planningTimeMax: duration('query.max-planning-time', '10.00m'),
    cpuTimeMax: duration('query.max-cpu-time', '1000000000.00d'),
    scanPhysicalBytesMax: size('query.max-scan-physical-bytes'),
    memoryMax: size('query.max-memory'),
    totalMemoryMax: size('query.max-total-memory'),
    concurrencyMax: config.integer('query.max-concurrent-queries', 1000, { min: 1 }),
    queueMax: config.integer('query.max-queued-queries', 5000, { min: 0 }),
  };
}

function readWebUi(config: ConfigReader): WebUiConfig {
  const type = config.oneOf('web-ui.authentication.type', ['form', 'insecure', 'fixed'], 'form');
  const user = config.string('web-ui.user');
  if (type === 'fixed' && user === undefined)
    throw configurationError(config.file, 'Invalid configuration property web-ui.user: must be set for fixed authentication');
  return {
    enabled: config.boolean('web-ui.enabled', true),
    fixedUser: type === 'fixed' ? user : undefined,
    sessionTimeoutMs: config.durationMs('web-ui.session-timeout', DAY_MS),
    sharedSecret: config.string('web-ui.shared-secret'),
  };
}

function readHistory(config: ConfigReader, dataDir: string): HistoryConfig | undefined {
  const result = {
    file: path.resolve(config.string('lepton.history.file', path.join(dataDir, 'history.sqlite'))),
    countMax: config.integer('lepton.history.max-count', 10_000, { min: 1 }),
    ageMaxMs: config.durationMs('lepton.history.max-age', 30 * DAY_MS),
  };
  return config.boolean('lepton.history.enabled', true) ? result : undefined;
}

/** The groups of resource-groups.properties; without the file one group with the limits of config.properties. */
function readResourceGroups(etcDir: string, dataDir: string, environment: NodeJS.ProcessEnv): ResourceGroupsConfig | undefined {
  const propertiesFile = path.join(etcDir, 'resource-groups.properties');
  if (!existsSync(propertiesFile)) return undefined;
  const config = new ConfigReader(propertiesFile, readPropertiesFile(propertiesFile, environment));
  config.oneOf('resource-groups.configuration-manager', ['file'], 'file');
  const named = config.required('resource-groups.config-file');
  config.requireAllUsed();
  // beside Trino's own places (absolute, or below the data folder) relative to where the server was started
  const file = [path.resolve(dataDir, named), path.resolve(named), path.resolve(path.dirname(etcDir), named)].find((candidate) => existsSync(candidate));
  if (file === undefined) throw configurationError(propertiesFile, `Invalid configuration property resource-groups.config-file: file does not exist: ${named}`);
  return { file, spec: readResourceGroupsFile(file) };
}

export function readResourceGroupsFile(file: string): ResourceGroupsSpec {
  try {
    return parseResourceGroups(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw configurationError(file, errorMessage(cause), cause);
  }
}

function readNodeConfig(node: ConfigReader): NodeConfig {
  for (const key of ['node.internal-address', 'node.internal-address-source', 'node.bind-ip', 'node.external-address', 'node.location', 'node.annotation-file'])
    node.accept(key);
  for (const key of ['plugin.dir', 'node.server-log-file', 'node.launcher-log-file', 'catalog.config-dir']) node.accept(key);
  const environment = node.string('node.environment', 'lepton');
  if (!/^[a-z0-9][_a-z0-9]*$/.test(environment))
    throw configurationError(node.file, `Invalid configuration property node.environment: is malformed (was '${environment}')`);
  const result = {
    id: node.string(
      'node.id',
      hostname()
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, '-') || 'lepton',
    ),
    environment,
    dataDir: path.resolve(node.string('node.data-dir', path.join(process.cwd(), 'data'))),
  };
  node.requireAllUsed();
  return result;
}
