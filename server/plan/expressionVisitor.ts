import type { Expression, Reference, WhenClause } from '../../spi/expression.ts';
import { unreachable } from '../../spi/trinoError.ts';

/** The expressions directly below, in the order of evaluation. */
export function childExpressions(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'reference':
      return [];
    case 'call':
      return expression.arguments;
    case 'comparison':
      return [expression.left, expression.right];
    case 'logical':
      return expression.terms;
    case 'not':
    case 'is null':
    case 'cast':
    case 'try':
      return [expression.value];
    case 'in':
      return [expression.value, ...expression.list];
    case 'between':
      return [expression.value, expression.min, expression.max];
    case 'coalesce':
      return expression.operands;
    case 'nullif':
      return [expression.first, expression.second];
    case 'case':
      return [...expression.whenClauses.flatMap(({ when, then }) => [when, then]), expression.otherwise];
    case 'switch':
      return [expression.operand, ...expression.whenClauses.flatMap(({ when, then }) => [when, then]), expression.otherwise];
    case 'row':
    case 'array':
      return expression.items;
    case 'field':
      return [expression.base];
    case 'lambda':
      return [expression.body];
    default:
      return unreachable(expression);
  }
}

/** The same expression over changed children; the very same object when `change` changes none. */
export function mapChildren(expression: Expression, change: (child: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'constant':
    case 'reference':
      return expression;
    case 'call': {
      const list = mapSame(expression.arguments, change);
      return list === expression.arguments ? expression : { ...expression, arguments: list };
    }
    case 'comparison': {
      const left = change(expression.left);
      const right = change(expression.right);
      return left === expression.left && right === expression.right ? expression : { ...expression, left, right };
    }
    case 'logical': {
      const terms = mapSame(expression.terms, change);
      return terms === expression.terms ? expression : { ...expression, terms };
    }
    case 'not':
    case 'is null':
    case 'cast':
    case 'try': {
      const value = change(expression.value);
      return value === expression.value ? expression : { ...expression, value };
    }
    case 'in': {
      const value = change(expression.value);
      const list = mapSame(expression.list, change);
      return value === expression.value && list === expression.list ? expression : { ...expression, value, list };
    }
    case 'between': {
      const [value, min, max] = [change(expression.value), change(expression.min), change(expression.max)];
      return value === expression.value && min === expression.min && max === expression.max ? expression : { ...expression, value, min, max };
    }
    case 'coalesce': {
      const operands = mapSame(expression.operands, change);
      return operands === expression.operands ? expression : { ...expression, operands };
    }
    case 'nullif': {
      const first = change(expression.first);
      const second = change(expression.second);
      return first === expression.first && second === expression.second ? expression : { ...expression, first, second };
    }
    case 'case': {
      const whenClauses = mapWhenClauses(expression.whenClauses, change);
      const otherwise = change(expression.otherwise);
      return whenClauses === expression.whenClauses && otherwise === expression.otherwise ? expression : { ...expression, whenClauses, otherwise };
    }
    case 'switch': {
      const operand = change(expression.operand);
      const whenClauses = mapWhenClauses(expression.whenClauses, change);
      const otherwise = change(expression.otherwise);
      const same = operand === expression.operand && whenClauses === expression.whenClauses && otherwise === expression.otherwise;
      return same ? expression : { ...expression, operand, whenClauses, otherwise };
    }
    case 'row':
    case 'array': {
      const items = mapSame(expression.items, change);
      return items === expression.items ? expression : { ...expression, items };
    }
    case 'field': {
      const base = change(expression.base);
      return base === expression.base ? expression : { ...expression, base };
    }
    case 'lambda': {
      const body = change(expression.body);
      return body === expression.body ? expression : { ...expression, body };
    }
    default:
      return unreachable(expression);
  }
}

function mapWhenClauses(clauses: readonly WhenClause[], change: (child: Expression) => Expression): readonly WhenClause[] {
  return mapSame(clauses, (clause) => {
    const when = change(clause.when);
    const then = change(clause.then);
    return when === clause.when && then === clause.then ? clause : { when, then };
  });
}

/** Like map, but gives the very same list when nothing in it changed. */
export function mapSame<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  for (const [i, item] of list.entries()) {
    const after = change(item);
    if (changed !== undefined) changed.push(after);
    else if (after !== item) changed = [...list.slice(0, i), after];
  }
  return changed ?? list;
}

/** Puts expressions in the place of references; parameters of lambdas hide symbols of the same name. */
export function replaceReferences(expression: Expression, replacement: (reference: Reference) => Expression | undefined): Expression {
  switch (expression.kind) {
    case 'constant':
      return expression;
    case 'reference':
      return replacement(expression) ?? expression;
    case 'lambda': {
      const hidden = new Set(expression.parameters.map(({ name }) => name));
      const body = replaceReferences(expression.body, (reference) => (hidden.has(reference.name) ? undefined : replacement(reference)));
      return body === expression.body ? expression : { ...expression, body };
    }
    default:
      return mapChildren(expression, (child) => replaceReferences(child, replacement));
  }
}

/** Calls `visit` for each reference to a symbol, as often as it occurs. */
export function visitReferences(expression: Expression, visit: (reference: Reference) => void, hidden?: ReadonlySet<string>): void {
  if (expression.kind === 'constant') return;
  if (expression.kind === 'reference') {
    if (hidden?.has(expression.name) !== true) visit(expression);
  } else if (expression.kind === 'lambda') {
    visitReferences(expression.body, visit, new Set([...(hidden ?? []), ...expression.parameters.map(({ name }) => name)]));
  } else {
    for (const child of childExpressions(expression)) visitReferences(child, visit, hidden);
  }
}

/** The names of all symbols that the expressions use. */
export function referencedNames(...expressions: readonly Expression[]): Set<string> {
  const names = new Set<string>();
  for (const expression of expressions) visitReferences(expression, ({ name }) => names.add(name));
  return names;
}

/** Whether every symbol that the expression uses satisfies `allowed`. */
export function refersOnlyTo(expression: Expression, allowed: (name: string) => boolean): boolean {
  let only = true;
  visitReferences(expression, ({ name }) => {
    only &&= allowed(name);
  });
  return only;
}

export function someExpression(expression: Expression, test: (expression: Expression) => boolean): boolean {
  return test(expression) || childExpressions(expression).some((child) => someExpression(child, test));
}
