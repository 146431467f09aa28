import { describe, expect, it } from 'vitest';
import { castValue } from '../../../server/function/castValue.ts';
import { doubleVarchar, realVarchar } from '../../../server/function/numberText.ts';
import { array, BIGINT, DOUBLE, decimal, JSON_TYPE, TINYINT, type Type, timestamp, timestampWithTimeZone, VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';

const session = { timeZone: 'America/New_York', startMicros: 1_700_000_000_000_000n };
const cast = (value: Value, from: Type, to: Type): Value => castValue(value, from, to, session);

// every expectation was read from a Trino 476
describe('casts', () => {
  it('print doubles and reals as Java formats them', () => {
    expect([0, -0, 1, 0.001, 1e7, 4.9e-324, 1e23, 2e23, 9007199254740992, 2 ** 57 * 1.5].map(doubleVarchar)).toEqual([
      '0E0',
      '-0E0',
      '1.0E0',
      '1.0E-3',
      '1.0E7',
      '4.9E-324',
      '9.999999999999999E22',
      '1.9999999999999998E23',
      '9.007199254740992E15',
      '2.16172782113783808E17',
    ]);
    expect([3.4028234663852886e38, Math.fround(0.1), 16777216].map(realVarchar)).toEqual(['3.402823E38', '1.0E-1', '1.677722E7']);
  });

  it('round half up, from the digits that are shown', () => {
    expect(cast(1.005, DOUBLE, decimal(5, 2))).toBe(101n);
    expect(cast('0.005', VARCHAR, decimal(5, 2))).toBe(1n);
    expect(cast(-2.5, DOUBLE, BIGINT)).toBe(-3n);
    expect(() => cast(128, DOUBLE, TINYINT)).toThrow('Out of range for tinyint: 128.0');
  });

  it('read times in the zone of the session, and move them out of gaps', () => {
    expect(cast('2020-03-08 02:30:00', VARCHAR, timestampWithTimeZone(3))).toEqual({
      epochMicros: 1583652600000000n,
      picosOfMicro: 0,
      zone: 'America/New_York',
    });
    expect(cast({ epochMicros: -1n, picosOfMicro: 999_999 }, timestamp(12), timestamp(6))).toEqual({ epochMicros: 0n, picosOfMicro: 0 });
  });

  it('name the JSON that does not fit', () => {
    expect(() => cast('[1,"x"]', JSON_TYPE, array(BIGINT))).toThrow('Cannot cast to array(bigint). Cannot cast \'x\' to BIGINT\n[1,"x"]');
    expect(cast('[1,null,"3"]', JSON_TYPE, array(VARCHAR))).toEqual(['1', null, '3']);
  });
});
