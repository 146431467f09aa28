import { avroContainer, avroTypeOf } from './avroCases.ts';
import type { DecoderCase } from './decoderCases.ts';

interface Written {
  readonly type: unknown;
  readonly values: readonly unknown[];
}

const ENUM = { type: 'enum', name: 'E', symbols: ['RED', 'GREEN'] };
const INNER = { type: 'record', name: 'In', fields: [{ name: 'p', type: 'int' }] };

const WRITTEN: readonly Written[] = [
  { type: 'null', values: [null] },
  { type: 'boolean', values: [true] },
  { type: 'int', values: [7, -2147483648, 16777217] },
  { type: 'long', values: [7n, 9223372036854775807n, -9007199254740993n] },
  { type: 'float', values: [1.5, 3.4e38] },
  { type: 'double', values: [2.25, 1e300] },
  { type: 'string', values: ['é', ''] },
  { type: 'bytes', values: [Buffer.from('é'), Buffer.from([255, 0])] },
  { type: { type: 'fixed', name: 'F', size: 2 }, values: [Buffer.from('ab')] },
  { type: ENUM, values: ['RED', 'GREEN'] },
  { type: ['null', 'int'], values: [null, 7] },
  { type: ['int', 'string'], values: [7, 'x'] },
  { type: ['null', 'string', 'boolean'], values: [null, 'x', true] },
  { type: { type: 'array', items: 'int' }, values: [[1, 2], []] },
  { type: { type: 'map', values: 'int' }, values: [{ a: 1 }] },
  { type: INNER, values: [{ p: 3 }] },
];

const READ: readonly (readonly [unknown, string])[] = [
  ['null', 'varchar'],
  ['boolean', 'boolean'],
  ['int', 'bigint'],
  ['long', 'bigint'],
  ['float', 'real'],
  ['double', 'double'],
  ['string', 'varchar'],
  ['bytes', 'varbinary'],
  [{ type: 'fixed', name: 'F', size: 2 }, 'varbinary'],
  [{ type: 'fixed', name: 'F', size: 3 }, 'varbinary'],
  [{ type: 'fixed', name: 'G', size: 2 }, 'varbinary'],
  [ENUM, 'varchar'],
  [{ ...ENUM, symbols: ['RED'] }, 'varchar'],
  [{ ...ENUM, symbols: ['RED', 'OTHER'], default: 'OTHER' }, 'varchar'],
  [{ ...ENUM, name: 'D' }, 'varchar'],
  [['null', 'int'], 'bigint'],
  [['null', 'long'], 'bigint'],
  [['long', 'int'], 'bigint'],
  [['null', 'double'], 'double'],
  [['float', 'long'], 'double'],
  [['null', 'string'], 'varchar'],
  [['bytes', 'string'], 'varchar'],
  [['int', 'string'], 'varchar'],
  [['null', INNER], 'row(p bigint)'],
  [['null', { ...INNER, name: 'First' }, INNER], 'row(p bigint)'],
  [
    [
      {
        ...INNER,
        name: 'First',
        fields: [
          { name: 'p', type: 'int' },
          { name: 'q', type: 'int', default: 4 },
        ],
      },
      { ...INNER, name: 'x.In' },
    ],
    'row(p bigint, q bigint)',
  ],
  [
    [
      { ...INNER, name: 'First', fields: [{ name: 'p', type: 'string' }] },
      { ...INNER, name: 'Second' },
    ],
    'row(p bigint)',
  ],
  [['null', { ...ENUM, name: 'D' }, ENUM], 'varchar'],
  [['null', { ...ENUM, name: 'D' }], 'varchar'],
  [['null', { ...ENUM, name: 'D', aliases: ['E'] }], 'varchar'],
  [{ ...ENUM, name: 'D', aliases: ['E'] }, 'varchar'],
  [{ type: 'fixed', name: 'G', aliases: ['F'], size: 2 }, 'varbinary'],
  [['bytes', 'null', { type: 'fixed', name: 'F', size: 2 }], 'varbinary'],
  [['float', 'double', 'null'], 'real'],
  [['string', 'null'], 'varchar'],
  [['boolean', 'bytes'], 'varbinary'],
  [{ type: 'array', items: 'int' }, 'array(bigint)'],
  [{ type: 'array', items: 'long' }, 'array(bigint)'],
  [{ type: 'array', items: ['null', 'double'] }, 'array(double)'],
  [{ type: 'array', items: 'string' }, 'array(varchar)'],
  [{ type: 'map', values: 'long' }, 'map(varchar,bigint)'],
  [{ type: 'map', values: ['null', 'float'] }, 'map(varchar,real)'],
  [INNER, 'row(p bigint)'],
  [{ ...INNER, name: 'Other' }, 'row(p bigint)'],
  [{ ...INNER, name: 'Other', aliases: ['In'] }, 'row(p bigint)'],
  [
    {
      ...INNER,
      fields: [
        { name: 'p', type: 'long' },
        { name: 'q', type: 'string', default: 'd' },
      ],
    },
    'row(p bigint, q varchar)',
  ],
  [{ ...INNER, fields: [{ name: 'r', aliases: ['p'], type: 'long' }] }, 'row(r bigint)'],
  [{ ...INNER, fields: [{ name: 'q', type: 'string' }] }, 'row(q varchar)'],
];

