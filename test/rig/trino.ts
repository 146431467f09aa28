import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { end } from './program.ts';
import { run } from './statementClient.ts';

const START_MS_MAX = 300_000;
const STOP_MS_MAX = 20_000;
const POLL_MS = 200;

export interface TrinoOptions {
  /** The unpacked server. */
  readonly home: string;
  /** Takes etc/, data/ and the log. */
  readonly dir: string;
  readonly port: number;
  readonly heapGigabytes: number;
  /** Further lines of config.properties. */
  readonly config?: readonly string[];
  /** Further lines of jvm.config. */
  readonly jvm?: readonly string[];
  readonly catalogs: Readonly<Record<string, readonly string[]>>;
}

export interface TrinoRig {
  readonly url: string;
  stop(): Promise<void>;
}

/** A Trino of its own, until it answers a query. TRINO_JAVA_HOME, or JAVA_HOME, is the Java it runs on. */
export async function startTrino(options: Omit<TrinoOptions, 'port'>): Promise<TrinoRig> {
  const port = await freePort();
  const child = spawnTrino({ ...options, port });
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + START_MS_MAX; !(await answers(url)); await delay(POLL_MS)) {
    if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) continue;
    child.kill('SIGKILL');
    throw new Error(`Trino did not start; the end of its log:\n${readFileSync(path.join(options.dir, 'server.log'), 'utf8').slice(-5000)}`);
  }
  const stop = async (): Promise<void> => {
    await end(child, 'SIGTERM', STOP_MS_MAX);
    process.off('exit', onExit);
  };
  return { url, stop };
}

/** Trino says that it is starting, or that it has no node yet: both are a no. */
export async function answers(url: string): Promise<boolean> {
  try {
    const { rows } = await run({ url }, 'SELECT 1');
    return rows.length === 1;
  } catch {
    return false;
  }
}

export function spawnTrino({ home, dir, port, heapGigabytes, config = [], jvm = [], catalogs }: TrinoOptions): ChildProcess {
  const common = ['coordinator=true', 'node-scheduler.include-coordinator=true', `http-server.http.port=${port}`, `discovery.uri=http://localhost:${port}`];
  writeEtc(dir, [...common, ...config], catalogs);
  writeFileSync(path.join(dir, 'etc', 'jvm.config'), [`-Xmx${heapGigabytes}G`, ...JVM, ...jvm].join('\n'));
  const args = ['run', '--etc-dir', path.join(dir, 'etc'), '--data-dir', path.join(dir, 'data')];
  const java = process.env.TRINO_JAVA_HOME ?? process.env.JAVA_HOME;
  const environment = java === undefined ? process.env : { ...process.env, PATH: `${path.join(java, 'bin')}:${process.env.PATH ?? ''}` };
  return spawnLogged(path.join(home, 'bin', 'launcher'), args, dir, environment);
}

const JVM = [
  '-server',
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
  '-Duser.timezone=UTC',
  '-XX:+EnableDynamicAgentLoading',
  '--add-modules=jdk.incubator.vector',
  '--sun-misc-unsafe-memory-access=allow',
  '--enable-native-access=ALL-UNNAMED',
];

export function writeEtc(dir: string, config: readonly string[], catalogs: Readonly<Record<string, readonly string[]>>): void {
  const etc = path.join(dir, 'etc');
  mkdirSync(path.join(etc, 'catalog'), { recursive: true });
  mkdirSync(path.join(dir, 'data'), { recursive: true });
  writeFileSync(path.join(etc, 'config.properties'), `${config.join('\n')}\n`);
  writeFileSync(path.join(etc, 'node.properties'), `node.environment=test\nnode.id=test\nnode.data-dir=${path.join(dir, 'data')}\n`);
  for (const [name, lines] of Object.entries(catalogs)) writeFileSync(path.join(etc, 'catalog', `${name}.properties`), `${lines.join('\n')}\n`);
}

export function spawnLogged(command: string, args: readonly string[], dir: string, environment: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
  const log = createWriteStream(path.join(dir, 'server.log'), { flags: 'a' });
  child.stdout?.pipe(log);
  child.stderr?.pipe(log, { end: false });
  return child;
}
