import type { PlanNode } from '../plan/plan.ts';
import { mapSources } from '../plan/planNodes.ts';
import type { OptimizerContext } from './optimizerContext.ts';

/** Gives a node in place of the other, or undefined: does not apply. */
export type Rule = (node: PlanNode, context: OptimizerContext) => PlanNode | undefined;
/** A step over the whole plan. */
export type Pass = (plan: PlanNode, context: OptimizerContext) => PlanNode;

/** A connector that answers its own answer with a change would never end. */
const APPLICATIONS_MAX = 100_000;

/** Applies the rules at every node, from the top down, until none applies anywhere. */
export function everywhere(rules: readonly Rule[]): Pass {
  return (plan, context) => {
    const settled = new WeakSet<PlanNode>();
    let applications = 0;
    const applyHere = (start: PlanNode): PlanNode => {
      let node = start;
      for (let applied = true; applied; ) {
        applied = false;
        for (const rule of rules) {
          const changed = rule(node, context);
          if (changed === undefined) continue;
          if (++applications > APPLICATIONS_MAX) throw new Error(`rules do not come to an end: ${rule.name}`);
          node = changed;
          applied = true;
        }
      }
      return node;
    };
    const explore = (start: PlanNode): PlanNode => {
      let node = start;
      while (!settled.has(node)) {
        const here = applyHere(node);
        node = mapSources(here, explore);
        if (node === here) settled.add(node);
      }
      return node;
    };
    return explore(plan);
  };
}
