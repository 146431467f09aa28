/** The questions put to Trino's row decoders: every declared type and data format against every kind of input. */
export interface DecoderColumn {
  readonly name: string;
  readonly type: string;
  readonly mapping?: string;
  readonly dataFormat?: string;
  readonly formatHint?: string;
}
export interface DecoderCase {
  readonly format: string;
  readonly columns: readonly DecoderColumn[];
  readonly params?: Readonly<Record<string, string>>;
  readonly messages: readonly Buffer[];
}

const text = (s: string): Buffer => Buffer.from(s, 'utf8');
const hex = (s: string): Buffer => Buffer.from(s.replaceAll(' ', ''), 'hex');

const JSON_VALUES = [
  '0', '-0', '1', '-1', '127', '128', '-128', '-129', '32767', '32768', '-32769', '2147483647', '2147483648', '-2147483648', '-2147483649',
  '9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809', '99999999999999999999',
  '1.0', '1.5', '-0.0', '0.1', '1.10', '1e3', '1E3', '1e-3', '1e0', '123456789.123', '1e7', '1e21', '12345678', '0.001', '0.0001', '1e400', '-1e400', '1e-400',
  '4.9e-324', '1e-323', '2e23', '3.4028235e38', '3.5e38', '1.1754943508222875e-38', '16777217', '0.30000000000000004', '123456789012345678901234567890.5',
  'true', 'false', 'null',
  '""', '" "', '"0"', '"1"', '"-1"', '"+1"', '"01"', '" 1"', '"1 "', '"1.0"', '"1.5"', '"1e3"', '"0x10"', '"1_000"', '"1L"', '"1d"', '"1f"', '"1.5D"', '"127"', '"128"', '"99999999999999999999"', '"٣"',
  '"true"', '"false"', '"TRUE"', '"True"', '" true "', '"yes"', '"t"', '"1"', '"NaN"', '"Infinity"', '"-Infinity"', '"infinity"', '"nan"', '"+Infinity"', '"INF"', '"null"', '".5"', '"5."', '"-"', '"0x1p3"',
  '"abc"', '"äöü"', '"日本語"', '"😀x"', '"a\\nb"', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\udc00x"', '"\\u0000"', '"a\\"b\\\\c\\/d"', '"  abc  "', '"abcd"', '"abcdefghijklmnop"',
  '{}', '[]', '{"b":1}', '[1,2]', '{"b":{"c":[1,2.50,"x",null,true]}}', '{"b":1e400}', '{"b":"\\u00e9\\u0001\\n\\/\\u2028\\""}', '{"b":1,"b":2}', '{ "b" : 1 , "c" : [ 1 , 2 ] }', '{"é":"日"}',
  '{"b":0.1e1,"c":100000000000000000000,"d":-0,"e":-0.0,"f":1e21}', '{"b":"\\u007f\\u0080"}', '{"b":"\\ud83d"}',
];
const JSON_TYPES = [
  'boolean', 'tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'varchar', 'varchar(3)', 'varchar(1)', 'char(3)', 'varbinary', 'decimal(5,2)', 'decimal(30,2)', 'date', 'time(3)', 'timestamp(3)',
  'timestamp(3) with time zone', 'json', 'uuid', 'array(bigint)', 'map(varchar,bigint)', 'row(b bigint)', 'ipaddress', 'interval day to second',
];

