import avro from 'avsc';
import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import type { DecoderCase } from './decoderCases.ts';

const WRITER = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'b', type: 'boolean' },
    { name: 'i', type: 'int' },
    { name: 'l', type: 'long' },
    { name: 'f', type: 'float' },
    { name: 'd', type: 'double' },
    { name: 's', type: 'string' },
    { name: 'y', type: 'bytes' },
    { name: 'x', type: { type: 'fixed', name: 'F', size: 4 } },
    { name: 'e', type: { type: 'enum', name: 'E', symbols: ['RED', 'GREEN'] } },
    { name: 'n', type: ['null', 'string'] },
    { name: 'm', type: ['null', 'long'] },
    { name: 'al', type: { type: 'array', items: 'long' } },
    { name: 'as', type: { type: 'array', items: ['null', 'string'] } },
    { name: 'ml', type: { type: 'map', values: 'long' } },
    { name: 'ms', type: { type: 'map', values: ['null', 'string'] } },
    {
      name: 'r',
      type: {
        type: 'record',
        name: 'Inner',
        fields: [
          { name: 'p', type: 'int' },
          { name: 'q', type: ['null', 'string'] },
          { name: 'deep', type: { type: 'array', items: { type: 'map', values: 'double' } } },
        ],
      },
    },
    { name: 'o', type: ['null', 'Inner'] },
    { name: 'ts', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'dt', type: { type: 'int', logicalType: 'date' } },
  ],
} as const;

const ROWS = [
  {
    b: true,
    i: 7,
    l: 1234567890123n,
    f: 1.5,
    d: 2.25,
    s: 'héllo',
    y: Buffer.from([1, 255]),
    x: Buffer.from('abcd'),
    e: 'GREEN',
    n: 'x',
    m: 5n,
    al: [1n, -2n],
    as: ['a', null],
    ml: { k: 1n, j: 2n },
    ms: { k: null, j: 'v' },
    r: { p: 3, q: 'in', deep: [{ z: 0.5 }] },
    o: { p: 4, q: null, deep: [] },
    ts: 1700000000123n,
    dt: 19782,
  },
  {
    b: false,
    i: -2147483648,
    l: -9223372036854775808n,
    f: -0,
    d: Number.NaN,
    s: '',
    y: Buffer.alloc(0),
    x: Buffer.from([0, 128, 255, 1]),
    e: 'RED',
    n: null,
    m: null,
    al: [],
    as: [],
    ml: {},
    ms: {},
    r: { p: 300, q: null, deep: [] },
    o: null,
    ts: -1n,
    dt: -1,
  },
  {
    b: true,
    i: 70000,
    l: 70000n,
    f: 3.4e38,
    d: 1e300,
    s: 'a longer text than twelve bytes',
    y: Buffer.from('bytes'),
    x: Buffer.from('wxyz'),
    e: 'RED',
    n: '',
    m: 0n,
    al: [9223372036854775807n],
    as: [''],
    ml: { é: -1n },
    ms: { '': '' },
    r: { p: -1, q: 'ü', deep: [{}, { a: 1, b: 2 }] },
    o: { p: 1, q: 'o', deep: [{ x: 1 }] },
    ts: 0n,
    dt: 0,
  },
];

const longs = avro.types.LongType.__with({
  fromBuffer: (b: Buffer) => b.readBigInt64LE(),
  toBuffer: (n: bigint) => {
    const b = Buffer.alloc(8);
    b.writeBigInt64LE(n);
    return b;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (n: unknown) => typeof n === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
});
export const avroTypeOf = (schema: unknown): avro.Type =>
  avro.Type.forSchema(schema as avro.Schema, {
    typeHook: (part) => (part === 'long' || (typeof part === 'object' && 'type' in part && part.type === 'long') ? longs : undefined),
    wrapUnions: false,
  });
const SYNC = Buffer.from('0123456789abcdef');

function zigzag(n: number): Buffer {
  const out: number[] = [];
  for (let rest = n * 2; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      out.push(rest);
      return Buffer.from(out);
    }
    out.push((rest % 128) | 128);
  }
}
const field = (b: Buffer): Buffer => Buffer.concat([zigzag(b.length), b]);

/** An object container file: what Trino expects in each message. */
export function avroContainer(schema: unknown, records: readonly unknown[], codec?: 'null' | 'deflate' | 'zstandard'): Buffer {
  const type = avroTypeOf(schema);
  const meta = [['avro.schema', JSON.stringify(schema)], ...(codec === undefined ? [] : [['avro.codec', codec]])];
  const header = Buffer.concat([
    Buffer.from('Obj\x01', 'latin1'),
    zigzag(meta.length),
    ...meta.flatMap(([k, v]) => [field(Buffer.from(k ?? '')), field(Buffer.from(v ?? ''))]),
    zigzag(0),
    SYNC,
  ]);
  if (records.length === 0) return header;
  const plain = Buffer.concat(records.map((r) => type.toBuffer(r)));
  const data = codec === 'deflate' ? deflateRawSync(plain) : codec === 'zstandard' ? zstdCompressSync(plain) : plain;
  return Buffer.concat([header, zigzag(records.length), field(data), SYNC]);
}

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
  'char(3)',
  'varbinary',
  'date',
  'timestamp(3)',
  'decimal(10,2)',
  'json',
  'array(bigint)',
  'array(varchar)',
  'map(varchar,bigint)',
  'map(varchar,varchar)',
];

