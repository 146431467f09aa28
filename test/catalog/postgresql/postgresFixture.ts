import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { postgresqlConnectorFactory } from '../../../catalog/postgresql/index.ts';
import type { Connector } from '../../../spi/connector.ts';
import { connectorContext } from '../../connector/connectorContext.ts';
import { type PostgresRig, postgresCatalogProperties, startPostgres } from '../../rig/postgres.ts';

export interface PostgresFixture {
  readonly rig: PostgresRig;
  /** For what the connector does not do itself. */
  readonly query: (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** Runs a statement in a transaction that stays open until the answer is called. */
  readonly hold: (sql: string) => Promise<() => Promise<void>>;
  connect(properties?: Readonly<Record<string, string>>): Promise<Connector>;
  close(): Promise<void>;
}

/** A server of its own for one test file, or the one of PGHOST. */
export async function startFixture(): Promise<PostgresFixture> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-pg-'));
  chmodSync(dir, 0o755);
  const rig = await startPostgres({ dataDir: path.join(dir, 'data') });
  const connectors: Connector[] = [];
  const query = async (sql: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: rig.url });
    client.on('error', () => {});
    await client.connect();
    try {
      const result = await client.query(sql, values.length === 0 ? undefined : values);
      return [result].flat().at(-1)?.rows ?? [];
    } finally {
      await client.end();
    }
  };
  const hold = async (sql: string) => {
    const client = new pg.Client({ connectionString: rig.url });
    await client.connect();
    await client.query('BEGIN');
    await client.query(sql);
    return () => client.end();
  };
  return {
    rig,
    query,
    hold,
    connect: async (properties = {}) => {
      const all = { ...postgresCatalogProperties(rig), ...properties };
      const connector = await postgresqlConnectorFactory.create(connectorContext('postgresql', all).context);
      connectors.push(connector);
      return connector;
    },
    close: async () => {
      await Promise.all(connectors.map((connector) => connector.close()));
      await rig.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