/** Whole messages, read as (a bigint, b varchar mapping x/y). */
const JSON_MESSAGES: readonly Buffer[] = [
  ...[
    '', ' ', 'null', 'true', '1', '1.5', '"x"', '[]', '[1]', '[{"a":1}]', '{}', '{"a":1}', ' \t\r\n{ \n"a" :\t1 \r} \n', '{"a":1} x', '{"a":1}{"a":2}', '{"a":1}]', '{"a":1},', '{"a":1', '{"a":', '{"a"', '{"a', '{', '{,}', '{"a":1,}', '{"a":1,,"b":2}',
    '{"a" 1}', '{a:1}', "{'a':1}", '{"a":01}', '{"a":-01}', '{"a":1.}', '{"a":.5}', '{"a":1.e3}', '{"a":1e}', '{"a":1e+}', '{"a":-}', '{"a":+1}', '{"a":NaN}', '{"a":Infinity}', '{"a":-Infinity}', '{"a":1 2}', '{"a":1a}', '{"a":truex}', '{"a":tru}', '{"a":True}', '{"a":nul}', '{"a":nulll}',
    '{"a":"x}', '{"a":"\\x"}', '{"a":"\\u12"}', '{"a":"\\u12g4"}', '{"a":"\n"}', '{"a":"\u0000"}', '{"a":"\t"}', '{"a":"\u007f"}', '{"a":[1,2}', '{"a":[1,]}', '{"a":[,1]}', '{"a":[1 2]}', '{"a":{]}', '{"a":1}}', '/*x*/{"a":1}', '{"a":1/*x*/}', '//x\n{"a":1}', '# x\n{"a":1}', '{"a":1;"b":2}',
    '{"a":1,"a":2}', '{"a":1,"a":"x"}', '{"a":"x","a":1}', '{"a":1,"a":null}', '{"a":null,"a":1}', '{"x":{"y":"1"},"x":{"z":"2"}}', '{"x":{"y":"1","y":"2"}}', '{"x":{"y":1},"a":5}', '{"x":null}', '{"x":1}', '{"x":"s"}', '{"x":[]}', '{"x":[{"y":1}]}', '{"x":{"y":{"z":1}}}', '{"x":{"y":null}}', '{"x/y":"flat"}', '{"x":{"Y":1}}', '{"A":1}',
    '{"\\u0061":7}', '{"x":{"\\u0079":"esc"}}', '{"a":1,"b":[[[]]],"c":{"d":{}}}', '{"a":1,"big":12345678901234567890123456789012345678901234567890}', '{"":1,"a":2}', '{"a":1,"z":"\\ud800"}', '{"a":1}\u0000', '\ufeff{"a":1}', '\u00a0{"a":1}', '{"a":1\u00a0}', '{"a":1,"u":"\u2028"}', '{"a":1e400,"x":{"y":1e400}}', '{"x":{"y":-0}}', '{"x":{"y":-0.0}}', '{"x":{"y":1.0}}',
    `{"a":1,"n":${'1'.repeat(1000)}}`, `{"a":1,"n":${'1'.repeat(1001)}}`, `{"a":1,"n":0.${'1'.repeat(1000)}}`, `{"a":1,"n":1.${'1'.repeat(998)}}`, `{"a":1,"n":-${'1'.repeat(1000)}}`, `{"a":1,"n":1e${'0'.repeat(1000)}1}`, `{"a":${'1'.repeat(1001)}}`, `{"a":1,"d":${'['.repeat(1001)}${']'.repeat(1001)}}`, `{"a":1,"d":${'['.repeat(5000)}${']'.repeat(5000)}}`, `{"a":1,"${'k'.repeat(60000)}":2}`,
    '{"a":1e99999999999}', '{"a":1,"n":1e99999999999}', '{"a":1,"n":1e-99999999999}', '{"x":{"y":1e-99999999999}}', '{"x":{"y":100000000000000000000000}}', '{"x":{"y":1.7976931348623157e308}}', '{"x":{"y":9.999999999999999e22}}', '{"x":{"y":123456.7}}', '{"x":{"y":1234567.8}}', '{"x":{"y":12345678.9}}', '{"x":{"y":0.00123}}', '{"x":{"y":0.000123}}',
    '{"a":1,}', '{"a":1 ,"x": {"y" :"v"} }', '{"a":0}', '{"a":00}', '{"a":-}', '{"a":"12","x":{"y":false}}', '{"a":true,"x":{"y":true}}', '{"a":12', '{"a":12 ', '{"a":"\\', '{"a":"\\u', '{"a":1}\n{"a":2}', '{"a":1} ,', '12 13', '"a" b', '[1', '[1]]', 'nul', 'nullx', 'null x', 'truefalse', '1x', '-', '01', '"abc',
  ].map(text),
  hex('00'), hex('0000'), hex('efbbbf'), hex('efbbbf7b7d'), hex('7b2261223a22ff227d'), hex('7b2261223a22c3227d'), hex('7b2261223a22c328227d'), hex('7b2261223a22c0af227d'), hex('7b2261223a22eda080227d'), hex('7b2261223a22eda0bdedb880227d'), hex('7b2261223a22f4908080227d'), hex('7b2261223a22f8888080227d'), hex('7b2261223a22e28228227d'), hex('7b2261223a22f09f98'), hex('7b2261223a2280227d'),
  hex('7b227a223a22ff227d'), hex('7b22ff223a22612c226122 3a317d'), hex('7b2261223a312c22 7a22 3a22 c3 22 7d'), hex('7b2261223a31ff7d'), hex('7b2261223a317d ff'), hex('ff 7b7d'), hex('7b c3a9 7d'), hex('7b2278223a7b2279223a22 eda080 227d7d'), hex('7b2278223a7b2279223a22 eda0bdedb880 227d7d'), hex('7b2278223a7b2279223a22 c0af 227d7d'), hex('7b2278223a7b2279223a22 f4908080 227d7d'), hex('7b2278223a7b2279223a22 e08080 227d7d'), hex('7b2278223a7b2279223a22 f0808080 227d7d'),
  Buffer.from('{"a":3}', 'utf16le'), Buffer.concat([hex('fffe'), Buffer.from('{"a":3}', 'utf16le')]), Buffer.from(Buffer.from('{"a":3}', 'utf16le').swap16()), Buffer.concat([hex('feff'), Buffer.from(Buffer.from('{"a":3,"x":{"y":"日😀"}}', 'utf16le')).swap16()]),
  hex('0000007b 00000022 00000061 00000022 0000003a 00000033 0000007d'), hex('7b000000 22000000 61000000 22000000 3a000000 33000000 7d000000'), hex('fffe0000 7b000000 22000000 61000000 22000000 3a000000 33000000 7d000000'), hex('0000feff 0000007b 0000007d'),
];

