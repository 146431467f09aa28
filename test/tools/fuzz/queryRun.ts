import type { Differ, Difference } from './differ.ts';
import { QueryGenerator } from './queries.ts';
import { Random } from './random.ts';

export async function runQuery(differ: Differ, seed: number): Promise<readonly Difference[]> {
  const difference = await differ.judgeSql(new QueryGenerator(new Random(seed)).next());
  differ.counts[difference.verdict]++;
  return difference.verdict === 'equal' ? [] : [difference];
}
