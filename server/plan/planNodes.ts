import { unreachable } from '../../spi/trinoError.ts';
import { mapSame } from './expressionVisitor.ts';
import type { PlanNode, Symbol } from './plan.ts';

/** The nodes that a node reads; the subquery of an Apply or CorrelatedJoin comes second. */
export function sourcesOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'tableScan':
    case 'values':
    case 'tableFunction':
    case 'recursiveReference':
    case 'tableDelete':
    case 'tableUpdate':
      return [];
    case 'output':
    case 'filter':
    case 'project':
    case 'aggregation':
    case 'window':
    case 'sort':
    case 'topN':
    case 'limit':
    case 'offset':
    case 'enforceSingleRow':
    case 'unnest':
    case 'sample':
    case 'jsonTable':
    case 'patternRecognition':
    case 'assignUniqueId':
    case 'tableWriter':
    case 'mergeWriter':
      return [node.source];
    case 'union':
    case 'intersect':
    case 'except':
      return node.sources;
    case 'join':
      return [node.left, node.right];
    case 'apply':
    case 'correlatedJoin':
      return [node.source, node.subquery];
    case 'recursiveUnion':
      return [node.base, node.step];
    default:
      return unreachable(node);
  }
}

/** The same node over changed sources; the very same object when `change` changes none. */
export function mapSources(node: PlanNode, change: (source: PlanNode) => PlanNode): PlanNode {
  switch (node.kind) {
    case 'tableScan':
    case 'values':
    case 'tableFunction':
    case 'recursiveReference':
    case 'tableDelete':
    case 'tableUpdate':
      return node;
    case 'union':
    case 'intersect':
    case 'except': {
      const sources = mapSame(node.sources, change);
      return sources === node.sources ? node : { ...node, sources };
    }
    case 'join': {
      const left = change(node.left);
      const right = change(node.right);
      return left === node.left && right === node.right ? node : { ...node, left, right };
    }
    case 'apply':
    case 'correlatedJoin': {
      const source = change(node.source);
      const subquery = change(node.subquery);
      return source === node.source && subquery === node.subquery ? node : { ...node, source, subquery };
    }
    case 'recursiveUnion': {
      const base = change(node.base);
      const step = change(node.step);
      return base === node.base && step === node.step ? node : { ...node, base, step };
    }
    default: {
      const source = change(node.source);
      return source === node.source ? node : { ...node, source };
    }
  }
}

export function outputSymbols(node: PlanNode): readonly Symbol[] {
  switch (node.kind) {
    case 'output':
    case 'tableScan':
    case 'values':
    case 'union':
    case 'intersect':
    case 'except':
    case 'tableFunction':
    case 'patternRecognition':
    case 'recursiveUnion':
    case 'recursiveReference':
      return node.outputs;
    case 'filter':
    case 'sort':
    case 'topN':
    case 'limit':
    case 'offset':
    case 'enforceSingleRow':
    case 'sample':
      return outputSymbols(node.source);
    case 'project':
      return node.assignments.map(({ symbol }) => symbol);
    case 'aggregation':
      return [...node.groupingKeys, ...node.groupingOperations.map(({ symbol }) => symbol), ...node.aggregations.map(({ symbol }) => symbol)];
    case 'window':
      return [...outputSymbols(node.source), ...node.functions.map(({ symbol }) => symbol)];
    case 'join':
      return [...outputSymbols(node.left), ...outputSymbols(node.right)];
    case 'apply':
      return [...outputSymbols(node.source), ...node.assignments.map(({ symbol }) => symbol)];
    case 'correlatedJoin':
      return [...outputSymbols(node.source), ...outputSymbols(node.subquery)];
    case 'unnest':
      return [...node.replicate, ...node.mappings.flatMap(({ outputs }) => outputs), ...(node.ordinality === undefined ? [] : [node.ordinality])];
    case 'jsonTable':
      return distinctSymbols([...outputSymbols(node.source), ...node.outputs]);
    case 'assignUniqueId':
      return [...outputSymbols(node.source), node.symbol];
    case 'tableWriter':
    case 'mergeWriter':
    case 'tableDelete':
    case 'tableUpdate':
      return [node.output];
    default:
      return unreachable(node);
  }
}

function distinctSymbols(symbols: readonly Symbol[]): readonly Symbol[] {
  return [...new Map(symbols.map((symbol) => [symbol.name, symbol])).values()];
}

export function outputNames(node: PlanNode): Set<string> {
  return new Set(outputSymbols(node).map(({ name }) => name));
}

export function visitPlan(node: PlanNode, visit: (node: PlanNode) => void): void {
  visit(node);
  for (const source of sourcesOf(node)) visitPlan(source, visit);
}
