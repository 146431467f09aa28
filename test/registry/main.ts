/** `npm run test:registry`: the tests of schema registries with a real Apicurio Registry in place of the small one in their own process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startApicurio } from '../rig/apicurio.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-apicurio-'));
const apicurio = await startApicurio(dir, (line) => void process.stdout.write(`${line}\n`));
try {
  const env = { ...process.env, LEPTON_SCHEMA_REGISTRY_URL: apicurio.url };
  const tests = spawn('vitest', ['run', 'test/catalog/kafka/registry', ...process.argv.slice(2)], { stdio: 'inherit', env });
  const [code] = await once(tests, 'exit');
  process.exitCode = typeof code === 'number' ? code : 1;
} finally {
  await apicurio.stop();
  rmSync(dir, { recursive: true, force: true });
}
