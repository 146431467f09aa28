import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../../server/executor/index.ts';
import type { JoinNode, PlanNode, SetExpression, Symbol } from '../../../server/plan/plan.ts';
import type { Comparison, Expression } from '../../../spi/expression.ts';
import { array, BIGINT, BOOLEAN, DOUBLE, INTEGER, map, row, type Type, timestampWithTimeZone, VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { constant, nextId, planOf, reference, rowsText, symbol, testExecutor, values } from './support.ts';

let executor: Executor;
beforeAll(() => {
  executor = testExecutor();
});
afterAll(() => executor.close());

const rows = (source: PlanNode, ...outputs: readonly Symbol[]) => rowsText(executor, planOf(source, outputs));
const int = (name: string) => symbol(name, INTEGER);
const comparison = (operator: Comparison['operator'], left: Expression, right: Expression): Comparison => ({
  kind: 'comparison',
  operator,
  left,
  right,
  type: BOOLEAN,
});
const asc = (of: Symbol) => ({ symbol: of, ascending: true, nullsFirst: false });
const sorted = (source: PlanNode, ...by: readonly Symbol[]): PlanNode => ({ kind: 'sort', id: nextId(), source, orderBy: by.map(asc) });
const column = (of: Symbol, ...items: readonly Value[]) =>
  values(
    [of],
    items.map((item) => [item]),
  );
const utc = { epochMicros: 0n, picosOfMicro: 0, zone: 'UTC' };
const tokyo = { ...utc, zone: 'Asia/Tokyo' };

describe('rows', () => {
  it('gives constants without a table', async () => {
    const a = int('a');
    expect(await rows(values([a], [[1]]), a)).toBe('[[1]]');
    expect(await rows({ kind: 'project', id: '1', source: values([], [[]]), assignments: [{ symbol: a, expression: constant(INTEGER, 7) }] }, a)).toBe('[[7]]');
    expect(await rows(values([a], []), a)).toBe('[]');
  });

  it('keeps columns apart whose names differ only in case', async () => {
    const lower = int('a');
    const upper = int('A');
    expect(await rows(values([lower, upper], [[1, 2]]), upper, lower)).toBe('[[2,1]]');
  });

  it('filters, orders, limits and skips', async () => {
    const a = int('a');
    const source = column(a, 3, null, 1, 2);
    expect(await rows(sorted({ kind: 'filter', id: '1', source, predicate: comparison('>', reference(a), constant(INTEGER, 1)) }, a), a)).toBe('[[2],[3]]');
    expect(await rows({ kind: 'topN', id: '1', source, count: 2n, orderBy: [{ symbol: a, ascending: false, nullsFirst: true }] }, a)).toBe('[[null],[3]]');
    expect(await rows({ kind: 'limit', id: '1', count: 1n, source: { kind: 'offset', id: '2', source: sorted(source, a), count: 1n } }, a)).toBe('[[2]]');
    const tied = column(a, 2, 1, 2, 3);
    expect(await rows({ kind: 'limit', id: '1', source: tied, count: 2n, withTies: [asc(a)] }, a)).toBe('[[1],[2],[2]]');
  });

  it('groups by instants, not zones', async () => {
    const t = symbol('t', timestampWithTimeZone(3));
    const node: PlanNode = { kind: 'aggregation', id: '1', source: column(t, utc, tokyo), groupingKeys: [t], groupingOperations: [], aggregations: [] };
    expect(JSON.parse(await rows(node, t))).toHaveLength(1);
    const a = column(t, utc);
    const u = symbol('u', timestampWithTimeZone(3));
    const output = symbol('o', timestampWithTimeZone(3));
    const both = { id: '1', sources: [a, column(u, tokyo)], outputs: [output], inputs: [[t], [u]], distinct: true };
    expect(JSON.parse(await rows({ kind: 'intersect', ...both }, output))).toHaveLength(1);
    expect(JSON.parse(await rows({ kind: 'except', ...both }, output))).toHaveLength(0);
  });

  it('gives the grand total of an empty table', async () => {
    const a = int('a');
    const g = symbol('g', BIGINT);
    const node: PlanNode = {
      kind: 'aggregation',
      id: '1',
      source: values([a], []),
      groupingKeys: [a],
      groupingSets: [[0], []],
      groupingOperations: [{ symbol: g, columns: [0] }],
      aggregations: [],
    };
    expect(await rows(node, a, g)).toBe('[[null,1]]');
  });

  it('unites, intersects and subtracts', async () => {
    const [a, b, o] = [int('a'), int('b'), int('o')];
    const parts = { id: '1', sources: [column(a, 1, 2, 2, null), column(b, 2, 2, 3, null)], outputs: [o], inputs: [[a], [b]] };
    expect(await rows(sorted({ kind: 'union', ...parts }, o), o)).toBe('[[1],[2],[2],[2],[2],[3],[null],[null]]');
    expect(await rows(sorted({ kind: 'intersect', distinct: true, ...parts }, o), o)).toBe('[[2],[null]]');
    expect(await rows(sorted({ kind: 'intersect', distinct: false, ...parts }, o), o)).toBe('[[2],[2],[null]]');
    expect(await rows(sorted({ kind: 'except', distinct: false, ...parts }, o), o)).toBe('[[1]]');
  });
});

describe('joins', () => {
  const join = (type: JoinNode['type'], left: PlanNode, right: PlanNode, criteria: JoinNode['criteria'], filter?: Expression): PlanNode => ({
    kind: 'join',
    id: nextId(),
    type,
    left,
    right,
    criteria,
    ...(filter === undefined ? {} : { filter }),
  });

  it('joins on every side with a residual filter', async () => {
    const [a, b] = [int('a'), int('b')];
    const left = column(a, 1, 2, null);
    const right = column(b, 2, 3, null);
    const criteria = [{ left: a, right: b }];
    expect(await rows(join('INNER', left, right, criteria), a, b)).toBe('[[2,2]]');
    expect(await rows(sorted(join('LEFT', left, right, criteria), a), a, b)).toBe('[[1,null],[2,2],[null,null]]');
    expect(await rows(sorted(join('FULL', left, right, criteria), a, b), a, b)).toBe('[[1,null],[2,2],[null,3],[null,null],[null,null]]');
    expect(await rows(sorted(join('FULL', left, right, [], comparison('<', reference(a), reference(b))), a, b), a, b)).toBe(
      '[[1,2],[1,3],[2,3],[null,null],[null,null]]',
    );
    expect(await rows(sorted(join('FULL', left, right, criteria, comparison('<>', reference(a), constant(INTEGER, 2))), a, b), a, b)).toBe(
      '[[1,null],[2,null],[null,2],[null,3],[null,null],[null,null]]',
    );
  });

  it('joins NaN with nothing, instants across zones, and nested values that hold no NULL', async () => {
    const [x, y] = [symbol('x', DOUBLE), symbol('y', DOUBLE)];
    expect(await rows(join('INNER', column(x, Number.NaN, 1), column(y, Number.NaN, 1), [{ left: x, right: y }]), x)).toBe('[[1.0]]');
    const [t, u] = [symbol('t', timestampWithTimeZone(6)), symbol('u', timestampWithTimeZone(6))];
    expect(await rows(join('INNER', column(t, utc), column(u, tokyo), [{ left: t, right: u }]), u)).toBe('[["1970-01-01 09:00:00.000000 Asia/Tokyo"]]');
    const pair = row([{ type: INTEGER }, { type: INTEGER }]);
    const [r, s] = [symbol('r', pair), symbol('s', pair)];
    expect(await rows(join('INNER', column(r, [1, null], [1, 2]), column(s, [1, null], [1, 2]), [{ left: r, right: s }]), r)).toBe('[[[1,2]]]');
  });
});

describe('subqueries', () => {
  const apply = (source: PlanNode, subquery: PlanNode, expression: SetExpression): PlanNode => ({
    kind: 'apply',
    id: nextId(),
    source,
    subquery,
    correlation: [],
    assignments: [{ symbol: symbol('answer', BOOLEAN), expression }],
  });
  const answer = symbol('answer', BOOLEAN);

  it('answers IN as Trino does for NULL', async () => {
    const [a, b] = [int('a'), int('b')];
    const isIn = (...items: readonly Value[]) =>
      rows(sorted(apply(column(a, 1, 2, null), column(b, ...items), { kind: 'in', value: a, reference: b }), a), a, answer);
    expect(await isIn(1, 3)).toBe('[[1,true],[2,false],[null,null]]');
    expect(await isIn(1, null)).toBe('[[1,true],[2,null],[null,null]]');
    expect(await isIn()).toBe('[[1,false],[2,false],[null,false]]');
  });

  it('answers quantified comparisons', async () => {
    const [a, b] = [int('a'), int('b')];
    const ask = (quantifier: 'ALL' | 'ANY', ...items: readonly Value[]) =>
      rows(sorted(apply(column(a, 1, 5, null), column(b, ...items), { kind: 'quantified', operator: '<', quantifier, value: a, reference: b }), a), a, answer);
    expect(await ask('ALL', 2, 3)).toBe('[[1,true],[5,false],[null,null]]');
    expect(await ask('ALL', 2, null)).toBe('[[1,null],[5,false],[null,null]]');
    expect(await ask('ALL')).toBe('[[1,true],[5,true],[null,true]]');
    expect(await ask('ANY', 2, null)).toBe('[[1,true],[5,null],[null,null]]');
    expect(await ask('ANY')).toBe('[[1,false],[5,false],[null,false]]');
  });

  it('answers correlated EXISTS', async () => {
    const [a, b] = [int('a'), int('b')];
    const subquery: PlanNode = { kind: 'filter', id: nextId(), source: column(b, 1, 2), predicate: comparison('>', reference(b), reference(a)) };
    expect(await rows(sorted(apply(column(a, 1, 2), subquery, { kind: 'exists' }), a), a, answer)).toBe('[[1,true],[2,false]]');
  });

  it('gives one row for a scalar subquery, and an error for two', async () => {
    const [a, b] = [int('a'), int('b')];
    const scalar = (...items: readonly Value[]): PlanNode => ({
      kind: 'correlatedJoin',
      id: nextId(),
      type: 'LEFT',
      source: column(a, 1, 2),
      correlation: [a],
      subquery: {
        kind: 'enforceSingleRow',
        id: nextId(),
        source: { kind: 'filter', id: nextId(), source: column(b, ...items), predicate: comparison('=', reference(b), reference(a)) },
      },
    });
    expect(await rows(sorted(scalar(1), a), a, b)).toBe('[[1,1],[2,null]]');
    await expect(rows(scalar(1, 1), a, b)).rejects.toMatchObject({
      errorName: 'SUBQUERY_MULTIPLE_ROWS',
      message: 'Scalar sub-query has returned multiple rows',
    });
    await expect(rows({ kind: 'enforceSingleRow', id: nextId(), source: column(b, 1, 2) }, b)).rejects.toMatchObject({ errorName: 'SUBQUERY_MULTIPLE_ROWS' });
    expect(await rows({ kind: 'enforceSingleRow', id: nextId(), source: values([b], []) }, b)).toBe('[[null]]');
  });

  it('joins laterally', async () => {
    const [a, b] = [int('a'), int('b')];
    const lateral = (type: 'INNER' | 'LEFT'): PlanNode => ({
      kind: 'correlatedJoin',
      id: nextId(),
      type,
      source: column(a, 1, 2),
      correlation: [a],
      subquery: { kind: 'filter', id: nextId(), source: column(b, 1, 1), predicate: comparison('=', reference(b), reference(a)) },
    });
    expect(await rows(lateral('INNER'), a, b)).toBe('[[1,1],[1,1]]');
    expect(await rows(sorted(lateral('LEFT'), a), a, b)).toBe('[[1,1],[1,1],[2,null]]');
  });
});

describe('collections and recursion', () => {
  it('unnests side by side, padded, numbered, with empty ones kept on LEFT', async () => {
    const pair = row([{ type: INTEGER }, { type: VARCHAR }]);
    const [k, list, entries, structs] = [int('k'), symbol('list', array(INTEGER)), symbol('entries', map(VARCHAR, INTEGER)), symbol('structs', array(pair))];
    const source = values(
      [k, list, entries, structs],
      [
        [1, [10, 20, 30], { entries: [['a', 1]] }, [[1, 'x'], null]],
        [2, [], { entries: [] }, null],
      ],
    );
    const [e, key, value, f0, f1, n] = [int('e'), symbol('key', VARCHAR), int('value'), int('f0'), symbol('f1', VARCHAR), symbol('n', BIGINT)];
    const unnest = (type: 'INNER' | 'LEFT'): PlanNode => ({
      kind: 'unnest',
      id: nextId(),
      source,
      replicate: [k],
      mappings: [
        { input: list, outputs: [e] },
        { input: entries, outputs: [key, value] },
        { input: structs, outputs: [f0, f1] },
      ],
      ordinality: n,
      type,
    });
    const inner = '[1,10,"a",1,1,"x",1],[1,20,null,null,null,null,2],[1,30,null,null,null,null,3]';
    expect(await rows(sorted(unnest('INNER'), k, n), k, e, key, value, f0, f1, n)).toBe(`[${inner}]`);
    expect(await rows(sorted(unnest('LEFT'), k, n), k, e, key, value, f0, f1, n)).toBe(`[${inner},[2,null,null,null,null,null,null]]`);
  });

  it('recurses as deep as allowed', async () => {
    const [n, previous, next, one] = [int('n'), int('previous'), int('next'), int('one')];
    const counting = (last: number): PlanNode => ({
      kind: 'recursiveUnion',
      id: nextId(),
      name: 't',
      base: values([one], [[last]]),
      step: {
        kind: 'filter',
        id: nextId(),
        source: { kind: 'unnest', id: nextId(), source: stepInput, replicate: [], mappings: [{ input: list, outputs: [next] }], type: 'INNER' },
        predicate: comparison('<>', reference(next), constant(INTEGER, 0)),
      },
      outputs: [n],
      baseInputs: [one],
      stepInputs: [next],
      maxDepth: 3,
    });
    // without functions the next number is looked up: of n rows the one below
    const list = symbol('list', array(INTEGER));
    const stepInput: PlanNode = {
      kind: 'project',
      id: nextId(),
      source: { kind: 'recursiveReference', id: nextId(), name: 't', outputs: [previous] },
      assignments: [
        {
          symbol: list,
          expression: {
            kind: 'switch',
            operand: reference(previous),
            // biome-ignore lint/suspicious/noThenProperty: the part of a WHEN clause
            whenClauses: [5, 4, 3, 2].map((i) => ({ when: constant(INTEGER, i), then: constant(array(INTEGER), [i - 1]) })),
            otherwise: constant(array(INTEGER), []),
            type: array(INTEGER),
          },
        },
      ],
    };
    expect(await rows(sorted(counting(4), n), n)).toBe('[[1],[2],[3],[4]]');
    await expect(rows(counting(5), n)).rejects.toMatchObject({
      errorName: 'NOT_SUPPORTED',
      message: "Recursion depth limit exceeded (3). Use 'max_recursion_depth' session property to modify the limit.",
    });
  });
});

describe('comparisons', () => {
  const check = async (operator: Comparison['operator'], type: Type, left: Value, right: Value): Promise<unknown> => {
    const [l, r, o] = [symbol('l', type), symbol('r', type), symbol('o', BOOLEAN)];
    const project = (expression: Expression): PlanNode => ({
      kind: 'project',
      id: nextId(),
      source: values([l, r], [[left, right]]),
      assignments: [{ symbol: o, expression }],
    });
    const ofColumns = await rows(project(comparison(operator, reference(l), reference(r))), o);
    expect(await rows(project(comparison(operator, constant(type, left), constant(type, right))), o)).toBe(ofColumns);
    return (JSON.parse(ofColumns) as unknown[][])[0]?.[0];
  };
  const NaN = Number.NaN;

  it.each([
    ['=', DOUBLE, NaN, NaN, false],
    ['=', DOUBLE, NaN, null, null],
    ['<>', DOUBLE, NaN, NaN, true],
    ['<', DOUBLE, 1, NaN, false],
    ['<', DOUBLE, null, NaN, null],
    ['<=', DOUBLE, NaN, NaN, false],
    ['>', DOUBLE, NaN, 1, false],
    ['>', DOUBLE, NaN, null, null],
    ['IS DISTINCT FROM', DOUBLE, NaN, NaN, false],
    ['=', array(DOUBLE), [NaN], [NaN], false],
    ['=', array(INTEGER), [1, null], [2, null], false],
    ['=', array(INTEGER), [1, null], [1, null], null],
    ['=', array(INTEGER), [1, null], [1, null, 3], false],
    ['<>', array(INTEGER), [1], [1], false],
    ['<', array(INTEGER), [1, 2], [1, 3], true],
    [
      '=',
      map(INTEGER, INTEGER),
      {
        entries: [
          [1, 3],
          [2, 4],
        ],
      },
      {
        entries: [
          [2, 4],
          [1, 3],
        ],
      },
      true,
    ],
    ['=', map(INTEGER, INTEGER), { entries: [[1, null]] }, { entries: [[1, null]] }, null],
    ['=', map(INTEGER, INTEGER), { entries: [[1, 1]] }, { entries: [[2, 1]] }, false],
    ['=', timestampWithTimeZone(3), utc, tokyo, true],
    ['=', timestampWithTimeZone(9), utc, { ...tokyo, picosOfMicro: 1000 }, false],
    ['<', timestampWithTimeZone(9), utc, { ...tokyo, picosOfMicro: 1000 }, true],
  ] as const)('%s', async (operator, type, left, right, expected) => {
    expect(await check(operator, type, left, right)).toBe(expected);
  });

  it('orders nested values by their first difference', async () => {
    const pair = row([{ type: INTEGER }, { type: INTEGER }]);
    expect(await check('<', pair, [1, null], [2, 1])).toBe(true);
    expect(await check('<', pair, [1, 2], [1, 2])).toBe(false);
    expect(await check('<=', pair, [1, 2], [1, 2])).toBe(true);
    expect(await check('<', array(INTEGER), [1, null], [2])).toBe(true);
    expect(await check('<', array(INTEGER), [1], [1, null])).toBe(true);
    expect(await check('>=', array(array(INTEGER)), [[2], [1]], [[2], [1, 0]])).toBe(false);
  });

  it('refuses to order nested values with NULL within', async () => {
    await expect(check('<', row([{ type: INTEGER }, { type: INTEGER }]), [1, null], [1, 2])).rejects.toMatchObject({
      message: 'ROW comparison not supported for fields with null elements',
    });
    const list = symbol('list', array(INTEGER));
    await expect(rows(sorted(column(list, [1, null], [1, 2]), list), list)).rejects.toMatchObject({ errorName: 'NOT_SUPPORTED' });
    expect(await rows(sorted(column(list, [2], null, [1, 2]), list), list)).toBe('[[[1,2]],[[2]],[null]]');
    await expect(check('<', array(INTEGER), [1, null], [1, 2])).rejects.toMatchObject({
      errorName: 'NOT_SUPPORTED',
      message: 'ARRAY comparison not supported for arrays with null elements',
    });
  });
});

describe('what the engine is given', () => {
  it('filters by the answer of a subquery, with and without NULL, and keeps the answer', async () => {
    const [a, b, c] = [int('a'), int('b'), int('c')];
    const [isIn, exists] = [symbol('isIn', BOOLEAN), symbol('exists', BOOLEAN)];
    const apply = (...items: readonly Value[]): PlanNode => ({
      kind: 'apply',
      id: nextId(),
      source: column(a, 1, 2, null),
      subquery: column(b, ...items),
      correlation: [],
      assignments: [{ symbol: isIn, expression: { kind: 'in', value: a, reference: b } }],
    });
    const where = (source: PlanNode, predicate: Expression): PlanNode => ({ kind: 'filter', id: nextId(), source, predicate });
    const not = (value: Expression): Expression => ({ kind: 'not', value, type: BOOLEAN });
    const and = (...terms: readonly Expression[]): Expression => ({ kind: 'logical', operator: 'AND', terms, type: BOOLEAN });
    expect(await rows(where(apply(1, 3), reference(isIn)), a, isIn)).toBe('[[1,true]]');
    expect(await rows(where(apply(1, 3), not(reference(isIn))), a, isIn)).toBe('[[2,false]]');
    expect(await rows(where(apply(1, null), not(reference(isIn))), a)).toBe('[]');
    expect(await rows(where(apply(1, 2), and(reference(isIn), comparison('>', reference(a), constant(INTEGER, 1)))), a)).toBe('[[2]]');
    const either: Expression = {
      kind: 'logical',
      operator: 'OR',
      terms: [reference(isIn), { kind: 'is null', value: reference(isIn), type: BOOLEAN }],
      type: BOOLEAN,
    };
    expect(await rows(sorted(where(apply(1, 3), either), a), a, isIn)).toBe('[[1,true],[null,null]]');
    const nested: PlanNode = {
      kind: 'apply',
      id: nextId(),
      source: where(apply(1, 3), reference(isIn)),
      subquery: column(c, 7),
      correlation: [],
      assignments: [{ symbol: exists, expression: { kind: 'exists' } }],
    };
    expect(await rows(where(nested, not(reference(exists))), a)).toBe('[]');
  });

  it('compares with nested values of the outer query', async () => {
    const [outer, inner, flag] = [symbol('outer', array(INTEGER)), symbol('inner', array(INTEGER)), symbol('flag', BOOLEAN)];
    const equal = comparison('=', reference(inner), reference(outer));
    const apply: PlanNode = {
      kind: 'apply',
      id: nextId(),
      source: column(outer, [1], [2], [3]),
      subquery: {
        kind: 'filter',
        id: nextId(),
        source: { kind: 'project', id: nextId(), source: column(inner, [2], [3]), assignments: [{ symbol: flag, expression: equal }] },
        predicate: reference(flag),
      },
      correlation: [outer],
      assignments: [{ symbol: symbol('found', BOOLEAN), expression: { kind: 'exists' } }],
    };
    expect(await rows(sorted(apply, outer), outer, symbol('found', BOOLEAN))).toBe('[[[1],false],[[2],true],[[3],true]]');
    const lateral: PlanNode = {
      kind: 'correlatedJoin',
      id: nextId(),
      type: 'INNER',
      source: column(outer, [1], [2], [3]),
      subquery: { kind: 'filter', id: nextId(), source: column(inner, [2], [3]), predicate: equal },
      correlation: [outer],
    };
    expect(await rows(sorted(lateral, outer), outer, inner)).toBe('[[[2],[2]],[[3],[3]]]');
  });

  it('joins three tables on every side in one tree', async () => {
    const [a, b, c] = [int('a'), int('b'), int('c')];
    const inner: PlanNode = { kind: 'join', id: nextId(), type: 'LEFT', left: column(a, 1, 2), right: column(b, 2), criteria: [{ left: a, right: b }] };
    const narrowed: PlanNode = { kind: 'project', id: nextId(), source: inner, assignments: [{ symbol: b, expression: reference(b) }] };
    const outer: PlanNode = { kind: 'join', id: nextId(), type: 'FULL', left: column(c, 2, 3), right: narrowed, criteria: [{ left: c, right: b }] };
    expect(await rows(sorted(outer, c), c, b)).toBe('[[2,2],[3,null],[null,null]]');
  });
});
