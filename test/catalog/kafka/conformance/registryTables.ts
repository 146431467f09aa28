import { avroTypeOf } from '../oracle/avroCases.ts';
import { type ProtoText, protoRoot } from '../oracle/protoDescriptors.ts';
import type { TestMessage } from '../kafkaTopics.ts';
import type { Question, World, WorldSubject, WorldTopic } from './world.ts';

const T0 = 1_704_067_200_000;
const UNKNOWN_ID = 9_999;
// a type URL ends with the name of the type
const ANY_FILE = 'held.Held';
const ANY_INNER = 'held.Inner';
const ANY_OTHER = 'schema';
const ANY_MISNAMED = 'held.Nothing';

/** The header that a registry's serializers write, in front of a body. */
function framed(id: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, body]);
}

const V1 = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
};
const V2 = {
  ...V1,
  fields: [...V1.fields, { name: 'amount', type: 'double', default: 1.5 }, { name: 'tags', type: { type: 'array', items: 'string' }, default: ['x'] }],
};
const TYPES = {
  type: 'record',
  name: 'Types',
  fields: [
    { name: 'b', type: 'boolean' },
    { name: 'i', type: 'int' },
    { name: 'l', type: 'long' },
    { name: 'f', type: 'float' },
    { name: 'd', type: 'double' },
    { name: 's', type: 'string' },
    { name: 'y', type: 'bytes' },
    { name: 'x', type: { type: 'fixed', name: 'F', size: 2 } },
    { name: 'e', type: { type: 'enum', name: 'E', symbols: ['RED', 'GREEN'] } },
    { name: 'al', type: { type: 'array', items: ['null', 'long'] } },
    { name: 'ms', type: { type: 'map', values: 'string' } },
    {
      name: 'r',
      type: {
        type: 'record',
        name: 'Inner',
        fields: [
          { name: 'p', type: 'int' },
          { name: 'Q', type: ['null', 'string'] },
        ],
      },
    },
    { name: 'o', type: ['null', 'Inner'] },
    { name: 'il', type: ['int', 'long', 'null'] },
    { name: 'ts', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'dt', type: { type: 'int', logicalType: 'date' } },
    { name: 'dc', type: { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 } },
  ],
};
const TYPES_ROW = {
  ...{ b: true, i: -7, l: 1234567890123n, f: 0.1, d: 2.25, s: 'héllo', y: Buffer.from([1, 255]), x: Buffer.from('ab'), e: 'GREEN', al: [1n, null, -2n] },
  ...{ ms: { k: 'v' }, r: { p: 3, Q: 'in' }, o: null, il: 5, ts: 1_709_210_096_789n, dt: 19_782, dc: Buffer.from([1, 44]) },
};
const AVRO_SUBJECTS: readonly WorldSubject[] = [
  { name: 'reg_orders-value', id: 11, type: 'AVRO', schema: JSON.stringify(V1) },
  { name: 'reg_orders-value', id: 12, type: 'AVRO', schema: JSON.stringify(V2) },
  { name: 'reg_orders-key', id: 13, type: 'AVRO', schema: '"string"' },
  { name: 'reg_types-value', id: 14, type: 'AVRO', schema: JSON.stringify(TYPES) },
  { name: 'reg_text-value', id: 15, type: 'AVRO', schema: '{"type":"map","values":"long"}' },
  { name: 'reg_union-value', id: 16, type: 'AVRO', schema: '{"type":"record","name":"U","fields":[{"name":"u","type":["int","string"]}]}' },
  { name: 'reg_self-value', id: 17, type: 'AVRO', schema: '{"type":"record","name":"S","fields":[{"name":"next","type":["null","S"]}]}' },
  {
    name: 'reg_empty-value',
    id: 18,
    type: 'AVRO',
    schema: '{"type":"record","name":"N","fields":[{"name":"a","type":"int"},{"name":"n","type":{"type":"record","name":"M","fields":[]}}]}',
  },
];

