import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const VERSION = '476';

/** The official Trino CLI, downloaded once from Maven Central. */
export async function trinoCli(log: (line: string) => void): Promise<string> {
  const cache = process.env.LEPTON_CACHE_DIR ?? path.join(os.homedir(), '.cache', 'lepton');
  const jar = path.join(cache, `trino-cli-${VERSION}.jar`);
  if (existsSync(jar)) return jar;
  log(`downloading the Trino CLI ${VERSION} (19 MB, once) …`);
  const partial = `${jar}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
  const done = await run('mvn', ['-q', '-B', goal, `-Dartifact=io.trino:trino-cli:${VERSION}:jar:executable`, `-DoutputDirectory=${partial}`]);
  if (done.code !== 0) throw new Error(`mvn could not download the Trino CLI:\n${done.output.slice(-2_000)}`);
  renameSync(path.join(partial, `trino-cli-${VERSION}-executable.jar`), jar);
  rmSync(partial, { recursive: true });
  return jar;
}

export interface CliResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export interface CliOptions {
  readonly jar: string;
  readonly url: string;
  readonly format: string;
  readonly signal?: AbortSignal;
}

/** Runs one statement as a user would. */
export async function runCli(sql: string, { jar, url, format, signal }: CliOptions): Promise<CliResult> {
  const jvm = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m', '-jar', jar];
  const args = [...jvm, '--server', url, '--user', 'demo', '--output-format', format, '--execute', sql];
  const child = spawn('java', args, { stdio: ['ignore', 'pipe', 'pipe'], ...(signal === undefined ? {} : { signal }) });
  return collect(child);
}

async function run(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const { code, output, errors } = await collect(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  return { code, output: output + errors };
}

function collect(child: ChildProcess): Promise<CliResult> {
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output, errors: errors.replace(/^.*org\.jline.*$\n?|^WARNING:.*$\n?/gm, '') }));
  });
}
