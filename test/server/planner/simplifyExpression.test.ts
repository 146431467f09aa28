import { describe, expect, it } from 'vitest';
import { expressionText } from '../../../server/plan/expressionText.ts';
import { simplifyExpression, simplifyPredicate } from '../../../server/planner/simplify/simplifyExpression.ts';
import type { Expression } from '../../../spi/expression.ts';
import { BIGINT, DATE, decimal, DOUBLE, INTEGER, REAL, timestamp, timestampWithTimeZone, VARCHAR, varchar } from '../../../spi/type.ts';
import { and, call, cast, compare, divide, lit, not, or, ref, session, text } from './samples.ts';

const simple = (expression: Expression): string => expressionText(simplifyExpression(expression, session));
const where = (expression: Expression): string => expressionText(simplifyPredicate(expression, session));
const x = ref('x');
const fails = compare(divide(lit(1n), x), '>', lit(3n));
const FAILS = "($operator$divide(bigint '1', x) > bigint '3')";

// the right sides are what EXPLAIN of Trino 476 shows for the same expressions
describe('constants', () => {
  it('are computed, unless that raises', () => {
    expect(simple(call('$add', INTEGER, lit(1, INTEGER), lit(6, INTEGER)))).toBe("integer '7'");
    expect(simple(call('concat', VARCHAR, text('a'), text('b')))).toBe("varchar 'ab'");
    expect(simple(cast(lit('x', varchar(1)), INTEGER))).toBe("CAST(varchar(1) 'x' AS integer)");
    expect(simple(call('$divide', INTEGER, lit(1, INTEGER), lit(0, INTEGER)))).toBe("$operator$divide(integer '1', integer '0')");
    expect(simple(call('$add', INTEGER, lit(2147483647, INTEGER), lit(1, INTEGER)))).toBe("$operator$add(integer '2147483647', integer '1')");
    expect(simple(call('$add', BIGINT, x, lit(null)))).toBe('null::bigint');
  });

  it('of the clock are those of the start', () => {
    const now = call('now', timestampWithTimeZone(3));
    const hourAgo = call('$subtract', timestampWithTimeZone(3), now, lit(3_600_000n, { kind: 'interval day to second' }));
    expect(simple(hourAgo)).toBe("timestamp(3) with time zone '2023-11-14 22:13:20.123 Europe/Berlin'");
    expect(simple(call('current_date', DATE))).toBe("date '2023-11-14'");
  });

  it('choose branches', () => {
    const raise = divide(lit(1n), lit(0n));
    // biome-ignore lint/suspicious/noThenProperty: a branch of CASE
    expect(simple({ kind: 'case', whenClauses: [{ when: lit(true, { kind: 'boolean' }), then: x }], otherwise: raise, type: BIGINT })).toBe('x');
    expect(simple({ kind: 'coalesce', operands: [lit(null), x, lit(1n), raise], type: BIGINT })).toBe("COALESCE(x, bigint '1')");
    expect(simple({ kind: 'try', value: raise, type: BIGINT })).toBe("$try(() -> $operator$divide(bigint '1', bigint '0'))");
  });
});

describe('logic', () => {
  it('gives up what comes before FALSE and TRUE', () => {
    expect(where(and(fails, lit(false, { kind: 'boolean' })))).toBe("boolean 'false'");
    expect(where(or(fails, lit(true, { kind: 'boolean' })))).toBe("boolean 'true'");
    expect(simple(and(fails, lit(null, { kind: 'boolean' })))).toBe(`(${FAILS} AND null::boolean)`);
  });

  it('negates comparisons, but not the order of floating numbers', () => {
    expect(simple(not(or(compare(x, '=', lit(2n)), compare(x, '<', lit(3n)))))).toBe("((x <> bigint '2') AND (x >= bigint '3'))");
    expect(simple(not(compare(ref('d', DOUBLE), '<', lit(3, DOUBLE))))).toBe("$not((d < double '3.0'))");
  });

  it('takes out what alternatives share, first', () => {
    const name = ref('name', VARCHAR);
    const alternatives = or(and(compare(name, '=', text('a')), fails), and(compare(name, '=', text('b')), fails));
    expect(simple(alternatives)).toBe(`(${FAILS} AND (name IN (varchar 'a', varchar 'b')))`);
  });

  it('turns constants to the right', () => {
    expect(simple(compare(lit(5n), '<', x))).toBe("(x > bigint '5')");
    expect(simple({ kind: 'in', value: x, list: [lit(1n)], type: { kind: 'boolean' } })).toBe("(x = bigint '1')");
  });
});

describe('casts of columns in comparisons', () => {
  it('are taken off numbers', () => {
    expect(simple(compare(cast(x, decimal(20, 1)), '>', lit(35n, decimal(20, 1))))).toBe("(x >= bigint '4')");
    expect(simple(compare(cast(x, REAL), '=', lit(5, REAL)))).toBe("(x = bigint '5')");
    expect(where(compare(cast(x, DOUBLE), '=', lit(5.5, DOUBLE)))).toBe("boolean 'false'");
    expect(simple(compare(cast(ref('i', INTEGER), BIGINT), '<', lit(3_000_000_000n)))).toBe('($not((i IS NULL)) OR null::boolean)');
  });

  it('stay where they may raise or tell more', () => {
    expect(simple(compare(cast(x, INTEGER), '=', lit(5, INTEGER)))).toBe("(CAST(x AS integer) = integer '5')");
    expect(simple(compare(cast(x, VARCHAR), '=', text('5')))).toBe("(CAST(x AS varchar) = varchar '5')");
    expect(simple(compare(cast(x, DOUBLE), '=', lit(2 ** 60, DOUBLE)))).toContain('CAST(x AS double)');
  });

  it('are taken off dates and times', () => {
    const d = ref('d', DATE);
    const t = ref('t', timestamp(3));
    const at = (micros: bigint) => ({ epochMicros: micros, picosOfMicro: 0 });
    expect(simple(compare(cast(d, timestamp(3)), '>', lit(at(1_577_836_801_000_000n), timestamp(3))))).toBe("(d > date '2020-01-01')");
    expect(simple(compare(cast(t, DATE), '=', lit(18262, DATE)))).toBe(
      "((t >= timestamp(3) '2020-01-01 00:00:00.000') AND (t < timestamp(3) '2020-01-02 00:00:00.000'))",
    );
    expect(simple(compare(call('year', BIGINT, d), '=', lit(1995n)))).toBe("((d >= date '1995-01-01') AND (d < date '1996-01-01'))");
    expect(simple(compare(call('date_trunc', DATE, text('month'), d), '=', lit(9131, DATE)))).toBe("((d >= date '1995-01-01') AND (d < date '1995-02-01'))");
    const instant = { ...at(1_700_000_000_123_000n), zone: 'UTC' };
    const zoned = compare(cast(t, timestampWithTimeZone(3)), '>', lit(instant, timestampWithTimeZone(3)));
    expect(simple(zoned)).toBe("(t > timestamp(3) '2023-11-14 23:13:20.123')");
  });

  it('stay near a change of the clocks', () => {
    // 2023-10-29 00:30 UTC, when Berlin turns back an hour
    const instant = { epochMicros: 1_698_539_400_000_000n, picosOfMicro: 0, zone: 'UTC' };
    expect(simple(compare(cast(ref('t', timestamp(3)), timestampWithTimeZone(3)), '>', lit(instant, timestampWithTimeZone(3))))).toContain('CAST(t AS');
  });
});
