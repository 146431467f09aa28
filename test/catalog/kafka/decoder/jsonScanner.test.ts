import { describe, expect, test } from 'vitest';
import { blockValue } from '../../../../catalog/kafka/block/blockValue.ts';
import { ColumnBuilder } from '../../../../catalog/kafka/block/columnBuilder.ts';
import { putNodes } from '../../../../catalog/kafka/decoder/json/jsonDecoder.ts';
import { jsonField } from '../../../../catalog/kafka/decoder/json/jsonField.ts';
import { JsonScanner, type ScannedColumn } from '../../../../catalog/kafka/decoder/json/jsonScanner.ts';
import { parseJsonTree } from '../../../../catalog/kafka/decoder/json/jsonTree.ts';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, type Type, VARCHAR } from '../../../../spi/type.ts';

const COLUMNS: readonly (readonly [string, Type])[] = [
  ['id', BIGINT],
  ['name', VARCHAR],
  ['größe', DOUBLE],
  ['nested/kind', VARCHAR],
  ['nested/count', INTEGER],
  ['ok', BOOLEAN],
];
const MESSAGES = 5_000;

function columns(): readonly ScannedColumn[] {
  return COLUMNS.map(([mapping, type]) => ({ field: jsonField({ name: mapping, mapping, type }), builder: new ColumnBuilder(type) }));
}

/** A generator of its own: the same messages every time. */
class Dice {
  private state = 12_345;

  below(bound: number): number {
    this.state = (Math.imul(this.state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((this.state / 2 ** 32) * bound);
  }

  oneOf<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }
}

function message(dice: Dice, separators: readonly [string, string]): Buffer {
  const [comma, colon] = separators;
  const text = dice.oneOf([
    '',
    'a',
    'abc',
    'abcd',
    'a text of some length',
    'grün und weiß',
    '\u{1f600}',
    'quo\\"te',
    'tab\\t',
    '\\u0041\\ud83d\\ude00',
    'x'.repeat(40),
  ]);
  const fields = [
    `"id"${colon}${dice.oneOf(['1', '-7', '123456789012', '0'])}`,
    `"name"${colon}"${text}"`,
    `"größe"${colon}${dice.oneOf(['1.5', '-0.001', '1e10', '77', 'null'])}`,
    `"unasked"${colon}${dice.oneOf(['"some text that nobody reads"', '[1,"two",{"x":[]}]', 'true', '{"id":9}'])}`,
    `"nested"${colon}{"kind"${colon}"k${dice.below(9)}"${comma}"count"${colon}${dice.below(1000)}}`,
    `"ok"${colon}${dice.oneOf(['true', 'false', 'null'])}`,
  ];
  if (dice.below(8) === 0) fields.splice(dice.below(fields.length), 1);
  if (dice.below(8) === 0) fields.push(dice.oneOf(['"id":5', '"z":{}', '"":1']));
  if (dice.below(8) === 0) fields.reverse();
  const bytes = Buffer.from(`{${fields.join(comma)}}`);
  return dice.below(3) === 0 ? damaged(bytes, dice) : bytes;
}

/** One byte is another, or missing, or there twice; or the end is missing. */
function damaged(bytes: Buffer, dice: Dice): Buffer {
  const at = dice.below(bytes.length);
  switch (dice.below(4)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([dice.oneOf([0x22, 0x5c, 0x2c, 0x7d, 0x0a, 0xc3, 0x00, 0x31, 0x20])]), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]);
    default:
      return bytes.subarray(0, at);
  }
}

/** What the exact way makes of a message; undefined: it refuses it. */
function exactly(bytes: Buffer): unknown[] | undefined {
  const found = columns();
  try {
    putNodes(found, parseJsonTree(bytes), 0);
  } catch {
    return undefined; // malformed or ill-typed: the scanner must not take it
  }
  return found.map(({ builder, field }) => blockValue(builder.finish(1), 0, field.spec.type));
}

describe('the walk over the bytes of a message', () => {
  const styles: readonly (readonly [string, string])[] = [
    [',', ':'],
    [', ', ': '],
    [' ,\n  ', '\t:'],
  ];
  test('reads what the exact way reads, or gives up', () => {
    const dice = new Dice();
    const scanned = columns();
    const scanner = new JsonScanner(scanned);
    const taken: boolean[] = [];
    for (let i = 0; i < MESSAGES; i++) {
      const bytes = message(dice, styles[dice.below(20) === 0 ? dice.below(3) : i < MESSAGES / 2 ? 0 : 1] ?? [',', ':']);
      // others lie before and behind it
      const data = Buffer.concat([Buffer.from('{"id":3,"'), bytes, Buffer.from('"ok":true}')]);
      const took = scanner.scan(data, 9, 9 + bytes.length, 0);
      taken.push(took);
      if (!took) for (const { builder } of scanned) builder.put(0, null);
      const read = scanned.map(({ builder, field }) => blockValue(builder.finish(1), 0, field.spec.type));
      if (took) expect(read, bytes.toString()).toEqual(exactly(bytes));
    }
    expect(taken.filter(Boolean).length).toBeGreaterThan(MESSAGES / 4);
    expect(taken.filter((took) => !took).length).toBeGreaterThan(MESSAGES / 10);
  });
});
