import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kafkaConnectorFactory } from '../../../catalog/kafka/index.ts';
import { ConfigReader } from '../../../server/config/configReader.ts';
import type { Connector, ConnectorTransaction, FeedSource, TableHandle, TableMetadata } from '../../../spi/connector.ts';
import type { Page } from '../../../spi/page.ts';
import type { ConnectorSession } from '../../../spi/session.ts';
import { pageRows } from './blockValues.ts';

export const SESSION: ConnectorSession = {
  queryId: 'q',
  user: 'test',
  source: undefined,
  timeZone: 'UTC',
  startMicros: 0n,
  extraCredentials: new Map(),
  properties: new Map(),
};

const silent = (): void => undefined;
const unused = (): never => {
  throw new Error('a Kafka catalog has no engine tables');
};

export interface KafkaCatalog {
  readonly connector: Connector;
  /** The folder of the table descriptions. */
  readonly dir: string;
}

export async function kafkaCatalog(properties: Readonly<Record<string, string>>, descriptions: Readonly<Record<string, unknown>> = {}): Promise<KafkaCatalog> {
  const etcDir = mkdtempSync(path.join(os.tmpdir(), 'lepton-kafka-'));
  const dir = path.join(etcDir, 'kafka');
  mkdirSync(dir);
  for (const [name, content] of Object.entries(descriptions))
    writeFileSync(path.join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  const config = new ConfigReader('kafka.properties', new Map(Object.entries({ 'kafka.cache.enabled': 'false', ...properties })));
  const connector = await kafkaConnectorFactory.create({
    catalogName: 'kafka',
    config,
    etcDir,
    dataDir: path.join(etcDir, 'data'),
    engine: {
      create: unused,
      drop: unused,
      rowCount: unused,
      sizeBytes: unused,
      execute: unused,
      transaction: unused,
      keepRowIds: unused,
      openFile: unused,
      allowFilesIn: unused,
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  config.requireAllUsed();
  return { connector, dir };
}

export function begin(connector: Connector): ConnectorTransaction {
  return connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
}

export async function tableOf(transaction: ConnectorTransaction, table: string, schema = 'default'): Promise<TableMetadata> {
  const found = await transaction.getTable(SESSION, { schema, table });
  if (found === undefined) throw new Error(`no table ${schema}.${table}`);
  return found;
}

export interface Drained {
  readonly rows: unknown[][];
  readonly pages: number;
}

/** Reads a scan to its end in this thread, as the feed worker would. */
export async function drain(transaction: ConnectorTransaction, table: TableMetadata, columns: readonly string[], options: DrainOptions = {}): Promise<Drained> {
  const chosen = columns.map((name) => {
    const column = table.columns.find((c) => c.name === name);
    if (column === undefined) throw new Error(`no column ${name}`);
    return column;
  });
  const stop = new AbortController();
  const scan = await transaction.scan(
    options.session ?? SESSION,
    options.handle ?? table.handle,
    chosen.map((c) => c.handle),
    stop.signal,
  );
  if (scan.kind !== 'rawMessages') throw new Error(`a scan of kind ${scan.kind}`);
  const source: { default: FeedSource } = await import(scan.module);
  const types = chosen.map((c) => c.type);
  const rows: unknown[][] = [];
  let pages = 0;
  const push = async (page: Page): Promise<void> => {
    pages++;
    for (const row of pageRows(page, types)) rows.push(row);
    await options.onPage?.(page, stop);
  };
  await source.default(structuredClone(scan.argument), { push, signal: stop.signal });
  return { rows, pages };
}

export interface DrainOptions {
  readonly handle?: TableHandle;
  readonly session?: ConnectorSession;
  readonly onPage?: (page: Page, stop: AbortController) => void | Promise<void>;
}
