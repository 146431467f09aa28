import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { blackholeConnectorFactory } from '../../catalog/blackhole/index.ts';
import { kafkaConnectorFactory } from '../../catalog/kafka/index.ts';
import { memoryConnectorFactory } from '../../catalog/memory/index.ts';
import { postgresqlConnectorFactory } from '../../catalog/postgresql/index.ts';
import { tpchConnectorFactory } from '../../catalog/tpch/index.ts';
import { readServerConfig } from '../../server/config/serverConfig.ts';
import { createLogger } from '../../server/log.ts';
import { type RunningServer, startServer } from '../../server/server.ts';

export interface TestServer extends RunningServer {
  readonly etcDir: string;
}

export interface TestServerOptions {
  /** Catalog files by name; `memory` and `tpch` are there unless the list says otherwise. */
  readonly catalogs?: Readonly<Record<string, string>>;
  /** Further files below etc/, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further lines of config.properties. */
  readonly config?: string;
}

/** A server in this process, on a free port, with files of its own that go when it closes. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-test-'));
  const etcDir = path.join(dir, 'etc');
  mkdirSync(path.join(etcDir, 'catalog'), { recursive: true });
  writeFileSync(
    path.join(etcDir, 'config.properties'),
    `http-server.http.port=0\nhttp-server.bind-address=127.0.0.1\ncatalog.management=dynamic\n${options.config ?? ''}`,
  );
  writeFileSync(path.join(etcDir, 'node.properties'), `node.environment=test\nnode.data-dir=${dir}/data\n`);
  const catalogs = { memory: 'connector.name=memory\n', tpch: 'connector.name=tpch\n', ...options.catalogs };
  for (const [name, text] of Object.entries(catalogs)) writeFileSync(path.join(etcDir, 'catalog', `${name}.properties`), text.replaceAll('@etc@', etcDir));
  for (const [file, text] of Object.entries(options.files ?? {})) {
    mkdirSync(path.dirname(path.join(etcDir, file)), { recursive: true });
    writeFileSync(path.join(etcDir, file), text);
  }
  const server = await startServer({
    config: readServerConfig(etcDir, process.env),
    factories: [kafkaConnectorFactory, postgresqlConnectorFactory, memoryConnectorFactory, tpchConnectorFactory, blackholeConnectorFactory],
    log: createLogger('error'),
    environment: process.env,
    onShutdown: () => {},
  });
  const close = async () => {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { ...server, etcDir, close };
}
