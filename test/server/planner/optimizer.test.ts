import { describe, expect, it } from 'vitest';
import { optimize } from '../../../server/planner/optimizer.ts';
import type { Plan } from '../../../server/plan/plan.ts';
import { BIGINT, INTEGER, row, VARCHAR } from '../../../spi/type.ts';
import { compactPlan } from '../../plan/compactPlan.ts';
import {
  and,
  call,
  compare,
  divide,
  fakeConnector,
  filter,
  group,
  join,
  limit,
  lit,
  nextId,
  or,
  project,
  query,
  ref,
  scan,
  session,
  sort,
  symbol,
  text,
} from './samples.ts';

const NATION = { nationkey: BIGINT, name: VARCHAR, regionkey: BIGINT };
const REGION = { regionkey: BIGINT, name: VARCHAR };
const nation = (...args: Parameters<typeof fakeConnector>) => scan('nation', NATION, fakeConnector(...args), 'n_');
const region = (...args: Parameters<typeof fakeConnector>) => scan('region', REGION, fakeConnector(...args), 'r_');
const lines = (plan: Plan) =>
  compactPlan(optimize(plan, session).root)
    .split('\n')
    .map((line) => line.trim())
    .slice(1);
const fails = (name: string) => compare(divide(lit(10n), ref(name)), '>', lit(2n));
const FAILS_NATIONKEY = "($operator$divide(bigint '10', n_nationkey) > bigint '2')";

describe('columns', () => {
  it('are read only when used', () => {
    expect(lines(query(nation(), 'n_name'))).toEqual(['TableScan[table = nation] {n_name := name}']);
  });

  it('that nobody asks for are not computed, even when they would raise', () => {
    expect(lines(query(project(nation(), { a: ref('n_nationkey'), b: divide(lit(1n), ref('n_regionkey')) }), 'a'))).toEqual([
      'ScanProject[table = nation] {a := n_nationkey; n_nationkey := nationkey}',
    ]);
  });

  it('used once are computed where they are used, those used twice before', () => {
    const below = project(nation(), { a: divide(lit(1n), ref('n_regionkey')), b: ref('n_name') });
    expect(lines(query(project(below, { c: call('$add', BIGINT, ref('a'), lit(1n)) })))).toEqual([
      "ScanProject[table = nation] {c := $operator$add($operator$divide(bigint '1', n_regionkey), bigint '1'); n_regionkey := regionkey}",
    ]);
    expect(lines(query(project(below, { c: call('$add', BIGINT, ref('a'), ref('a')), b2: ref('b', VARCHAR) })))).toEqual([
      'Project[] {c := $operator$add(a, a); b2 := n_name}',
      "ScanProject[table = nation] {a := $operator$divide(bigint '1', n_regionkey); n_name := name; n_regionkey := regionkey}",
    ]);
  });
});

