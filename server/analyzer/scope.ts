import { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import type { Symbol } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';

/** Where a column comes from, when it is a table's column untouched. */
export interface Origin {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/** A column of a relation. */
export interface Field {
  readonly name: string | undefined;
  readonly symbol: Symbol;
  /** The qualifier in lower case: an alias, or a table's name as it was written. */
  readonly relationAlias: readonly string[] | undefined;
  readonly hidden: boolean;
  readonly origin: Origin | undefined;
  /** The name was given by AS. */
  readonly aliased: boolean;
}

export function newField(name: string | undefined, symbol: Symbol): Field {
  return { name, symbol, relationAlias: undefined, hidden: false, origin: undefined, aliased: false };
}

/** A column of an outer query that a subquery uses. */
export interface Correlation {
  readonly symbol: Symbol;
  readonly expression: ast.Expression;
}

/** The edge of a subquery: what is resolved beyond it is correlated. */
export interface QueryBoundary {
  readonly correlations: Map<string, Correlation>;
}

/** The names that an expression may use: those of its own relation, then those around it. */
export interface Scope {
  readonly fields: readonly Field[];
  readonly parent?: Scope;
  /** Between this scope and its parent. */
  readonly boundary?: QueryBoundary;
  /** `SELECT` without `FROM`: `*` is refused. */
  readonly withoutFrom?: boolean;
  /** Output columns over the source, for ORDER BY. */
  readonly isProjection?: boolean;
  readonly isLambda?: boolean;
}

export const EMPTY_SCOPE: Scope = { fields: [] };

export interface ResolvedField {
  readonly field: Field;
  readonly scope: Scope;
}

/** Parts as they were written; undefined: no such column here or around. */
export function resolveField(scope: Scope, expression: ast.Expression, parts: readonly string[]): ResolvedField | undefined {
  const crossed: QueryBoundary[] = [];
  const lower = parts.map((part) => part.toLowerCase());
  for (let current: Scope | undefined = scope; current !== undefined; current = current.parent) {
    const matches = matchingFields(current.fields, lower);
    const [field] = matches;
    if (matches.length > 1) throw new TrinoError('AMBIGUOUS_NAME', expression.location, `Column '${lower.join('.')}' is ambiguous`);
    if (field !== undefined) {
      for (const boundary of crossed) boundary.correlations.set(field.symbol.name, { symbol: field.symbol, expression });
      return { field, scope: current };
    }
    if (hasColumnPrefix(current, lower)) return undefined;
    if (current.boundary !== undefined) crossed.push(current.boundary);
  }
  return undefined;
}

/** Whether `a.b.c` begins with a column: `a`, or `a.b`. */
export function isColumnReference(scope: Scope, parts: readonly string[]): boolean {
  const lower = parts.map((part) => part.toLowerCase());
  for (let current: Scope | undefined = scope; current !== undefined; current = current.parent) {
    if (hasColumnPrefix(current, lower)) return true;
  }
  return false;
}

function hasColumnPrefix(scope: Scope, lower: readonly string[]): boolean {
  for (let length = lower.length - 1; length > 0; length--) {
    if (matchingFields(scope.fields, lower.slice(0, length)).length > 0) return true;
  }
  return false;
}

export function matchingFields(fields: readonly Field[], lower: readonly string[]): readonly Field[] {
  const name = lower[lower.length - 1];
  const prefix = lower.slice(0, -1);
  return fields.filter((field) => field.name?.toLowerCase() === name && matchesPrefix(field, prefix));
}

function matchesPrefix(field: Field, prefix: readonly string[]): boolean {
  if (prefix.length === 0) return true;
  const alias = field.relationAlias;
  if (alias === undefined || prefix.length > alias.length) return false;
  return prefix.every((part, i) => part === alias[alias.length - prefix.length + i]);
}

/** `t.*`: the fields, and the scope that they were found in. */
export function resolveAsterisk(
  scope: Scope,
  parts: readonly string[],
): { readonly fields: readonly Field[]; readonly scope: Scope; readonly crossed: readonly QueryBoundary[] } | undefined {
  const crossed: QueryBoundary[] = [];
  const lower = parts.map((part) => part.toLowerCase());
  for (let current: Scope | undefined = scope; current !== undefined; current = current.parent) {
    const fields = current.fields.filter((field) => field.relationAlias !== undefined && matchesPrefix(field, lower));
    if (fields.length > 0) return { fields, scope: current, crossed };
    if (current.boundary !== undefined) crossed.push(current.boundary);
  }
  return undefined;
}

export const fieldTypes = (fields: readonly Field[]): readonly Type[] => fields.map((field) => field.symbol.type);
export const visibleFields = (fields: readonly Field[]): readonly Field[] => fields.filter((field) => !field.hidden);
