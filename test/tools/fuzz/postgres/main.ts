// Asks Lepton and a real Trino the same random questions about one PostgreSQL, and Lepton the same about a copy in its own tables:
//   main.ts postgres --lepton URL --trino URL --postgres postgresql://… [--seed N] [--statements N] [--schema NAME]
import { parseArgs } from 'node:util';
import { Random } from '../random.ts';
import { PushdownDiffer } from './pushdownDiffer.ts';
import { StatementGenerator } from './statements.ts';
import { drop, seed as fill } from './tables.ts';

const { values } = parseArgs({
  options: {
    lepton: { type: 'string' },
    trino: { type: 'string' },
    postgres: { type: 'string' },
    schema: { type: 'string', default: 'lepton_fuzz' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    statements: { type: 'string', default: '500' },
    concurrency: { type: 'string', default: '3' },
    keep: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const { lepton, trino, postgres, schema } = values;
if (lepton === undefined || trino === undefined || postgres === undefined) {
  process.stderr.write(
    'usage: npm run fuzz -- postgres --lepton URL --trino URL --postgres postgresql://… [--seed N] [--statements N] [--schema NAME] [--concurrency N] [--keep] [--all]\n',
  );
  process.exit(1);
}
const seed = Number(values.seed);
process.stdout.write(`seed ${seed}\n`);

await fill(postgres, schema);
const differ = new PushdownDiffer(lepton, trino, schema);
await differ.copyTables();
let next = 0;
const worker = async (): Promise<void> => {
  while (next < Number(values.statements)) {
    const own = seed + next++;
    const random = new Random(own);
    const statement = new StatementGenerator(random).next();
    const zone = random.pick(['UTC', 'America/New_York', 'Asia/Kathmandu']);
    const finding = await differ.judge(statement, zone).catch((error: unknown) => String(error));
    if (typeof finding === 'string') process.stdout.write(`seed ${own} broke off: ${finding}\n`);
    else if (finding.verdict !== 'equal' && (values.all || finding.verdict !== 'theirs'))
      process.stdout.write(`${finding.verdict} seed ${own} ${finding.tz}\n  ${statement.sql}\n  ${finding.why}\n`);
  }
};
await Promise.all(Array.from({ length: Number(values.concurrency) }, worker));
process.stdout.write(`${JSON.stringify(differ.counts)}\n`);
await differ.dropCopies();
differ.close();
if (!values.keep) await drop(postgres, schema);
