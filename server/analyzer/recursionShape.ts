import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import { isTable } from './with.ts';

export interface Recursion {
  readonly base: ast.QueryBody;
  readonly step: ast.QueryBody;
  readonly distinct: boolean;
}

/** What a recursive query must look like: `base UNION [ALL] step`, with the name once in the step's FROM. undefined: it does not name itself. */
export function checkRecursion(node: ast.WithQuery): Recursion | undefined {
  const { query } = node;
  const name = node.name.value.toLowerCase();
  if (node.columnNames === undefined) throw new TrinoError('MISSING_COLUMN_ALIASES', node.location, 'missing column aliases in recursive WITH query');
  const nested = findRecursiveWith(query);
  if (nested !== undefined) throw new TrinoError('NESTED_RECURSIVE', nested.location, 'nested recursive WITH query');
  refuseClauses(query);
  const { body } = query;
  if (body.kind !== 'setOperation' || body.operator !== 'UNION' || isLongUnion(body, name)) return refuseReferences(body, name);
  const [inBase] = findReferences(body.left, name);
  if (inBase !== undefined) throw invalid(inBase, 'WITH table name is referenced in the base relation of recursion');
  const [first, second] = findReferences(body.right, name);
  if (second !== undefined) throw invalid(second, 'multiple recursive references in the step relation of recursion');
  if (first === undefined) return undefined;
  checkStep(body.right, name, first);
  return { base: body.left, step: body.right, distinct: body.distinct };
}

function invalid(node: ast.TableReference, message: string): TrinoError {
  return new TrinoError('INVALID_RECURSIVE_REFERENCE', node.location, message);
}

function refuseClauses({ with: withClause, orderBy, orderByLocation, offset, limit, location }: ast.Query): void {
  if (withClause !== undefined) throw new TrinoError('NOT_SUPPORTED', withClause.location, 'immediate WITH clause in recursive query');
  if (orderBy.length > 0) throw new TrinoError('NOT_SUPPORTED', orderByLocation ?? location, 'immediate ORDER BY clause in recursive query');
  if (offset !== undefined) throw new TrinoError('NOT_SUPPORTED', offset.location, 'immediate OFFSET clause in recursive query');
  if (limit !== undefined) throw new TrinoError('INVALID_LIMIT_CLAUSE', limit.location, 'immediate FETCH FIRST / LIMIT clause in recursive query');
}

function isLongUnion(body: ast.SetOperation, name: string): boolean {
  return body.left.kind === 'setOperation' && body.left.operator === 'UNION' && body.left.distinct === body.distinct && findReferences(body, name).length === 0;
}

function refuseReferences(body: ast.QueryBody, name: string): undefined {
  const [found] = findReferences(body, name);
  if (found !== undefined) throw invalid(found, 'recursive reference not allowed in this context');
  return undefined;
}

function checkStep(step: ast.QueryBody, name: string, found: ast.TableReference): void {
  let specification = step;
  while (specification.kind === 'tableSubquery') {
    const { limit, body } = specification.query;
    if (limit !== undefined) throw new TrinoError('INVALID_LIMIT_CLAUSE', limit.location, 'FETCH FIRST / LIMIT clause in the step relation of recursion');
    specification = body;
  }
  const from = specification.kind === 'querySpecification' ? specification.from : undefined;
  if (from === undefined || findReferences(from, name).length === 0) {
    throw invalid(found, 'recursive reference outside of FROM clause of the step relation of recursion');
  }
  checkJoins(from, name);
}

/** Where rows of the other side are kept without a match the recursion could never end. */
function checkJoins(node: ast.Relation, name: string): void {
  if (node.kind === 'aliased' || node.kind === 'sampled') checkJoins(node.relation, name);
  if (node.kind !== 'join') return;
  const [inLeft] = findReferences(node.left, name);
  const [inRight] = findReferences(node.right, name);
  if (inRight !== undefined && node.type === 'LEFT') throw invalid(inRight, 'recursive reference in right source of LEFT join');
  if (inLeft !== undefined && node.type === 'RIGHT') throw invalid(inLeft, 'recursive reference in left source of RIGHT join');
  const inFull = inLeft ?? inRight;
  if (inFull !== undefined && node.type === 'FULL') throw invalid(inFull, 'recursive reference in FULL join');
  checkJoins(node.left, name);
  checkJoins(node.right, name);
}

function findReferences(node: unknown, name: string): readonly ast.TableReference[] {
  if (Array.isArray(node)) return node.flatMap((item) => findReferences(item, name));
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return [];
  if (isTable(node)) return node.name.parts.length === 1 && node.name.parts[0]?.value.toLowerCase() === name ? [node] : [];
  return Object.values(node).flatMap((child) => (typeof child === 'object' ? findReferences(child, name) : []));
}

function findRecursiveWith(node: unknown): ast.With | undefined {
  if (Array.isArray(node)) return firstOf(node);
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return undefined;
  if (isRecursiveWith(node)) return node;
  return firstOf(Object.values(node).filter((child) => typeof child === 'object'));
}

function firstOf(nodes: readonly unknown[]): ast.With | undefined {
  for (const node of nodes) {
    const found = findRecursiveWith(node);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isRecursiveWith = (node: object): node is ast.With => 'recursive' in node && node.recursive === true && 'queries' in node;