/** A field that the writer does not have: its type, default and column. */
const DEFAULTS: readonly (readonly [unknown, unknown, string])[] = [
  ['null', null, 'varchar'],
  ['boolean', true, 'boolean'],
  ['boolean', 'true', 'boolean'],
  ['int', 5, 'bigint'],
  ['int', 5.5, 'bigint'],
  ['int', 3000000000, 'bigint'],
  ['int', '5', 'bigint'],
  ['long', 5, 'bigint'],
  ['float', 1, 'real'],
  ['float', 1.1, 'real'],
  ['double', 1, 'double'],
  ['double', 'NaN', 'double'],
  ['string', 'é', 'varchar'],
  ['string', 5, 'varchar'],
  ['string', null, 'varchar'],
  ['bytes', 'a\u00ff', 'varbinary'],
  ['bytes', 'é', 'varbinary'],
  [{ type: 'fixed', name: 'F', size: 2 }, 'ab', 'varbinary'],
  [ENUM, 'GREEN', 'varchar'],
  [ENUM, 'BLUE', 'varchar'],
  [['null', 'int'], null, 'bigint'],
  [['int', 'null'], 5, 'bigint'],
  [['null', 'int'], 5, 'bigint'],
  [['int', 'null'], null, 'bigint'],
  [['string', 'null'], 'x', 'varchar'],
  [{ type: 'array', items: 'int' }, [1, 2], 'array(bigint)'],
  [{ type: 'array', items: 'int' }, [], 'array(bigint)'],
  [{ type: 'map', values: 'long' }, { a: 1 }, 'map(varchar,bigint)'],
  [INNER, { p: 9 }, 'row(p bigint)'],
  [INNER, {}, 'row(p bigint)'],
  [{ ...INNER, fields: [{ name: 'p', type: 'int', default: 8 }] }, {}, 'row(p bigint)'],
];

const record = (...fields: readonly unknown[]): object => ({ type: 'record', name: 'R', fields });

