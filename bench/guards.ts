/** What exactness costs on ten million rows: each guarded expression beside one that needs no guard. `npm run bench -- guards`; no Trino. */
import { RawReader } from './rawReader.ts';
import { line, title } from './report.ts';
import { measured, type Rig } from './turns.ts';

const ROWS = 10_000_000;
const ROUNDS = 3;
const TABLE = 'memory.default.guards';

interface Guard {
  readonly name: string;
  readonly guarded: string;
  readonly plain: string;
}

const GUARDS: readonly Guard[] = [
  { name: 'bigints divided: zero, overflow', guarded: 'sum(a / b)', plain: 'sum(a / 7)' },
  { name: 'n < a / b: nothing behind a NULL', guarded: 'count_if(n < a / b)', plain: 'count_if(n < d / e)' },
  { name: 'conjuncts in their order', guarded: 'count_if(b > 1 AND a / b > 3)', plain: 'count_if(b > 1 AND d / e > 3e0)' },
  { name: 'TRY', guarded: 'sum(TRY(a / b))', plain: 'sum(a / b)' },
  { name: 'doubles: NaN', guarded: 'count_if(d < e)', plain: 'count_if(a < b)' },
  {
    name: 'decimals of 38 digits',
    guarded: 'sum(CAST(a AS decimal(20,2)) * CAST(b AS decimal(20,2)))',
    plain: 'sum(CAST(a AS decimal(12,2)) * CAST(b AS decimal(5,2)))',
  },
];

export async function guards({ lepton }: Rig): Promise<void> {
  title(`Guards on ${ROWS / 1e6}M rows, CPU of the server`);
  const reader = new RawReader(lepton.url);
  const columns = 'i AS a, i % 100 + 1 AS b, nullif(i % 10, 3) AS n, CAST(i AS double) AS d, CAST(i % 100 + 1 AS double) AS e';
  await reader.run(`CREATE TABLE ${TABLE} AS SELECT ${columns} FROM TABLE(sequence(1, ${ROWS})) t(i)`);
  const cpuMs = async (expression: string): Promise<number> => {
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push((await measured(lepton, () => reader.run(`SELECT ${expression} FROM ${TABLE}`))).cpuSeconds * 1000);
    return Math.min(...rounds);
  };
  for (const { name, guarded, plain } of GUARDS) {
    const [exact, without] = [await cpuMs(guarded), await cpuMs(plain)];
    line(name, `${exact.toFixed(0)} CPU-ms, plain ${without.toFixed(0)}`, undefined, `${(exact / without).toFixed(2)}x`);
  }
  await reader.run(`DROP TABLE ${TABLE}`);
}
