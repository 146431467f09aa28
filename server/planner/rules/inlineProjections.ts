import type { Expression } from '../../../spi/expression.ts';
import { isDeterministic } from '../../plan/expressionProperties.ts';
import { referencedNames, replaceReferences, someExpression, visitReferences } from '../../plan/expressionVisitor.ts';
import type { Assignment, PlanNode, ProjectNode } from '../../plan/plan.ts';
import { outputNames } from '../../plan/planNodes.ts';

/** Computes in one projection what is used once; what is used more often stays below, computed once. */
export function inlineProjections(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'project' || node.source.kind !== 'project') return undefined;
  const child = node.source;
  const inlined = inlinable(node, child);
  if (inlined.size === 0) return undefined;
  const assignments = node.assignments.map(({ symbol, expression }) => ({
    symbol,
    expression: replaceReferences(expression, ({ name }) => inlined.get(name)),
  }));
  const kept = child.assignments.filter(({ symbol }) => !inlined.has(symbol.name));
  if (kept.length === 0) return { ...node, source: child.source, assignments };
  return { ...node, source: { ...child, assignments: [...kept, ...passedThrough(inlined, child, kept)] }, assignments };
}

function inlinable(parent: ProjectNode, child: ProjectNode): Map<string, Expression> {
  const counts = new Map<string, number>();
  const guarded = new Set<string>();
  for (const { expression } of parent.assignments) {
    visitReferences(expression, ({ name }) => counts.set(name, (counts.get(name) ?? 0) + 1));
    if (someExpression(expression, ({ kind }) => kind === 'try' || kind === 'lambda')) addGuarded(expression, guarded);
  }
  const result = new Map<string, Expression>();
  for (const { symbol, expression } of child.assignments) {
    if (expression.kind === 'reference' || expression.kind === 'constant') {
      // a column that only passes through would be found inlinable for ever
      if (expression.kind === 'constant' || expression.name !== symbol.name || allPass(child)) result.set(symbol.name, expression);
    } else if ((counts.get(symbol.name) ?? 0) <= 1 && !guarded.has(symbol.name) && isDeterministic(expression)) result.set(symbol.name, expression);
  }
  return result;
}

const allPass = (node: ProjectNode): boolean => node.assignments.every(({ expression }) => expression.kind === 'reference');

/** TRY would swallow an error that is now raised; a lambda would compute the value once for each element. */
function addGuarded(expression: Expression, guarded: Set<string>): void {
  someExpression(expression, (part) => {
    if (part.kind === 'try' || part.kind === 'lambda') for (const name of referencedNames(part)) guarded.add(name);
    return false;
  });
}

function passedThrough(inlined: ReadonlyMap<string, Expression>, child: ProjectNode, kept: readonly Assignment[]): readonly Assignment[] {
  const available = outputNames(child.source);
  const present = new Set(kept.map(({ symbol }) => symbol.name));
  const result: Assignment[] = [];
  for (const expression of inlined.values()) {
    visitReferences(expression, (reference) => {
      if (present.has(reference.name) || !available.has(reference.name)) return;
      present.add(reference.name);
      result.push({ symbol: { name: reference.name, type: reference.type }, expression: reference });
    });
  }
  return result;
}
