import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ConnectorFactory, Logger } from '../spi/connector.ts';
import { ConfigReader } from './config/configReader.ts';
import { readPropertiesFile, replaceEnvironment } from './config/propertiesFile.ts';
import type { ServerConfig } from './config/serverConfig.ts';
import { createExecutor, type Executor } from './executor/index.ts';
import { listFunctions } from './function/functionListing.ts';
import { functionResolver } from './function/resolver.ts';
import { CatalogFiles } from './metadata/catalogFiles.ts';
import { CatalogManager } from './metadata/catalogManager.ts';
import { CatalogReader } from './metadata/system/catalogReader.ts';
import { jdbcTables } from './metadata/system/jdbcTables.ts';
import { metadataTables } from './metadata/system/metadataTables.ts';
import { systemConnector } from './metadata/system/systemConnector.ts';
import { ViewStore } from './metadata/views/viewStore.ts';
import { killedBy } from './protocol/queryResource.ts';
import { createHttpServer } from './protocol/server.ts';
import { LocalStorage } from './protocol/spooling/localStorage.ts';
import { S3Storage } from './protocol/spooling/s3Storage.ts';
import { SegmentStore } from './protocol/spooling/segmentStore.ts';
import { EventLog } from './query/eventLog.ts';
import { UiSessions } from './protocol/uiSession.ts';
import { QueryHistory } from './query/queryHistory.ts';
import { RefreshSchedule } from './query/materializedViews/refreshSchedule.ts';
import { StorageSweeper } from './query/materializedViews/storageSweeper.ts';
import { QueryIdGenerator } from './query/queryId.ts';
import type { Query } from './query/query.ts';
import { QueryManager } from './query/queryManager.ts';
import { QueryRecords } from './query/queryRecords.ts';
import { ResourceGroupFile, globalGroup } from './query/resourceGroups/resourceGroupFile.ts';
import { ResourceGroupManager } from './query/resourceGroups/resourceGroupManager.ts';
import { killQueryProcedure, runtimeTables } from './query/runtimeTables.ts';
import { SystemSessionProperties, configuredSessionDefaults } from './query/sessionProperties.ts';
import { StatementRunner } from './query/statementRunner.ts';
import { UserGroups } from './query/userGroups.ts';
import { TransactionManager } from './query/transactionManager.ts';

export interface ServerOptions {
  readonly config: ServerConfig;
  readonly factories: readonly ConnectorFactory[];
  readonly log: Logger;
  readonly environment: NodeJS.ProcessEnv;
  /** After a graceful shutdown that was asked for over HTTP. */
  readonly onShutdown: (code: number) => void;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly catalogs: CatalogManager;
  readonly executor: Executor;
  close(): Promise<void>;
}

/** The version of Trino whose answers these are, and our own. */
const TRINO_VERSION = '476';

