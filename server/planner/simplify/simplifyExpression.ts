import type {
  Call,
  Case,
  Cast,
  Coalesce,
  Comparison,
  Constant,
  Expression,
  FieldReference,
  In,
  Logical,
  Not,
  NullIf,
  Switch,
  WhenClause,
} from '../../../spi/expression.ts';
import { unreachable } from '../../../spi/trinoError.ts';
import { BOOLEAN, type Type, typeEquals } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { combineConjuncts, combineDisjuncts, extractConjuncts, extractDisjuncts, FALSE, isNeverTrue, isTrue, TRUE } from '../../plan/conjuncts.ts';
import { castNeverFails, isDeterministic, isNullPropagating, mayFail } from '../../plan/expressionProperties.ts';
import { mapChildren, mapSame } from '../../plan/expressionVisitor.ts';
import { castConstant } from '../interpreter/castConstant.ts';
import { compareValues } from '../interpreter/compareValues.ts';
import { type EvaluationSession, evaluateCall } from '../interpreter/evaluateCall.ts';
import { continuousIn } from './continuousIn.ts';
import { extractCommonPredicates } from './extractCommonPredicates.ts';
import { FLIPPED, NEGATED } from './operators.ts';
import { unwrapComparison, unwrapIn } from './unwrapComparison.ts';

/** Folds what is constant and brings comparisons into the form `column operator constant`. What would raise stays to raise when it is evaluated. */
export function simplifyExpression(expression: Expression, session: EvaluationSession): Expression {
  if (expression.kind === 'constant' || expression.kind === 'reference') return expression;
  return simplifyHead(
    mapChildren(expression, (child) => simplifyExpression(child, session)),
    session,
  );
}

/** For conditions that keep a row only when true: NULL is as good as false. */
export function simplifyPredicate(expression: Expression, session: EvaluationSession): Expression {
  const simplified = mapConjuncts(simplifyExpression(expression, session), nullAsFalse);
  return isNeverTrue(simplified) ? FALSE : simplified;
}

function mapConjuncts(expression: Expression, change: (conjunct: Expression) => Expression): Expression {
  const conjuncts = extractConjuncts(expression);
  const changed = mapSame(conjuncts, change);
  if (changed.some(isNeverTrue)) return FALSE;
  return changed === conjuncts ? expression : combineConjuncts(changed);
}

function nullAsFalse(expression: Expression): Expression {
  if (expression.kind === 'constant') return expression.value === null ? FALSE : expression;
  if (expression.kind !== 'logical') return expression;
  if (expression.operator === 'AND') return mapConjuncts(expression, nullAsFalse);
  const terms = mapSame(expression.terms, nullAsFalse);
  if (terms.some(isTrue)) return TRUE;
  return terms.some(isNeverTrue)
    ? combineDisjuncts(terms.filter((term) => !isNeverTrue(term)))
    : terms === expression.terms
      ? expression
      : combineDisjuncts(terms);
}

function simplifyHead(expression: Expression, session: EvaluationSession): Expression {
  switch (expression.kind) {
    case 'constant':
    case 'reference':
    case 'row':
    case 'array':
    case 'lambda':
      return expression;
    case 'call':
      return simplifyCall(expression, session);
    case 'comparison':
      return simplifyComparison(expression, session);
    case 'logical':
      return simplifyLogical(expression);
    case 'not':
      return simplifyNot(expression);
    case 'is null':
      return expression.value.kind === 'constant' ? booleanConstant(expression.value.value === null) : expression;
    case 'in':
      return simplifyIn(expression, session);
    case 'between':
      return [expression.value, expression.min, expression.max].every(isConstant)
        ? simplifyLogical({ kind: 'logical', operator: 'AND', type: BOOLEAN, terms: betweenTerms(expression).map((term) => simplifyComparison(term, session)) })
        : simplifyBetween(expression, session);
    case 'cast':
      return simplifyCast(expression, session);
    case 'coalesce':
      return simplifyCoalesce(expression);
    case 'nullif':
      return simplifyNullIf(expression, session);
    case 'case':
      return simplifyCase(expression);
    case 'switch':
      return simplifySwitch(expression);
    case 'try':
      return mayFail(expression.value) ? expression : expression.value;
    case 'field':
      return simplifyField(expression);
    default:
      return unreachable(expression);
  }
}

const isConstant = (expression: Expression): expression is Constant => expression.kind === 'constant';
const isNull = (expression: Expression): boolean => expression.kind === 'constant' && expression.value === null;
const constant = (type: Type, value: Value): Constant => ({ kind: 'constant', type, value });
const booleanConstant = (value: boolean | null): Constant => (value === null ? constant(BOOLEAN, null) : value ? TRUE : FALSE);