/** What messages of one schema give when the table is described by another one. */
export function avroEvolutionCases(): DecoderCase[] {
  const columns = (type: string) => [{ name: 'c', type, mapping: 'f' }];
  const cases: DecoderCase[] = [];
  for (const { type, values } of WRITTEN) {
    const messages = values.map((f) => avroContainer(record({ name: 'f', type }), [{ f }]));
    for (const [reader, column] of READ)
      cases.push({ format: 'avro', params: { dataSchema: JSON.stringify(record({ name: 'f', type: reader })) }, columns: columns(column), messages });
  }
  const without = [avroContainer(record({ name: 's', type: 'string' }), [{ s: 'x' }])];
  for (const [type, fallback, column] of DEFAULTS) {
    const reader = record({ name: 's', type: 'string' }, { name: 'f', type, default: fallback });
    cases.push({ format: 'avro', params: { dataSchema: JSON.stringify(reader) }, columns: columns(column), messages: without });
  }
  const tree = record({ name: 'f', type: 'int' }, { name: 'next', type: ['null', 'R'], default: null });
  const deep = avroContainer(tree, [{ f: 1, next: { f: 2, next: { f: 3, next: null } } }]);
  for (const [mapping, type] of [
    ['next/f', 'bigint'],
    ['next/next/f', 'bigint'],
    ['next/next/next/f', 'bigint'],
    ['next/next', 'row(f bigint)'],
  ] as const)
    cases.push({ format: 'avro', params: { dataSchema: JSON.stringify(tree) }, columns: [{ name: 'c', type, mapping }], messages: [deep] });
  const spaced = { type: 'record', name: 'a.b.R', fields: [{ name: 'f', type: { type: 'record', name: 'In', fields: [{ name: 'p', type: 'int' }] } }] };
  const elsewhere = { ...spaced, name: 'R', namespace: 'a.c' };
  for (const reader of [spaced, elsewhere, { ...elsewhere, aliases: ['a.b.R'] }])
    cases.push({
      format: 'avro',
      params: { dataSchema: JSON.stringify(reader) },
      columns: [{ name: 'c', type: 'row(p bigint)', mapping: 'f' }],
      messages: [avroContainer(spaced, [{ f: { p: 1 } }])],
    });
  return cases;
}

function framed(id: number, data: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return Buffer.concat([header, data]);
}

/** The same behind the header of a schema registry, which also takes values that are no records; ids are places in `schemas`, from 1. */
export function avroRegistryCases(): DecoderCase[] {
  const cases: DecoderCase[] = [];
  const ask = (schemas: readonly unknown[], reader: unknown, type: string, messages: readonly Buffer[]): void => {
    const params = { dataSchema: JSON.stringify(reader), schemas: JSON.stringify(schemas) };
    cases.push({ format: 'avro-registry', params, columns: [{ name: 'c', type, mapping: 'f' }], messages: [...messages] });
  };
  for (const { type, values } of WRITTEN) {
    const own = avroTypeOf(type);
    const schema = record({ name: 'f', type });
    const within = avroTypeOf(schema);
    for (const [reader, column] of READ) {
      ask(
        [type],
        reader,
        column,
        values.map((value) => framed(1, own.toBuffer(value))),
      );
      ask(
        [schema],
        record({ name: 'f', type: reader }),
        column,
        values.map((f) => framed(1, within.toBuffer({ f }))),
      );
    }
  }
  const [one, two] = [record({ name: 'f', type: 'int' }), record({ name: 'g', type: 'string' }, { name: 'f', type: 'long' })];
  const good = avroTypeOf(one).toBuffer({ f: 7 });
  const later = avroTypeOf(two).toBuffer({ g: 'x', f: 8n });
  const odd = [
    Buffer.alloc(0),
    Buffer.from([0]),
    Buffer.from([0, 0, 0, 0]),
    framed(1, Buffer.alloc(0)),
    framed(1, good),
    Buffer.concat([framed(1, good), Buffer.from('more')]),
    framed(2, later),
    framed(2, later.subarray(0, 2)),
    framed(1, later),
    framed(3, good),
    framed(-1, good),
    Buffer.concat([Buffer.from([1]), framed(1, good).subarray(1)]),
    framed(2, Buffer.from([0x7f, 1])),
    framed(2, Buffer.from([1, 2])),
    framed(1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1])),
    good,
  ];
  ask([one, two], record({ name: 'f', type: 'long' }), 'bigint', odd);
  ask([one, two], record({ name: 'f', type: 'long' }, { name: 'g', type: ['null', 'string'], default: null }), 'bigint', odd);
  return cases;
}
