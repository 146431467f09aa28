/** Rewrites the plans in test/plan/*.slt, and those over PostgreSQL, to what the optimizer makes now: read the difference before you commit it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { updateRules } from '../catalog/postgresql/rules/updateRules.ts';
import { compactPlan } from '../plan/compactPlan.ts';
import { formatPlanFile, parsePlanFile } from '../plan/planFile.ts';
import { planQuery } from '../plan/planQuery.ts';

const folder = new URL('../plan/', import.meta.url);
for (const name of readdirSync(folder).filter((file) => file.endsWith('.slt'))) {
  const file = new URL(name, folder);
  const before = readFileSync(file, 'utf8');
  const after = formatPlanFile(parsePlanFile(before).map((block) => (block.sql === '' ? block : { ...block, plan: compactPlan(planQuery(block.sql).root) })));
  if (after !== before) {
    writeFileSync(file, after);
    console.log(`updated ${name}`);
  }
}
await updateRules();
