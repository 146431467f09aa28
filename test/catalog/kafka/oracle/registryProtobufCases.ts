import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import type { DecoderCase } from './decoderCases.ts';

const KNOWN = ['timestamp', 'any', 'struct', 'wrappers', 'duration'];
const FILE = `syntax = "proto3"; package shop;
${KNOWN.map((name) => `import "google/protobuf/${name}.proto";`).join(' ')}
message Order { oneof choice { string os = 15; int32 oi = 16; Item om = 17; bytes ob = 18; Color oc = 19; google.protobuf.Timestamp ot = 20; int64 ol = 27; double od = 30; bool obo = 31; float ofl = 32; uint64 snake_name = 33; google.protobuf.Any oany = 34; google.protobuf.Struct ost = 35; google.protobuf.Int64Value owr = 36; uint32 ou = 37; google.protobuf.Duration odu = 38; }
 oneof other { int32 x1 = 40; string x2 = 41; } Color c = 10; repeated Color rc = 11; google.protobuf.Any any = 22; Item item = 23; string s = 24; optional int32 oo = 25; repeated google.protobuf.Any ra = 26; Hold hold = 28; google.protobuf.Timestamp ts = 29; repeated int32 ri = 42; map<string, Item> mi = 43; google.protobuf.Int64Value wr = 44; map<string,Color> mc = 45; }
message Item { string sku = 1; Item next = 2; int64 big_num = 3; bytes raw = 4; repeated int32 list = 5; map<string,int64> m = 6; Color col = 7; bool bo = 8; double d = 9; google.protobuf.Timestamp at = 10; }
message Hold { oneof in { int32 a = 1; string b = 2; } google.protobuf.Any any = 3; }
enum Color { RED = 0; BLUE = 5; }`;

const root = new protobuf.Root();
protobuf.parse(FILE, root, { keepCase: true });
for (const name of KNOWN) root.addJSON(protobuf.common.get(`google/protobuf/${name}.proto`)?.nested ?? {});
root.resolveAll();

/** The file as the Java library wants it. */
function descriptorSet(): string {
  const shop = root.toDescriptor('proto3').file.find((f) => f.package === 'shop');
  if (shop === undefined) throw new Error('no file');
  shop.dependency = KNOWN.map((name) => `google/protobuf/${name}.proto`);
  return Buffer.from(descriptor.FileDescriptorSet.encode(descriptor.FileDescriptorSet.create({ file: [shop] })).finish()).toString('base64');
}

const ITEM = {
  sku: 'm',
  big_num: '9007199254740993',
  raw: Buffer.from([1, 255]),
  list: [1, 2],
  m: { k: '1' },
  col: 5,
  bo: true,
  d: 1.5,
  at: { seconds: 5, nanos: 1000 },
  next: {},
};
const ANY = { type_url: 'x/shop.Item', value: Buffer.from('0a0161', 'hex') };
const ORDERS: readonly object[] = [
  ...[
    {},
    { os: 'one"q ä' },
    { os: '' },
    { os: "<>&='\u2028\u007f\u0001\n\\/" },
    { oi: 0 },
    { oi: -5 },
    { om: ITEM },
    { om: {} },
    { ob: Buffer.from([1, 255, 62]) },
  ],
  ...[
    { oc: 5 },
    { oc: 9 },
    { ot: { seconds: 3, nanos: 5 } },
    { ot: {} },
    { ot: { seconds: -62135596800 } },
    { ot: { seconds: 1, nanos: 120000000 } },
    { ol: '9007199254740993' },
  ],
  ...[
    { od: 1e21 },
    { od: Number.NaN },
    { od: Number.NEGATIVE_INFINITY },
    { od: 1 },
    { od: 1e-7 },
    { obo: false },
    { obo: true },
    { ofl: 0.1 },
    { ofl: 3e38 },
    { snake_name: '18446744073709551615' },
  ],
  ...[
    { oany: ANY },
    { ost: { fields: { a: { numberValue: 1 }, b: { stringValue: 'x' }, c: { nullValue: 0 }, d: { listValue: { values: [{ boolValue: true }] } } } } },
  ],
  ...[
    { owr: { value: 3 } },
    { owr: {} },
    { ou: 4294967295 },
    { odu: { seconds: 3, nanos: 5000000 } },
    { odu: { seconds: -3, nanos: -5 } },
    { odu: { seconds: 4 } },
  ],
  ...[
    { c: 9, rc: [9, 5], mc: { a: 9 } },
    { any: ANY },
    { any: {} },
    { x2: 'b' },
    { item: { col: 9 } },
    { hold: { a: 5, any: ANY } },
    { ra: [ANY] },
    { wr: {} },
    { oo: 0 },
  ],
  ...[{ om: { d: 1e10, col: 9, m: { z: '1', a: '2' } } }, { om: { next: { next: { sku: 'deep' } } } }],
];

const COLUMNS: readonly (readonly [string, string])[] = [
  ...(['json', 'varchar', 'bigint', 'row(a varchar)'].map((type) => ['choice', type]) as [string, string][]),
  ['other', 'json'],
  ['any', 'json'],
  ['c', 'varchar'],
  ['rc', 'array(varchar)'],
  ['mc', 'map(varchar, varchar)'],
  ['os', 'varchar'],
  ['oi', 'integer'],
  ['om', 'row(sku varchar)'],
  ['om/sku', 'varchar'],
  ['ot', 'timestamp(6)'],
  ['item', 'row(col varchar)'],
  ['item/next/sku', 'varchar'],
  ['mi', 'map(varchar, row(sku varchar))'],
  ['hold', 'row(a integer, b varchar)'],
  ['hold/a', 'integer'],
  ['hold/in', 'json'],
  ['hold', 'row(any json)'],
  ['oany', 'json'],
  ['hold/any/type_url', 'varchar'],
  ['wr', 'row(value bigint)'],
  ['oo', 'integer'],
];

/** Questions to the decoder over whole descriptors, as a schema registry gives them. */
export function registryProtobufCases(): DecoderCase[] {
  const order = root.lookupType('shop.Order');
  const messages = ORDERS.map((o) => Buffer.from(order.encode(order.fromObject(o)).finish()));
  const broken = ['c20102c328', '7a02c328', '08', '7a016b8001058001060a', '7a016b800105', '8a010010018a01030a0178'].map((h) => Buffer.from(h, 'hex'));
  const params = { dataSchema: descriptorSet(), proto: FILE };
  return COLUMNS.map(([mapping, type]) => ({
    format: 'protobuf-registry',
    columns: [{ name: 'c', type, mapping }],
    params,
    messages: [...messages, ...broken],
  }));
}
