import protobuf from 'protobufjs';
import type { DecoderCase, DecoderColumn } from './decoderCases.ts';

const PROTO3 = `syntax = "proto3";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/any.proto";
enum Color { RED = 0; GREEN = 1; BLUE = 5; }
message Deep { string name = 1; int64 n = 2; }
message Inner { string name = 1; int64 n = 2; Deep next = 3; repeated int32 list = 4; Color color = 5; optional int32 maybe = 6; google.protobuf.Timestamp at = 7; }
message schema {
  double d = 1; float f = 2; int32 i32 = 3; int64 i64 = 4; uint32 u32 = 5; uint64 u64 = 6; sint32 s32 = 7; sint64 s64 = 8;
  fixed32 x32 = 9; fixed64 x64 = 10; sfixed32 sx32 = 11; sfixed64 sx64 = 12; bool b = 13; string s = 14; bytes by = 15;
  Color color = 16; Inner inner = 17; repeated int32 ri = 18; repeated string rs = 19; repeated Inner rm = 20;
  map<string, int64> m = 21; map<int32, double> mm = 22; google.protobuf.Timestamp ts = 23;
  oneof choice { string os = 24; int32 oi = 25; Inner om = 26; bytes ob = 38; Color oc = 39; google.protobuf.Timestamp ot = 40; double od = 41; int64 ol = 42; }
  optional int32 oo = 27; google.protobuf.Any any = 28;
  google.protobuf.Int64Value wrapped = 31; google.protobuf.Duration dur = 32; repeated Color rc = 33; repeated int32 unpacked = 34 [packed = false];
  map<bool, string> mb = 35; repeated google.protobuf.Timestamp rts = 36; map<string, Color> mc = 37; message Nested { int32 x = 1; } Nested nested = 43;
  repeated double rd = 44; map<int64, bytes> ml = 45; repeated bool rb = 46; optional string camelCase = 47;
}`;

const PROTO2 = `syntax = "proto2";
enum Level { LOW = 1; HIGH = 2; }
message Part { required int32 id = 1; optional string label = 2 [default = "none"]; }
message schema {
  optional int32 i = 1 [default = 42]; optional string s = 2 [default = "hello"]; optional bool b = 3 [default = true];
  optional Level level = 4 [default = HIGH]; repeated int32 list = 5; repeated int32 packed = 6 [packed = true]; optional Part part = 7;
  repeated group Result = 8 { optional string url = 9; }
  extensions 100 to 199;
  optional double d = 10 [default = 1.5]; optional bytes by = 11 [default = "ab\\001"]; repeated Level levels = 12; optional Level plain = 13;
}`;

const REQUIRED = `syntax = "proto2"; message Part { required int32 id = 1; } message schema { required int32 a = 1; optional string s = 2; repeated Part parts = 3; }`;

const TYPES = [
  'boolean',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'varchar',
  'varchar(3)',
  'varbinary',
  'timestamp(3)',
  'timestamp(6)',
  'timestamp(0)',
  'timestamp(9)',
  'timestamp(3) with time zone',
  'json',
  'array(bigint)',
  'array(varchar)',
  'map(varchar, bigint)',
  'row(name varchar, n bigint)',
];
const REFUSED = ['date', 'time(3)', 'decimal(10,2)', 'char(3)', 'uuid', 'array(date)', 'map(bigint, uuid)', 'row(a date)'];

