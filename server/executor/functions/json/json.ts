import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Value } from '../../../../spi/value.ts';
import { type JsonNode, jsonText, parseJson } from './jsonNode.ts';
import { arrayItems } from './jsonReader.ts';
import { simpleJsonPath } from './jsonPathSimple.ts';
import type { ScalarImplementations } from '../implementation.ts';
import { scripted } from '../text/string.ts';

function nodeAt(value: Value, path: Value): JsonNode | undefined {
  let node: JsonNode | undefined = parseInput(value);
  for (const step of simpleJsonPath(String(path))) {
    if (node === undefined) return undefined;
    if (typeof step === 'number') node = node.kind === 'array' ? node.items[step] : node.kind === 'object' ? node.members.get(String(step)) : undefined;
    else node = node.kind === 'object' ? node.members.get(step) : node.kind === 'array' && /^\d+$/.test(step) ? node.items[Number(step)] : undefined;
  }
  return node;
}

/** Malformed text is no error for the extracting functions: there is nothing to find in it. */
function parseInput(value: Value): JsonNode | undefined {
  try {
    return parseJson(String(value));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const scalarText = (node: JsonNode | undefined): string | null => {
  switch (node?.kind) {
    case 'string':
      return node.value;
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    default:
      return null;
  }
};

const parse = scripted(true, (value) => {
  try {
    return jsonText(parseJson(String(value)));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Cannot convert value to JSON: '${String(value)}'`, { cause });
  }
});

const arrayOf = (value: Value): readonly JsonNode[] | undefined => {
  const node = parseInput(value);
  return node?.kind === 'array' ? node.items : undefined;
};

function isScalar(item: JsonNode, wanted: Value | undefined): boolean {
  if (item.kind === 'string' || item.kind === 'boolean') return item.value === wanted;
  if (item.kind !== 'number') return false;
  if (typeof wanted === 'bigint') return /^-?\d+$/.test(item.text) && BigInt(item.text) === wanted;
  return typeof wanted === 'number' && !/^-?\d+$/.test(item.text) && Number(item.text) === wanted;
}

export const jsonFunctions: ScalarImplementations = {
  json_parse: parse,
  json_format: { mayFail: false, emit: (call) => call.arguments[0] ?? 'NULL' },
  json_extract: scripted(true, (value, path) => {
    const node = nodeAt(value, path);
    return node === undefined ? null : jsonText(node);
  }),
  json_extract_scalar: scripted(true, (value, path) => scalarText(nodeAt(value, path))),
  json_array_length: scripted(false, (value) => {
    const items = arrayOf(value);
    return items === undefined ? null : BigInt(items.length);
  }),
  json_array_get: scripted(true, (value, index) => {
    const items = arrayOf(value);
    const at = Number(index);
    const item = items?.[at < 0 ? items.length + at : at];
    // Trino finds no text for a null counted from the end
    if (at < 0 && item?.kind === 'null') throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'string is null');
    if (item === undefined || item.kind === 'null') return null;
    // the text of a scalar as it stands there
    return scalarText(item) ?? jsonText(item, false);
  }),
  json_array_contains: scripted(false, (value, wanted) => {
    if (typeof wanted === 'number' && !Number.isFinite(wanted)) return false;
    try {
      for (const item of arrayItems(String(value))) if (isScalar(item, wanted)) return true;
      return false;
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }),
  json_size: scripted(true, (value, path) => {
    const node = nodeAt(value, path);
    if (node === undefined) return null;
    return node.kind === 'array' ? BigInt(node.items.length) : node.kind === 'object' ? BigInt(node.members.size) : 0n;
  }),
  is_json_scalar: scripted(true, (value) => {
    const node = parseInput(value);
    if (node === undefined) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Invalid JSON value: ${String(value)}`);
    return node.kind !== 'array' && node.kind !== 'object';
  }),
};
