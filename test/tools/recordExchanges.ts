/** `TRINO_URL=http://host:port npm run protocol:record`: what a real Trino answers to every scenario of test/server/protocol/scenarios.ts. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runScenario } from '../server/protocol/runScenario.ts';
import { SCENARIOS } from '../server/protocol/scenarios.ts';

const url = process.env.TRINO_URL;
if (url === undefined) throw new Error('TRINO_URL is not set');
const words = process.argv.slice(2);
const recorded: Record<string, unknown> = {};
for (const scenario of SCENARIOS) {
  if (words.length > 0 && !words.some((word) => scenario.name.includes(word))) continue;
  recorded[scenario.name] = await runScenario(url, scenario);
  process.stdout.write(`${scenario.name}\n`);
}
if (words.length > 0) process.stdout.write(`${JSON.stringify(recorded, undefined, 1)}\n`);
else writeFileSync(path.join(import.meta.dirname, '../server/protocol/recorded/exchanges.json'), `${JSON.stringify(recorded, undefined, 1)}\n`);