const NESTED: readonly (readonly [string, string])[] = [
  ['inner', 'row(name varchar, n bigint, next row(name varchar, n bigint), list array(integer), color varchar, maybe integer, at timestamp(6))'],
  ['inner', 'row(n integer, "NAME" varchar)'],
  ['inner', 'row(name varchar, missing bigint)'],
  ['inner', 'row(name bigint)'],
  ['inner/name', 'varchar'],
  ['inner/next/n', 'bigint'],
  ['inner/next/name', 'varchar'],
  ['inner/list', 'array(integer)'],
  ['inner/maybe', 'integer'],
  ['inner/color', 'varchar'],
  ['inner/none', 'varchar'],
  ['inner/name/deeper', 'varchar'],
  ['none', 'varchar'],
  ['none/deeper', 'bigint'],
  ['rm', 'array(row(name varchar, n bigint))'],
  ['rm', 'array(varchar)'],
  ['rm/name', 'varchar'],
  ['ri', 'array(integer)'],
  ['ri', 'array(tinyint)'],
  ['unpacked', 'array(smallint)'],
  ['rc', 'array(varchar)'],
  ['rc', 'array(integer)'],
  ['rd', 'array(double)'],
  ['rb', 'array(boolean)'],
  ['rts', 'array(timestamp(3))'],
  ['m', 'map(varchar, integer)'],
  ['m', 'map(bigint, bigint)'],
  ['m/a', 'bigint'],
  ['mm', 'map(integer, double)'],
  ['mm', 'map(bigint, real)'],
  ['mb', 'map(boolean, varchar)'],
  ['mb', 'map(varchar, varchar)'],
  ['mc', 'map(varchar, varchar)'],
  ['ml', 'map(bigint, varbinary)'],
  ['wrapped', 'row(value bigint)'],
  ['wrapped/value', 'bigint'],
  ['dur', 'row(seconds bigint, nanos integer)'],
  ['ts', 'row(seconds bigint, nanos integer)'],
  ['ts/seconds', 'bigint'],
  ['any', 'row(type_url varchar, value varbinary)'],
  ['any/type_url', 'varchar'],
  ['choice', 'json'],
  ['choice', 'varchar'],
  ['choice', 'bigint'],
  ['choice/os', 'varchar'],
  ['inner/choice', 'json'],
  ['nested', 'row(x integer)'],
  ['nested/x', 'integer'],
  ['camelCase', 'varchar'],
  ['camel_case', 'varchar'],
  ['I32', 'integer'],
  ['/i32/', 'integer'],
  ['', 'integer'],
  ['inner//name', 'varchar'],
];

const root3 = protobuf.parse(PROTO3, new protobuf.Root(), { keepCase: true }).root;
for (const name of ['timestamp', 'wrappers', 'duration', 'any']) root3.addJSON(protobuf.common.get(`google/protobuf/${name}.proto`)?.nested ?? {});
const schema3 = root3.lookupType('schema');
const any = (typeUrl: string, value: Buffer) => ({ type_url: typeUrl, value });

