// Asks two servers the statements of a file, one a line (or parted by `;` at the end of a line), and prints where they differ:
// compareStatements.ts --lepton URL --trino URL FILE… (error texts and places too)
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { GoldenSession } from '../sql/goldenCase.ts';
import { judge, sameError } from '../sql/judge.ts';
import { StatementAsker } from '../sql/askServer.ts';

const { values, positionals } = parseArgs({
  options: {
    lepton: { type: 'string', default: 'http://localhost:8080' },
    trino: { type: 'string' },
    tz: { type: 'string', default: 'UTC' },
    all: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
if (values.trino === undefined) throw new Error('--trino URL is needed');
const [lepton, trino] = [new StatementAsker(values.lepton), new StatementAsker(values.trino)];
const session: GoldenSession = { catalog: 'tpch', schema: 'tiny', tz: values.tz };
const counts = new Map<string, number>();
const statements = positionals
  .flatMap((file) => readFileSync(file, 'utf8').split(/;[ \t]*\n|\n(?=[^\s])/))
  .map((sql) => sql.trim().replace(/;$/, ''))
  .filter((sql) => sql !== '' && !sql.startsWith('--'));
const queue = [...statements.entries()];
const work = async (): Promise<void> => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [, sql] = next;
    try {
      const [expected, got] = await Promise.all([trino.ask(sql, session), lepton.ask(sql, session)]);
      const judgement = judge({ ...expected, sql, session }, got);
      const text = judgement.verdict === 'equal' && expected.error !== undefined && !sameError({ ...expected, sql, session }, got);
      const verdict = text ? 'text' : judgement.verdict;
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      if (verdict === 'text')
        process.stdout.write(
          `text: ${sql}\n   trino  ${JSON.stringify(expected.error?.errorLocation)} ${expected.error?.message}\n   lepton ${JSON.stringify(got.error?.errorLocation)} ${got.error?.message}\n`,
        );
      else if (verdict !== 'equal') process.stdout.write(`${verdict}: ${sql}\n   ${judgement.why}\n`);
      else if (values.all) process.stdout.write(`equal: ${sql}\n   ${JSON.stringify(expected.error?.message ?? expected.rows)?.slice(0, 300)}\n`);
    } catch (error) {
      process.stdout.write(`broke off: ${sql}\n   ${String(error)}\n`);
    }
  }
};
await Promise.all([work(), work()]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(counts))}\n`);
lepton.close();
trino.close();
