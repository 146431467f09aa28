import type { Constant, Expression } from '../../spi/expression.ts';
import type { Type } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { compareValues } from './interpreter/compareValues.ts';

interface Bound {
  readonly value: Value;
  readonly inclusive: boolean;
}

/** What conjuncts say of one column. */
interface Domain {
  readonly type: Type;
  allowed: readonly Value[] | undefined;
  readonly excluded: Value[];
  readonly low: Bound[];
  readonly high: Bound[];
  isNull: boolean;
}

/** Whether the comparisons of some column with constants exclude each other: no row can fulfil all of them. */
export function isContradictory(conjuncts: readonly Expression[]): boolean {
  if (conjuncts.length < 2) return false;
  const domains = new Map<string, Domain>();
  for (const conjunct of conjuncts) restrict(conjunct, domains);
  return [...domains.values()].some(isEmptyDomain);
}

function domainOf(expression: Expression, domains: Map<string, Domain>): Domain | undefined {
  if (expression.kind !== 'reference') return undefined;
  let domain = domains.get(expression.name);
  if (domain === undefined) {
    domain = { type: expression.type, allowed: undefined, excluded: [], low: [], high: [], isNull: false };
    domains.set(expression.name, domain);
  }
  return domain;
}

const isPresent = (expression: Expression): expression is Constant => expression.kind === 'constant' && expression.value !== null;

function restrict(conjunct: Expression, domains: Map<string, Domain>): void {
  switch (conjunct.kind) {
    case 'comparison': {
      const { right, operator } = conjunct;
      const domain = isPresent(right) ? domainOf(conjunct.left, domains) : undefined;
      if (domain === undefined || !isPresent(right)) return;
      if (operator === '=') domain.allowed = intersection(domain, [right.value]);
      else if (operator === '<>') domain.excluded.push(right.value);
      else if (operator === '<' || operator === '<=') domain.high.push({ value: right.value, inclusive: operator === '<=' });
      else if (operator === '>' || operator === '>=') domain.low.push({ value: right.value, inclusive: operator === '>=' });
      return;
    }
    case 'in': {
      const values = conjunct.list.filter(isPresent);
      const domain = values.length === conjunct.list.length && values.length <= LISTED_MAX ? domainOf(conjunct.value, domains) : undefined;
      if (domain !== undefined)
        domain.allowed = intersection(
          domain,
          values.map(({ value }) => value),
        );
      return;
    }
    case 'between': {
      const { min, max } = conjunct;
      const domain = isPresent(min) && isPresent(max) ? domainOf(conjunct.value, domains) : undefined;
      if (domain === undefined || !isPresent(min) || !isPresent(max)) return;
      domain.low.push({ value: min.value, inclusive: true });
      domain.high.push({ value: max.value, inclusive: true });
      return;
    }
    case 'is null': {
      const domain = domainOf(conjunct.value, domains);
      if (domain !== undefined) domain.isNull = true;
      return;
    }
    case 'not': {
      const { value } = conjunct;
      if (value.kind !== 'in' || !value.list.every(isPresent) || value.list.length > LISTED_MAX) return;
      domainOf(value.value, domains)?.excluded.push(...value.list.filter(isPresent).map((item) => item.value));
      return;
    }
    default:
      return;
  }
}

/** Longer lists are not compared with each other. */
const LISTED_MAX = 100;

function intersection({ type, allowed }: Domain, values: readonly Value[]): readonly Value[] {
  return allowed === undefined
    ? values
    : allowed.filter((value) => values.some((other) => compareValues(type, value, other) !== undefined && compareValues(type, value, other) === 0));
}

function isEmptyDomain({ type, allowed, excluded, low, high, isNull }: Domain): boolean {
  if (isNull) return allowed !== undefined || excluded.length > 0 || low.length > 0 || high.length > 0;
  const isWithin = (value: Value): boolean =>
    low.every((bound) => isAbove(type, value, bound)) &&
    high.every((bound) => isBelow(type, value, bound)) &&
    !excluded.some((other) => compareValues(type, value, other) === 0);
  if (allowed !== undefined) return !allowed.some(isWithin);
  return low.some((lower) =>
    high.some((upper) => {
      const order = compareValues(type, lower.value, upper.value);
      return order !== undefined && (order > 0 || (order === 0 && !(lower.inclusive && upper.inclusive)));
    }),
  );
}

/** Not known to be below the bound. */
function isAbove(type: Type, value: Value, { value: bound, inclusive }: Bound): boolean {
  const order = compareValues(type, value, bound);
  return order === undefined || order > 0 || (inclusive && order === 0);
}

function isBelow(type: Type, value: Value, { value: bound, inclusive }: Bound): boolean {
  const order = compareValues(type, value, bound);
  return order === undefined || order < 0 || (inclusive && order === 0);
}
