import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import { analyzeQuery } from './queryAnalyzer.ts';
import { analyzeRecursiveQuery, type RecursiveReference } from './recursiveQuery.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { visibleFields } from './scope.ts';

export interface NamedQuery {
  readonly node: ast.WithQuery;
  /** Where it is defined: it may read what was named before it. */
  readonly surroundings: QuerySurroundings;
  readonly recursive: boolean;
  /** Planned when it is defined; the first who reads it takes this plan. */
  plan: RelationPlan | undefined;
}

export type With = ReadonlyMap<string, NamedQuery | RecursiveReference>;

export const EMPTY_WITH: With = new Map();

/** The named queries of a WITH clause upon those around it. */
export function analyzeWith(surroundings: QuerySurroundings, node: ast.With): With {
  const queries = new Map(surroundings.with);
  const own = new Set<string>();
  for (const query of node.queries) {
    const name = query.name.value.toLowerCase();
    if (own.has(name)) throw new TrinoError('DUPLICATE_NAMED_QUERY', query.location, `WITH query name '${name}' specified more than once`);
    own.add(name);
    const named: NamedQuery = {
      node: query,
      surroundings: { ...surroundings, with: new Map(queries), nested: true },
      recursive: node.recursive,
      plan: undefined,
    };
    named.plan = planNamedQuery(named);
    queries.set(name, named);
  }
  return queries;
}

/** Its plan, with new symbols each time. */
export function takePlan(named: NamedQuery): RelationPlan {
  const { plan } = named;
  named.plan = undefined;
  return plan ?? planNamedQuery(named);
}

function planNamedQuery({ node, surroundings, recursive }: NamedQuery): RelationPlan {
  if (recursive) {
    const planned = analyzeRecursiveQuery(surroundings, node);
    if (planned !== undefined) return planned;
  }
  const plan = analyzeQuery(surroundings, node.query);
  const { columnNames } = node;
  if (columnNames === undefined) return { node: plan.node, fields: visibleFields(plan.fields) };
  const fields = visibleFields(plan.fields);
  checkAliases(node, columnNames, fields.length);
  return { node: plan.node, fields: fields.map((field, i) => ({ ...field, name: columnNames[i]?.value })) };
}

export function checkAliases(node: ast.WithQuery, columnNames: readonly ast.Identifier[], columns: number): void {
  if (columnNames.length === columns) {
    const seen = new Set<string>();
    for (const { value, location } of columnNames) {
      if (seen.has(value.toLowerCase())) throw new TrinoError('DUPLICATE_COLUMN_NAME', location, `Column name '${value}' specified more than once`);
      seen.add(value.toLowerCase());
    }
    return;
  }
  const location = columnNames[0]?.location ?? node.location;
  throw new TrinoError('MISMATCHED_COLUMN_ALIASES', location, `Column alias list has ${columnNames.length} entries but relation has ${columns} columns`);
}

export function isTable(node: object): node is ast.TableReference {
  return 'kind' in node && node.kind === 'table';
}
