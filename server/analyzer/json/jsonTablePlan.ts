import { type Location, TrinoError, unreachable } from '../../../spi/trinoError.ts';
import type { JsonTablePlan } from '../../plan/jsonSpecification.ts';
import type * as ast from '../../sql/ast.ts';
import { canonicalName } from '../selectItems.ts';

/** The columns of one path, and the paths nested in it. */
export interface PathColumns {
  readonly name: string | undefined;
  readonly path: string;
  readonly columns: readonly number[];
  readonly nested: readonly PathColumns[];
  readonly location: Location;
}

/** How the rows of nested paths are joined: by the PLAN clause, else parents outer-joined to the union of their children. */
export function jsonTablePlan(root: PathColumns, given: ast.JsonTablePlan | undefined): JsonTablePlan {
  if (given === undefined) return defaultPlan(root, 'OUTER', 'UNION');
  if (given.kind === 'defaultPlan') {
    requireNames(root.nested, 'All nested JSON paths must be named when default plan is given');
    return defaultPlan(root, given.parentChild, given.siblings);
  }
  requireNames([root], 'All JSON paths must be named when specific plan is given');
  if (given.kind === 'siblings') {
    const message = 'JSON_TABLE plan must either be a single path name or it must be rooted in parent-child relationship (OUTER or INNER)';
    throw new TrinoError('INVALID_PLAN', given.location, message);
  }
  checkNames([given], [root], given.location);
  return specificPlan(root, given, given.location);
}

function defaultPlan({ path, columns, nested }: PathColumns, parentChild: 'OUTER' | 'INNER', siblingType: 'UNION' | 'CROSS'): JsonTablePlan {
  const siblings = nested.map((item) => defaultPlan(item, parentChild, siblingType));
  const [only] = siblings;
  if (only === undefined) return { kind: 'leaf', path, columns };
  const child: JsonTablePlan = siblings.length === 1 ? only : { kind: 'siblings', type: siblingType, siblings };
  return { kind: 'parentChild', type: parentChild, path, columns, child };
}

function requireNames(paths: readonly PathColumns[], message: string): void {
  for (const { name, nested, location } of paths) {
    if (name === undefined) throw new TrinoError('MISSING_PATH_NAME', location, message);
    requireNames(nested, message);
  }
}

type NamedPlan = Extract<ast.JsonTablePlan, { kind: 'leaf' | 'parentChild' }>;

const nameOf = (plan: NamedPlan): string => canonicalName(plan.kind === 'leaf' ? plan.name : plan.parent);

/** The names of one level: siblings stand side by side. */
function namedPlans(plan: ast.JsonTablePlan): readonly NamedPlan[] {
  if (plan.kind === 'siblings') return plan.siblings.flatMap(namedPlans);
  return plan.kind === 'defaultPlan' ? [] : [plan];
}

function checkNames(plans: readonly NamedPlan[], paths: readonly PathColumns[], location: Location): void {
  const seen = new Set<string>();
  for (const plan of plans) {
    const name = nameOf(plan);
    if (seen.has(name)) throw new TrinoError('INVALID_PLAN', plan.location, `Duplicate reference to JSON path name in sibling plan: ${name}`);
    seen.add(name);
  }
  const missing = paths.flatMap(({ name }) => (name === undefined || seen.has(name) ? [] : [name]));
  if (missing.length > 0) {
    const message = `JSON_TABLE plan should contain all JSON paths available at each level of nesting. Paths not included: ${missing.join(', ')}`;
    throw new TrinoError('INVALID_PLAN', location, message);
  }
  const unknown = plans.find((plan) => !paths.some(({ name }) => name === nameOf(plan)));
  if (unknown !== undefined) {
    throw new TrinoError('INVALID_PLAN', unknown.location, `JSON_TABLE plan includes unavailable JSON path names: ${nameOf(unknown)}`);
  }
}

/** Errors stand where the whole plan begins. */
function specificPlan({ path, columns, nested }: PathColumns, given: NamedPlan, whole: Location): JsonTablePlan {
  const below = given.kind === 'leaf' ? [] : namedPlans(given.child);
  checkNames(below, nested, whole);
  if (given.kind === 'leaf') return { kind: 'leaf', path, columns };
  return { kind: 'parentChild', type: given.type, path, columns, child: childPlan(nested, given.child, whole) };
}

function childPlan(nested: readonly PathColumns[], given: ast.JsonTablePlan, whole: Location): JsonTablePlan {
  switch (given.kind) {
    case 'siblings':
      return { kind: 'siblings', type: given.type, siblings: given.siblings.map((sibling) => childPlan(nested, sibling, whole)) };
    case 'leaf':
    case 'parentChild': {
      const found = nested.find(({ name }) => name === nameOf(given));
      if (found === undefined) throw new Error('checked to be a nested path');
      return specificPlan(found, given, whole);
    }
    case 'defaultPlan':
      throw new Error('PLAN DEFAULT stands alone');
    default:
      return unreachable(given);
  }
}
