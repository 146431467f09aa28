import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ConnectorFactory, Logger } from '../spi/connector.ts';
import { ConfigReader } from './config/configReader.ts';
import { readPropertiesFile, replaceEnvironment } from './config/propertiesFile.ts';
import type { ServerConfig } from './config/serverConfig.ts';
import { createExecutor, type Executor } from './executor/index.ts';
import { CatalogFiles } from './metadata/catalogFiles.ts';
import { CatalogManager } from './metadata/catalogManager.ts';
import { CatalogReader } from './metadata/system/catalogReader.ts';
import { jdbcTables } from './metadata/system/jdbcTables.ts';
import { metadataTables } from './metadata/system/metadataTables.ts';
import { systemConnector } from './metadata/system/systemConnector.ts';
import { ViewStore } from './metadata/views/viewStore.ts';
import { createHttpServer } from './protocol/server.ts';
import { LocalStorage } from './protocol/spooling/localStorage.ts';
import { S3Storage } from './protocol/spooling/s3Storage.ts';
import { SegmentStore } from './protocol/spooling/segmentStore.ts';
import { UiSessions } from './protocol/uiSession.ts';
import { killQueryProcedure, runtimeTables } from './query/runtimeTables.ts';
import { createQueryServices } from './queryServices.ts';

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
  let port = config.http.port;
  const views = new ViewStore(path.join(config.node.dataDir, 'views.sqlite'));
  const catalogs = createCatalogManager(options, executor, views);
  const services = createQueryServices({ config, version: TRINO_VERSION, catalogs, views, executor, now, log });
  const { ids, queries, records, transactions, sessionProperties, groupsOf } = services;
  const host = config.http.host === '0.0.0.0' ? '127.0.0.1' : config.http.host;
  const node = { id: config.node.id, version: TRINO_VERSION, uri: () => `http://${host}:${port}` };
  const reader = new CatalogReader({ catalogs, timeoutMs: config.catalog.listingTimeoutMs });
  const tables = [...runtimeTables({ queries, records, transactions, now, node }), ...metadataTables(catalogs, reader), ...jdbcTables(catalogs, reader)];
  catalogs.addBuiltIn('system', systemConnector(tables, [killQueryProcedure(services.killQuery)]));
  const files = await loadCatalogs(options, catalogs);
  services.start();
  const segments = createSegmentStore(config, now, log);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeNow());
  const closeNow = async (): Promise<void> => {
    await services.close();
    await Promise.all([app.close(), files.close(), segments?.close()]);
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
  announce(options, port, catalogs);
  return { url: `http://127.0.0.1:${port}`, port, catalogs, executor, close };
}

function createCatalogManager({ config, factories, log, environment }: ServerOptions, executor: Executor, views: ViewStore): CatalogManager {
  return new CatalogManager({
    factories,
    engine: executor.engineTables,
    etcDir: config.etcDir,
    dataDirOf: (catalog) => path.join(config.node.dataDir, 'catalog', catalog),
    views,
    log,
    readConfig: (file, properties) =>
      new ConfigReader(file, new Map([...properties].map(([key, value]) => [key, replaceEnvironment(value, key, file, environment)]))),
  });
}

/** The catalogs of etc/catalog, and those that are added to it, changed and removed later. With none there is still something to ask. */
async function loadCatalogs({ config, log, environment }: ServerOptions, catalogs: CatalogManager): Promise<CatalogFiles> {
  const { dir, disabled } = config.catalog;
  const files = new CatalogFiles({ dir, disabled, manager: catalogs, readProperties: (file) => readPropertiesFile(file, environment), log });
  await files.loadAll();
  if (catalogs.names().length === 1) for (const name of ['memory', 'tpch']) await catalogs.load(name, name, new Map(), `catalog '${name}'`);
  files.follow();
  return files;
}

function announce({ config, log }: ServerOptions, port: number, catalogs: CatalogManager): void {
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

function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
