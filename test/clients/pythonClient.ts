import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const VERSION = '0.340.0';
const INSTALL_MS_MAX = 150_000;

/** A Python that has the trino package, installed once; undefined where there is no python3 with venv, or no package registry. */
export function pythonWithTrino(): string | undefined {
  const home = path.join(process.env.LEPTON_CACHE_DIR ?? path.join(os.homedir(), '.cache', 'lepton'), 'clients');
  const folder = path.join(home, `python-trino-${VERSION}`);
  const python = path.join(folder, 'bin', 'python');
  if (existsSync(path.join(folder, 'ok'))) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const does = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore', timeout: INSTALL_MS_MAX }).status === 0;
  const installed = does('python3', '-m', 'venv', folder) && does(path.join(folder, 'bin', 'pip'), 'install', '-q', `trino==${VERSION}`);
  if (!installed) return undefined;
  mkdirSync(path.join(folder, 'ok'));
  return python;
}
