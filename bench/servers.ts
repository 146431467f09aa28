import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../test/rig/freePort.ts';
import { answers, spawnLogged, spawnTrino, writeEtc } from '../test/rig/trino.ts';
import { cpuSeconds, processListeningOn } from './processCpu.ts';

export interface MeasuredServer {
  readonly name: 'Lepton' | 'Trino';
  readonly url: string;
  readonly pid: number;
  /** Whether catalogs can be made, and its memory tables may take gigabytes. */
  readonly own: boolean;
  /** From the start of the process to the first answer; undefined: it was there before. */
  readonly start: { readonly wallSeconds: number; readonly cpuSeconds: number } | undefined;
  stop(): Promise<void>;
}

const ROOT = path.join(import.meta.dirname, '..');
const START_SECONDS_MAX = 300;
const STOP_MS_MAX = 20_000;
const POLL_MS = 10;
const MEMORY = ['connector.name=memory', 'memory.max-data-per-node=3GB'];

/** bin/lepton on a folder of its own, until SELECT 1 is answered. */
export async function startLepton(dir: string): Promise<MeasuredServer> {
  const port = await freePort();
  writeEtc(dir, [`http-server.http.port=${port}`, 'http-server.bind-address=127.0.0.1', 'catalog.management=dynamic'], {
    memory: MEMORY,
    tpch: ['connector.name=tpch'],
  });
  return await started('Lepton', spawnLogged(path.join(ROOT, 'bin', 'lepton'), ['--etc-dir', path.join(dir, 'etc')], dir, process.env), port);
}

/** The Trino that TRINO_URL names, or one that is started from the unpacked server in TRINO_HOME; undefined: none. */
export async function findTrino(dir: string): Promise<MeasuredServer | undefined> {
  const { TRINO_URL: url, TRINO_HOME: home } = process.env;
  if (home !== undefined && home !== '') return await startTrino(home, dir);
  if (url === undefined || url === '') return undefined;
  const pid = processListeningOn(Number(new URL(url).port));
  return { name: 'Trino', url: url.replace(/\/$/, ''), pid, own: false, start: undefined, stop: () => Promise.resolve() };
}

async function startTrino(home: string, dir: string): Promise<MeasuredServer> {
  const port = await freePort();
  const spooling = existsSync(path.join(home, 'plugin', 'local-spooling'));
  const config = ['catalog.management=dynamic', 'query.max-memory=2GB', 'query.max-memory-per-node=2GB'];
  if (spooling) {
    config.push('protocol.spooling.enabled=true', `protocol.spooling.shared-secret-key=${Buffer.alloc(32, 7).toString('base64')}`);
    config.push('protocol.spooling.retrieval-mode=COORDINATOR_PROXY');
    mkdirSync(path.join(dir, 'spool'), { recursive: true });
  }
  if (spooling) {
    mkdirSync(path.join(dir, 'etc'), { recursive: true });
    writeFileSync(path.join(dir, 'etc', 'spooling-manager.properties'), `spooling-manager.name=local\nlocal.root=${path.join(dir, 'spool')}\n`);
  }
  const catalogs = { memory: MEMORY, tpch: ['connector.name=tpch', 'tpch.splits-per-node=2'] };
  return await started('Trino', spawnTrino({ home, dir, port, heapGigabytes: 5, config, catalogs }), port);
}

async function started(name: MeasuredServer['name'], child: ChildProcess, port: number): Promise<MeasuredServer> {
  const begun = performance.now();
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} does not start`);
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended while starting: ${child.spawnargs.join(' ')}`);
    if (performance.now() - begun > START_SECONDS_MAX * 1000) throw new Error(`${name} did not start within ${START_SECONDS_MAX} s`);
    await delay(POLL_MS);
  }
  const start = { wallSeconds: (performance.now() - begun) / 1000, cpuSeconds: cpuSeconds(pid) };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await once(child, 'exit');
    clearTimeout(timer);
  };
  return { name, url, pid: processListeningOn(port), own: true, start, stop };
}

/** The highest resident size so far is from now on the present one. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The highest resident size so far. */
export function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