const order = (id: number, row: object): Buffer => framed(id, avroTypeOf(id === 11 ? V1 : V2).toBuffer(row));
const key = framed(13, avroTypeOf('string').toBuffer('k'));
const ORDERS: readonly TestMessage[] = [
  { key, value: order(11, { id: 1n, note: 'old' }) },
  { key, value: order(12, { id: 2n, note: null, amount: 2.5, tags: ['a', 'b'] }) },
  { key, value: framed(UNKNOWN_ID, order(11, { id: 3n, note: null }).subarray(5)) },
  { key, value: Buffer.concat([Buffer.from([1]), order(11, { id: 4n, note: null }).subarray(1)]) },
  { key, value: Buffer.from([0, 0, 0]) },
  { key, value: Buffer.alloc(0) },
  { key },
  { key, value: order(12, { id: 5n, note: 'cut', amount: 1, tags: [] }).subarray(0, -3) },
  { key, value: Buffer.concat([order(11, { id: 6n, note: 'more' }), Buffer.from('xyz')]) },
  { value: order(11, { id: 7n, note: 'no key' }) },
  { key: 'text', value: order(11, { id: 8n, note: 'text key' }) },
  { key: framed(14, Buffer.from([2, 3])), value: order(11, { id: 9n, note: 'key of another schema' }) },
  { key, value: framed(14, avroTypeOf(TYPES).toBuffer(TYPES_ROW)) },
];

const KNOWN = ['timestamp', 'any', 'struct', 'wrappers', 'duration'].map((name) => `import "google/protobuf/${name}.proto";`).join(' ');
const SHOP = `syntax = "proto3"; package shop; ${KNOWN}
message Order { oneof choice { string os = 15; int32 oi = 16; Item om = 17; bytes ob = 18; Color oc = 19; google.protobuf.Timestamp ot = 20; int64 ol = 27; double od = 30; google.protobuf.Any oany = 34; google.protobuf.Struct ost = 35; google.protobuf.Int64Value owr = 36; google.protobuf.Duration odu = 38; }
 oneof other { int32 x1 = 40; string x2 = 41; }
 Color c = 10; repeated Color rc = 11; google.protobuf.Any any = 22; Item item = 23; string s = 24; optional int32 oo = 25; repeated google.protobuf.Any ra = 26; Hold hold = 28; google.protobuf.Timestamp ts = 29; repeated int32 ri = 42; map<string, Item> mi = 43; google.protobuf.Int64Value wr = 44; map<string,Color> mc = 45; map<string, google.protobuf.Any> ma = 46; uint64 u = 47; float fl = 48; bytes by = 49; bool bo = 50; google.protobuf.Duration du = 51; }
message Item { string sku = 1; int64 big_num = 3; bytes raw = 4; repeated int32 list = 5; map<string,int64> m = 6; Color col = 7; }
message Hold { oneof in { int32 a = 1; string b = 2; } google.protobuf.Any any = 3; }
enum Color { RED = 0; BLUE = 5; }`;
const HELD = `syntax = "proto3"; package held; import "google/protobuf/timestamp.proto"; import "google/protobuf/any.proto"; message Held { oneof o { bool yes = 12; string text = 13; } string name = 1; int64 n = 2; Kind kind = 3; Inner inner = 4; repeated int32 list = 5; google.protobuf.Timestamp at = 6; google.protobuf.Any more = 7; map<string, int32> m = 8; bytes raw = 9; double d = 10; optional int32 maybe = 11; uint64 snake_name = 14; } message Inner { bool b = 1; } enum Kind { NONE = 0; SOME = 1; }`;
const OTHER = 'syntax = "proto3"; message schema { int32 id = 1; }';
const TREE = 'syntax = "proto3"; package tree; message Node { string name = 1; Node next = 2; repeated Node children = 3; }';
const STRUCT = 'syntax = "proto3"; package st; import "google/protobuf/struct.proto"; message S { int32 id = 1; google.protobuf.Struct st = 2; }';
const VALUE = 'syntax = "proto3"; package va; import "google/protobuf/struct.proto"; message S { int32 id = 1; google.protobuf.Value va = 2; }';
const OLD = `syntax = "proto2"; package old; enum Level { LOW = 1; HIGH = 2; } message Part { required int32 id = 1; optional string label = 2 [default = "none"]; }
message Old { optional int32 i = 1 [default = 42]; optional string s = 2 [default = "hello"]; optional bool b = 3 [default = true]; optional Level level = 4 [default = HIGH]; repeated int32 list = 5; optional Part part = 7; optional double d = 10 [default = 1.5]; repeated Level levels = 12; optional Level plain = 13; }`;
const GROUPED = 'syntax = "proto2"; package grouped; message G { optional int32 i = 1; repeated group Result = 8 { optional string url = 9; } }';
const ADDRESS = 'syntax = "proto3"; package common; message Address { string city = 1; Zone zone = 2; } enum Zone { EAST = 0; WEST = 1; }';
const PERSON =
  'syntax = "proto3"; package people; import "common.proto"; message Person { string name = 1; common.Address home = 2; repeated common.Zone zones = 3; }';

