import { readFileSync } from 'node:fs';
import { type Answer, run } from '../test/rig/statementClient.ts';
import { difference } from './compareAnswers.ts';
import { note, title, type Usage, usageLine } from './report.ts';
import type { MeasuredServer } from './servers.ts';
import { measured, type Rig, takeTurns } from './turns.ts';

const SCALE = process.env.TPCH_SCALE ?? 'sf1';
const ROUNDS = Number(process.env.TPCH_ROUNDS ?? 2);
const QUERIES = process.env.TPCH_QUERIES?.split(',').map(Number) ?? Array.from({ length: 22 }, (_, i) => i + 1);
const TABLES = ['region', 'nation', 'supplier', 'customer', 'part', 'partsupp', 'orders', 'lineitem'];
const SCHEMA = `memory.tpch_${SCALE.replaceAll('.', '_')}`;
const MOST = { cpu: 0.4, wall: 0.4 };
const NOTHING: Usage = { cpuSeconds: 0, wallSeconds: 0 };

/** TPC-H's 22 queries on memory tables of both; a Trino that is not our own generates its rows (tpch.SCALE) unless TRINO_TPCH names a schema. */
export async function tpch(rig: Rig): Promise<void> {
  const schemas = new Map<MeasuredServer, string>([[rig.lepton, SCHEMA]]);
  if (rig.trino !== undefined) schemas.set(rig.trino, rig.trino.own ? SCHEMA : (process.env.TRINO_TPCH ?? `tpch.${SCALE}`));
  title(`TPC-H ${SCALE}, ${[...schemas].map(([{ name }, schema]) => `${name} ${schema}`).join(' against ')}, best of ${ROUNDS}`);
  for (const [server] of schemas) if (server.own) await load(server);
  let [mine, theirs, different] = [NOTHING, NOTHING, 0];
  for (const number of QUERIES) {
    const sql = readFileSync(new URL(`./tpch/q${String(number).padStart(2, '0')}.sql`, import.meta.url), 'utf8').trim();
    const answers = new Map<MeasuredServer, Answer>();
    const { lepton, trino } = await takeTurns(rig, ROUNDS, async (server) => {
      const [catalog = '', schema = ''] = (schemas.get(server) ?? '').split('.', 2);
      answers.set(server, await run({ url: server.url, catalog, schema }, sql));
    });
    usageLine(`q${number}`, lepton, trino);
    mine = plus(mine, lepton);
    theirs = plus(theirs, trino ?? NOTHING);
    const wrong = compare(answers.get(rig.lepton), rig.trino === undefined ? undefined : answers.get(rig.trino));
    if (wrong === undefined) continue;
    different++;
    note(`q${number} DIFFERS: ${wrong}`);
  }
  usageLine('total', mine, rig.trino === undefined ? undefined : theirs, MOST);
  note(rig.trino === undefined ? 'answers not compared' : different === 0 ? 'all answers equal' : `${different} answers DIFFER`);
  if (different > 0) process.exitCode = 1;
}

async function load(server: MeasuredServer): Promise<void> {
  const usage = await measured(server, async () => {
    await run({ url: server.url }, `CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    for (const table of TABLES) await run({ url: server.url }, `CREATE TABLE IF NOT EXISTS ${SCHEMA}.${table} AS SELECT * FROM tpch."${SCALE}".${table}`);
  });
  note(`${server.name} loaded its tables: ${usage.cpuSeconds.toFixed(1)} CPU-s, ${usage.wallSeconds.toFixed(1)} s`);
}

function compare(ours: Answer | undefined, theirs: Answer | undefined): string | undefined {
  return ours === undefined || theirs === undefined ? undefined : difference(ours, theirs);
}

function plus(a: Usage, b: Usage): Usage {
  return { cpuSeconds: a.cpuSeconds + b.cpuSeconds, wallSeconds: a.wallSeconds + b.wallSeconds };
}
