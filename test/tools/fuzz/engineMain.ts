// Asks Lepton and a real Trino the same random questions: main.ts --lepton URL --trino URL [--seed N] [--expressions N] [--queries N]
import { parseArgs } from 'node:util';
import { Differ, type Difference } from './differ.ts';
import { runExpressions } from './expressionRun.ts';
import { runQuery } from './queryRun.ts';

const { values } = parseArgs({
  options: {
    lepton: { type: 'string' },
    trino: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    expressions: { type: 'string', default: '1000' },
    queries: { type: 'string', default: '100' },
    concurrency: { type: 'string', default: '4' },
    refused: { type: 'boolean', default: false },
  },
});
if (values.lepton === undefined || values.trino === undefined) {
  process.stderr.write('usage: npm run fuzz -- --lepton URL --trino URL [--seed N] [--expressions N] [--queries N] [--concurrency N] [--refused]\n');
  process.exit(1);
}
const seed = Number(values.seed);
process.stdout.write(`seed ${seed}\n`);

const expressions = new Differ(values.lepton, values.trino);
const queries = new Differ(values.lepton, values.trino);
await inTurns(Math.ceil(Number(values.expressions) / 20), (own) => runExpressions(expressions, own));
await inTurns(Number(values.queries), (own) => runQuery(queries, own));
for (const [name, { counts }] of Object.entries({ expressions, queries })) process.stdout.write(`${name} ${JSON.stringify(counts)}\n`);
expressions.close();
queries.close();

async function inTurns(count: number, run: (seed: number) => Promise<readonly Difference[]>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const own = seed + next++;
      try {
        for (const difference of await run(own)) tell(own, difference);
      } catch (error) {
        process.stdout.write(`seed ${own} broke off: ${String(error)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: Number(values.concurrency) }, worker));
}

function tell(own: number, { verdict, why, sql, tz }: Difference): void {
  if (verdict !== 'refused' || values.refused)
    process.stdout.write(`${verdict} seed ${own}${tz === undefined || tz === 'UTC' ? '' : ` ${tz}`}\n  ${sql}\n  ${why}\n`);
}
