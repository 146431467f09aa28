import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId, VARCHAR } from '../../spi/type.ts';
import type { MapValue, Value } from '../../spi/value.ts';
import { castToInteger, castValue, scalarText } from './castValue.ts';
import { doubleText, realText } from './javaNumberText.ts';
import { type JsonTree, parseCanonicalJson, quoteJson, writeCanonicalJson } from './jsonText.ts';
import { bigDecimalText, decimalOf, doubleVarchar, fitsPrecision, parseDouble, parseReal, rescale } from './numberText.ts';

const NO_SESSION = { timeZone: 'UTC', startMicros: 0n };

const castError = (message: string): TrinoError => new TrinoError('INVALID_CAST_ARGUMENT', undefined, message);

// ------------------------------------------------------------------ from JSON

export function castFromJson(text: string, to: Type): Value {
  if (to.kind === 'json') return text;
  const tree = parseCanonicalJson(text);
  if (to.kind !== 'array' && to.kind !== 'map' && to.kind !== 'row') {
    if (tree.kind === 'array' || tree.kind === 'object') throw castError(`Cannot cast '${text}' to ${scalarName(to)}`);
    return scalarFromJson(tree, to, text);
  }
  if (tree.kind === 'null') return null;
  try {
    return fromTree(tree, to);
  } catch (error) {
    if (error instanceof TrinoError && error.errorName === 'INVALID_CAST_ARGUMENT') throw castError(`Cannot cast to ${typeId(to)}. ${error.message}\n${text}`);
    throw error;
  }
}

function scalarName(to: Type): string {
  return to.kind === 'decimal' ? `DECIMAL(${to.precision},${to.scale})` : to.kind;
}

function scalarFromJson(tree: JsonTree, to: Type, text: string): Value {
  switch (tree.kind) {
    case 'null':
      return null;
    case 'string':
      return to.kind === 'decimal' ? decimalFromJson(tree.value, to, text) : textFromJson(tree.value, to);
    case 'boolean':
      if (to.kind === 'decimal') return decimalFromJson(tree.value ? '1' : '0', to, text);
      return to.kind === 'varchar' ? textFromJson(String(tree.value), to) : castValue(tree.value, { kind: 'boolean' }, to, NO_SESSION);
    case 'number':
      return numberFromJson(tree.text, to, text);
    default:
      throw castError(`Cannot cast '${text}' to ${scalarName(to)}`);
  }
}

function textFromJson(value: string, to: Type): Value {
  return to.kind === 'varchar' ? value : castValue(value, VARCHAR, to, NO_SESSION);
}

function numberFromJson(number: string, to: Type, text: string): Value {
  const integral = /^-?\d+$/.test(number);
  const refuse = () => castError(`Cannot cast '${text}' to ${scalarName(to)}`);
  switch (to.kind) {
    case 'varchar':
      return textFromJson(integral ? number : doubleVarchar(Number(number)), to);
    case 'double':
      return parseDouble(number) ?? 0;
    case 'real':
      return parseReal(number) ?? 0;
    case 'decimal':
      return decimalFromJson(number, to, text);
    case 'boolean':
      if (integral && !isLong(number)) throw refuse();
      return Number(number) !== 0;
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      if (!integral) return castToInteger(Number(number), { kind: 'double' }, to.kind);
      try {
        return castToInteger(BigInt(number), { kind: 'bigint' }, to.kind);
      } catch (error) {
        throw error instanceof TrinoError ? refuse() : error;
      }
    default:
      throw refuse();
  }
}

const isLong = (digits: string): boolean => BigInt.asIntN(64, BigInt(digits)) === BigInt(digits);

function decimalFromJson(number: string, to: Type & { kind: 'decimal' }, text: string): bigint {
  const decimal = decimalOf(number);
  if (decimal === undefined) throw castError(`Cannot cast '${text}' to DECIMAL(${to.precision},${to.scale})`);
  const unscaled = rescale(decimal.unscaled, decimal.scale, to.scale);
  if (!fitsPrecision(unscaled, to.precision)) throw castError(`Cannot cast input json to DECIMAL(${to.precision},${to.scale})`);
  return unscaled;
}

