import type { Call, Expression } from '../../spi/expression.ts';
import { unreachable } from '../../spi/trinoError.ts';
import { typeId } from '../../spi/type.ts';
import { constantText } from './constantText.ts';

const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  $add: '$operator$add',
  $subtract: '$operator$subtract',
  $multiply: '$operator$multiply',
  $divide: '$operator$divide',
  $modulus: '$operator$modulus',
  $negate: '$operator$negation',
  $subscript: '$operator$subscript',
};

/** The expression as Trino's EXPLAIN writes it. */
export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return constantText(expression);
    case 'reference':
      return expression.name;
    case 'call':
      return callText(expression);
    case 'comparison':
      if (expression.operator === 'IS DISTINCT FROM') return `$not((${expressionText(expression.left)} ≡ ${expressionText(expression.right)}))`;
      return `(${expressionText(expression.left)} ${expression.operator} ${expressionText(expression.right)})`;
    case 'logical':
      return `(${expression.terms.map(expressionText).join(` ${expression.operator} `)})`;
    case 'not':
      return expression.value.kind === 'comparison' && expression.value.operator === 'IS DISTINCT FROM'
        ? `(${expressionText(expression.value.left)} ≡ ${expressionText(expression.value.right)})`
        : `$not(${expressionText(expression.value)})`;
    case 'is null':
      return `(${expressionText(expression.value)} IS NULL)`;
    case 'in':
      return `(${expressionText(expression.value)} IN (${list(expression.list)}))`;
    case 'between':
      return `(${expressionText(expression.value)} BETWEEN ${expressionText(expression.min)} AND ${expressionText(expression.max)})`;
    case 'cast':
      return expression.safe ? `$try_cast(${expressionText(expression.value)})` : `CAST(${expressionText(expression.value)} AS ${typeId(expression.type)})`;
    case 'coalesce':
      return `COALESCE(${list(expression.operands)})`;
    case 'nullif':
      return `NULLIF(${expressionText(expression.first)}, ${expressionText(expression.second)})`;
    case 'case':
      return `(CASE ${whenText(expression.whenClauses)} ELSE ${expressionText(expression.otherwise)} END)`;
    case 'switch':
      return `(CASE ${expressionText(expression.operand)} ${whenText(expression.whenClauses)} ELSE ${expressionText(expression.otherwise)} END)`;
    case 'try':
      return `$try(() -> ${expressionText(expression.value)})`;
    case 'row':
      return `ROW (${list(expression.items)})`;
    case 'array':
      return `ARRAY[${list(expression.items)}]`;
    case 'field':
      return `${expressionText(expression.base)}.${expression.index}`;
    case 'lambda':
      return `(${expression.parameters.map(({ name }) => name).join(', ')}) -> ${expressionText(expression.body)}`;
    default:
      return unreachable(expression);
  }
}

const list = (expressions: readonly Expression[]): string => expressions.map(expressionText).join(', ');

function whenText(clauses: readonly { readonly when: Expression; readonly then: Expression }[]): string {
  return clauses.map(({ when, then }) => `WHEN ${expressionText(when)} THEN ${expressionText(then)}`).join(' ');
}

function callText({ function: { name }, arguments: args }: Call): string {
  const [value, pattern, escape] = args;
  if (name === '$like' && value !== undefined && pattern?.kind === 'constant' && (escape === undefined || escape.kind === 'constant')) {
    const escapeText = escape === undefined || escape.value === null ? '' : `[${String(escape.value)}]`;
    return `$like(${expressionText(value)}, LikePattern '[${String(pattern.value)}]${escapeText}')`;
  }
  return `${OPERATOR_NAMES[name] ?? name}(${list(args)})`;
}
