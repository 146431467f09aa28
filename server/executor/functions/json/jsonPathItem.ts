import { type Type, BIGINT, BOOLEAN, DOUBLE, INTEGER, decimal, varchar } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import type { PathLiteral } from '../../../function/jsonPath.ts';
import { doubleText, realText } from '../../../function/javaNumberText.ts';
import { quoteJson } from '../../../function/jsonText.ts';
import { bigDecimalText } from '../../../function/numberText.ts';
import type { JsonNode } from './jsonNode.ts';

/** A value of SQL with its type: what scalars of JSON become as soon as a path computes with them. */
export interface TypedValue {
  readonly kind: 'typed';
  readonly type: Type;
  readonly value: Value;
}

export type PathItem = JsonNode | TypedValue;

const INTEGER_MAX = 2147483647n;

function integerItem(value: bigint): TypedValue {
  const small = value >= -INTEGER_MAX - 1n && value <= INTEGER_MAX;
  return small ? { kind: 'typed', type: INTEGER, value: Number(value) } : { kind: 'typed', type: BIGINT, value };
}

/** The typed value of a scalar; undefined: null, an array, an object, or a number that no type of SQL holds. */
export function typedValue(item: PathItem): TypedValue | undefined {
  switch (item.kind) {
    case 'typed':
      return item;
    case 'boolean':
      return { kind: 'typed', type: BOOLEAN, value: item.value };
    case 'string':
      return { kind: 'typed', type: varchar([...item.value].length), value: item.value };
    case 'number': {
      if (!/^-?\d+$/.test(item.text)) return { kind: 'typed', type: DOUBLE, value: Number(item.text) };
      const value = BigInt(item.text);
      return BigInt.asIntN(64, value) === value ? integerItem(value) : undefined;
    }
    default:
      return undefined;
  }
}

export function literalItem(literal: PathLiteral): PathItem {
  if (literal.kind !== 'number') return literal;
  const { text } = literal;
  if (/^-?\d+$/.test(text)) return integerItem(BigInt(text));
  if (/e/i.test(text)) return { kind: 'typed', type: DOUBLE, value: Number(text) };
  const [whole = '', fraction = ''] = text.split('.');
  const digits = `${whole.replace(/^-?0*/, '')}${fraction}`;
  return { kind: 'typed', type: decimal(Math.max(digits.length, fraction.length, 1), fraction.length), value: BigInt(`${whole}${fraction}`) };
}

export function padded(value: TypedValue): string {
  return value.type.kind === 'char'
    ? String(value.value).padEnd(String(value.value).length + value.type.length - [...String(value.value)].length)
    : String(value.value);
}

/** JSON as it is written out, members in their order; undefined: the value has no form in JSON. */
export function itemText(item: PathItem): string | undefined {
  switch (item.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(item.value);
    case 'number':
      return Number.isFinite(Number(item.text)) || /^-?\d+$/.test(item.text) ? item.text : `"${doubleText(Number(item.text))}"`;
    case 'string':
      return quoteJson(item.value);
    case 'array':
      return `[${item.items.map((part) => itemText(part)).join(',')}]`;
    case 'object':
      return `{${[...item.members].map(([name, value]) => `${quoteJson(name)}:${itemText(value)}`).join(',')}}`;
    case 'typed':
      return typedText(item);
  }
}

function typedText(item: TypedValue): string | undefined {
  const { type, value } = item;
  if (value === null) return 'null';
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return String(value);
    case 'double':
    case 'real': {
      const text = type.kind === 'double' ? doubleText(Number(value)) : realText(Number(value));
      return Number.isFinite(value) ? text : `"${text}"`;
    }
    case 'decimal':
      return bigDecimalText(BigInt(value as bigint), type.scale);
    case 'varchar':
    case 'char':
      return quoteJson(padded(item));
    default:
      return undefined;
  }
}

/** A typed value as part of a JSON tree. */
export function asNode(item: TypedValue): JsonNode | undefined {
  const { type, value } = item;
  if (value === null) return { kind: 'null' };
  if (type.kind === 'varchar' || type.kind === 'char') return { kind: 'string', value: padded(item) };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  const text = typedText(item);
  if (text === undefined) return undefined;
  return text.startsWith('"') ? { kind: 'string', value: text.slice(1, -1) } : { kind: 'number', text };
}
