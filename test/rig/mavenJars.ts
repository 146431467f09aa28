import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { requireTool, run } from './program.ts';

/** The jars of a POM beside this file, with those they need. Downloaded once; the stamp is written last, so that a broken-off download is done again. */
export async function mavenJars(name: string, pom: string, log: (line: string) => void): Promise<string> {
  return downloaded(name, log, (partial) => [
    '-f',
    path.join(import.meta.dirname, pom),
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${partial}`,
  ]);
}

/** One file that Maven Central keeps as an artifact (`group:artifact:version:type:classifier`); the folder that it lies in. */
export async function mavenFile(name: string, artifact: string, log: (line: string) => void): Promise<string> {
  return downloaded(name, log, (partial) => ['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${partial}`]);
}

async function downloaded(name: string, log: (line: string) => void, goal: (partial: string) => readonly string[]): Promise<string> {
  const cache = process.env.LEPTON_CACHE_DIR ?? path.join(os.homedir(), '.cache', 'lepton');
  const dir = path.join(cache, name);
  if (existsSync(path.join(dir, '.complete'))) return dir;
  await requireTool('mvn', ['-v'], `Maven (mvn) is needed once, to download ${name} (Debian: apt-get install maven).`);
  log(`downloading ${name} (once) …`);
  mkdirSync(cache, { recursive: true });
  const partial = `${dir}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  const done = await run('mvn', ['-q', '-B', ...goal(partial)]);
  if (done.code !== 0) throw new Error(`mvn could not download ${name}:\n${done.output.slice(-2000)}`);
  writeFileSync(path.join(partial, '.complete'), '');
  rmSync(dir, { recursive: true, force: true });
  renameSync(partial, dir);
  return dir;
}
