import { ConfigReader } from '../../server/config/configReader.ts';
import type { Connector, ConnectorContext, EngineTables } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import type { Value } from '../../spi/value.ts';

const properties = new Map<string, Value>();

export const SESSION: ConnectorSession = {
  queryId: '20250101_000000_00000_tests',
  user: 'tester',
  source: undefined,
  timeZone: 'UTC',
  startMicros: 0n,
  extraCredentials: new Map(),
  properties,
};

/** Gives the session the connector's properties with their defaults, as the engine does. */
export function useSessionProperties(connector: Connector): void {
  for (const { name, defaultValue } of connector.sessionProperties ?? []) properties.set(name, defaultValue);
}

/** Logs nothing but keeps the warnings for tests to look at. */
export function connectorContext(catalogName: string, properties: Readonly<Record<string, string>> = {}, engine: EngineTables = NO_ENGINE) {
  const warnings: string[] = [];
  const config = new ConfigReader(`${catalogName}.properties`, new Map(Object.entries(properties)));
  const context: ConnectorContext = {
    catalogName,
    config,
    etcDir: 'etc',
    dataDir: 'var',
    engine,
    log: { debug: () => {}, info: () => {}, error: () => {}, warn: (message) => void warnings.push(message) },
  };
  return { context, warnings, config };
}

const refuse = (): never => {
  throw new Error('this connector keeps nothing in the engine');
};
const NO_ENGINE: EngineTables = {
  create: refuse,
  drop: refuse,
  rowCount: refuse,
  sizeBytes: refuse,
  execute: refuse,
  transaction: refuse,
  keepRowIds: refuse,
  openFile: refuse,
  allowFilesIn: refuse,
};
