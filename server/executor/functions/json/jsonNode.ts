import { doubleText } from '../../../function/javaNumberText.ts';
import { quoteJson } from '../../../function/jsonText.ts';

/** A JSON value that keeps the text of its numbers. Of equal keys the last one stays. */
export type JsonNode =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> };

/** Raises SyntaxError. */
export function parseJson(text: string): JsonNode {
  const value: unknown = JSON.parse(text, function (this: unknown, _key: string, parsed: unknown, context?: { readonly source?: string }): JsonNode {
    return nodeOf(parsed, context?.source);
  });
  return value as JsonNode;
}

function nodeOf(parsed: unknown, source: string | undefined): JsonNode {
  if (parsed === null) return { kind: 'null' };
  if (typeof parsed === 'boolean') return { kind: 'boolean', value: parsed };
  if (typeof parsed === 'number') return { kind: 'number', text: source ?? String(parsed) };
  if (typeof parsed === 'string') return { kind: 'string', value: parsed };
  if (Array.isArray(parsed)) return { kind: 'array', items: parsed as readonly JsonNode[] };
  return { kind: 'object', members: new Map(Object.entries(parsed as Readonly<Record<string, JsonNode>>)) };
}

/** Trino's canonical text: keys in order (or as they came), no blanks. */
export function jsonText(node: JsonNode, sorted = true): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(node.value);
    case 'number':
      return numberText(node.text);
    case 'string':
      return quoteJson(node.value);
    case 'array':
      return `[${node.items.map((item) => jsonText(item, sorted)).join(',')}]`;
    case 'object':
      return `{${[...node.members]
        .sort(([a], [b]) => (!sorted ? 0 : a < b ? -1 : a > b ? 1 : 0))
        .map(([key, value]) => `${quoteJson(key)}:${jsonText(value, sorted)}`)
        .join(',')}}`;
  }
}

/** Whole numbers keep their digits; all others are doubles to Trino, and print as in Java. */
function numberText(text: string): string {
  if (/^-?\d+$/.test(text)) return text === '-0' ? '0' : text;
  const value = Number(text);
  return Number.isFinite(value) ? doubleText(value) : `"${doubleText(value)}"`;
}
