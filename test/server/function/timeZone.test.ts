import { describe, expect, it } from 'vitest';
import { instantOfLocal, normalizeTimeZone, offsetSecondsAt } from '../../../server/function/timeZone.ts';

const at = (text: string): number => Date.parse(`${text}Z`) / 1000;

describe('time zones', () => {
  it('are named as Trino names them', () => {
    const names = ['Z', 'GMT', 'Etc/GMT+5', 'UTC+1', '+5', '+0530', '-00:00', '+14:01', 'utc', 'EST', 'Etc/Zulu', 'Asia/Kolkata'];
    expect(names.map(normalizeTimeZone)).toEqual([
      'UTC',
      'UTC',
      '-05:00',
      '+01:00',
      '+05:00',
      '+05:30',
      'UTC',
      undefined,
      undefined,
      undefined,
      undefined,
      'Asia/Kolkata',
    ]);
  });

  it('take the earlier instant of an overlap', () => {
    expect(instantOfLocal('America/New_York', at('2020-11-01T01:30:00'))).toEqual({ epochSecond: at('2020-11-01T05:30:00'), inGap: false });
  });

  it('shift a time in a gap by its length', () => {
    const { epochSecond, inGap } = instantOfLocal('America/New_York', at('2020-03-08T02:30:00'));
    expect(inGap).toBe(true);
    expect(epochSecond + offsetSecondsAt('America/New_York', epochSecond)).toBe(at('2020-03-08T03:30:00'));
  });

  it('know local mean time and years to come', () => {
    expect(offsetSecondsAt('America/New_York', at('1880-01-01T00:00:00'))).toBe(-(4 * 3600 + 56 * 60 + 2));
    expect(offsetSecondsAt('Europe/Paris', at('2024-07-01T00:00:00') + 146097 * 86400 * 100)).toBe(7200);
  });
});