describe('filters', () => {
  it('go into the table as far as it takes them', () => {
    const predicate = and(compare(ref('n_regionkey'), '=', lit(3n)), compare(ref('n_name', VARCHAR), '<>', text('x')));
    expect(lines(query(filter(nation('filter'), predicate), 'n_nationkey'))).toEqual([
      "ScanFilter[table = nation, regionkey = 3, filterPredicate = (n_name <> varchar 'x')] {n_nationkey := nationkey; n_name := name}",
    ]);
  });

  it('keep their order: the lower one guards the upper one', () => {
    const guarded = filter(filter(nation(), compare(ref('n_nationkey'), '<>', lit(0n))), fails('n_nationkey'));
    expect(lines(query(guarded, 'n_name'))).toEqual([
      `ScanFilter[table = nation, filterPredicate = ((n_nationkey <> bigint '0') AND ${FAILS_NATIONKEY})] {n_nationkey := nationkey; n_name := name}`,
    ]);
  });

  it('pass a projection, a union and grouping keys', () => {
    const projected = filter(
      project(nation(), { a: call('$add', BIGINT, ref('n_regionkey'), lit(1n)), n_name: ref('n_name', VARCHAR) }),
      compare(ref('a'), '=', lit(2n)),
    );
    expect(lines(query(projected, 'n_name'))[0]).toContain("filterPredicate = ($operator$add(n_regionkey, bigint '1') = bigint '2')");
    const grouped = filter(
      group(nation(), ['n_regionkey'], 'c'),
      and(compare(ref('n_regionkey'), '>', lit(2n)), compare(ref('c'), '>', lit(3n)), fails('n_regionkey')),
    );
    expect(lines(query(grouped))).toEqual([
      "Filter[filterPredicate = (c > bigint '3')]",
      'Aggregate[keys = [n_regionkey]] {c := count(*)}',
      "ScanFilter[table = nation, filterPredicate = ((n_regionkey > bigint '2') AND ($operator$divide(bigint '10', n_regionkey) > bigint '2'))] {n_regionkey := regionkey}",
    ]);
  });

  it('do not pass a limit or a volatile column', () => {
    expect(lines(query(filter(limit(nation(), 5n), compare(ref('n_regionkey'), '=', lit(2n))), 'n_name'))[1]).toBe('Limit[count = 5]');
    const volatile = filter(
      project(nation(), { r: call('random', BIGINT), k: ref('n_regionkey') }),
      and(compare(ref('r'), '>', lit(1n)), compare(ref('k'), '=', lit(2n))),
    );
    expect(lines(query(volatile))[0]).toBe("Filter[filterPredicate = (r > bigint '1')]");
    expect(lines(query(volatile))[1]).toContain("filterPredicate = (n_regionkey = bigint '2')");
  });

  it('that are never true read nothing, even behind one that would raise', () => {
    expect(lines(query(filter(nation(), and(fails('n_nationkey'), lit(null, { kind: 'boolean' }))), 'n_name'))).toEqual(['Values[]']);
  });

  it('over constant rows are decided now, but for rows that raise', () => {
    const rows = { kind: 'values' as const, id: nextId(), outputs: [symbol('x')], rows: [[lit(1n)], [lit(2n)], [lit(3n)]] };
    expect(lines(query(filter(rows, compare(ref('x'), '>', lit(1n)))))).toEqual(["Values[] {(bigint '2'); (bigint '3')}"]);
    const raises = compare(divide(lit(1n), call('$subtract', BIGINT, ref('x'), lit(2n))), '>', lit(0n));
    expect(lines(query(filter(rows, raises)))).toEqual([
      "Filter[filterPredicate = ($operator$divide(bigint '1', $operator$subtract(x, bigint '2')) > bigint '0')]",
      "Values[] {(bigint '2'); (bigint '3')}",
    ]);
  });
});

describe('joins', () => {
  const on = [['n_regionkey', 'r_regionkey']] as const;

  it('hand conditions to their sides, and over equal columns to both', () => {
    const joined = filter(
      join('INNER', nation(), region(), on),
      and(compare(ref('n_regionkey'), '=', lit(3n)), compare(ref('r_name', VARCHAR), '=', text('ASIA'))),
    );
    expect(lines(query(joined, 'n_name'))).toEqual([
      'InnerJoin[criteria = (n_regionkey = r_regionkey)]',
      "ScanFilter[table = nation, filterPredicate = (n_regionkey = bigint '3')] {n_name := name; n_regionkey := regionkey}",
      "ScanFilter[table = region, filterPredicate = ((r_name = varchar 'ASIA') AND (r_regionkey = bigint '3'))] {r_regionkey := regionkey; r_name := name}",
    ]);
  });

  it('keep what may raise to matched rows when inner, but not when outer', () => {
    expect(lines(query(filter(join('INNER', nation(), region(), on), fails('n_nationkey')), 'n_name'))[0]).toBe(
      `InnerJoin[criteria = (n_regionkey = r_regionkey), filter = ${FAILS_NATIONKEY}]`,
    );
    expect(lines(query(filter(join('LEFT', nation(), region(), on), fails('n_nationkey')), 'n_name'))[1]).toContain(`filterPredicate = ${FAILS_NATIONKEY}`);
  });

  it('become inner when the filter above drops unmatched rows', () => {
    const left = filter(join('LEFT', nation(), region(), on), compare(ref('r_name', VARCHAR), '=', text('x')));
    expect(lines(query(left, 'n_name'))[0]).toBe('InnerJoin[criteria = (n_regionkey = r_regionkey)]');
    const full = filter(join('FULL', nation(), region(), on), compare(ref('n_name', VARCHAR), '=', text('y')));
    expect(lines(query(full, 'n_name'))[0]).toBe('LeftJoin[criteria = (n_regionkey = r_regionkey)]');
    const keeps = filter(join('FULL', nation(), region(), on), { kind: 'is null', value: ref('n_name', VARCHAR), type: { kind: 'boolean' } });
    expect(lines(query(keeps, 'n_name'))[1]).toBe('FullJoin[criteria = (n_regionkey = r_regionkey)]');
  });

  it('of WHERE are criteria, and alternatives give each side its part', () => {
    const where = and(
      compare(ref('n_regionkey'), '=', ref('r_regionkey')),
      or(
        and(compare(ref('n_name', VARCHAR), '=', text('a')), compare(ref('r_name', VARCHAR), '=', text('b'))),
        and(compare(ref('n_name', VARCHAR), '=', text('c')), compare(ref('r_name', VARCHAR), '=', text('d'))),
      ),
    );
    const [top, left, right] = lines(query(filter(join('INNER', nation(), region(), []), where), 'n_name'));
    expect(top).toContain('InnerJoin[criteria = (n_regionkey = r_regionkey), filter = ');
    expect(left).toContain("filterPredicate = (n_name IN (varchar 'a', varchar 'c'))");
    expect(right).toContain("filterPredicate = (r_name IN (varchar 'b', varchar 'd'))");
  });

  it('of one catalog are done by the source', () => {
    const connector = fakeConnector('join');
    const joined = join('INNER', scan('nation', NATION, connector, 'n_'), scan('region', REGION, connector, 'r_'), on);
    expect(lines(query(joined, 'n_name', 'r_name'))[0]).toContain('TableScan[table = nation join region on 1]');
  });
});