const quote = (s: string): string => JSON.stringify(s);
const ISO_TEXTS = [
  '2024-02-29T12:34:56.789+02:00', '2024-02-29T12:34:56.789Z', '2024-02-29T12:34:56Z', '2024-02-29T12:34Z', '2024-02-29T12Z', '2024-02-29T12:34:56.789', '2024-02-29T12:34:56', '2024-02-29T12:34', '2024-02-29 12:34:56', '2024-02-29T12:34:56.1', '2024-02-29T12:34:56.123456', '2024-02-29T12:34:56.123456789', '2024-02-29T12:34:56.1234567891', '2024-02-29T12:34:56.999999999Z', '2024-02-29T12:34:56.0005Z',
  '2024-02-29', '2024-02-30', '2023-02-29', '2024-13-01', '2024-2-9', '20240229', '2024-060', '2024-W09-4', '2024-02', '2024', '2024-02-29Z', '2024-02-29+02:00', '12:34:56.789', '12:34:56', '12:34', '12', '12:34:56.789Z', '12:34:56+05:30', '12:34:56.123456789', '12:34:56.1', '24:00', '24:00:00', '25:00:00', '12:60:00', '12:34:60', '23:59:59.999999999', 'T12:34:56', '12:34:56,789', '123456',
  '2024-02-29T24:00:00Z', '2024-02-29T12:34:60Z', '2024-02-29T12:34:56+0200', '2024-02-29T12:34:56+02', '2024-02-29T12:34:56-00:00', '2024-02-29T12:34:56+18:00', '2024-02-29T12:34:56+19:00', '2024-02-29T12:34:56+14:30', '2024-02-29T12:34:56+14:00', '2024-02-29T12:34:56+02:00:01', '2024-02-29T12:34:56+02:00[Europe/Paris]', '2024-02-29T12:34:56 UTC', '2024-02-29T12:34:56z', '2024-02-29t12:34:56Z', '2024-02-29T12:34:56[Europe/Paris]',
  '1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.9999Z', '0001-01-01T00:00:00Z', '0000-01-01T00:00:00Z', '-0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '+10000-01-01T00:00:00Z', '10000-01-01T00:00:00Z', '1582-10-10T00:00:00Z', '1900-01-01', '-0001-01-01', '+12345-01-01', '+292278994-08-17T07:12:55.807Z', '+999999999-12-31', '', ' ', 'x', ' 2024-02-29T12:34:56Z', '2024-02-29T12:34:56Z ', '1709210096789', '2024-02-29T12:34:56.', '2024-02-29T12:34:56.Z', '2024-02-29T1:34:56Z', '2024-02-29T12:34:56.789+2:00',
];
const RFC_TEXTS = [
  'Thu Feb 29 12:34:56 +0000 2024', 'Thu Feb 29 12:34:56 +0200 2024', 'Thu Feb 29 12:34:56 -0530 2024', 'Thu Feb 29 12:34:56 UTC 2024', 'Thu Feb 29 12:34:56 Z 2024', 'Thu Feb 29 12:34:56 +02:00 2024', 'Fri Feb 29 12:34:56 +0000 2024', 'thu feb 29 12:34:56 +0000 2024', 'THU FEB 29 12:34:56 +0000 2024', 'Thursday February 29 12:34:56 +0000 2024', 'Thu Feb 9 12:34:56 +0000 2024', 'Fri Feb 9 12:34:56 +0000 2024', 'Fri Feb 09 12:34:56 +0000 2024', 'Fri Feb 09 1:2:3 +0000 2024', 'Thu, 29 Feb 2024 12:34:56 +0000', 'Thu Feb 30 12:34:56 +0000 2024', 'Thu Feb 29 12:34:56 +0000 24', 'Thu Feb 29 24:00:00 +0000 2024', 'Thu Feb 29 12:34:56 +0000 12024', 'Thu Feb 29 12:34:56.789 +0000 2024', 'Thu Feb 29 12:34:56 +0000 2024 ', ' Thu Feb 29 12:34:56 +0000 2024', 'Thu  Feb 29 12:34:56 +0000 2024', 'Thu May 02 12:34:56 +1400 2024', 'Thu May 02 12:34:56 +1430 2024', 'Thu May 02 12:34:56 +1900 2024', 'Thu May 02 12:34:56 +2400 2024', 'Tue Sep 03 12:34:56 +0000 2024', 'Tue Sept 03 12:34:56 +0000 2024', 'Thu Feb 29 12:34:56 2024', '', 'x', 'Mon Jan 01 00:00:00 +0000 0001', 'Thu Feb 29 12:34:56 +0000 -2024', 'Thu Feb 29 12:34:56 +00 2024', 'Thu Feb 29 12:34:56 +020030 2024', 'Thu Feb 29 12:34:60 +0000 2024',
];
const EPOCH_VALUES = ['0', '1', '-1', '1709210096789', '-1709210096789', '1709210096', '1709210096789.5', '1e3', '"1709210096789"', '"0"', '" 1"', '"+1"', '"-1"', '"1.5"', '"x"', '""', 'true', '{}', '[]', '[1]', 'null', '86399', '86399999', '86400', '86400000', '-86400000', '9223372036854775807', '-9223372036854775808', '9223372036854775', '9223372036854776', '99999999999999999999', '253402300799', '253402300799999', '"９"'];
const HINTS: readonly (readonly [string, readonly string[]])[] = [
  ['MM/dd/yyyy HH:mm:ss', ['02/29/2024 12:34:56', '2/9/2024 1:2:3', '02/30/2024 12:34:56', '02/29/24 12:34:56', '02/29/12024 12:34:56', '02/29/-024 12:34:56', '02/29/2024 24:00:00', '02/29/2024 12:34:60', '02/29/2024  12:34:56', '02/29/2024 12:34:56 ', '02/29/2024', '002/29/2024 12:34:56', '+2/29/2024 12:34:56', '-2/29/2024 12:34:56', '']],
  ['yyyy-MM-dd', ['2024-02-29', '2024-2-9', '24-02-29', '-2024-02-29', '12024-02-29', '2024-02-29T', '20240229', '0024-02-29']],
  ['yyyyMMdd', ['20240229', '2024229', '020240229', '202402291']],
  ['yy-MM-dd', ['24-02-29', '99-02-28', '54-01-01', '55-01-01', '2024-02-29', '024-02-29', '-24-02-29', '4-02-29']],
  ['HH:mm:ss', ['12:34:56', '1:2:3', '24:00:00', '23:59:59', '-1:00:00', '12:34']],
  ['HH:mm:ss.SSS', ['12:34:56.789', '12:34:56.7', '12:34:56.7899', '12:34:56.', '12:34:56']],
  ['HH:mm:ss.S', ['12:34:56.7', '12:34:56.78', '12:34:56.789123456']],
  ['hh:mm a', ['12:34 AM', '12:34 PM', '01:00 pm', '13:00 PM', '00:30 AM', '1:00 p', '1:00 Am']],
  ['KK:mm a', ['11:34 PM', '00:30 AM', '12:00 PM']],
  ['kk:mm', ['24:00', '01:00', '00:00', '25:00']],
  ['EEE, dd MMM yyyy HH:mm:ss Z', ['Thu, 29 Feb 2024 12:34:56 +0200', 'Thu, 29 Feb 2024 12:34:56 +02:00', 'Thu, 29 Feb 2024 12:34:56 Z', 'Thu, 29 Feb 2024 12:34:56 UTC', 'Fri, 29 Feb 2024 12:34:56 +0200', 'thu, 29 FEB 2024 12:34:56 -0330', 'Thursday, 29 February 2024 12:34:56 +0000']],
  ["yyyy-MM-dd'T'HH:mm:ssZZ", ['2024-02-29T12:34:56+02:00', '2024-02-29T12:34:56+0200', '2024-02-29T12:34:56Z', '2024-02-29T12:34:56-02']],
  ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", ['2024-02-29T12:34:56.789+0000', '2024-02-29T12:34:56.789Z']],
  ['yyyy-MM-dd HH:mm ZZZ', ['2024-02-29 12:34 Europe/Paris', '2024-02-29 12:34 UTC', '2024-02-29 12:34 +02:00', '2024-02-29 12:34 America/New_York', '2024-02-29 12:34 X']],
  ['yyyy-MM-dd HH:mm z', ['2024-02-29 12:34 UTC', '2024-02-29 12:34 PST', '2024-02-29 12:34 CET', '2024-02-29 12:34 EDT']],
  ['d MMMM yyyy', ['9 February 2024', '09 Feb 2024', '29 FEBRUARY 2024', '9 Sept 2024', '31 April 2024']],
  ['M/d/yyyy h:m:s a', ['2/9/2024 1:2:3 AM', '12/31/2024 12:00:00 PM']],
  ['D yyyy', ['60 2024', '366 2024', '366 2023', '0 2024']],
  ["xxxx-'W'ww-e", ['2024-W09-4', '2024-W53-1', '2020-W53-7']],
  ['YYYY G', ['2024 AD', '2024 BC', '2024 ad']],
  ['CC yy', ['20 24']],
  ['EEEE', ['Thursday', 'Thu', 'thu']],
  ['yyyy', ['2024', '1', '12345']],
  ["'at' HH'''h'", ["at 12'h", 'at 12h']],
  ['yyyy-MM-dd HH:mm:ss.SSSSSS', ['2024-02-29 12:34:56.123456', '2024-02-29 12:34:56.123']],
  ['bogus', ['x']],
  ['', ['x']],
];
const TEMPORAL_TYPES = ['date', 'time(3)', 'time(0)', 'time(6)', 'time(9)', 'time(12)', 'time(3) with time zone', 'time(6) with time zone', 'timestamp(3)', 'timestamp(0)', 'timestamp(6)', 'timestamp(9)', 'timestamp(3) with time zone', 'timestamp(0) with time zone', 'timestamp(6) with time zone', 'bigint', 'integer', 'varchar', 'double', 'boolean'];

