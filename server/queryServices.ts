import path from 'node:path';
import type { Logger } from '../spi/connector.ts';
import type { ServerConfig } from './config/serverConfig.ts';
import type { Executor } from './executor/index.ts';
import { listFunctions } from './function/functionListing.ts';
import { functionResolver } from './function/resolver.ts';
import type { CatalogManager } from './metadata/catalogManager.ts';
import type { ViewStore } from './metadata/views/viewStore.ts';
import { killedBy } from './protocol/queryResource.ts';
import { EventLog } from './query/eventLog.ts';
import { RefreshSchedule } from './query/materializedViews/refreshSchedule.ts';
import { StorageSweeper } from './query/materializedViews/storageSweeper.ts';
import type { Query } from './query/query.ts';
import { QueryHistory } from './query/queryHistory.ts';
import { QueryIdGenerator } from './query/queryId.ts';
import { QueryManager } from './query/queryManager.ts';
import { QueryRecords } from './query/queryRecords.ts';
import { globalGroup, ResourceGroupFile } from './query/resourceGroups/resourceGroupFile.ts';
import { ResourceGroupManager } from './query/resourceGroups/resourceGroupManager.ts';
import { configuredSessionDefaults, SystemSessionProperties } from './query/sessionProperties.ts';
import { StatementRunner } from './query/statementRunner.ts';
import { TransactionManager } from './query/transactionManager.ts';
import { UserGroups } from './query/userGroups.ts';

export interface QueryServicesOptions {
  readonly config: ServerConfig;
  readonly version: string;
  readonly catalogs: CatalogManager;
  readonly views: ViewStore;
  readonly executor: Executor;
  readonly now: () => number;
  readonly log: Logger;
}

/** Everything between the protocol and the executor. */
export interface QueryServices {
  readonly ids: QueryIdGenerator;
  readonly queries: QueryManager;
  readonly records: QueryRecords;
  readonly transactions: TransactionManager;
  readonly sessionProperties: SystemSessionProperties;
  readonly groupsOf: (user: string) => readonly string[];
  /** False: there is no such query. */
  killQuery(queryId: string, message: string): Promise<boolean>;
  /** From here on materialized views are refreshed. */
  start(): void;
  close(): Promise<void>;
}

export function createQueryServices(options: QueryServicesOptions): QueryServices {
  const { config, catalogs, views, executor, now, log } = options;
  const ids = new QueryIdGenerator(() => new Date());
  const killQuery = async (queryId: string, message: string) => queries.kill(queryId, killedBy('ADMINISTRATIVELY_KILLED', 'killed', message));
  const transactions = new TransactionManager(catalogs, now, config.transaction.idleTimeoutMs);
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
  const { groups, file: groupFile } = createResourceGroups(options);
  const queries = new QueryManager({
    config: config.query,
    now,
    log,
    run: (query) => runner.run(query),
    groups,
    queryTypeOf: (session, sql) => runner.queryTypeOf(session, sql),
    engineMemoryBytes: () => executor.memoryUsedBytes(),
  });
  const userGroups = new UserGroups({ config: config.groupProvider, now, log });
  const groupsOf = (user: string) => userGroups.of(user);
  const history = config.history === undefined ? undefined : new QueryHistory(config.history, { now, log });
  const records = new QueryRecords(queries, history, config.query.historyMax);
  const sweeper = new StorageSweeper({ views, begin: () => transactions.autoCommit(), log });
  const schedule = new RefreshSchedule({ views, queries, newQueryId: () => ids.next(), groupsOf, hasCatalog: (name) => catalogs.has(name), now, log });
  const events = createEventLog(options);
  if (events !== undefined) queries.onEnd((query) => events.write(query));
  const expiry = setInterval(() => void transactions.expire(), config.transaction.idleCheckIntervalMs);
  expiry.unref();
  const close = async (): Promise<void> => {
    clearInterval(expiry);
    groupFile?.close();
    await queries.close();
    history?.close();
    await schedule.close();
    await sweeper.close();
    await transactions.close();
    await events?.close();
  };
  return { ids, queries, records, transactions, sessionProperties, groupsOf, killQuery, start: () => schedule.start(), close };
}

function createResourceGroups({ config, executor, now, log }: QueryServicesOptions) {
  const { resourceGroups, query } = config;
  const spec = resourceGroups?.spec ?? globalGroup(query.concurrencyMax, query.queueMax);
  const groups = new ResourceGroupManager<Query>({ spec, memoryBytes: executor.memoryBytesMax, now });
  return { groups, file: resourceGroups === undefined ? undefined : new ResourceGroupFile({ file: resourceGroups.file, groups, log }) };
}

function createEventLog({ config, version, log }: QueryServicesOptions): EventLog | undefined {
  if (config.eventLog === undefined) return undefined;
  return new EventLog(path.resolve(config.eventLog), { version, environment: config.node.environment, address: config.http.host }, log);
}
