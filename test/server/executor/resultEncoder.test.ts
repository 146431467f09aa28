import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../../server/executor/index.ts';
import {
  array,
  BIGINT,
  BOOLEAN,
  char,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  INTERVAL_DAY_TO_SECOND,
  INTERVAL_YEAR_TO_MONTH,
  IPADDRESS,
  JSON_TYPE,
  map,
  REAL,
  row,
  SMALLINT,
  TINYINT,
  type Type,
  time,
  timestamp,
  timestampWithTimeZone,
  timeWithTimeZone,
  UNKNOWN,
  UUID,
  VARBINARY,
  VARCHAR,
} from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { planOf, rowsText, session, sessionWithoutCapabilities, symbol, testExecutor, values } from './support.ts';

let executor: Executor;
beforeAll(() => {
  executor = testExecutor();
});
afterAll(() => executor.close());

/** The row as the client sees it, of constants written into the statement and of the same values fed as a table. */
async function shown(cells: readonly (readonly [Type, Value])[], who = session): Promise<string> {
  const outputs = cells.map(([type], i) => symbol(`c${i}`, type));
  const rowValues = cells.map(([, value]) => value);
  const written = await rowsText(executor, planOf(values(outputs, [rowValues]), outputs), { session: who });
  const many = Array.from({ length: 300 }, () => rowValues);
  const fed = await rowsText(executor, planOf(values(outputs, many), outputs), { session: who });
  expect(fed.slice(-written.length)).toBe(`,${written.slice(1)}`);
  return written;
}

const moment = (iso: string, picosOfMicro = 0) => ({ epochMicros: BigInt(Date.parse(iso)) * 1000n, picosOfMicro });

