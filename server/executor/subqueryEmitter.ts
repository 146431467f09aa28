import type { Expression } from '../../spi/expression.ts';
import { extractConjuncts } from '../plan/conjuncts.ts';
import { visitReferences } from '../plan/expressionVisitor.ts';
import type { ApplyNode, Assignment, CorrelatedJoinNode, EnforceSingleRowNode, PlanNode, SetExpression, Symbol } from '../plan/plan.ts';
import type { EmitterParts } from './aggregateEmitter.ts';
import { comparableForm, compare, isScalar } from './comparison.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import { outputSymbols } from '../plan/planNodes.ts';

type Emit = (node: PlanNode) => string;

export function emitApply(node: ApplyNode, emit: Emit, parts: EmitterParts): string {
  const subquery = emit(node.subquery);
  const columns = node.assignments.map(
    ({ symbol, expression }) => `${setExpression(expression, subquery, parts, node.correlation.length > 0)} AS ${parts.names.quoted(symbol.name)}`,
  );
  return `SELECT *, ${columns.join(', ')} FROM (${emit(node.source)})`;
}

/**
 * A filter on the answers of subqueries, written as users write it: WHERE x IN (SELECT …). The engine then joins for existence, where
 * an answer as a column would be computed for every row. undefined: the predicate is of another form.
 */
export function emitFilteredApply(predicate: Expression, node: ApplyNode, emit: Emit, parts: EmitterParts): string | undefined {
  const { expressions, names } = parts;
  const answers = new Map(node.assignments.map(({ symbol, expression }) => [symbol.name, expression]));
  const decided = new Map<string, boolean>();
  const rest: Expression[] = [];
  for (const term of extractConjuncts(predicate)) {
    const positive = term.kind !== 'not';
    const reference = term.kind === 'not' ? term.value : term;
    if (reference.kind === 'reference' && answers.has(reference.name) && !decided.has(reference.name)) decided.set(reference.name, positive);
    else rest.push(term);
  }
  let undecided = decided.size < answers.size;
  for (const term of rest)
    visitReferences(term, ({ name }) => {
      undecided ||= answers.has(name);
    });
  if (undecided) return undefined;
  const subquery = emit(node.subquery);
  const conditions = rest.map((term) => expressions.emitPredicate(term));
  const columns: string[] = [];
  for (const [name, positive] of decided) {
    const answer = answers.get(name);
    if (answer === undefined) return undefined;
    const condition = setExpression(answer, subquery, parts, node.correlation.length > 0);
    conditions.push(positive ? condition : `NOT ${condition}`);
    // Trino makes an inner join of it, by equality
    if (positive && answer.kind !== 'exists' && membershipOf(answer) === 'in' && !isOrdinary(answer.value.type)) {
      const value = { sql: names.quoted(answer.value.name) };
      conditions.push(`(${compare('=', value, value, answer.value.type, expressions)} IS TRUE)`);
    }
    columns.push(`${positive} AS ${names.quoted(name)}`);
  }
  return `SELECT *, ${columns.join(', ')} FROM (${emit(node.source)}) WHERE ${conditions.join(' AND ')}`;
}

function setExpression(expression: SetExpression, subquery: string, parts: EmitterParts, correlated: boolean): string {
  if (expression.kind === 'exists') return `EXISTS (${subquery})`;
  const membership = membershipOf(expression);
  if (membership === 'in' || expression.kind === 'in') return isIn(expression, subquery, parts, correlated);
  if (membership === 'not in') return `(NOT ${isIn(expression, subquery, parts, correlated)})`;
  // x op ALL (…) is NOT (x negated-op ANY (…)), three-valued; but for NaN, so the comparison itself is negated
  const { operator, quantifier } = expression;
  if (!isScalar(expression.value.type) && (operator === '=' || operator === '<>'))
    throw new TrinoError('NOT_SUPPORTED', undefined, `${operator} ${quantifier} over rows and arrays is not supported`);
  return quantifier === 'ALL' ? `(NOT ${anyMatch(operator, expression, subquery, parts, true)})` : anyMatch(operator, expression, subquery, parts);
}

type SetComparison = Exclude<SetExpression, { readonly kind: 'exists' }>;

/** x = ANY (…) is x IN (…), and x <> ALL (…) is x NOT IN (…). */
function membershipOf(expression: SetComparison): 'in' | 'not in' | undefined {
  if (expression.kind === 'in' || (expression.operator === '=' && expression.quantifier === 'ANY')) return 'in';
  return expression.operator === '<>' && expression.quantifier === 'ALL' ? 'not in' : undefined;
}

/**
 * Trino looks up whether a value is among those of the subquery, where NaN is NaN, and so is NULL within a row. A correlated subquery it
 * joins by equality instead.
 */
