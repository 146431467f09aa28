/**
 * Runs a folder of queries against a server and compares with Trino's recorded answers:
 * compareQueries.ts --url URL --answers test/tpcds/tiny.jsonl --schema memory.tpcds_tiny [--only q01,…]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { difference } from '../../bench/compareAnswers.ts';
import { type Answer, run } from '../rig/statementClient.ts';

interface Recorded extends Answer {
  readonly sql: string;
  readonly src: string;
  readonly nondet?: boolean;
  readonly error?: { readonly errorName: string; readonly message: string };
}

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8080' },
    answers: { type: 'string', default: 'test/tpcds/tiny.jsonl' },
    schema: { type: 'string', default: 'memory.tpcds_tiny' },
    only: { type: 'string' },
  },
});
const [catalog = '', schema = ''] = values.schema.split('.', 2);
const only = values.only?.split(',');
const counts = { equal: 0, different: 0, failed: 0, skipped: 0 };

for (const line of readFileSync(values.answers, 'utf8').trim().split('\n')) {
  const recorded: Recorded = JSON.parse(line);
  if (only !== undefined && !only.includes(recorded.src)) continue;
  const started = performance.now();
  const { verdict, why } = await judge(recorded);
  counts[verdict]++;
  console.log(`${recorded.src} ${verdict} ${((performance.now() - started) / 1000).toFixed(2)} s${why === '' ? '' : ` ${why}`}`);
}
console.log(
  Object.entries(counts)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', '),
);
process.exitCode = counts.different + counts.failed === 0 ? 0 : 1;

async function judge(recorded: Recorded): Promise<{ readonly verdict: keyof typeof counts; readonly why: string }> {
  if (recorded.nondet === true) return { verdict: 'skipped', why: 'two runs of Trino differ' };
  try {
    const answer = await run({ url: values.url, catalog, schema }, recorded.sql);
    if (recorded.error !== undefined) return { verdict: 'different', why: `an answer instead of ${recorded.error.errorName}` };
    const why = differentColumns(recorded, answer) ?? difference(recorded, answer);
    return why === undefined ? { verdict: 'equal', why: '' } : { verdict: 'different', why };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    if (recorded.error !== undefined && message === `${recorded.error.errorName}: ${recorded.error.message}`) return { verdict: 'equal', why: '' };
    return { verdict: 'failed', why: message };
  }
}

function differentColumns(recorded: Answer, answer: Answer): string | undefined {
  const text = ({ columns }: Answer) => columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  return text(recorded) === text(answer) ? undefined : `columns ${text(answer)} instead of ${text(recorded)}`;
}
