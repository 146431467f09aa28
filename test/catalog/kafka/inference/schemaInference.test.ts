import { describe, expect, test } from 'vitest';
import type { FieldGroup } from '../../../../catalog/kafka/description/tableDescription.ts';
import { inferDescription, InferredSchemas } from '../../../../catalog/kafka/inference/schemaInference.ts';
import { TableInference } from '../../../../catalog/kafka/inference/tableInference.ts';
import { typeId } from '../../../../spi/type.ts';

const TOPIC = { schema: 'default', table: 't', topic: 't' };
const bytes = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));
const columns = (group: FieldGroup | undefined) => group?.fields.map(({ name, type, mapping }) => [name, typeId(type), mapping]);

function infer(messages: readonly string[], keys: readonly string[] = []) {
  const { key, message } = inferDescription(TOPIC, { keys: bytes(keys), messages: bytes(messages) }, '_');
  return { key: columns(key), message: columns(message), formats: [key?.dataFormat, message?.dataFormat] };
}

describe('JSON', () => {
  test('whole numbers are bigint, others double; what is of several kinds is text', () => {
    const messages = [
      '{"id":1,"n":1,"b":true,"s":"x","m":1,"z":null}',
      '{"id":9223372036854775807,"n":1.0,"b":false,"m":true}',
      '{"id":-5,"big":9223372036854775808}',
    ];
    expect(infer(messages).message).toEqual([
      ['id', 'bigint', 'id'],
      ['n', 'double', 'n'],
      ['b', 'boolean', 'b'],
      ['s', 'varchar', 's'],
      ['m', 'varchar', 'm'],
      ['z', 'varchar', 'z'],
      ['big', 'double', 'big'],
    ]);
  });

  test('objects are opened, arrays are their text, and so are objects that are sometimes something else', () => {
    const messages = ['{"user":{"Name":"x","address":{"zip":1}},"tags":[1],"either":{"a":1},"empty":{}}', '{"user":{"name":2},"either":5}'];
    expect(infer(messages).message).toEqual([
      ['user_name', 'varchar', 'user/Name'],
      ['user_address_zip', 'bigint', 'user/address/zip'],
      ['user_name_2', 'bigint', 'user/name'],
      ['tags', 'varchar', 'tags'],
      ['either', 'varchar', 'either'],
      ['empty', 'varchar', 'empty'],
    ]);
  });

  test('names that no mapping can say are left in the text around them; those of internal columns are made different', () => {
    expect(infer(['{"a":{"x/y":1,"z":2},"b/c":1,"":2,"_key":3}']).message).toEqual([
      ['a', 'varchar', 'a'],
      ['_key_2', 'bigint', '_key'],
    ]);
  });

  test('an object with hundreds of names is one column', () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, i]));
    expect(infer([JSON.stringify({ id: 1, many })]).message).toEqual([
      ['id', 'bigint', 'id'],
      ['many', 'varchar', 'many'],
    ]);
  });

  test('a few messages that are something else do not matter, half of them do', () => {
    expect(infer(['{"a":1}', 'nonsense', '{"a":2}']).message).toEqual([['a', 'bigint', 'a']]);
    expect(infer(['{"a":1}', 'nonsense']).message).toBeUndefined();
    expect(infer(['5', '[1]', '"text"']).message).toBeUndefined();
    expect(infer([]).message).toBeUndefined();
  });
});

test('CSV is lines with the same number of values', () => {
  expect(infer(['1,1.5,true,"a, b",', '-2,2,FALSE,c,'])).toMatchObject({
    formats: [undefined, 'csv'],
    message: [
      ['column_1', 'bigint', '0'],
      ['column_2', 'double', '1'],
      ['column_3', 'boolean', '2'],
      ['column_4', 'varchar', '3'],
      ['column_5', 'varchar', '4'],
    ],
  });
  expect(infer(['1,2', '1,2,3']).message).toBeUndefined();
  expect(infer(['one', 'two']).message).toBeUndefined();
  expect(infer(['1,\0']).message).toBeUndefined();
});

test('keys are JSON or a text; their columns make way for those of the message', () => {
  expect(infer(['{"id":1}'], ['{"id":1,"k":2}'])).toMatchObject({
    formats: ['json', 'json'],
    key: [
      ['key_id', 'bigint', 'id'],
      ['k', 'bigint', 'k'],
    ],
  });
  expect(infer(['{"key":1}'], ['a', 'b'])).toMatchObject({ formats: ['raw', 'json'], key: [['key_key', 'varchar', undefined]] });
  expect(infer(['{"id":1}'], ['\0\0\0\x01']).key).toBeUndefined();
});

test('an inferred schema is kept for its time, and for its topic; none is not kept', async () => {
  let nowMs = 0;
  let asked = 0;
  const schemas = new InferredSchemas(new TableInference('_', undefined), 100, () => nowMs);
  const look = (topicId: string, messages: readonly string[]) =>
    schemas.of('t', topicId, () => {
      asked++;
      return Promise.resolve(inferDescription(TOPIC, { keys: [], messages: bytes(messages) }, '_'));
    });
  await look('1', []);
  expect(columns((await look('1', ['{"a":1}'])).message)).toEqual([['a', 'bigint', 'a']]);
  expect(columns((await look('1', ['{"b":1}'])).message)).toEqual([['a', 'bigint', 'a']]);
  expect(asked).toBe(2);
  expect(columns((await look('2', ['{"b":1}'])).message)).toEqual([['b', 'bigint', 'b']]);
  nowMs = 100;
  expect(columns((await look('2', ['{"c":1}'])).message)).toEqual([['c', 'bigint', 'c']]);
});