function isIn({ value, reference }: SetComparison, subquery: string, { expressions, names }: EmitterParts, correlated: boolean): string {
  if (correlated && !isOrdinary(value.type)) {
    const [left, right] = [names.quoted(value.name), names.quoted(reference.name)];
    const equal = compare('=', { sql: left }, { sql: right }, value.type, expressions);
    return `(SELECT CASE WHEN bool_or(${equal}) THEN true WHEN bool_or(${left} IS NULL OR ${right} IS NULL) THEN NULL ELSE false END FROM (${subquery}))`;
  }
  const form = (symbol: Symbol) => comparableForm(names.quoted(symbol.name), symbol.type, expressions);
  return `(${form(value)} IN (SELECT ${form(reference)} FROM (${subquery})))`;
}

/** Whether a value that is not NULL is always equal to itself. */
const isOrdinary = (type: Type): boolean => isScalar(type) && type.kind !== 'double' && type.kind !== 'real';

/** true when one row matches, else NULL when the comparison with one was NULL, else false. */
function anyMatch(
  operator: Parameters<typeof compare>[0],
  { value, reference }: { readonly value: Symbol; readonly reference: Symbol },
  subquery: string,
  { expressions, names }: EmitterParts,
  negate = false,
): string {
  // a NULL on the outer side must be NULL inside, whatever DuckDB makes of the correlation
  const comparison = compare(operator, { sql: names.quoted(value.name) }, { sql: names.quoted(reference.name) }, value.type, expressions);
  const match = negate ? `(NOT ${comparison})` : comparison;
  return `(SELECT CASE WHEN bool_or(${match}) THEN true WHEN count(*) <> count(${match}) THEN NULL ELSE false END FROM (${subquery}))`;
}

export function emitEnforceSingleRow(node: EnforceSingleRowNode, emit: Emit, parts: EmitterParts): string {
  const outputs = outputSymbols(node.source);
  return `SELECT ${fieldColumns(outputs, parts)} FROM (SELECT (${asStruct(outputs, emit(node.source), parts)}) AS _row)`;
}

/** One row as one value: as a scalar subquery the engine itself checks that there is but one. */
function asStruct(outputs: readonly Symbol[], source: string, { names }: EmitterParts): string {
  const fields = outputs.map((symbol, i) => `'f${i}': ${names.quoted(symbol.name)}`);
  return `SELECT {${fields.length === 0 ? `'f0': 1` : fields.join(', ')}} FROM (${source})`;
}

/** (SELECT x + 1): exactly one row, computed from nothing but outer columns. */
function computedRow(subquery: PlanNode): readonly Assignment[] | undefined {
  if (subquery.kind !== 'project') return undefined;
  const { source } = subquery;
  return source.kind === 'values' && source.rows.length === 1 && source.outputs.length === 0 ? subquery.assignments : undefined;
}

function fieldColumns(outputs: readonly Symbol[], { names }: EmitterParts): string {
  if (outputs.length === 0) return '1 AS _one';
  return outputs.map((symbol, i) => `struct_extract(_row, 'f${i}') AS ${names.quoted(symbol.name)}`).join(', ');
}

export function emitCorrelatedJoin(node: CorrelatedJoinNode, emit: Emit, parts: EmitterParts): string {
  const { names, expressions } = parts;
  const source = emit(node.source);
  const isLeftOrInner = node.type === 'LEFT' || node.type === 'INNER';
  if (node.subquery.kind === 'enforceSingleRow' && node.filter === undefined && isLeftOrInner) {
    const inner = node.subquery.source;
    const outputs = outputSymbols(inner);
    const [only] = outputs;
    if (only !== undefined && outputs.length === 1) {
      return `SELECT *, (SELECT ${names.quoted(only.name)} FROM (${emit(inner)})) AS ${names.quoted(only.name)} FROM (${source})`;
    }
    const kept = outputSymbols(node.source).map((symbol) => names.quoted(symbol.name));
    const columns = [...kept, fieldColumns(outputs, parts)].join(', ');
    return `SELECT ${columns} FROM (SELECT *, (${asStruct(outputs, emit(inner), parts)}) AS _row FROM (${source}))`;
  }
  const computed = node.filter === undefined && isLeftOrInner ? computedRow(node.subquery) : undefined;
  if (computed !== undefined) {
    const columns = computed.map(({ symbol, expression }) => `, ${expressions.emit(expression)} AS ${names.quoted(symbol.name)}`);
    return `SELECT *${columns.join('')} FROM (${source})`;
  }
  const filter = node.filter === undefined ? 'true' : expressions.emitPredicate(node.filter);
  if (node.type === 'INNER') return `SELECT * FROM (${source}) CROSS JOIN LATERAL (${emit(node.subquery)}) WHERE ${filter}`;
  return `SELECT * FROM (${source}) ${node.type} JOIN LATERAL (${emit(node.subquery)}) ON ${filter}`;
}
