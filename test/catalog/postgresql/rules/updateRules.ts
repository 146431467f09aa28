import { readFileSync, writeFileSync } from 'node:fs';
import { formatPlanFile, type PlanCase } from '../../../plan/planFile.ts';
import { postgresCatalogFile } from '../../../rig/postgres.ts';
import { startTestServer } from '../../../rig/server.ts';
import { StatementAsker } from '../../../sql/askServer.ts';
import { RULES_FILE, readRules, seedOf } from '../oracle/statements.ts';
import { startFixture } from '../postgresFixture.ts';
import { remotePlan } from './remotePlan.ts';

/** Writes into rules.slt what PostgreSQL is asked now. */
export async function updateRules(): Promise<void> {
  const fixture = await startFixture();
  try {
    await fixture.query(seedOf('rules'));
    const server = await startTestServer({ catalogs: { postgresql: postgresCatalogFile(fixture.rig) } });
    const asker = new StatementAsker(server.url);
    const cases: PlanCase[] = [];
    for (const rule of readRules()) cases.push({ ...rule, plan: await remotePlan(asker, rule.sql) });
    asker.close();
    await server.close();
    const after = formatPlanFile(cases);
    if (after === readFileSync(RULES_FILE, 'utf8')) return;
    writeFileSync(RULES_FILE, after);
    console.log('updated rules.slt');
  } finally {
    await fixture.close();
  }
}
