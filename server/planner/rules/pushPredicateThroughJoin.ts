import type { Constant, Expression } from '../../../spi/expression.ts';
import { combineConjuncts, equalitiesFirst, combineDisjuncts, extractConjuncts, extractDisjuncts, isEquality, isNeverTrue } from '../../plan/conjuncts.ts';
import { expressionEquals } from '../../plan/expressionEquality.ts';
import { isDeterministic, mayFail } from '../../plan/expressionProperties.ts';
import { refersOnlyTo, replaceReferences, visitReferences } from '../../plan/expressionVisitor.ts';
import type { JoinNode, PlanNode } from '../../plan/plan.ts';
import { outputNames } from '../../plan/planNodes.ts';
import { effectiveConjuncts } from '../effectiveConjuncts.ts';
import { EqualityInference, isDomainPredicate } from '../equalityInference.ts';
import type { OptimizerContext } from '../optimizerContext.ts';
import { simplifyExpression, simplifyPredicate } from '../simplify/simplifyExpression.ts';
import { filtered } from './pushDownPredicates.ts';

type Push = (node: PlanNode, inherited: readonly Expression[], context: OptimizerContext) => PlanNode;
type Criterion = JoinNode['criteria'][number];

/** Where the conjuncts of a join go. */
interface Split {
  readonly left: Expression[];
  readonly right: Expression[];
  readonly filter: Expression[];
  readonly above: Expression[];
}

interface Sides {
  readonly isLeft: (conjunct: Expression) => boolean;
  readonly isRight: (conjunct: Expression) => boolean;
  readonly leftNames: ReadonlySet<string>;
  readonly rightNames: ReadonlySet<string>;
}

export function pushPredicateThroughJoin(original: JoinNode, inherited: readonly Expression[], context: OptimizerContext, push: Push): PlanNode {
  const sides = sidesOf(original);
  const node = turnOuterIntoInner(original, inherited, sides, context);
  const own = node.filter === undefined ? [] : extractConjuncts(simplifyPredicate(node.filter, context.session));
  const split: Split = { left: [], right: [], filter: [], above: [] };
  if (node.type === 'INNER') splitInner(split, inherited, own, sides);
  else if (node.type === 'FULL') {
    split.filter.push(...own);
    split.above.push(...inherited);
  } else splitOuter(split, { inherited, own, sides, outerIsLeft: node.type === 'LEFT' });
  const { criteria, filter } = withoutEqualities(node, split.filter, sides);
  addInferred({ ...node, criteria }, split, sides);
  const left = push(node.left, split.left, context);
  const right = push(node.right, split.right, context);
  const { filter: _, ...bare } = node;
  const join: JoinNode = filter.length === 0 ? { ...bare, left, right, criteria } : { ...bare, left, right, criteria, filter: combineConjuncts(filter) };
  return filtered(join, split.above, context);
}

function sidesOf(node: JoinNode): Sides {
  const leftNames = outputNames(node.left);
  const rightNames = outputNames(node.right);
  // names of neither side are correlated: constants as far as this join goes
  const isLeft = (conjunct: Expression): boolean => refersOnlyTo(conjunct, (name) => !rightNames.has(name));
  const isRight = (conjunct: Expression): boolean => refersOnlyTo(conjunct, (name) => !leftNames.has(name));
  return { isLeft, isRight, leftNames, rightNames };
}

/** A conjunct above that is never true for the NULLs of unmatched rows drops those rows. */
function turnOuterIntoInner(node: JoinNode, inherited: readonly Expression[], sides: Sides, context: OptimizerContext): JoinNode {
  if (node.type === 'INNER') return node;
  const rejects = (names: ReadonlySet<string>): boolean => inherited.some((conjunct) => rejectsNulls(conjunct, names, context));
  const keepsUnmatchedLeft = (node.type === 'LEFT' || node.type === 'FULL') && !rejects(sides.rightNames);
  const keepsUnmatchedRight = (node.type === 'RIGHT' || node.type === 'FULL') && !rejects(sides.leftNames);
  const type = keepsUnmatchedLeft ? (keepsUnmatchedRight ? 'FULL' : 'LEFT') : keepsUnmatchedRight ? 'RIGHT' : 'INNER';
  return type === node.type ? node : { ...node, type };
}

function rejectsNulls(conjunct: Expression, names: ReadonlySet<string>, context: OptimizerContext): boolean {
  if (!isDeterministic(conjunct)) return false;
  let touched = false;
  visitReferences(conjunct, ({ name }) => {
    touched ||= names.has(name);
  });
  if (!touched) return false;
  const withNulls = replaceReferences(conjunct, ({ name, type }): Constant | undefined =>
    names.has(name) ? { kind: 'constant', type, value: null } : undefined,
  );
  return isNeverTrue(simplifyPredicate(simplifyExpression(withNulls, context.session), context.session));
}

