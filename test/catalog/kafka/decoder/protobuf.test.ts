import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { ColumnBuilder } from '../../../../catalog/kafka/block/columnBuilder.ts';
import { parseProto } from '../../../../catalog/kafka/decoder/protobuf/parseProto.ts';
import { protobufDecoder } from '../../../../catalog/kafka/decoder/protobuf/protobufDecoder.ts';
import { parseTypeText } from '../../../../catalog/kafka/description/typeText.ts';
import { pageRows } from '../blockValues.ts';

const FILE = `syntax = "proto3"; package shop.v1; import "google/protobuf/struct.proto";
message schema { Node tree = 1; map<string, Part> parts = 2; google.protobuf.Struct extra = 3; Outer.Inner inner = 4; .shop.v1.Part part = 5; }
message Node { string name = 1; Node next = 2; }
message Part { int32 id = 1; }
message Outer { message Inner { int64 n = 1; } }`;

function decode(mapping: string, typeText: string, message: object): unknown {
  const root = protobuf.parse(FILE, { keepCase: true }).root;
  root.addJSON(protobuf.common.get('google/protobuf/struct.proto')?.nested ?? {});
  const type = parseTypeText(typeText);
  if (type === undefined) throw new Error(typeText);
  const writer = root.lookupType('shop.v1.schema');
  const data = Buffer.from(writer.encode(writer.fromObject(message)).finish());
  const builder = new ColumnBuilder(type);
  const schema = parseProto({ text: FILE, imports: new Map() }, { kind: 'file' });
  // as it goes to the worker
  const decoder = protobufDecoder(structuredClone({ dataFormat: 'protobuf', protobuf: schema }), [{ field: { name: 'c', type, mapping }, builder }]);
  expect(decoder.decode(data, 0, data.length, 0)).toBe(true);
  return pageRows({ rowCount: 1, columns: [builder.finish(1)] }, [type])[0]?.[0];
}

describe('protobuf files that Trino does not read', () => {
  test.each([
    ['tree/next/next/name', 'varchar', { tree: { next: { next: { name: 'deep' } } } }, 'deep'],
    ['tree', 'row(name varchar, next row(name varchar))', { tree: { name: 'a', next: { name: 'b' } } }, ['a', ['b']]],
    ['parts', 'map(varchar, row(id integer))', { parts: { x: { id: 7 } } }, { entries: [['x', [7]]] }],
    ['inner/n', 'bigint', { inner: { n: 5 } }, 5n],
    ['part/id', 'integer', { part: { id: 9 } }, 9],
    [
      'extra',
      'row(fields map(varchar, row(number_value double, string_value varchar)))',
      { extra: { fields: { k: { numberValue: 1.5 }, s: { stringValue: 'x' } } } },
      [
        {
          entries: [
            ['k', [1.5, '']],
            ['s', [0, 'x']],
          ],
        },
      ],
    ],
  ])('%s as %s', (mapping, type, message, value) => {
    expect(decode(mapping, type, message)).toEqual(value);
  });
});
