import type { NodeRepresentation } from './planRepresentation.ts';

const COLORS: readonly (readonly [RegExp, string])[] = [
  [/^(?:TableScan|Scan)/, 'deepskyblue'],
  [/Filter/, 'yellow'],
  [/Project/, 'bisque'],
  [/Join|Apply/, 'orange'],
  [/^Aggregate/, 'chartreuse3'],
  [/^TopN/, 'darksalmon'],
  [/^Sort/, 'aliceblue'],
  [/^Limit/, 'gray83'],
  [/^Offset/, 'gray83'],
  [/^Values/, 'deepskyblue'],
  [/^Window/, 'darkolivegreen4'],
  [/^Union|^Intersect|^Except/, 'turquoise4'],
  [/Unnest/, 'crimson'],
  [/Writer|Delete/, 'cyan'],
];

/** EXPLAIN (FORMAT GRAPHVIZ). */
export function graphvizPlan(root: NodeRepresentation, type: 'LOGICAL' | 'DISTRIBUTED'): string {
  const nodes: string[] = [];
  const edges: string[] = [];
  const add = (node: NodeRepresentation): void => {
    const id = `plannode_${nodes.length + 1}`;
    const color = COLORS.find(([pattern]) => pattern.test(node.name))?.[1] ?? 'white';
    nodes.push(`${id}[label="{${label(node)}}", style="rounded, filled", shape=record, fillcolor=${color}];`);
    for (const child of node.children) {
      edges.push(`${id} -> plannode_${nodes.length + 1};`);
      add(child);
    }
  };
  add(root);
  const [graph, cluster] = type === 'LOGICAL' ? ['logical_plan', 'cluster_graphviz_plan'] : ['distributed_plan', 'cluster_0'];
  return [`digraph ${graph} {`, `subgraph ${cluster} {`, 'label = "SINGLE"', ...nodes, '}', ...edges, '}', ''].join('\n');
}

function label({ name, descriptor, details }: NodeRepresentation): string {
  const lines = [...descriptor.flatMap(([key, value]) => (value === '' ? [] : [`${key} = ${value}`])), ...details];
  return [name, ...lines].map(escaped).join('|');
}

/** Characters with a meaning inside a record label. */
const escaped = (text: string): string => text.replace(/[\\"{}|<>]/g, (c) => `\\${c}`);
