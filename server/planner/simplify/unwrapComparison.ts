import type { Comparison, ComparisonOperator, Constant, Expression, In } from '../../../spi/expression.ts';
import { unreachable } from '../../../spi/trinoError.ts';
import { BOOLEAN } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { castNeverFails } from '../../plan/expressionProperties.ts';
import { combineConjuncts, combineDisjuncts } from '../../plan/conjuncts.ts';
import type { EvaluationSession } from '../interpreter/evaluateCall.ts';
import { type Bucket, bucketOf } from './buckets.ts';

/** `cast(x AS …) op constant`, `date_trunc(…, x) op constant`, `year(x) op constant`: the same said of x alone, so that a source can use it. */
export function unwrapComparison(comparison: Comparison, session: EvaluationSession): Expression | undefined {
  const { left, right, operator } = comparison;
  if (right.kind !== 'constant' || right.value === null) return undefined;
  const bucket = bucketOf(left, right, session);
  return bucket === undefined ? undefined : compareWithBucket(operator, bucket);
}

/** `cast(x AS …) IN (constants)`. */
export function unwrapIn(expression: In, session: EvaluationSession): Expression | undefined {
  if (expression.value.kind !== 'cast' || !castNeverFails(expression.value.value.type, expression.value.type)) return undefined;
  const list: Constant[] = [];
  let value: Expression | undefined;
  for (const item of expression.list) {
    if (item.kind !== 'constant' || item.value === null) return undefined;
    const bucket = bucketOf(expression.value, item, session);
    if (bucket === undefined || (bucket.exact && bucket.next !== undefined)) return undefined;
    value = bucket.value;
    if (bucket.exact) list.push(constantLike(bucket, bucket.start));
  }
  const [only] = list;
  if (value === undefined || only === undefined) return undefined;
  return list.length === 1 ? compare('=', value, only) : { ...expression, value, list };
}

const constantLike = ({ value }: Bucket, constant: Value): Constant => ({ kind: 'constant', type: value.type, value: constant });

function compare(operator: ComparisonOperator, left: Expression, right: Constant): Comparison {
  return { kind: 'comparison', operator, left, right, type: BOOLEAN };
}

function compareWithBucket(operator: ComparisonOperator, bucket: Bucket): Expression | undefined {
  const { value, exact } = bucket;
  if (bucket.start === null) return beyond(operator, value, bucket.side);
  const start = constantLike(bucket, bucket.start);
  const next = bucket.next === undefined ? undefined : constantLike(bucket, bucket.next);
  const before = (): Expression => compare('<', value, start);
  const after = (): Expression => (next === undefined ? compare('>', value, start) : compare('>=', value, next));
  switch (operator) {
    case '=':
      if (!exact) return neverTrue(value);
      if (next === undefined) return compare('=', value, start);
      return value.kind === 'reference' ? combineConjuncts([compare('>=', value, start), compare('<', value, next)]) : undefined;
    case '<>':
      if (!exact) return trueUnlessNull(value);
      if (next === undefined) return compare('<>', value, start);
      return value.kind === 'reference' ? combineDisjuncts([before(), after()]) : undefined;
    case '<':
      return exact ? before() : next === undefined ? compare('<=', value, start) : compare('<', value, next);
    case '<=':
      return next === undefined ? compare('<=', value, start) : compare('<', value, next);
    case '>':
      return after();
    case '>=':
      return exact ? compare('>=', value, start) : after();
    case 'IS DISTINCT FROM':
      if (!exact) return { kind: 'constant', type: BOOLEAN, value: true };
      return next === undefined ? compare(operator, value, start) : undefined;
    default:
      return unreachable(operator);
  }
}

/** The constant lies below or above every value. */
function beyond(operator: ComparisonOperator, value: Expression, side: 'below' | 'above' | undefined): Expression | undefined {
  if (side === undefined || operator === 'IS DISTINCT FROM') return undefined;
  const holds = operator === '<>' || (side === 'above' ? operator === '<' || operator === '<=' : operator === '>' || operator === '>=');
  return holds ? trueUnlessNull(value) : neverTrue(value);
}

const NULL_BOOLEAN: Constant = { kind: 'constant', type: BOOLEAN, value: null };

/** NULL for NULL, else false. */
function neverTrue(value: Expression): Expression {
  return { kind: 'logical', operator: 'AND', type: BOOLEAN, terms: [{ kind: 'is null', value, type: BOOLEAN }, NULL_BOOLEAN] };
}

/** NULL for NULL, else true. */
function trueUnlessNull(value: Expression): Expression {
  const isPresent: Expression = { kind: 'not', type: BOOLEAN, value: { kind: 'is null', value, type: BOOLEAN } };
  return { kind: 'logical', operator: 'OR', type: BOOLEAN, terms: [isPresent, NULL_BOOLEAN] };
}