function fromTree(tree: JsonTree, to: Type): Value {
  if (to.kind === 'json') return writeCanonicalJson(tree);
  if (tree.kind === 'null') return null;
  switch (to.kind) {
    case 'array':
      if (tree.kind !== 'array') throw castError(`Expected a json array, but got ${token(tree)}`);
      return tree.items.map((item) => fromTree(item, to.element));
    case 'map':
      if (tree.kind !== 'object') throw castError(`Expected a json object, but got ${token(tree)}`);
      return mapFromTree(tree.entries, to);
    case 'row':
      if (tree.kind === 'array') return rowFromArray(tree.items, to);
      if (tree.kind === 'object') return rowFromObject(tree.entries, to);
      throw castError(`Expected a json array or object, but got ${token(tree)}`);
    default:
      if (tree.kind === 'array' || tree.kind === 'object') throw castError(`Unexpected token when cast to ${scalarName(to)}: ${token(tree)}`);
      return scalarFromJson(tree, to, writeCanonicalJson(tree));
  }
}

function token(tree: JsonTree): string {
  if (tree.kind === 'array') return '[';
  if (tree.kind === 'object') return '{';
  return tree.kind === 'string' ? tree.value : writeCanonicalJson(tree);
}

function mapFromTree(entries: readonly (readonly [string, JsonTree])[], to: Type & { kind: 'map' }): MapValue {
  const seen = new Set<Value>();
  return {
    entries: entries.map(([name, item]) => {
      const key = castValue(name, VARCHAR, to.key, NO_SESSION);
      if (seen.has(key)) throw castError('Duplicate map keys are not allowed');
      seen.add(key);
      return [key, fromTree(item, to.value)] as const;
    }),
  };
}

function rowFromArray(items: readonly JsonTree[], to: Type & { kind: 'row' }): Value {
  return to.fields
    .map((field, i) => {
      const item = items[i];
      if (item === undefined) throw castError(`Unexpected token when cast to ${scalarName(field.type)}: ]`);
      return fromTree(item, field.type);
    })
    .concat(afterLast(items[to.fields.length]));
}

function afterLast(extra: JsonTree | undefined): never[] {
  if (extra !== undefined) throw castError(`Expected json array ending, but got ${token(extra)}`);
  return [];
}

function rowFromObject(entries: readonly (readonly [string, JsonTree])[], to: Type & { kind: 'row' }): Value {
  if (to.fields.some((field) => field.name === undefined)) throw castError('Cannot cast a JSON object to anonymous row type. Input must be a JSON array.');
  const values = new Map<string, Value>();
  for (const [name, item] of entries) {
    const key = name.toLowerCase();
    const field = to.fields.find((f) => f.name?.toLowerCase() === key);
    if (field === undefined) continue;
    if (values.has(key)) throw castError(`Duplicate field: ${key}`);
    values.set(key, fromTree(item, field.type));
  }
  return to.fields.map((field) => values.get(field.name?.toLowerCase() ?? '') ?? null);
}

// ------------------------------------------------------------------ to JSON

export function castToJson(value: Value, from: Type): string {
  if (value === null) return 'null';
  switch (from.kind) {
    case 'json':
      return value as string;
    case 'double':
    case 'real': {
      const text = from.kind === 'double' ? doubleText(Number(value)) : realText(Number(value));
      return Number.isFinite(value) ? text : `"${text}"`;
    }
    case 'decimal':
      return bigDecimalText(value as bigint, from.scale);
    case 'varchar':
    case 'date':
    case 'timestamp':
      return quoteJson(scalarText(value, from));
    case 'array':
      return `[${(value as readonly Value[]).map((item) => castToJson(item, from.element)).join(',')}]`;
    case 'row':
      return `{${(value as readonly Value[]).map((item, i) => `${quoteJson(from.fields[i]?.name ?? '')}:${castToJson(item, from.fields[i]?.type ?? from)}`).join(',')}}`;
    case 'map': {
      const entries = (value as MapValue).entries.map(([key, item]) => [keyText(key, from.key), castToJson(item, from.value)] as const);
      entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return `{${entries.map(([key, item]) => `${quoteJson(key)}:${item}`).join(',')}}`;
    }
    default:
      return scalarText(value, from);
  }
}

function keyText(key: Value, type: Type): string {
  if (type.kind === 'double') return doubleText(Number(key));
  return type.kind === 'real' ? realText(Number(key)) : scalarText(key, type);
}
