import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../test/rig/freePort.ts';
import { run } from '../test/rig/statementClient.ts';
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
  const config = [
    'coordinator=true',
    'node-scheduler.include-coordinator=true',
    `http-server.http.port=${port}`,
    `discovery.uri=http://localhost:${port}`,
    'catalog.management=dynamic',
    'query.max-memory=2GB',
    'query.max-memory-per-node=2GB',
  ];
  if (spooling) {
    config.push('protocol.spooling.enabled=true', `protocol.spooling.shared-secret-key=${Buffer.alloc(32, 7).toString('base64')}`);
    config.push('protocol.spooling.retrieval-mode=COORDINATOR_PROXY');
    mkdirSync(path.join(dir, 'spool'), { recursive: true });
  }
  writeEtc(dir, config, { memory: MEMORY, tpch: ['connector.name=tpch', 'tpch.splits-per-node=2'] });
  if (spooling) writeFileSync(path.join(dir, 'etc', 'spooling-manager.properties'), `spooling-manager.name=local\nlocal.root=${path.join(dir, 'spool')}\n`);
  writeFileSync(path.join(dir, 'etc', 'jvm.config'), JVM.join('\n'));
  const args = ['run', '--etc-dir', path.join(dir, 'etc'), '--data-dir', path.join(dir, 'data')];
  const java = process.env.TRINO_JAVA_HOME ?? process.env.JAVA_HOME;
  const environment = java === undefined ? process.env : { ...process.env, PATH: `${path.join(java, 'bin')}:${process.env.PATH ?? ''}` };
  return await started('Trino', spawnLogged(path.join(home, 'bin', 'launcher'), args, dir, environment), port);
}

const JVM = [
  '-server',
  '-Xmx5G',
  '-XX:G1HeapRegionSize=16M',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:-OmitStackTraceInFastThrow',
  '-XX:ReservedCodeCacheSize=512M',
  '-XX:PerMethodRecompilationCutoff=10000',
  '-XX:PerBytecodeRecompilationCutoff=10000',
  '-Djdk.attach.allowAttachSelf=true',
  '-Djdk.nio.maxCachedBufferSize=2000000',
  '-Dfile.encoding=UTF-8',
  '-XX:+EnableDynamicAgentLoading',
  '--add-modules=jdk.incubator.vector',
  '--sun-misc-unsafe-memory-access=allow',
  '--enable-native-access=ALL-UNNAMED',
];

function writeEtc(dir: string, config: readonly string[], catalogs: Readonly<Record<string, readonly string[]>>): void {
  const etc = path.join(dir, 'etc');
  mkdirSync(path.join(etc, 'catalog'), { recursive: true });
  mkdirSync(path.join(dir, 'data'), { recursive: true });
  writeFileSync(path.join(etc, 'config.properties'), `${config.join('\n')}\n`);
  writeFileSync(path.join(etc, 'node.properties'), `node.environment=bench\nnode.id=bench\nnode.data-dir=${path.join(dir, 'data')}\n`);
  for (const [name, lines] of Object.entries(catalogs)) writeFileSync(path.join(etc, 'catalog', `${name}.properties`), `${lines.join('\n')}\n`);
}

function spawnLogged(command: string, args: readonly string[], dir: string, environment: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
  const log = createWriteStream(path.join(dir, 'server.log'), { flags: 'a' });
  child.stdout?.pipe(log);
  child.stderr?.pipe(log, { end: false });
  return child;
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

/** Trino says that it is starting, or that it has no node yet: both are a no. */
async function answers(url: string): Promise<boolean> {
  try {
    const { rows } = await run({ url }, 'SELECT 1');
    return rows.length === 1;
  } catch {
    return false;
  }
}

/** The highest resident size so far is from now on the present one. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The highest resident size so far. */
export function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