function jsonCases(): DecoderCase[] {
  const cases: DecoderCase[] = [];
  const values = JSON_VALUES.map((v) => text(`{"a":${v}}`));
  for (const type of JSON_TYPES) cases.push({ format: 'json', columns: [{ name: 'c', type, mapping: 'a' }], messages: [text('{}'), ...values] });
  cases.push({ format: 'json', columns: [{ name: 'a', type: 'bigint', mapping: 'a' }, { name: 'b', type: 'varchar', mapping: 'x/y' }], messages: JSON_MESSAGES });
  cases.push({ format: 'json', columns: [{ name: 'x', type: 'varchar', mapping: 'x' }, { name: 'y', type: 'varchar', mapping: 'x/y' }, { name: 'p', type: 'bigint', mapping: 'x/0' }], messages: JSON_MESSAGES });
  for (const mapping of ['a', '/a', 'a/', 'a//b', '/', '', 'x/0/y', 'x/*', '$.a', 'a.b', '"a"', 'a b']) {
    cases.push({ format: 'json', columns: [{ name: 'c', type: 'varchar', mapping }], messages: ['{"a":1}', '{"":{"a":2}}', '{"":3}', '{"a":{"":4}}', '{"a":{"":{"b":5}}}', '{"a":{"b":6}}', '{"x":[{"y":7}]}', '{"x":{"0":{"y":8}}}', '{"$.a":9,"a.b":10,"\\"a\\"":11,"a b":12}', '[{"a":1}]', '"s"'].map(text) });
  }
  cases.push({ format: 'json', columns: [{ name: 'c', type: 'varchar' }], messages: [text('{"c":1}')] });
  const temporal = (dataFormat: string, messages: readonly Buffer[], formatHint?: string): void => {
    for (const type of TEMPORAL_TYPES) {
      cases.push({ format: 'json', columns: [{ name: 'c', type, mapping: 'a', dataFormat, ...(formatHint === undefined ? {} : { formatHint }) }], messages });
    }
  };
  const kinds = ['1', '1.5', 'true', 'null', '{}', '[]', '["2024-02-29"]', '12'].map((v) => text(`{"a":${v}}`));
  temporal('iso8601', [text('{}'), ...kinds, ...ISO_TEXTS.map((t) => text(`{"a":${quote(t)}}`))]);
  temporal('rfc2822', [text('{}'), ...kinds, ...RFC_TEXTS.map((t) => text(`{"a":${quote(t)}}`))]);
  temporal('milliseconds-since-epoch', [text('{}'), ...EPOCH_VALUES.map((v) => text(`{"a":${v}}`))]);
  temporal('seconds-since-epoch', [text('{}'), ...EPOCH_VALUES.map((v) => text(`{"a":${v}}`))]);
  for (const [hint, texts] of HINTS) temporal('custom-date-time', [...(hint === 'HH:mm:ss' ? kinds : []), ...texts.map((t) => text(`{"a":${quote(t)}}`))], hint);
  temporal('custom-date-time', [text('{"a":"2024"}')]);
  temporal('nonsense', [text('{"a":"2024"}')]);
  temporal('_default', [text('{"a":"2024"}')]);
  return cases;
}

