import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../rig/statementClient.ts';

const launcher = path.join(import.meta.dirname, '../../bin/lepton');

export interface LeptonProcess {
  readonly port: number;
  execute(sql: string): Promise<void>;
  stop(): Promise<void>;
  /** As kill -9 does. */
  kill(): Promise<void>;
}

/** The server as users start it, on a free port, with its files below `dir`. */
export async function startLepton(dir: string, catalogs: Readonly<Record<string, string>>): Promise<LeptonProcess> {
  const etc = path.join(dir, 'etc');
  mkdirSync(path.join(etc, 'catalog'), { recursive: true });
  writeFileSync(path.join(etc, 'config.properties'), 'http-server.http.port=0\nhttp-server.bind-address=127.0.0.1\n');
  writeFileSync(path.join(etc, 'node.properties'), `node.environment=clients\nnode.data-dir=${dir}/data\n`);
  for (const [name, text] of Object.entries({ tpch: 'connector.name=tpch\n', ...catalogs }))
    writeFileSync(path.join(etc, 'catalog', `${name}.properties`), text);
  const child = spawn(launcher, ['--etc-dir', etc], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LEPTON_LOG: 'info' } });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (text.length > 100_000) return;
      text += chunk;
      const found = /SERVER STARTED.*?"port":(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then(() => reject(new Error(`the server did not start:\n${text}`)));
  });
  return {
    port,
    execute: async (sql) => void (await run({ url: `http://127.0.0.1:${port}` }, sql)),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
