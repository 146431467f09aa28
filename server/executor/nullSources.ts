import type { Expression } from '../../spi/expression.ts';
import { isScalar } from './comparison.ts';

const STRICT_OPERATORS: ReadonlySet<string> = new Set(['$add', '$subtract', '$multiply', '$divide', '$modulus', '$negate']);

/**
 * The names of which one is NULL whenever the expression is NULL, and the expression whenever one of them is; undefined where it cannot be
 * told without evaluating it. Looking at a name costs next to nothing.
 */
export function nullSources(expression: Expression): readonly string[] | undefined {
  switch (expression.kind) {
    case 'constant':
      return expression.value === null ? undefined : [];
    case 'reference':
      return [expression.name];
    case 'call':
      return STRICT_OPERATORS.has(expression.function.name) ? all(expression.arguments) : undefined;
    case 'cast':
      return !expression.safe && expression.value.type.kind !== 'json' ? nullSources(expression.value) : undefined;
    case 'comparison':
      return expression.operator !== 'IS DISTINCT FROM' && isScalar(expression.left.type) ? all([expression.left, expression.right]) : undefined;
    default:
      return undefined;
  }
}

function all(expressions: readonly Expression[]): readonly string[] | undefined {
  const names = new Set<string>();
  for (const expression of expressions) {
    const sources = nullSources(expression);
    if (sources === undefined) return undefined;
    for (const name of sources) names.add(name);
  }
  return [...names];
}