const CSV_LINES: readonly Buffer[] = [
  ...[
    '', ' ', 'a', 'a,b,c', '1,2,3', '1,2', ',', ',,', 'a,', '"a","b"', '"a,b",c', '"a""b",c', '"a\\"b",c', 'a\\,b,c', 'a"b,c', 'a "b" c,d', ' "a" ,b', '"a" ,b', ' a , b ', '"a', '"a,b', 'a,"b', '"a\nb",c', 'a\nb,c', 'a\r\nb', 'a;b', "'a','b'", '"",x', '""', '"""",x', '\\', '\\\\,x', 'a\\nb,x', '"a\\\\b",x', '"a\\nb",x', 'true,false', 'TRUE,x', ' true,x', 't,x', '1.5,2', '-1,x', '+1,x', ' 1,x', '1 ,x', '"1",x', '127,x', '128,x', '32768,x', '2147483648,x', '9223372036854775808,x', 'NaN,x', 'Infinity,x', '1e3,x', '1d,x', '0x10,x', '"",2', 'äöü,日本', '\ufeffa,b', 'a\tb,c', 'abcdef,x', '"a"b,c', '"a"b"c,d', 'a,"b"c"', 'x\u0000y,z', '1_000,x', '00012,x', '1.,x', '.5,x', 'null,x', 'NULL,x', '1L,x', '3.4028235e38,x', '4e38,x', '-0,x', '-0.0,x', '1e400,x',
  ].map(text),
  hex('ff2c62'), hex('c3282c62'), hex('eda0802c62'),
];
function csvCases(): DecoderCase[] {
  const cases: DecoderCase[] = [];
  for (const type of [...JSON_TYPES, 'timestamp(6)']) cases.push({ format: 'csv', columns: [{ name: 'c', type, mapping: '0' }], messages: CSV_LINES });
  for (const mapping of ['0', '1', '2', '5', '-1', 'x', '', ' 1', '1.5', '99999999999']) cases.push({ format: 'csv', columns: [{ name: 'c', type: 'varchar', mapping }], messages: CSV_LINES });
  cases.push({ format: 'csv', columns: [{ name: 'c', type: 'varchar' }], messages: CSV_LINES.slice(0, 5) });
  cases.push({ format: 'csv', columns: [{ name: 'c', type: 'varchar', mapping: '0', dataFormat: 'iso8601' }], messages: CSV_LINES.slice(0, 5) });
  cases.push({ format: 'csv', columns: [{ name: 'c', type: 'varchar', mapping: '0', formatHint: 'x' }], messages: CSV_LINES.slice(0, 5) });
  return cases;
}

