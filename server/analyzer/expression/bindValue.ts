import type { Expression } from '../../../spi/expression.ts';
import type { Type } from '../../../spi/type.ts';
import { isDeterministic, mayFail } from '../../plan/expressionProperties.ts';
import { replaceReferences, someExpression } from '../../plan/expressionVisitor.ts';
import type { Symbol } from '../../plan/plan.ts';
import { functionCall, reference } from './expressionBuilder.ts';

/** `body` with the value under a name: evaluated once, and before the body. */
export function bindValue(symbol: Symbol, value: Expression, body: Expression): Expression {
  const plain = value.kind === 'constant' || value.kind === 'reference';
  if (plain || (!mayFail(value) && isDeterministic(value) && uses(body, symbol) <= 1)) {
    return replaceReferences(body, ({ name }) => (name === symbol.name ? value : undefined));
  }
  const functionType: Type = { kind: 'function', arguments: [symbol.type], result: body.type };
  const lambda: Expression = { kind: 'lambda', parameters: [reference(symbol)], body, type: functionType };
  return functionCall('$bind', [value, lambda], body.type);
}

/** More than one also for a use within a lambda, which may run often. */
function uses(body: Expression, symbol: Symbol): number {
  if (someExpression(body, (expression) => expression.kind === 'lambda')) return 2;
  let count = 0;
  replaceReferences(body, ({ name }) => {
    if (name === symbol.name) count++;
    return undefined;
  });
  return count;
}
