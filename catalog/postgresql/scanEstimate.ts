import type pg from 'pg';

export interface ScanEstimate {
  readonly rows: number;
  /** In the server's own unit: about a page read in sequence. */
  readonly cost: number;
  /** The plan reads one whole table, or its partitions, in sequence. */
  readonly sequential: boolean;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Plan Rows': number;
  readonly 'Total Cost': number;
  readonly Plans?: readonly PlanNode[];
}

/** What the server expects of a query. */
export async function estimateScan(client: pg.ClientBase, sql: string): Promise<ScanEstimate> {
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(`EXPLAIN (FORMAT JSON) ${sql}`);
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) return { rows: 0, cost: 0, sequential: false };
  return { rows: plan['Plan Rows'], cost: plan['Total Cost'], sequential: isSequential(plan) };
}

function isSequential(plan: PlanNode): boolean {
  switch (plan['Node Type']) {
    case 'Seq Scan':
      return true;
    case 'Gather':
    case 'Append':
      return (plan.Plans ?? []).every(isSequential);
    default:
      return false;
  }
}