const RAW_MESSAGES: readonly Buffer[] = ['', '00', '01', '7f', '80', 'ff', '0001', '7fff', '8000', 'ffff', '000102', '00010203', '7fffffff', '80000000', '7f800000', '7fc00000', '3fc00000', '0001020304', '0001020304050607', '7ff8000000000000', '3ff8000000000000', '8000000000000000', '000102030405060708', '61', '616263', '616263646566676869', '31', '313233', 'c3a9', 'c3', 'ff61', 'e697a5e69cac', 'f09f9880', '00610062', '20612020'].map(hex);
function rawCases(): DecoderCase[] {
  const cases: DecoderCase[] = [];
  const types = [...JSON_TYPES, 'timestamp(6)', 'time(6)'];
  for (const dataFormat of [undefined, 'BYTE', 'SHORT', 'INT', 'LONG', 'FLOAT', 'DOUBLE']) {
    for (const type of types) cases.push({ format: 'raw', columns: [{ name: 'c', type, ...(dataFormat === undefined ? {} : { dataFormat }) }], messages: RAW_MESSAGES });
  }
  for (const mapping of ['0', '1', '0:1', '1:3', '0:8', '8', '3:1', '2:2', '-1', '-1:2', 'x', '1:', ':1', '', ' ', '0:99', '1:2:3', ' 1 : 2 ', '99999999999', '+1']) {
    for (const [type, dataFormat] of [['varchar', undefined], ['varchar(2)', 'BYTE'], ['bigint', 'BYTE'], ['bigint', 'LONG'], ['integer', 'INT'], ['smallint', 'SHORT'], ['double', 'DOUBLE']] as const) {
      cases.push({ format: 'raw', columns: [{ name: 'c', type, mapping, ...(dataFormat === undefined ? {} : { dataFormat }) }], messages: RAW_MESSAGES });
    }
  }
  for (const dataFormat of ['byte', 'Long', 'bogus', '', ' ', 'iso8601']) cases.push({ format: 'raw', columns: [{ name: 'c', type: 'bigint', dataFormat }], messages: RAW_MESSAGES.slice(0, 12) });
  cases.push({ format: 'raw', columns: [{ name: 'c', type: 'varchar', formatHint: 'x' }], messages: RAW_MESSAGES.slice(0, 5) });
  return cases;
}

export function decoderCases(): readonly DecoderCase[] {
  return [...jsonCases(), ...csvCases(), ...rawCases(), { format: 'dummy', columns: [{ name: 'c', type: 'varchar', mapping: 'c' }], messages: [text(''), text('x')] }];
}