const MESSAGES3: readonly Buffer[] = [
  Buffer.alloc(0),
  encode({
    ...{ d: 1.5, f: 0.1, i32: 7, i64: '1234567890123', u32: 8, u64: '9', s32: -3, s64: '-4', x32: 5, x64: '6', sx32: -7, sx64: '-8', b: true, s: 'text äö😀' },
    ...{ by: Buffer.from('bytes'), color: 1, inner: { name: 'in', n: '5', next: { name: 'deep', n: '6' }, list: [1, 2, 3], color: 5, maybe: 0 } },
    ...{ ri: [1, 2, -3], rs: ['a', '', 'c'], rm: [{ name: 'one', n: '1' }, {}], m: { a: '1', b: '2' }, mm: { 7: 1.5, 8: 0 } },
    ...{ ts: { seconds: '1700000000', nanos: 123456789 }, os: 'chosen', oo: 0, any: any('type.googleapis.com/Inner', Buffer.from('0a0161', 'hex')) },
    ...{ wrapped: { value: '77' }, dur: { seconds: '3', nanos: 5 }, rc: [0, 1, 5], unpacked: [4, 5], mb: { true: 'yes' }, rts: [{ seconds: '1' }, {}] },
    ...{ mc: { g: 1 }, nested: { x: 9 }, rd: [1, 2.5], ml: { 3: Buffer.from('z') }, rb: [true, false], camelCase: 'cc' },
  }),
  encode({
    ...{ d: Number.NaN, f: Number.POSITIVE_INFINITY, i32: -2147483648, i64: '-9223372036854775808', u32: 4294967295, u64: '18446744073709551615' },
    ...{ s32: -2147483648, s64: '-9223372036854775808', x32: 4294967295, x64: '18446744073709551615', sx32: -2147483648, sx64: '-9223372036854775808' },
    ...{ b: false, s: '', by: Buffer.from([0xff, 0]), color: 3, inner: {}, ri: [300, 70000], m: { '': '0' }, ts: { seconds: '-1', nanos: 999999999 }, oi: 0 },
    ...{ rc: [7], mc: { u: 9 }, any: any('type.googleapis.com/Unknown', Buffer.from('ff', 'hex')), dur: {}, rts: [{ nanos: 1500 }] },
  }),
  encode({
    i32: 200,
    i64: '40000',
    u32: 3,
    s: '123',
    by: Buffer.from('12'),
    color: 5,
    om: { name: 'msg', list: [1], color: 1, maybe: 4 },
    ts: {},
    wrapped: {},
  }),
  encode({ ob: Buffer.from([1, 2, 255]), ts: { seconds: '253402300800' }, any: {} }),
  encode({ oc: 5, ts: { seconds: '9300000000000', nanos: 1 }, any: any('Inner', Buffer.alloc(0)) }),
  encode({ ot: { seconds: '5', nanos: 7000000 } }),
  encode({ od: 1e21 }),
  encode({ ol: '9007199254740993' }),
  encode({ os: '' }),
  encode({ om: {} }),
  ...[
    'ff', // cut off
    '08', // a varint field in the place of a double
    '0801', // wire type that does not fit: an unknown field
    '18ffffffffffffffffff01', // i32 = -1 in ten bytes
    '1880808080808080808001', // beyond 64 bits
    '18808080808080808080808001', // eleven bytes
    '18ffffffff1f', // i32 from more than 32 bits
    '28ffffffffffffffffff01', // u32 from more than 32 bits
    '6802', // bool of 2
    '6880808080808080808001', // bool of 2^63
    '7202ff61', // invalid UTF-8
    '7205616263', // length beyond the end
    '8a01050a01611003', // inner
    '8a01030a0161 8a01021005', // inner twice: merged
    '9201030102039201020405', // packed twice
    '900107', // ri not packed
    '920103010280', // packed, cut off
    'aa01050a016110019a01 00', // map entry
    'aa01020a01', // map entry cut off
    'aa01030a0161', // entry without a value
    'aa01021005', // entry without a key
    'aa01050a01611001aa01050a01611002', // the same key twice
    'aa01001805', // an empty entry
    'fa0101', // 31 wrapped
    'c201016bc80107', // os then oi: the last one counts
    'c80107c201016b',
    'd201030a0161d20102 1005', // the message of a oneof twice
    '80017f', // enum 127
    '8001ffffffffffffffffff01', // enum -1
    '8a020101', // enum list packed
    'b80605', // unknown field 103
    '00', // tag 0
    '0000',
    '0b0c', // an unknown group
    '0b', // a group without an end
    '0c', // an end without a group
    'be0601bf06', // wire types 6 and 7
    '0d00000000', // d as 32 bits
    '1500', // f cut off
    '1800180118021803', // the last one counts
    '9a0102c328', // invalid UTF-8 in a list
    '8a01040a02c328', // and within a message
    'c20102c328', // and in a oneof
    'f802f7020a',
  ].map((h) => Buffer.from(h.replaceAll(' ', ''), 'hex')),
];

function encode(value: object): Buffer {
  return Buffer.from(schema3.encode(schema3.fromObject(value)).finish());
}

const FIELDS3 = [...'d f i32 i64 u32 u64 s32 s64 x32 x64 sx32 sx64 b s by color inner ri rs rm m ts choice os oo any wrapped'.split(' ')];

const MESSAGES2: readonly Buffer[] = [
  '',
  '0805 1202 6869 1800 2001 2801 2802 3203010203 3a020807 43 4a0175 44 43 44 51000000000000e0bf 5a01ff 6001 6002 6801',
  '2007', // an enum value that is not declared
  '6007 6001',
  '2803 32020405',
  '2a020607 3008',
  '3a00', // a part without its required id
  '3a020807 3a021201 61',
  '43', // a group without its end
  '434c',
  'a20604 08010203',
  '12020102',
  '1202c328',
].map((h) => Buffer.from(h.replaceAll(' ', ''), 'hex'));

