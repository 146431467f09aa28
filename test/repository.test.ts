import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return status === 0 ? 'ok' : `${stdout}${stderr}`.slice(-5_000);
}

describe('repository', () => {
  it('has no type errors', () => expect(run('tsc')).toBe('ok'));
  it('keeps the lint rules', () => expect(run('biome', 'lint', '--diagnostic-level=error')).toBe('ok'));
  it('imports in one direction only', () => expect(run('node', 'test/tools/lintImports.mjs')).toBe('ok'));
});