const PROTOBUF_SUBJECTS: readonly WorldSubject[] = [
  { name: 'reg_shop-value', id: 21, type: 'PROTOBUF', schema: SHOP },
  { name: 'reg_tree-value', id: 22, type: 'PROTOBUF', schema: TREE },
  { name: 'reg_struct-value', id: 23, type: 'PROTOBUF', schema: STRUCT },
  { name: 'reg_old-value', id: 24, type: 'PROTOBUF', schema: OLD },
  { name: 'common', id: 25, type: 'PROTOBUF', schema: ADDRESS },
  { name: 'reg_people-value', id: 26, type: 'PROTOBUF', schema: PERSON, references: [{ name: 'common.proto', subject: 'common', version: 1 }] },
  { name: 'reg_grouped-value', id: 27, type: 'PROTOBUF', schema: GROUPED },
  { name: 'reg_value-value', id: 28, type: 'PROTOBUF', schema: VALUE },
];
const PROTO_TEXTS: readonly ProtoText[] = [
  ...[SHOP, TREE, STRUCT, OLD, ADDRESS, GROUPED, VALUE, HELD, OTHER].map((text) => ({ text })),
  { text: PERSON, imports: new Map([['common.proto', ADDRESS]]) },
];

function encoded(text: string, type: string, value: object): Buffer {
  const found = protoRoot(PROTO_TEXTS.find((proto) => proto.text === text) ?? { text }).lookupType(type);
  return Buffer.from(found.encode(found.fromObject(value)).finish());
}
const proto = (id: number, body: Buffer): TestMessage => ({ value: framed(id, Buffer.concat([Buffer.from([0]), body])) });

const ITEM = { sku: 'm', big_num: '9007199254740993', raw: Buffer.from([1, 255]), list: [1, 2], m: { k: '1' }, col: 5 };
const SHOP_ROWS: readonly object[] = [
  ...[
    {},
    { os: 'one"q ä' },
    { os: '' },
    { oi: 0 },
    { om: ITEM },
    { om: {} },
    { ob: Buffer.from([1, 255, 62]) },
    { oc: 5 },
    { oc: 9 },
    { ot: { seconds: 3, nanos: 5 } },
  ],
  ...[{ ol: '9007199254740993' }, { od: 1e21 }, { od: Number.NaN }, { owr: { value: 3 } }, { odu: { seconds: 3, nanos: 5000000 } }],
  { ost: { fields: { a: { numberValue: 1 }, b: { stringValue: 'x' }, c: { nullValue: 0 }, d: { listValue: { values: [{ boolValue: true }] } } } } },
  ...[
    { c: 9, rc: [9, 5], mc: { a: 9 } },
    { x2: 'b' },
    { x1: 0, os: 'both' },
    { item: ITEM, mi: { k: ITEM } },
    { hold: { a: 5 } },
    { wr: {} },
    { wr: { value: '77' } },
    { oo: 0 },
  ],
  {
    ts: { seconds: '1700000000', nanos: 123456789 },
    ri: [1, -2],
    u: '18446744073709551615',
    fl: 0.1,
    by: Buffer.from([255]),
    bo: true,
    du: { seconds: 3, nanos: 5 },
    s: 's',
  },
];

