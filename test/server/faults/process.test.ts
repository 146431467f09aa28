import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request } from '../../rig/statementProtocol.ts';

const launcher = path.join(import.meta.dirname, '../../../bin/lepton');
const STOP_MAX_MS = 2_000;

describe('the server as a process', () => {
  let dir: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-process-'));
    mkdirSync(path.join(dir, 'etc'));
    writeFileSync(path.join(dir, 'etc', 'node.properties'), `node.data-dir=${dir}/data\n`);
  });
  afterEach(async () => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM'); // the supervisor takes its server along
      await exit;
    }
    child = undefined;
    rmSync(dir, { recursive: true, force: true });
  });

  const config = (text: string) => writeFileSync(path.join(dir, 'etc', 'config.properties'), text);

  /** Starts it and waits for the line that tells the port. */
  async function start(environment: NodeJS.ProcessEnv = {}): Promise<{ url: string; log: () => string; exit: Promise<number | null> }> {
    const started = spawn(launcher, ['--etc-dir', path.join(dir, 'etc')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LEPTON_LOG: 'info', ...environment },
    });
    child = started;
    let text = '';
    const exit = new Promise<number | null>((resolve) => started.once('exit', resolve));
    const port = new Promise<string>((resolve, reject) => {
      started.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const found = /SERVER STARTED.*?"port":(\d+)/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
      void exit.then(() => reject(new Error(text)));
    });
    port.catch(() => {}); // some tests want it to stop at once
    return { url: await port.then((found) => `http://127.0.0.1:${found}`), log: () => text, exit };
  }

  it('answers on the embedded catalogs with nothing configured, and ends within 2 s of SIGTERM while a scan runs', { timeout: 60_000 }, async () => {
    config('http-server.http.port=0\nhttp-server.bind-address=127.0.0.1\n');
    const { url, exit } = await start();
    const first = await request('POST', `${url}/v1/statement`, {}, 'SELECT count(*) FROM tpch.sf1000.lineitem');
    await request('GET', first.body.nextUri ?? '');
    const asked = Date.now();
    child?.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(Date.now() - asked).toBeLessThan(STOP_MAX_MS);
  });

  it('stops at an unknown key, naming it and its file', { timeout: 30_000 }, async () => {
    config('no.such.key=1\n');
    await expect(start()).rejects.toThrow(/config\.properties: Configuration property 'no\.such\.key' was not used/);
  });

  it('is started again by the supervisor when it dies of a signal', { timeout: 60_000 }, async () => {
    config('http-server.http.port=0\nhttp-server.bind-address=127.0.0.1\n');
    const { log } = await start({ LEPTON_SUPERVISE: '1' });
    const pid = Number(/"pid":(\d+)/.exec(log())?.[1]);
    process.kill(pid, 'SIGSEGV');
    for (const deadline = Date.now() + 20_000; log().split('SERVER STARTED').length < 3 && Date.now() < deadline; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(log().split('SERVER STARTED').length).toBe(3);
    expect(log()).toContain('server died, starting it again');
  });
});
