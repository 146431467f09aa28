import type { Session } from '../../spi/session.ts';
import type { Type } from '../../spi/type.ts';
import { outputSymbols, visitPlan } from '../plan/planNodes.ts';
import type { PlanNode, Symbol } from '../plan/plan.ts';

/** What every rule may ask for. */
export interface OptimizerContext {
  readonly session: Session;
  nextId(): string;
  /** A symbol whose name no other has. */
  newSymbol(base: string, type: Type): Symbol;
}

export function optimizerContext(root: PlanNode, session: Session): OptimizerContext {
  let lastId = 0;
  const names = new Set<string>();
  visitPlan(root, (node) => {
    if (/^\d{1,15}$/.test(node.id)) lastId = Math.max(lastId, Number(node.id));
    for (const { name } of outputSymbols(node)) names.add(name);
  });
  const lastSuffix = new Map<string, number>();
  return {
    session,
    nextId: () => String(++lastId),
    newSymbol(base, type) {
      let name = base;
      for (let suffix = lastSuffix.get(base) ?? 0; names.has(name); suffix++) {
        name = `${base}_${suffix}`;
        lastSuffix.set(base, suffix + 1);
      }
      names.add(name);
      return { name, type };
    },
  };
}