/** Puts the parts together and listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log } = options;
  const now = Date.now;
  const startedMs = now();
  const executor = createExecutor({
    config: config.engine,
    dataDir: config.node.dataDir,
    log,
    parquetDirectories: [path.join(config.node.dataDir, 'catalog')],
  });
  const ids = new QueryIdGenerator(() => new Date());
  let port = config.http.port;
  const killQuery = async (queryId: string, message: string) => queries.kill(queryId, killedBy('ADMINISTRATIVELY_KILLED', 'killed', message));
  const views = new ViewStore(path.join(config.node.dataDir, 'views.sqlite'));
  const catalogs: CatalogManager = new CatalogManager({
    factories: options.factories,
    engine: executor.engineTables,
    etcDir: config.etcDir,
    dataDirOf: (catalog) => path.join(config.node.dataDir, 'catalog', catalog),
    views,
    log,
    readConfig: (file, properties) =>
      new ConfigReader(file, new Map([...properties].map(([key, value]) => [key, replaceEnvironment(value, key, file, options.environment)]))),
  });
  const transactions = new TransactionManager(catalogs, now, config.transaction.idleTimeoutMs);
  const node = { id: config.node.id, version: TRINO_VERSION, uri: () => `http://${config.http.host === '0.0.0.0' ? '127.0.0.1' : config.http.host}:${port}` };
  const reader = new CatalogReader({ catalogs, timeoutMs: config.catalog.listingTimeoutMs });
  const tables = [
    ...runtimeTables({ queries: () => queries, records: () => records, transactions: () => transactions, now, node }),
    ...metadataTables(catalogs, reader),
    ...jdbcTables(catalogs, reader),
  ];
  catalogs.addBuiltIn('system', systemConnector(tables, [killQueryProcedure(killQuery)]));
  const sessionProperties = new SystemSessionProperties(new Map([...configuredSessionDefaults(config.query), ...config.spooling.sessionDefaults]));
  const runner = new StatementRunner({
    catalogs,
    transactions,
    executor,
    functions: functionResolver,
    functionListing: listFunctions,
    catalogManagement: config.catalog.management,
    killQuery,
    systemProperties: sessionProperties,
  });
  const userGroups = new UserGroups({ config: config.groupProvider, now, log });
  const groupsOf = (user: string) => userGroups.of(user);
  const groups = new ResourceGroupManager<Query>({
    spec: config.resourceGroups?.spec ?? globalGroup(config.query.concurrencyMax, config.query.queueMax),
    memoryBytes: executor.memoryBytesMax,
    now,
  });
  const groupFile = config.resourceGroups === undefined ? undefined : new ResourceGroupFile({ file: config.resourceGroups.file, groups, log });
  const queries = new QueryManager({
    config: config.query,
    now,
    log,
    run: (query) => runner.run(query),
    groups,
    queryTypeOf: (session, sql) => runner.queryTypeOf(session, sql),
    engineMemoryBytes: () => executor.memoryUsedBytes(),
  });
  const history = config.history === undefined ? undefined : new QueryHistory(config.history, { now, log });
  const records: QueryRecords = new QueryRecords(queries, history, config.query.historyMax);
  const sweeper = new StorageSweeper({ views, begin: () => transactions.autoCommit(), log });
  const schedule = new RefreshSchedule({ views, queries, newQueryId: () => ids.next(), groupsOf, hasCatalog: (name) => catalogs.has(name), now, log });
  const files = new CatalogFiles({
    dir: config.catalog.dir,
    disabled: config.catalog.disabled,
    manager: catalogs,
    readProperties: (file) => readPropertiesFile(file, options.environment),
    log,
  });
  await files.loadAll();
  if (catalogs.names().length === 1) await addEmbeddedCatalogs(catalogs);
  files.follow();
  schedule.start();
  const segments = createSegmentStore(config, now, log);
  const events =
    config.eventLog === undefined
      ? undefined
      : new EventLog(path.resolve(config.eventLog), { version: TRINO_VERSION, environment: config.node.environment, address: config.http.host }, log);
  if (events !== undefined) queries.onEnd((query) => events.write(query));
  const expiry = setInterval(() => void transactions.expire(), config.transaction.idleCheckIntervalMs);
  expiry.unref();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeNow());
  const closeNow = async (): Promise<void> => {
    clearInterval(expiry);
    groupFile?.close();
    await queries.close();
    history?.close();
    await schedule.close();
    await sweeper.close();
    await Promise.all([app.close(), files.close(), transactions.close(), segments?.close()]);
    await events?.close();
    await catalogs.close();
    await views.close();
    await executor.close();
  };
  const app = createHttpServer({
    queries,
    ids,
    now,
    processForwarded: config.http.processForwarded,
    sessionProperties,
    groupsOf,
    records,
    sessions: createUiSessions(config, now),
    segments,
    encodings: config.spooling.encodings,
    info: { version: TRINO_VERSION, environment: config.node.environment, nodeId: config.node.id, startedMs, now, memoryBytesMax: executor.memoryBytesMax },
    log,
    catalogMetrics: () => new Map(catalogs.catalogs().map(({ name, connector }) => [name, connector.metrics?.() ?? []])),
    queryLengthMax: config.query.lengthMax,
    shutdown: () =>
      void queries
        .drain()
        .then(close)
        .then(() => options.onShutdown(0)),
  });
  await app.listen({ host: config.http.host, port: config.http.port });
  const address = app.server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
  const shown = config.http.host === '127.0.0.1' ? ' (this machine only: http-server.http.port is not configured)' : '';
  log.info(`======== SERVER STARTED ========${shown}`, {
    pid: process.pid,
    version: ownVersion(),
    trino: TRINO_VERSION,
    host: config.http.host,
    port,
    catalogs: catalogs.names(),
    startMs: Math.round(performance.now()),
  });
  return { url: `http://127.0.0.1:${port}`, port, catalogs, executor, close };
}

function createSegmentStore({ spooling }: ServerConfig, now: () => number, log: Logger): SegmentStore | undefined {
  if (!spooling.enabled) return undefined;
  const { location } = spooling;
  const secret = spooling.sharedSecret === undefined ? randomBytes(32) : Buffer.from(spooling.sharedSecret, 'base64');
  const storage = location.kind === 's3' ? new S3Storage(location) : new LocalStorage(location.directory);
  const { retrievalMode, directTtlMs, sizeMaxBytes, explicitAck, pruningIntervalMs, segmentTtlMs } = spooling;
  return new SegmentStore({ storage, retrievalMode, ttlMs: segmentTtlMs, directTtlMs, sizeMaxBytes, explicitAck, pruningIntervalMs, secret, now, log });
}

function createUiSessions({ webUi }: ServerConfig, now: () => number): UiSessions | undefined {
  if (!webUi.enabled) return undefined;
  const secret = webUi.sharedSecret === undefined ? randomBytes(32) : Buffer.from(webUi.sharedSecret, 'utf8');
  return new UiSessions({ secret, now, timeoutMs: webUi.sessionTimeoutMs, fixedUser: webUi.fixedUser });
}

/** With nothing configured there is still something to ask. */
async function addEmbeddedCatalogs(catalogs: CatalogManager): Promise<void> {
  for (const name of ['memory', 'tpch']) await catalogs.load(name, name, new Map(), `catalog '${name}'`);
}

function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
