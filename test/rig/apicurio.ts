import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { mavenFile } from './mavenJars.ts';
import { end, run } from './program.ts';

const VERSION = '3.3.3';
const JAVA_MIN = 21;
const START_TIMEOUT_MS = 180_000;

export interface ApicurioRig {
  /** What `kafka.confluent-schema-registry-url` takes. */
  readonly url: string;
  /** What Apicurio's own clients take. */
  readonly ownUrl: string;
  stop(): Promise<void>;
}

/** Apicurio Registry with its schemas in memory, asked as a Confluent registry. Needs Java 21 or newer. */
export async function startApicurio(dataDir: string, log: (line: string) => void): Promise<ApicurioRig> {
  const java = await newJava();
  const app = await unpacked(log);
  mkdirSync(dataDir, { recursive: true });
  const port = await freePort();
  const logFile = path.join(dataDir, 'apicurio.log');
  const out = openSync(logFile, 'w');
  const flags = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`];
  log(`starting Apicurio Registry ${VERSION} …`);
  const child = spawn(java, [...flags, '-jar', path.join(app, 'quarkus-run.jar')], { cwd: dataDir, stdio: ['ignore', out, out] });
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  child.once('exit', () => process.off('exit', onExit));
  const apis = `http://127.0.0.1:${port}/apis`;
  const url = `${apis}/ccompat/v7`;
  const answers = (): Promise<boolean> =>
    fetch(`${url}/subjects`).then(
      (answer) => answer.ok,
      () => false,
    );
  for (const deadline = Date.now() + START_TIMEOUT_MS; !(await answers()); ) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`Apicurio did not start; the end of ${logFile}:\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
    await delay(200);
  }
  return { url, ownUrl: `${apis}/registry/v2`, stop: () => end(child, 'SIGTERM') };
}

async function unpacked(log: (line: string) => void): Promise<string> {
  const dir = await mavenFile(`apicurio-${VERSION}`, `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`, log);
  const app = path.join(dir, 'app');
  if (existsSync(app)) return app;
  const partial = path.join(dir, `app.${process.pid}`);
  mkdirSync(partial);
  const done = await run('tar', ['xzf', path.join(dir, `apicurio-registry-app-${VERSION}-all.tar.gz`), '-C', partial]);
  if (done.code !== 0) throw new Error(`Apicurio cannot be unpacked:\n${done.output}`);
  rmSync(app, { recursive: true, force: true });
  renameSync(partial, app);
  return app;
}

/** JAVA_HOME, the PATH, and where Linux systems keep their Javas. */
async function newJava(): Promise<string> {
  const home = process.env.JAVA_HOME;
  const systems = '/usr/lib/jvm';
  const installed = (existsSync(systems) ? readdirSync(systems) : []).map((name) => path.join(systems, name, 'bin', 'java'));
  const found = installed.filter((java) => existsSync(java));
  for (const java of [...(home === undefined ? [] : [path.join(home, 'bin', 'java')]), 'java', ...found]) {
    const { code, output } = await run(java, ['-version']);
    if (code === 0 && Number(/version "(\d+)/.exec(output)?.[1] ?? 0) >= JAVA_MIN) return java;
  }
  throw new Error(`Apicurio needs Java ${JAVA_MIN} or newer: set JAVA_HOME to one`);
}