/** The type URL of an Any is where its file lies: `schemas` is the folder of the files. With the column that shows it. */
function anyRows(schemas: string): readonly (readonly [column: string, row: object])[] {
  const held = {
    ...{ name: 'one', n: '2', kind: 1, inner: { b: true }, list: [1, 2], at: { seconds: 5, nanos: 7000000 }, m: { a: 1 }, raw: Buffer.from([1, 255]) },
    ...{ d: 1.5, maybe: 0, text: '', snake_name: '7' },
  };
  const at = (file: string, value: Buffer): object => ({ type_url: `file://${schemas}/${file}`, value });
  const any = (value: object): object => at(ANY_FILE, encoded(HELD, 'held.Held', value));
  const whole = any(held);
  const bodies: readonly object[] = [
    whole,
    any({}),
    at(ANY_OTHER, Buffer.from([8, 5])),
    at(ANY_INNER, Buffer.from([8, 1])),
    at(ANY_MISNAMED, Buffer.alloc(0)),
    any({ more: any({ name: 'inner' }) }),
    any({ more: at(ANY_OTHER, Buffer.from([8, 5])) }),
    any({ more: {} }),
    any({ kind: 7, d: Number.NaN }),
    at(ANY_FILE, Buffer.from([10, 9, 1])),
    at('missing', Buffer.alloc(0)),
    { type_url: 'type.googleapis.com/held.Held', value: Buffer.alloc(0) },
    { type_url: 'held.Held', value: Buffer.alloc(0) },
    { type_url: 'nothing://x/held.Held', value: Buffer.alloc(0) },
    { type_url: 'http://127.0.0.1:1/held.Held', value: Buffer.alloc(0) },
    {},
    { value: Buffer.from([8, 5]) },
  ];
  return [
    ...bodies.map((body) => ['any', { any: body }] as const),
    ...['any', 'choice', 'ra', 'ma', 'hold'].map((column) => [column, { s: 'no any' }] as const),
    ['choice', { oany: whole }],
    ['choice', { oany: { type_url: 'type.googleapis.com/held.Held', value: Buffer.from([10, 1, 97]) } }],
    ['choice', { oany: {} }],
    ['ra', { ra: [whole, any({ n: '3' })] }],
    ['ma', { ma: { k: whole } }],
    ['hold', { hold: { a: 1 } }],
    ['hold', { hold: { a: 1, any: whole } }],
    ['choice', { om: ITEM, any: whole }],
  ];
}

const OLD_ROWS: readonly object[] = [
  {},
  { i: 5, s: '', b: false, level: 1, list: [1, 2], part: { id: 7 }, d: -0.5, levels: [1, 2], plain: 2 },
  { part: { id: 0, label: 'x' } },
];

const BROKEN: readonly TestMessage[] = [
  proto(21, Buffer.from('c20102c328', 'hex')),
  proto(21, Buffer.from('08', 'hex')),
  { value: framed(UNKNOWN_ID, Buffer.from([0])) },
  { value: Buffer.concat([Buffer.from([1]), framed(21, Buffer.from([0])).subarray(1)]) },
  { value: Buffer.from([0, 0]) },
  { value: Buffer.alloc(0) },
  {},
  { value: framed(14, Buffer.from([0])) },
  { value: framed(21, Buffer.alloc(0)) },
  { value: framed(21, Buffer.from([2, 0, 194, 1, 1, 97])) },
];
const SHOP_COLUMNS = 'choice, other, _oo, c, rc, item, s, ts, ri, mi, wr, mc, u, fl, "by", bo, du, _message_corrupt';