// every expected text is the answer of Trino 476
describe('values on the wire', () => {
  it('shows doubles as Java does', async () => {
    const numbers = [
      1,
      0.1,
      1e7,
      9999999,
      1e-3,
      1e-4,
      123456789.125,
      4.9e-324,
      1e-323,
      2e23,
      1e21,
      -0,
      Number.NaN,
      Infinity,
      -Infinity,
      1.7976931348623157e308,
      1e22,
      9007199254740992,
    ];
    expect(await shown(numbers.map((x) => [DOUBLE, x] as const))).toBe(
      '[[1.0,0.1,1.0E7,9999999.0,0.001,1.0E-4,1.23456789125E8,4.9E-324,9.9E-324,2.0E23,1.0E21,-0.0,"NaN","Infinity","-Infinity",1.7976931348623157E308,1.0E22,9.007199254740992E15]]',
    );
  });

  it('shows reals as Java does', async () => {
    const numbers = [1, 0.1, 1e7, 16777216, 3.4028235e38, 1.4e-45, 1e-3, 9.9999e-4, 1.17549435e-38, Number.NaN, 33554432, 8388608.5, 2.3e10, -0];
    expect(await shown(numbers.map((x) => [REAL, Math.fround(x)] as const))).toBe(
      '[[1.0,0.1,1.0E7,1.6777216E7,3.4028235E38,1.4E-45,0.001,9.9999E-4,1.1754944E-38,"NaN",3.3554432E7,8388608.0,2.3E10,-0.0]]',
    );
  });

  it('shows whole numbers, decimals, booleans and NULL', async () => {
    expect(
      await shown([
        [TINYINT, -128],
        [SMALLINT, 32767],
        [INTEGER, -2147483648],
        [BIGINT, -9223372036854775808n],
        [BIGINT, 9007199254740993n],
        [decimal(3, 1), 15n],
        [decimal(9, 2), -5n],
        [decimal(18, 17), 123456789012345678n],
        [decimal(38, 0), 12345678901234567890123456789012345678n],
        [decimal(38, 38), -1n],
        [BOOLEAN, true],
        [UNKNOWN, null],
        [VARCHAR, null],
      ]),
    ).toBe(
      '[[-128,32767,-2147483648,-9223372036854775808,9007199254740993,"1.5","-0.05","1.23456789012345678","12345678901234567890123456789012345678","-0.00000000000000000000000000000000000001",true,null,null]]',
    );
  });

  it('shows dates and timestamps with their precision', async () => {
    expect(
      await shown([
        [DATE, 18262],
        [DATE, -719893],
        [DATE, 3789391],
        [timestamp(0), moment('2020-01-01T01:02:03Z')],
        [timestamp(12), moment('2020-01-01T01:02:03.123Z', 456789)],
        [timestamp(1), moment('-000001-01-01T00:00:00.100Z')],
        [timestamp(3), moment('+012345-01-01T00:00:00.123Z')],
        [timestamp(6), { epochMicros: -1n, picosOfMicro: 0 }],
      ]),
    ).toBe(
      '[["2020-01-01","-0001-01-01","+12345-01-01","2020-01-01 01:02:03","2020-01-01 01:02:03.123000456789","-0001-01-01 00:00:00.1","+12345-01-01 00:00:00.123","1969-12-31 23:59:59.999999"]]',
    );
  });

  it('shows instants in their zone', async () => {
    expect(
      await shown([
        [timestampWithTimeZone(0), { ...moment('2020-01-01T01:02:03Z'), zone: 'UTC' }],
        [timestampWithTimeZone(6), { epochMicros: BigInt(Date.parse('2020-06-30T23:02:03Z')) * 1000n + 123456n, picosOfMicro: 0, zone: 'Europe/Paris' }],
        [timestampWithTimeZone(12), { ...moment('2019-12-31T19:32:03.123Z', 456789), zone: '+05:30' }],
        [timestampWithTimeZone(1), { ...moment('1883-01-01T05:58:05.500Z'), zone: 'America/New_York' }],
      ]),
    ).toBe(
      '[["2020-01-01 01:02:03 UTC","2020-07-01 01:02:03.123456 Europe/Paris","2020-01-01 01:02:03.123000456789 +05:30","1883-01-01 01:02:03.5 America/New_York"]]',
    );
  });

  it('shows times and intervals', async () => {
    expect(
      await shown([
        [time(0), 3_723_000_000_000_000n],
        [time(12), 3_723_123_456_789_012n],
        [timeWithTimeZone(6), { picos: 3_723_123_456_000_000n, offsetMinutes: 330 }],
        [timeWithTimeZone(3), { picos: 3_723_123_000_000_000n, offsetMinutes: -480 }],
        [INTERVAL_DAY_TO_SECOND, 86_400_000n],
        [INTERVAL_DAY_TO_SECOND, -93_784_567n],
        [INTERVAL_YEAR_TO_MONTH, 38],
        [INTERVAL_YEAR_TO_MONTH, -38],
      ]),
    ).toBe('[["01:02:03","01:02:03.123456789012","01:02:03.123456+05:30","01:02:03.123-08:00","1 00:00:00.000","-1 02:03:04.567","3-2","-3-2"]]');
  });

  it('shows bytes, texts and addresses', async () => {
    const ip = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
    expect(
      await shown([
        [VARBINARY, Uint8Array.of(0, 255, 16)],
        [UUID, '12151fd2-7586-11e9-8f9e-2a86e4085a59'],
        [IPADDRESS, ip('00000000000000000000ffff0a000001')],
        [IPADDRESS, ip('20010db8000000000000000000000001')],
        [IPADDRESS, ip('00010000000000020000000000000003')],
        [JSON_TYPE, '{"a":[1,2.5],"b":null}'],
        [char(5), 'ab'],
        [VARCHAR, 'a"\\\\/é😀'],
        [VARCHAR, '\0\x01\b\t\n\v\f\r\x1f \x7f\u0080\u2028'],
        [VARCHAR, "a text that is longer than twelve bytes, with 'quotes'"],
      ]),
    ).toBe(
      '[["AP8Q","12151fd2-7586-11e9-8f9e-2a86e4085a59","10.0.0.1","2001:db8::1","1:0:0:2::3","{\\"a\\":[1,2.5],\\"b\\":null}","ab   ","a\\"\\\\\\\\/é😀","\\u0000\\u0001\\b\\t\\n\\u000B\\f\\r\\u001F \x7f\u0080\u2028","a text that is longer than twelve bytes, with \'quotes\'"]]',
    );
  });

  it('shows arrays, rows and maps with keys of every kind', async () => {
    const pairs = (...entries: (readonly [Value, Value])[]) => ({ entries });
    expect(
      await shown([
        [row([{ type: INTEGER }, { type: VARCHAR }, { type: UNKNOWN }]), [1, 'a', null]],
        [array(INTEGER), []],
        [array(INTEGER), [null, 1]],
        [map(DOUBLE, INTEGER), pairs([1, 1], [Number.NaN, 2])],
        [map(array(INTEGER), INTEGER), pairs([[1], 1])],
        [map(row([{ type: INTEGER }, { type: VARCHAR }]), INTEGER), pairs([[1, 'a'], 1])],
        [map(BOOLEAN, INTEGER), pairs([true, 1], [false, null])],
        [map(decimal(3, 2), INTEGER), pairs([110n, 1])],
        [map(VARBINARY, INTEGER), pairs([Uint8Array.of(0, 255), 1])],
        [map(VARCHAR, array(array(decimal(2, 1)))), pairs(['a"', [[15n]]])],
        [map(char(3), INTEGER), pairs(['a', 1])],
        [map(map(INTEGER, INTEGER), INTEGER), pairs([pairs([1, 2]), 3])],
        [map(row([{ type: DOUBLE }, { type: array(VARCHAR) }]), INTEGER), pairs([[1.5, ['x']], 1])],
        [array(row([{ type: INTEGER }, { type: array(BOOLEAN) }])), [[1, [true]]]],
        [array(timestamp(7)), [moment('2020-01-01T00:00:00.123Z', 400000)]],
      ]),
    ).toBe(
      '[[[1,"a",null],[],[null,1],{"1.0":1,"NaN":2},{"[1]":1},{"[1, a]":1},{"true":1,"false":null},{"1.10":1},{"AP8=":1},{"a\\"":[["1.5"]]},{"a  ":1},{"{1=2}":3},{"[1.5, [x]]":1},[[1,[true]]],["2020-01-01 00:00:00.1230004"]]]',
    );
  });

  it('rounds to milliseconds for clients without PARAMETRIC_DATETIME, but not in keys of maps', async () => {
    const micros = (iso: string, extra: bigint) => ({ epochMicros: BigInt(Date.parse(iso)) * 1000n + extra, picosOfMicro: 0 });
    expect(
      await shown(
        [
          [timestamp(0), moment('2020-01-01T01:02:03Z')],
          [timestamp(4), micros('2020-01-01T01:02:03.123Z', 500n)],
          [timestamp(12), { ...micros('2020-01-01T01:02:03.123Z', 499n), picosOfMicro: 999999 }],
          [timestamp(4), micros('2020-12-31T23:59:59.999Z', 500n)],
          [timestamp(4), micros('1969-12-31T23:59:59.998Z', 500n)],
          [timestampWithTimeZone(4), { ...micros('2020-06-30T23:02:03.999Z', 600n), zone: 'Europe/Paris' }],
          [time(4), 86_399_999_600_000_000n],
          [timeWithTimeZone(4), { picos: 86_399_999_600_000_000n, offsetMinutes: 60 }],
          [array(timestamp(4)), [micros('2020-01-01T01:02:03.123Z', 500n)]],
          [map(timestamp(6), INTEGER), { entries: [[micros('2020-01-01T00:00:00.123Z', 456n), 1]] }],
        ],
        sessionWithoutCapabilities,
      ),
    ).toBe(
      '[["2020-01-01 01:02:03.000","2020-01-01 01:02:03.124","2020-01-01 01:02:03.123","2021-01-01 00:00:00.000","1969-12-31 23:59:59.999","2020-07-01 01:02:04.000 Europe/Paris","00:00:00.000","00:00:00.000+01:00",["2020-01-01 01:02:03.124"],{"2020-01-01 00:00:00.123456":1}]]',
    );
  });
});
