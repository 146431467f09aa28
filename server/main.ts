import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { kafkaConnectorFactory } from '../catalog/kafka/index.ts';
import { blackholeConnectorFactory } from '../catalog/blackhole/index.ts';
import { memoryConnectorFactory } from '../catalog/memory/index.ts';
import { postgresqlConnectorFactory } from '../catalog/postgresql/index.ts';
import { tpchConnectorFactory } from '../catalog/tpch/index.ts';
import { readServerConfig } from './config/serverConfig.ts';
import { createLogger, isLogLevel } from './log.ts';
import { startServer } from './server.ts';
import { errorMessage } from '../spi/trinoError.ts';

const FACTORIES = [kafkaConnectorFactory, postgresqlConnectorFactory, memoryConnectorFactory, tpchConnectorFactory, blackholeConnectorFactory];

/** A second signal, or a server that does not end in time, ends the process at once. */
const SHUTDOWN_MAX_MS = 5_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'etc-dir': { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    process.stdout.write(
      "usage: lepton [--etc-dir DIR]\n\nServes Trino's protocol over the catalogs in DIR/catalog (default: etc).\nLEPTON_LOG=debug|info|warn|error sets the level of the log.\n",
    );
    return;
  }
  const level = process.env.LEPTON_LOG ?? 'info';
  const log = createLogger(isLogLevel(level) ? level : 'info');
  const etcDir = path.resolve(values['etc-dir'] ?? path.join(import.meta.dirname, '..', 'etc'));
  if (values['etc-dir'] !== undefined && !existsSync(etcDir)) throw new Error(`no such folder: ${etcDir}`);
  const config = readServerConfig(etcDir, process.env);
  const server = await startServer({ config, factories: FACTORIES, log, environment: process.env, onShutdown: (code) => process.exit(code) });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info('stopping', { signal });
      setTimeout(() => process.exit(1), SHUTDOWN_MAX_MS).unref();
      void server.close().then(() => process.exit(0));
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`lepton: ${errorMessage(error)}\n`);
  process.exit(1);
});