function simplifyCall(call: Call, session: EvaluationSession): Expression {
  if (!call.function.deterministic) return call;
  if (isNullPropagating(call.function.name) && call.arguments.some(isNull)) return constant(call.type, null);
  if (!call.arguments.every(isConstant)) return call;
  const value = evaluateCall(call.function.name, call.arguments.filter(isConstant), call.type, session);
  return value === undefined ? call : constant(call.type, value);
}

function simplifyComparison(comparison: Comparison, session: EvaluationSession): Expression {
  const { operator, left, right } = comparison;
  if (isConstant(left) && isConstant(right)) return evaluateComparison(comparison, left, right) ?? comparison;
  if (isConstant(left)) return simplifyComparison({ ...comparison, operator: FLIPPED[operator], left: right, right: left }, session);
  if (isNull(right)) {
    if (operator !== 'IS DISTINCT FROM') return constant(BOOLEAN, null);
    return { kind: 'not', type: BOOLEAN, value: { kind: 'is null', type: BOOLEAN, value: left } };
  }
  return unwrapComparison(comparison, session) ?? comparison;
}

function evaluateComparison({ operator }: Comparison, left: Constant, right: Constant): Constant | undefined {
  if (left.value === null || right.value === null) {
    return operator === 'IS DISTINCT FROM' ? booleanConstant(left.value !== right.value) : booleanConstant(null);
  }
  const order = compareValues(left.type.kind === 'varchar' ? right.type : left.type, left.value, right.value);
  if (order === undefined) return undefined;
  switch (operator) {
    case '=':
      return booleanConstant(order === 0);
    case '<>':
      return booleanConstant(order !== 0);
    case '<':
      return booleanConstant(order < 0);
    case '<=':
      return booleanConstant(order <= 0);
    case '>':
      return booleanConstant(order > 0);
    case '>=':
      return booleanConstant(order >= 0);
    case 'IS DISTINCT FROM':
      return Number.isNaN(order) ? undefined : booleanConstant(order !== 0);
    default:
      return unreachable(operator);
  }
}

function simplifyLogical(logical: Logical): Expression {
  const isAnd = logical.operator === 'AND';
  const terms = isAnd ? extractConjuncts(logical) : logical.terms.flatMap(extractDisjuncts).filter((term) => !(isConstant(term) && term.value === false));
  // Trino also gives up on the terms before, which may raise
  if (isAnd && terms.some((term) => isConstant(term) && term.value === false)) return FALSE;
  if (!isAnd && terms.some(isTrue)) return TRUE;
  return isAnd ? combineConjuncts(terms) : extractCommonPredicates(combineDisjuncts(terms));
}

function simplifyNot(not: Not): Expression {
  const { value } = not;
  if (isConstant(value)) return booleanConstant(value.value === null ? null : value.value === false);
  if (value.kind === 'not') return value.value;
  if (value.kind === 'comparison') {
    const negated = NEGATED[value.operator];
    const isOrder = value.operator !== '=' && value.operator !== '<>';
    // not (x < NaN) is true, x >= NaN is not
    if (negated !== undefined && !(isOrder && (value.left.type.kind === 'double' || value.left.type.kind === 'real'))) return { ...value, operator: negated };
  }
  if (value.kind === 'logical') {
    const terms = value.terms.map((term) => simplifyNot({ ...not, value: term }));
    return simplifyLogical({ ...value, operator: value.operator === 'AND' ? 'OR' : 'AND', terms });
  }
  return not;
}

function simplifyIn(expression: In, session: EvaluationSession): Expression {
  const { value } = expression;
  if (isNull(value)) return constant(BOOLEAN, null);
  const constants = expression.list.filter(isConstant);
  if (isConstant(value) && constants.length === expression.list.length) return evaluateIn(expression, value, constants);
  const [only] = expression.list;
  if (only !== undefined && expression.list.length === 1)
    return simplifyComparison({ kind: 'comparison', operator: '=', left: value, right: only, type: BOOLEAN }, session);
  return unwrapIn(expression, session) ?? continuousIn(expression) ?? expression;
}

function evaluateIn(expression: In, value: Constant, list: readonly Constant[]): Expression {
  let sawNull = false;
  for (const item of list) {
    if (item.value === null) {
      sawNull = true;
      continue;
    }
    const order = compareValues(value.type, value.value, item.value);
    if (order === undefined) return expression;
    if (order === 0) return TRUE;
  }
  return booleanConstant(sawNull ? null : false);
}