/** What may fail stays with the join: it must not meet rows without a match. */
function splitInner(split: Split, inherited: readonly Expression[], own: readonly Expression[], sides: Sides): void {
  for (const conjunct of inJoinOrder([...own, ...inherited])) {
    const movable = isDeterministic(conjunct) && !mayFail(conjunct);
    if (movable && sides.isLeft(conjunct)) split.left.push(conjunct);
    else if (movable && sides.isRight(conjunct)) split.right.push(conjunct);
    else {
      split.filter.push(conjunct);
      if (!movable) continue;
      split.left.push(...impliedFor(conjunct, sides.isLeft));
      split.right.push(...impliedFor(conjunct, sides.isRight));
    }
  }
}

/** What cannot raise, then what can, equalities last: the order in which Trino's inner join comes to evaluate them. */
function inJoinOrder(conjuncts: readonly Expression[]): readonly Expression[] {
  const rank = (conjunct: Expression): number => (!mayFail(conjunct) ? 0 : isEquality(conjunct) ? 2 : 1);
  return conjuncts.length < 2 ? conjuncts : [0, 1, 2].flatMap((wanted) => conjuncts.filter((conjunct) => rank(conjunct) === wanted));
}

/** Of `(a AND b) OR (c AND d)`, with a and c about one side: that side satisfies `a OR c`. */
function impliedFor(conjunct: Expression, isSide: (expression: Expression) => boolean): readonly Expression[] {
  const alternatives = extractDisjuncts(conjunct);
  if (alternatives.length < 2) return [];
  const parts = alternatives.map((alternative) => extractConjuncts(alternative).filter((factor) => isSide(factor) && refersOnlyTo(factor, () => true)));
  return parts.some((part) => part.length === 0) ? [] : [combineDisjuncts(parts.map(combineConjuncts))];
}

interface OuterSplit {
  readonly inherited: readonly Expression[];
  readonly own: readonly Expression[];
  readonly sides: Sides;
  readonly outerIsLeft: boolean;
}

function splitOuter(split: Split, { inherited, own, sides, outerIsLeft }: OuterSplit): void {
  const outer = outerIsLeft ? split.left : split.right;
  const inner = outerIsLeft ? split.right : split.left;
  const isOuter = outerIsLeft ? sides.isLeft : sides.isRight;
  const isInner = outerIsLeft ? sides.isRight : sides.isLeft;
  for (const conjunct of equalitiesFirst(inherited)) (isDeterministic(conjunct) && isOuter(conjunct) ? outer : split.above).push(conjunct);
  for (const conjunct of own) (isDeterministic(conjunct) && isInner(conjunct) ? inner : split.filter).push(conjunct);
}

/** `left column = right column` becomes a criterion. */
function withoutEqualities(
  node: JoinNode,
  conjuncts: readonly Expression[],
  sides: Sides,
): { readonly criteria: readonly Criterion[]; readonly filter: readonly Expression[] } {
  const criteria: Criterion[] = [...node.criteria];
  const filter = conjuncts.filter((conjunct) => {
    const criterion = criterionOf(conjunct, sides);
    if (criterion === undefined) return true;
    if (!criteria.some(({ left, right }) => left.name === criterion.left.name && right.name === criterion.right.name)) criteria.push(criterion);
    return false;
  });
  return { criteria, filter };
}

function criterionOf(conjunct: Expression, { leftNames, rightNames }: Sides): Criterion | undefined {
  if (conjunct.kind !== 'comparison' || conjunct.operator !== '=' || conjunct.left.kind !== 'reference' || conjunct.right.kind !== 'reference')
    return undefined;
  const a = { name: conjunct.left.name, type: conjunct.left.type };
  const b = { name: conjunct.right.name, type: conjunct.right.type };
  if (leftNames.has(a.name) && rightNames.has(b.name)) return { left: a, right: b };
  return leftNames.has(b.name) && rightNames.has(a.name) ? { left: b, right: a } : undefined;
}

/** What is known of a join column holds for its partner on the other side, where rows without a match may go. */
function addInferred(node: JoinNode, split: Split, sides: Sides): void {
  if (node.criteria.length === 0 || node.type === 'FULL') return;
  const equalities = new EqualityInference();
  for (const { left, right } of node.criteria) equalities.add(left, right);
  const fromLeft = node.type === 'RIGHT' ? [] : [...split.left, ...effectiveConjuncts(node.left)];
  const fromRight = node.type === 'LEFT' ? [] : [...split.right, ...effectiveConjuncts(node.right)];
  translateAll(fromLeft, [...effectiveConjuncts(node.right), ...split.right], split.right, (conjunct) =>
    equalities.translate(conjunct, (name) => sides.rightNames.has(name)),
  );
  translateAll(fromRight, [...effectiveConjuncts(node.left), ...split.left], split.left, (conjunct) =>
    equalities.translate(conjunct, (name) => sides.leftNames.has(name)),
  );
}

function translateAll(
  from: readonly Expression[],
  known: readonly Expression[],
  into: Expression[],
  translate: (conjunct: Expression) => Expression | undefined,
): void {
  for (const conjunct of from.filter(isDomainPredicate)) {
    const translated = translate(conjunct);
    if (translated !== undefined && ![...known, ...into].some((other) => expressionEquals(other, translated))) into.push(translated);
  }
}
