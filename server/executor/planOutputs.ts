import { unreachable } from '../../spi/trinoError.ts';
import type { PlanNode, Symbol } from '../plan/plan.ts';

/** The columns of a node, in order. */
export function outputsOf(node: PlanNode): readonly Symbol[] {
  switch (node.kind) {
    case 'output':
    case 'tableScan':
    case 'values':
    case 'union':
    case 'intersect':
    case 'except':
    case 'tableFunction':
    case 'recursiveUnion':
    case 'recursiveReference':
    case 'patternRecognition':
      return node.outputs;
    case 'project':
      return node.assignments.map((assignment) => assignment.symbol);
    case 'aggregation':
      return [...node.groupingKeys, ...node.groupingOperations.map((g) => g.symbol), ...node.aggregations.map((a) => a.symbol)];
    case 'window':
      return [...outputsOf(node.source), ...node.functions.map((call) => call.symbol)];
    case 'filter':
    case 'sort':
    case 'topN':
    case 'limit':
    case 'offset':
    case 'sample':
    case 'enforceSingleRow':
      return outputsOf(node.source);
    case 'join':
      return [...outputsOf(node.left), ...outputsOf(node.right)];
    case 'apply':
      return [...outputsOf(node.source), ...node.assignments.map((assignment) => assignment.symbol)];
    case 'correlatedJoin':
      return [...outputsOf(node.source), ...outputsOf(node.subquery)];
    case 'unnest':
      return [...node.replicate, ...node.mappings.flatMap((mapping) => mapping.outputs), ...(node.ordinality === undefined ? [] : [node.ordinality])];
    case 'jsonTable':
      return [...outputsOf(node.source), ...node.outputs];
    case 'assignUniqueId':
      return [...outputsOf(node.source), node.symbol];
    case 'tableWriter':
    case 'mergeWriter':
    case 'tableDelete':
      return [node.output];
    default:
      return unreachable(node);
  }
}

/** The nodes right below. */
export function sourcesOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'tableScan':
    case 'values':
    case 'tableFunction':
    case 'recursiveReference':
    case 'tableDelete':
      return [];
    case 'join':
      return [node.left, node.right];
    case 'union':
    case 'intersect':
    case 'except':
      return node.sources;
    case 'apply':
    case 'correlatedJoin':
      return [node.source, node.subquery];
    case 'recursiveUnion':
      return [node.base, node.step];
    default:
      return [node.source];
  }
}