function betweenTerms({ value, min, max }: Expression & { kind: 'between' }): readonly Comparison[] {
  return [
    { kind: 'comparison', operator: '>=', left: value, right: min, type: BOOLEAN },
    { kind: 'comparison', operator: '<=', left: value, right: max, type: BOOLEAN },
  ];
}

/** Only where it brings a bare column to light. */
function simplifyBetween(between: Expression & { kind: 'between' }, session: EvaluationSession): Expression {
  if (isNull(between.value)) return constant(BOOLEAN, null);
  if (isConstant(between.min) && isConstant(between.max)) {
    const order = compareValues(between.value.type, between.min.value, between.max.value);
    // no value lies between
    if (order !== undefined && order > 0)
      return { kind: 'logical', operator: 'AND', type: BOOLEAN, terms: [{ kind: 'is null', value: between.value, type: BOOLEAN }, constant(BOOLEAN, null)] };
  }
  if (between.value.kind === 'reference' || !isConstant(between.min) || !isConstant(between.max)) return between;
  if (between.value.kind === 'cast' && !castNeverFails(between.value.value.type, between.value.type)) return between;
  const unwrapped = betweenTerms(between).map((term) => unwrapComparison(term, session));
  const [low, high] = unwrapped;
  return low === undefined || high === undefined ? between : simplifyLogical({ kind: 'logical', operator: 'AND', terms: [low, high], type: BOOLEAN });
}

function simplifyCast(cast: Cast, session: EvaluationSession): Expression {
  if (typeEquals(cast.value.type, cast.type)) return cast.value;
  if (!isConstant(cast.value)) return cast;
  const value = castConstant(cast.value.value, cast.value.type, cast.type, session);
  return value === undefined ? cast : constant(cast.type, value);
}

function simplifyCoalesce(coalesce: Coalesce): Expression {
  const operands: Expression[] = [];
  for (const operand of coalesce.operands.flatMap((o) => (o.kind === 'coalesce' && typeEquals(o.type, coalesce.type) ? o.operands : [o]))) {
    if (isNull(operand)) continue;
    operands.push(operand);
    if (isConstant(operand)) break;
  }
  const [first] = operands;
  if (first === undefined) return constant(coalesce.type, null);
  if (operands.length === 1) return first;
  return operands.length === coalesce.operands.length ? coalesce : { ...coalesce, operands };
}

function simplifyNullIf(expression: NullIf, session: EvaluationSession): Expression {
  const { first, second, comparisonType, type } = expression;
  if (isNull(first) || isNull(second)) return first;
  if (!isConstant(first) || !isConstant(second)) return expression;
  const [left, right] = [first, second].map((value) => castConstant(value.value, value.type, comparisonType, session));
  const order = left === undefined || right === undefined ? undefined : compareValues(comparisonType, left, right);
  return order === undefined ? expression : order === 0 ? constant(type, null) : first;
}

function simplifyCase(expression: Case): Expression {
  const whenClauses: WhenClause[] = [];
  let otherwise = expression.otherwise;
  for (const clause of expression.whenClauses) {
    if (isNeverTrue(clause.when)) continue;
    if (isTrue(clause.when)) {
      otherwise = clause.then;
      break;
    }
    whenClauses.push(clause);
  }
  if (whenClauses.length === 0) return otherwise;
  return whenClauses.length === expression.whenClauses.length && otherwise === expression.otherwise ? expression : { ...expression, whenClauses, otherwise };
}

function simplifySwitch(expression: Switch): Expression {
  const { operand } = expression;
  if (isNull(operand)) return expression.otherwise;
  if (!isConstant(operand)) return expression;
  for (const { when, then } of expression.whenClauses) {
    const order = isConstant(when) && when.value !== null ? compareValues(operand.type, operand.value, when.value) : isNull(when) ? Number.NaN : undefined;
    if (order === undefined) return expression;
    if (order === 0) return then;
  }
  return expression.otherwise;
}

function simplifyField(field: FieldReference): Expression {
  const { base, index } = field;
  if (isNull(base)) return constant(field.type, null);
  // the other fields are not evaluated, in Trino either
  if (base.kind === 'cast' && !base.safe && base.value.kind === 'row' && isDeterministic(base.value)) {
    const value = base.value.items[index];
    if (value === undefined) return field;
    return typeEquals(value.type, field.type) ? value : { kind: 'cast', type: field.type, value, safe: false };
  }
  if (base.kind !== 'row' || !isDeterministic(base)) return field;
  const item = base.items[index];
  return item !== undefined && typeEquals(item.type, field.type) ? item : field;
}
