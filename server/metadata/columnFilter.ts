import type { FilterPushdown } from '../../spi/connector.ts';
import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { likeRegExp, likeText } from '../function/likePattern.ts';

/** The only values of a column that can matter: one of a set, or those that all patterns match. */
export type Allowed = { readonly kind: 'values'; readonly values: ReadonlySet<string> } | { readonly kind: 'patterns'; readonly patterns: readonly RegExp[] };

/** By column; a column that is not there is not restricted. */
export type ColumnFilter = ReadonlyMap<string, Allowed>;

/** The filter with what further conjuncts leave; undefined: they leave the same. */
export function narrowed(known: ColumnFilter, { conjuncts, assignments }: FilterPushdown): ColumnFilter | undefined {
  const filter = new Map(known);
  for (const conjunct of conjuncts) {
    const found = restriction(conjunct);
    const column = found === undefined ? undefined : assignments.get(found.reference)?.name;
    if (found === undefined || column === undefined) continue;
    filter.set(column, intersection(filter.get(column), found.allowed));
  }
  const changed = filter.size !== known.size || [...filter].some(([column, allowed]) => !isSame(allowed, known.get(column)));
  return changed ? filter : undefined;
}

/** true when the filter leaves this value possible. */
export function admits(filter: ColumnFilter, column: string, value: string): boolean {
  return isAllowed(filter.get(column), value);
}

export function isAllowed(allowed: Allowed | undefined, value: string): boolean {
  switch (allowed?.kind) {
    case undefined:
      return true;
    case 'values':
      return allowed.values.has(value);
    case 'patterns':
      return allowed.patterns.every((pattern) => pattern.test(value));
  }
}

/** The set of values, where the filter names them. */
export function valuesOf(allowed: Allowed | undefined): ReadonlySet<string> | undefined {
  return allowed?.kind === 'values' ? allowed.values : undefined;
}

/** The one value that is left. */
export function singleValue(allowed: Allowed | undefined): string | undefined {
  const values = valuesOf(allowed);
  return values?.size === 1 ? [...values][0] : undefined;
}

function intersection(before: Allowed | undefined, allowed: Allowed): Allowed {
  if (before === undefined) return allowed;
  if (before.kind === 'values') return { kind: 'values', values: new Set([...before.values].filter((value) => isAllowed(allowed, value))) };
  if (allowed.kind === 'values') return intersection(allowed, before);
  const sources = new Set(before.patterns.map(({ source }) => source));
  return { kind: 'patterns', patterns: [...before.patterns, ...allowed.patterns.filter(({ source }) => !sources.has(source))] };
}

function isSame(a: Allowed, b: Allowed | undefined): boolean {
  if (a.kind === 'values') return b?.kind === 'values' && a.values.size === b.values.size; // sets only shrink
  return b?.kind === 'patterns' && a.patterns.length === b.patterns.length;
}

/** `column = 'text'`, `column IN ('a', 'b')` and `column LIKE 'a%'`. */
function restriction(conjunct: Expression): { readonly reference: string; readonly allowed: Allowed } | undefined {
  if (conjunct.kind === 'comparison' && conjunct.operator === '=') {
    const reference = referenceName(conjunct.left) ?? referenceName(conjunct.right);
    const text = constantText(conjunct.right) ?? constantText(conjunct.left);
    return reference === undefined || text === undefined ? undefined : { reference, allowed: { kind: 'values', values: new Set([text]) } };
  }
  if (conjunct.kind === 'in') {
    const reference = referenceName(conjunct.value);
    const texts = conjunct.list.map(constantText);
    if (reference === undefined || texts.some((text) => text === undefined)) return undefined;
    return { reference, allowed: { kind: 'values', values: new Set(texts.filter((text) => text !== undefined)) } };
  }
  if (conjunct.kind === 'call' && conjunct.function.name === '$like') {
    const [value, pattern, escape] = conjunct.arguments;
    const reference = value === undefined ? undefined : referenceName(value);
    const patternText = pattern === undefined ? undefined : constantText(pattern);
    const escapeText = escape === undefined ? undefined : constantText(escape);
    if (reference === undefined || patternText === undefined || (escape !== undefined && escapeText === undefined)) return undefined;
    const allowed = matching(patternText, escapeText);
    return allowed && { reference, allowed };
  }
  return undefined;
}

/** undefined: the pattern is wrong, which the engine says when it comes to a row. */
function matching(pattern: string, escape: string | undefined): Allowed | undefined {
  try {
    const text = likeText(pattern, escape);
    return text === undefined ? { kind: 'patterns', patterns: [likeRegExp(pattern, escape)] } : { kind: 'values', values: new Set([text]) };
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

function referenceName(expression: Expression): string | undefined {
  const inner = withoutCast(expression);
  return inner.kind === 'reference' ? inner.name : undefined;
}

function constantText(expression: Expression): string | undefined {
  const inner = withoutCast(expression);
  return inner.kind === 'constant' && typeof inner.value === 'string' ? inner.value : undefined;
}

function withoutCast(expression: Expression): Expression {
  return expression.kind === 'cast' && expression.value.type.kind === 'varchar' && expression.type.kind === 'varchar' ? expression.value : expression;
}
