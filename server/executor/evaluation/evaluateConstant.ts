import type { Call, Case, Coalesce, Constant, Expression, Logical } from '../../../spi/expression.ts';
import { BOOLEAN } from '../../../spi/type.ts';
import { isNullPropagating } from '../../plan/expressionProperties.ts';
import { mapChildren } from '../../plan/expressionVisitor.ts';
import type { EvaluationSession } from '../../planner/interpreter/evaluateCall.ts';
import { simplifyExpression } from '../../planner/simplify/simplifyExpression.ts';
import { evaluateFunction } from './evaluateFunction.ts';

/** The value of an expression over constants, evaluated in Trino's order; undefined: it raises, or is not computed here. */
export function evaluateConstant(expression: Expression, session: EvaluationSession): Constant | undefined {
  switch (expression.kind) {
    case 'constant':
      return expression;
    case 'logical':
      return evaluateLogical(expression, session);
    case 'case':
      return evaluateCase(expression, session);
    case 'coalesce':
      return evaluateCoalesce(expression, session);
    case 'call':
      return evaluateArguments(expression, session);
    case 'reference':
    case 'lambda':
    case 'try':
      return undefined;
    default:
      return evaluateChildren(expression, session);
  }
}

function evaluateChildren(expression: Expression, session: EvaluationSession): Constant | undefined {
  let complete = true;
  const computed = mapChildren(expression, (child) => {
    const value = complete ? evaluateConstant(child, session) : undefined;
    complete &&= value !== undefined;
    return value ?? child;
  });
  return complete ? folded(computed, session) : undefined;
}

function folded(expression: Expression, session: EvaluationSession): Constant | undefined {
  const answer = simplifyExpression(expression, session);
  return answer.kind === 'constant' ? answer : undefined;
}

/** Nothing is evaluated behind an argument that is NULL. */
function evaluateArguments(call: Call, session: EvaluationSession): Constant | undefined {
  const values: Constant[] = [];
  for (const argument of call.arguments) {
    const value = evaluateConstant(argument, session);
    if (value === undefined) return undefined;
    if (value.value === null && isNullPropagating(call.function.name)) return { kind: 'constant', type: call.type, value: null };
    values.push(value);
  }
  const answer = folded({ ...call, arguments: values }, session);
  if (answer !== undefined || values.some(({ value }) => value === null)) return answer;
  const value = evaluateFunction(call.function.name, values, call.type);
  return value === undefined ? undefined : { kind: 'constant', type: call.type, value };
}

function evaluateLogical({ operator, terms }: Logical, session: EvaluationSession): Constant | undefined {
  let hasNull = false;
  for (const term of terms) {
    const value = evaluateConstant(term, session);
    if (value === undefined) return undefined;
    if (value.value === (operator === 'OR')) return value;
    hasNull ||= value.value === null;
  }
  return { kind: 'constant', type: BOOLEAN, value: hasNull ? null : operator === 'AND' };
}

function evaluateCase({ whenClauses, otherwise }: Case, session: EvaluationSession): Constant | undefined {
  for (const clause of whenClauses) {
    const value = evaluateConstant(clause.when, session);
    if (value === undefined) return undefined;
    if (value.value === true) return evaluateConstant(clause.then, session);
  }
  return evaluateConstant(otherwise, session);
}

function evaluateCoalesce({ type, operands }: Coalesce, session: EvaluationSession): Constant | undefined {
  for (const item of operands) {
    const value = evaluateConstant(item, session);
    if (value === undefined || value.value !== null) return value;
  }
  return { kind: 'constant', type, value: null };
}