describe('limits', () => {
  it('meet the sort as a top-N, below projections', () => {
    const plan = query(limit(project(sort(nation(), 'n_name'), { a: divide(lit(10n), ref('n_nationkey')) }), 3n));
    expect(lines(plan)).toEqual([
      "Project[] {a := $operator$divide(bigint '10', n_nationkey)}",
      'TopN[count = 3, orderBy = [n_name ASC NULLS LAST]]',
      'TableScan[table = nation] {n_nationkey := nationkey; n_name := name}',
    ]);
  });

  it('go into the table; only a guarantee makes ours superfluous', () => {
    expect(lines(query(limit(nation('limit'), 5n), 'n_name'))).toEqual(['Limit[count = 5]', 'TableScan[table = nation, limit = 5] {n_name := name}']);
    expect(lines(query(limit(nation('guaranteedLimit'), 5n), 'n_name'))).toEqual(['TableScan[table = nation, limit = 5] {n_name := name}']);
    expect(lines(query(limit(sort(nation('topN'), 'n_name'), 5n), 'n_name'))).toEqual(['TableScan[table = nation, topN = 5 by name] {n_name := name}']);
  });

  it('are added to a following offset, and cut the outer side of a join', () => {
    const offset = { kind: 'offset' as const, id: nextId(), source: sort(nation(), 'n_nationkey'), count: 3n };
    expect(lines(query(limit(offset, 2n), 'n_nationkey')).slice(0, 2)).toEqual([
      'Offset[count = 3]',
      'TopN[count = 5, orderBy = [n_nationkey ASC NULLS LAST]]',
    ]);
    expect(lines(query(limit(join('LEFT', nation(), region(), [['n_regionkey', 'r_regionkey']]), 3n), 'n_name')).slice(0, 3)).toEqual([
      'Limit[count = 3]',
      'LeftJoin[criteria = (n_regionkey = r_regionkey)]',
      'Limit[count = 3]',
    ]);
  });

  it('of nothing read nothing', () => {
    expect(lines(query(limit(nation(), 0n), 'n_name'))).toEqual(['Values[]']);
  });
});

describe('connectors', () => {
  it('aggregate', () => {
    expect(lines(query(group(nation('aggregation'), ['n_regionkey'], 'c')))).toEqual([
      'TableScan[table = nation, aggregated = count by regionkey] {n_regionkey := regionkey; c := agg_count}',
    ]);
  });

  it('read single fields of rows', () => {
    const type = row([
      { name: 'a', type: BIGINT },
      { name: 'b', type: INTEGER },
    ]);
    const source = scan('t', { r: type }, fakeConnector('fields'));
    expect(lines(query(project(source, { x: { kind: 'field', base: ref('r', type), index: 1, type: INTEGER } })))).toEqual([
      'ScanProject[table = t] {x := field_1; field_1 := field_1}',
    ]);
  });

  it('delete by themselves what they filter wholly', () => {
    const remove = (predicate: ReturnType<typeof compare>): Plan => {
      const target = nation('filter', 'delete');
      const source = project(filter(target, predicate), { operation: lit(2, { kind: 'tinyint' }), n_nationkey: ref('n_nationkey') });
      const writer = {
        kind: 'mergeWriter' as const,
        id: nextId(),
        source,
        table: target.table,
        inputs: [symbol('operation', { kind: 'tinyint' }), symbol('n_nationkey')],
        columns: [{ name: 'nationkey' }],
        output: symbol('rows'),
      };
      return query(writer);
    };
    expect(lines(remove(compare(ref('n_regionkey'), '=', lit(3n))))).toEqual(['TableDelete[target = nation, regionkey = 3]']);
    expect(lines(remove(compare(ref('n_regionkey'), '<>', lit(3n))))[0]).toBe('MergeWriter[table = fake:s.nation]');
  });
});