export function avroCases(): DecoderCase[] {
  const messages = ROWS.map((r) => avroContainer(WRITER, [r]));
  const params = { dataSchema: JSON.stringify(WRITER) };
  const cases: DecoderCase[] = [];
  for (const mapping of WRITER.fields.map((f) => f.name)) {
    for (const type of TYPES) cases.push({ format: 'avro', params, columns: [{ name: 'c', type, mapping }], messages });
  }
  for (const [type, mapping] of [
    ['integer', 'r/p'],
    ['varchar', 'r/q'],
    ['varchar', 'o/q'],
    ['varchar', 'r/none'],
    ['varchar', 'none'],
    ['bigint', 'i/x'],
    ['varchar', ''],
    ['varchar', '/s'],
    ['varchar', 'r//q'],
  ] as const) {
    cases.push({ format: 'avro', params, columns: [{ name: 'c', type, mapping }], messages });
  }
  const inner = 'row(p integer, q varchar, deep array(map(varchar, double)))';
  for (const [type, mapping] of [
    [inner, 'r'],
    [inner, 'o'],
    ['row(p bigint)', 'r'],
    ['row(q varchar, p integer)', 'r'],
    ['array(map(varchar, double))', 'r/deep'],
  ] as const) {
    cases.push({ format: 'avro', params, columns: [{ name: 'c', type, mapping }], messages });
  }
  const s = [
    { name: 'c', type: 'varchar', mapping: 's' },
    { name: 'l', type: 'bigint', mapping: 'l' },
  ];
  const whole = messages[0] ?? Buffer.alloc(0);
  const wrong = [
    Buffer.alloc(0),
    Buffer.from('x'),
    whole.subarray(0, 40),
    whole.subarray(0, whole.length - 20),
    whole.subarray(0, whole.length - 1),
    avroContainer(WRITER, []),
    avroContainer(WRITER, [ROWS[0], ROWS[1]]),
    avroContainer(WRITER, [ROWS[0]], 'null'),
    avroContainer(WRITER, [ROWS[0]], 'deflate'),
    avroContainer(WRITER, [ROWS[0]], 'zstandard'),
  ];
  cases.push({ format: 'avro', params, columns: s, messages: wrong });
  // evolution: the reader has a field that the writer has not, with and without default, and wider types
  const old = {
    type: 'record',
    name: 'R',
    fields: [
      { name: 's', type: 'string' },
      { name: 'i', type: 'int' },
    ],
  };
  const oldMessages = [avroContainer(old, [{ s: 'old', i: 5 }])];
  const evolved = {
    type: 'record',
    name: 'R',
    fields: [
      { name: 's', type: 'string' },
      { name: 'i', type: 'long' },
      { name: 'a', type: 'string', default: 'dflt' },
    ],
  };
  const columns = [
    { name: 's', type: 'varchar', mapping: 's' },
    { name: 'i', type: 'bigint', mapping: 'i' },
    { name: 'a', type: 'varchar', mapping: 'a' },
  ];
  cases.push({ format: 'avro', params: { dataSchema: JSON.stringify(evolved) }, columns, messages: oldMessages });
  const strict = { ...evolved, fields: [...evolved.fields.slice(0, 2), { name: 'a', type: 'string' }] };
  cases.push({ format: 'avro', params: { dataSchema: JSON.stringify(strict) }, columns, messages: oldMessages });
  const renamed = { ...evolved, name: 'Other' };
  cases.push({ format: 'avro', params: { dataSchema: JSON.stringify(renamed) }, columns, messages: oldMessages });
  for (const schema of ['"string"', '"long"', '{"type":"array","items":"long"}', 'nonsense', '{"type":"record"}']) {
    cases.push({
      format: 'avro',
      params: { dataSchema: schema },
      columns: [{ name: 'c', type: 'varchar', mapping: 's' }],
      messages: schema === '"string"' ? [avroContainer('string', ['plain'])] : [],
    });
  }
  cases.push({ format: 'avro', columns: [{ name: 'c', type: 'varchar', mapping: 's' }], messages: [] });
  cases.push({ format: 'avro', params, columns: [{ name: 'c', type: 'varchar' }], messages });
  cases.push({ format: 'avro', params, columns: [{ name: 'c', type: 'varchar', mapping: 's', dataFormat: 'x' }], messages });
  cases.push({ format: 'avro', params, columns: [{ name: 'c', type: 'varchar', mapping: 's', formatHint: 'x' }], messages });
  return cases;
}
