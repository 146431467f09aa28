import { describe, expect, it } from 'vitest';
import type { ArgumentType } from '../../../server/function/resolution.ts';
import { functionResolver } from '../../../server/function/resolver.ts';
import {
  array,
  BIGINT,
  char,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  INTERVAL_DAY_TO_SECOND,
  map,
  type Type,
  time,
  timestamp,
  typeId,
  UNKNOWN,
  VARCHAR,
  varchar,
} from '../../../spi/type.ts';
import { errorMessage } from '../../../spi/trinoError.ts';

const location = { line: 1, column: 8 };
const lambda = (parameterCount: number, resolve: (types: readonly Type[]) => Type): ArgumentType => ({ kind: 'lambda', parameterCount, resolve });

function resolve(name: string, ...types: readonly ArgumentType[]): string {
  try {
    const resolved = functionResolver.resolveFunction(name, types, location);
    return `(${resolved.argumentTypes.map(typeId).join(', ')}) -> ${typeId(resolved.returnType)}`;
  } catch (error) {
    return errorMessage(error);
  }
}

function operator(name: string, ...types: readonly Type[]): string | undefined {
  const resolved = functionResolver.resolveOperator(name, types);
  return resolved && typeId(resolved.returnType);
}

// every expectation was read from a Trino 476
describe('resolution of functions', () => {
  it('prefers what needs no coercion, then the most specific', () => {
    expect(resolve('abs', UNKNOWN)).toBe('(tinyint) -> tinyint');
    expect(resolve('power', INTEGER, INTEGER)).toBe('(double, double) -> double');
    expect(resolve('corr', INTEGER, INTEGER)).toBe('(real, real) -> real');
    expect(resolve('greatest', INTEGER, BIGINT)).toBe('(bigint, bigint) -> bigint');
    expect(resolve('concat', varchar(1), char(1))).toBe('(char(1), char(1)) -> char(2)');
    expect(resolve('concat', array(INTEGER), decimal(2, 1))).toBe('(array(decimal(11,1)), decimal(11,1)) -> array(decimal(11,1))');
    expect(resolve('date_diff', varchar(3), DATE, timestamp(6))).toBe('(varchar(3), timestamp(6), timestamp(6)) -> bigint');
  });

  it('says what it expected', () => {
    expect(resolve('foo', INTEGER)).toBe("line 1:8: Function 'foo' not registered");
    expect(resolve('year', varchar(10))).toBe(
      'line 1:8: Unexpected parameters (varchar(10)) for function year. Expected: year(date), year(interval year to month), year(timestamp(p) with time zone), year(timestamp(p))',
    );
    expect(resolve('greatest')).toBe('line 1:8: Unexpected parameters () for function greatest. Expected: greatest(E) E:orderable');
    expect(resolve('date_add', varchar(3), INTEGER, UNKNOWN)).toBe(
      'line 1:8: Could not choose a best candidate operator. Explicit type casts must be added.\nCandidates are:\n\t * (varchar(3),bigint,date):date\n\t * (varchar(3),bigint,time(3)):time(3)\n',
    );
  });

  it('types lambdas by what is bound so far, and widens what they return', () => {
    const widest = lambda(2, () => BIGINT);
    expect(
      resolve(
        'reduce',
        array(BIGINT),
        INTEGER,
        widest,
        lambda(1, ([state = UNKNOWN]) => state),
      ),
    ).toBe('(array(bigint), bigint, function(bigint,bigint,bigint), function(bigint,bigint)) -> bigint');
    expect(
      resolve(
        'filter',
        array(INTEGER),
        lambda(1, () => varchar(1)),
      ),
    ).toBe('line 1:8: Unexpected parameters (array(integer), <function>) for function filter. Expected: filter(array(t), function(t,boolean)) T');
  });

  it('calculates lengths and precisions', () => {
    expect(resolve('replace', varchar(3), varchar(1), varchar(3))).toBe('(varchar(3), varchar(1), varchar(3)) -> varchar(15)');
    expect(resolve('regexp_replace', varchar(10), varchar(1), varchar(5))).toBe('(varchar(10), JoniRegExp, varchar(5)) -> varchar(285)');
    expect(resolve('round', decimal(38, 2))).toBe('(decimal(38,2)) -> decimal(37,0)');
    expect(resolve('url_encode', VARCHAR)).toBe('(varchar) -> varchar');
  });
});

describe('resolution of operators', () => {
  it('gives decimals their result type', () => {
    expect(operator('$add', decimal(5, 2), decimal(7, 4))).toBe('decimal(8,4)');
    expect(operator('$divide', decimal(10, 2), decimal(5, 3))).toBe('decimal(14,3)');
    expect(() => operator('$multiply', decimal(38, 20), decimal(38, 20))).toThrow('DECIMAL scale must be in range [0, precision (38)]: 40');
  });

  it('knows dates, times and intervals', () => {
    expect(operator('$add', timestamp(0), INTERVAL_DAY_TO_SECOND)).toBe('timestamp(3)');
    expect(operator('$subtract', DATE, DATE)).toBe('interval day to second');
    expect(operator('$multiply', INTERVAL_DAY_TO_SECOND, DOUBLE)).toBe('interval day to second');
    expect(operator('$add', time(0), INTEGER)).toBeUndefined();
    expect(() => operator('$subtract', time(0), UNKNOWN)).toThrow('Could not choose a best candidate operator');
    expect(operator('$subscript', map(INTEGER, VARCHAR), BIGINT)).toBe('varchar');
  });
});