function topics(schemas: string): WorldTopic[] {
  const named = (name: string, messages: readonly TestMessage[]): WorldTopic => ({ name, messages: messages.map((m) => ({ ...m, timestamp: T0 })) });
  const shop = [...SHOP_ROWS, ...anyRows(schemas).map(([, row]) => row)].map((row) => proto(21, encoded(SHOP, 'shop.Order', row)));
  const struct = { id: 1, st: { fields: { a: { numberValue: 1 }, b: { listValue: { values: [{ boolValue: true }] } } } } };
  const grouped = ['0805', '0801 43 52 01 78 44', '43 44 43 4a 01 79 44', '43', '43 4a 01 79 4c'].map((bytes) =>
    proto(27, Buffer.from(bytes.replaceAll(' ', ''), 'hex')),
  );
  return [
    named('reg_orders', ORDERS),
    named('reg_types', [{ value: framed(14, avroTypeOf(TYPES).toBuffer(TYPES_ROW)) }]),
    named('reg_text', [{ value: framed(15, avroTypeOf({ type: 'map', values: 'long' }).toBuffer({ a: 1n })) }]),
    ...['reg_union', 'reg_self', 'reg_tree', 'reg_value'].map((name) => named(name, [])),
    named('reg_empty', [{ value: framed(18, Buffer.from([2])) }]),
    named('reg_shop', [...shop, ...BROKEN]),
    named('reg_struct', [proto(23, encoded(STRUCT, 'st.S', struct))]),
    named(
      'reg_old',
      OLD_ROWS.map((row) => proto(24, encoded(OLD, 'old.Old', row))),
    ),
    named('reg_people', [proto(26, encoded(PERSON, 'people.Person', { name: 'p', home: { city: 'c', zone: 1 }, zones: [1, 5] }))]),
    named('reg_grouped', grouped),
  ];
}

/** Tables that a schema registry describes. */
export function registryTables(schemas: string): Partial<World> {
  const made = topics(schemas);
  const at = (offset: number): string => `_partition_offset = ${offset}`;
  const sql: string[] = [
    ...made.flatMap(({ name }) => [`DESCRIBE ${name}`, `SELECT * FROM ${name}`, `SELECT count(*) FROM ${name}`]),
    ...[...ORDERS.keys()].flatMap((offset) => [
      `SELECT *, _message_corrupt, _key_corrupt FROM reg_orders WHERE ${at(offset)}`,
      `SELECT id FROM reg_orders WHERE ${at(offset)}`,
      `SELECT _message_corrupt, _key_corrupt FROM reg_orders WHERE ${at(offset)}`,
    ]),
    `SELECT ${SHOP_COLUMNS} FROM reg_shop WHERE _partition_offset < ${SHOP_ROWS.length}`,
    ...[...BROKEN.keys()].map((i) => `SELECT s, _message_corrupt FROM reg_shop WHERE ${at(SHOP_ROWS.length + anyRows(schemas).length + i)}`),
    ...Array.from({ length: 5 }, (_, offset) => `SELECT * FROM reg_grouped WHERE ${at(offset)}`),
    'SHOW TABLES',
    'SELECT * FROM "reg_orders&value-subject=reg_types-value"',
  ];
  const any = anyRows(schemas).map(([column], i) => `SELECT ${column} FROM reg_shop WHERE ${at(SHOP_ROWS.length + i)}`);
  return {
    topics: made,
    subjects: [...AVRO_SUBJECTS, ...PROTOBUF_SUBJECTS],
    schemas: new Map([...[ANY_FILE, ANY_INNER, ANY_MISNAMED].map((name) => [name, HELD] as const), [ANY_OTHER, OTHER]]),
    protoTexts: PROTO_TEXTS,
    questions: [
      ...[...sql, ...any].map((one): Question => ({ catalog: 'registry', sql: one })),
      ...['DESCRIBE reg_shop', ...any].map((one): Question => ({ catalog: 'registry_any', sql: one })),
    ],
  };
}
