import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');

it('tells the whole story on a real Kafka and a real PostgreSQL', { timeout: 300_000 }, () => {
  const { status, stdout, stderr } = spawnSync('node', ['demo/main.ts', '--once', '--count', '5000'], { cwd: root, encoding: 'utf8' });
  expect(status === 0 ? 'ok' : `${stdout}${stderr}`).toBe('ok');
});
