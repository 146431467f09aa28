import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compactPlan } from './compactPlan.ts';
import { parsePlanFile } from './planFile.ts';
import { planQuery } from './planQuery.ts';

const folder = new URL('.', import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith('.slt'))) {
  describe(file, () => {
    for (const { sql, plan } of parsePlanFile(readFileSync(new URL(file, folder), 'utf8'))) {
      if (sql !== '') it(sql, () => expect(compactPlan(planQuery(sql).root)).toBe(plan));
    }
  });
}
