import type { FunctionResolver } from '../function/resolution.ts';
import type * as ast from '../sql/ast.ts';

/** Calls `visit` for each node below, in source order, without entering subqueries; `false` leaves out what is below a node. */
export function visitNodes(node: unknown, visit: (node: { readonly kind: string }) => boolean | undefined): void {
  if (Array.isArray(node)) {
    for (const item of node) visitNodes(item, visit);
    return;
  }
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return;
  if ('kind' in node && typeof node.kind === 'string') {
    if (node.kind === 'query' || visit({ ...node, kind: node.kind }) === false) return;
  }
  for (const child of Object.values(node)) if (typeof child === 'object') visitNodes(child, visit);
}

type Extractable = ast.FunctionCall | ast.GroupingOperation | ast.WindowOperation;

/** Aggregations, window functions and grouping operations, outermost first, in source order. */
export function extractAggregatesWindowsAndGroupings(expressions: readonly ast.Expression[], functions: FunctionResolver): readonly Extractable[] {
  return [...extractAggregates(expressions, functions), ...extractWindows(expressions), ...extractGroupings(expressions)];
}

export function extractAggregates(expressions: readonly (ast.Expression | ast.SortItem)[], functions: FunctionResolver): readonly ast.FunctionCall[] {
  return extract(expressions, (node) => node.kind === 'functionCall' && isAggregateCall(node, functions)).filter((node) => node.kind === 'functionCall');
}

/** Window functions and measures of row patterns in windows. */
export function extractWindows(expressions: readonly ast.Expression[]): readonly Extractable[] {
  return extract(expressions, (node) => node.kind === 'windowOperation' || (node.kind === 'functionCall' && node.window !== undefined));
}

function extractGroupings(expressions: readonly ast.Expression[]): readonly Extractable[] {
  return extract(expressions, (node) => node.kind === 'grouping');
}

function isAggregateCall(node: ast.FunctionCall, functions: FunctionResolver): boolean {
  return node.window === undefined && functions.isAggregate(functionName(node.name));
}

function extract(nodes: readonly (ast.Expression | ast.SortItem)[], test: (node: Extractable) => boolean): readonly Extractable[] {
  const found: Extractable[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) walk(item);
    else if (typeof node === 'object' && node !== null && !(node instanceof Uint8Array)) {
      if (isKind(node, 'query')) return;
      if (isExtractable(node) && test(node)) found.push(node);
      for (const child of Object.values(node)) if (typeof child === 'object') walk(child);
    }
  };
  walk(nodes);
  return found;
}

const isKind = (node: object, kind: string): boolean => 'kind' in node && node.kind === kind;
const isExtractable = (node: object): node is Extractable => isKind(node, 'functionCall') || isKind(node, 'grouping') || isKind(node, 'windowOperation');

/** The name by which a function is resolved; names with a catalog and schema must be those of the built-in ones. */
export function functionName(name: ast.QualifiedName): string {
  const parts = name.parts.map((part) => part.value.toLowerCase());
  const builtin = parts.length === 3 && parts[0] === 'system' && parts[1] === 'builtin';
  return builtin ? (parts[2] ?? '') : parts.join('.');
}
