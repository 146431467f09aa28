import type { PlanNode } from '../../server/plan/plan.ts';
import { type NodeRepresentation, representation } from '../../server/plan/planRepresentation.ts';

/** One line for each node, indented below its parent: name, what it does, and the columns that it computes. */
export function compactPlan(root: PlanNode): string {
  const lines: string[] = [];
  const add = (node: NodeRepresentation, indent: string): void => {
    const details = node.name === 'Output' || node.details.length === 0 ? '' : ` {${node.details.map((line) => line.trim()).join('; ')}}`;
    lines.push(`${indent}${node.name}[${node.descriptor.map(([key, value]) => `${key} = ${value}`).join(', ')}]${details}`);
    for (const child of node.children) add(child, `${indent}  `);
  };
  add(representation(root), '');
  return lines.join('\n');
}