const COLUMNS2: readonly (readonly [string, string])[] = [
  ['i', 'integer'],
  ['s', 'varchar'],
  ['b', 'boolean'],
  ['level', 'varchar'],
  ['plain', 'varchar'],
  ['list', 'array(integer)'],
  ['packed', 'array(integer)'],
  ['part', 'row(id integer, label varchar)'],
  ['part/id', 'integer'],
  ['part/label', 'varchar'],
  ['result', 'array(row(url varchar))'],
  ['Result', 'array(row(url varchar))'],
  ['d', 'double'],
  ['by', 'varbinary'],
  ['levels', 'array(varchar)'],
];

const BROKEN_SCHEMAS = [
  '',
  'message schema {',
  'syntax = "proto3"; message other { int32 a = 1; }',
  'syntax = "proto3"; message schema { Missing a = 1; }',
  'syntax = "proto3"; import "other.proto"; message schema { int32 a = 1; }',
  'syntax = "proto4"; message schema { int32 a = 1; }',
  'message schema { optional int32 a = 1; }',
  'syntax = "proto3"; package p.q; message schema { Sub a = 1; } message Sub { int32 x = 1; }',
  'syntax = "proto3"; package p.q; message schema { .p.q.Sub a = 1; } message Sub { int32 x = 1; }',
  'syntax = "proto3"; message schema { int32 a = 1; int32 b = 1; }',
  'syntax = "proto3"; message schema { reserved 2, 5 to 9; reserved "x"; int32 a = 1 [deprecated = true, json_name = "A"]; } service S { rpc f (schema) returns (schema); }',
  'syntax = "proto3"; message outer { message schema { int32 a = 1; } }',
  'syntax = "proto3"; option java_package = "x"; message schema { int32 a = 1; enum E { option allow_alias = true; Z = 0; Y = 0; } E e = 2; }',
  'edition = "2023"; message schema { int32 a = 1; }',
  'syntax = "proto3"; package p.q; message schema { int32 a = 1; }',
  'syntax = "proto3"; message schema { outer.Sub a = 1; } message outer { message Sub { int32 x = 1; } }',
  'syntax = "proto3"; message schema { Sub a = 1; message Sub { int32 x = 1; } } message Sub { string y = 1; }',
];

function one(dataSchema: string, columns: readonly DecoderColumn[], messages: readonly Buffer[], params: object = {}): DecoderCase {
  return { format: 'protobuf', columns, params: { dataSchema, ...params }, messages };
}

export function protobufCases(): DecoderCase[] {
  const column = (mapping: string | undefined, type: string, more: object = {}): DecoderColumn => ({
    name: 'c',
    type,
    ...(mapping === undefined ? {} : { mapping }),
    ...more,
  });
  return [
    ...FIELDS3.flatMap((field) => TYPES.map((type) => one(PROTO3, [column(field, type)], MESSAGES3))),
    ...REFUSED.map((type) => one(PROTO3, [column('i32', type)], MESSAGES3.slice(0, 2))),
    ...NESTED.map(([mapping, type]) => one(PROTO3, [column(mapping, type)], MESSAGES3)),
    one(PROTO3, [column('i32', 'integer'), { ...column('s', 'varchar'), name: 'd' }, { ...column('inner/name', 'varchar'), name: 'e' }], MESSAGES3),
    one(PROTO3, [], MESSAGES3),
    one(PROTO3, [column(undefined, 'integer')], []),
    one(PROTO3, [column('i32', 'integer', { dataFormat: 'x' })], []),
    one(PROTO3, [column('i32', 'integer', { formatHint: 'x' })], []),
    ...COLUMNS2.map(([mapping, type]) => one(PROTO2, [column(mapping, type)], MESSAGES2)),
    ...['', '0801', '12026869', '08011a00', '08011a020805', '1a020805'].flatMap((h) =>
      ['a', 'parts'].map((f) => one(REQUIRED, [column(f, f === 'a' ? 'integer' : 'array(row(id integer))')], [Buffer.from(h, 'hex')])),
    ),
    ...BROKEN_SCHEMAS.map((schema) =>
      one(schema, [column('a', schema.includes('Sub') ? 'row(x integer)' : 'integer')], [Buffer.from('0805', 'hex'), Buffer.from('0a020805', 'hex')]),
    ),
    { format: 'protobuf', columns: [column('i32', 'integer')], messages: [] },
  ];
}
