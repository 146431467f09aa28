import { doubleText } from '../function/javaNumberText.ts';

/** A number that Java holds as a double: written with a fraction. */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export type JsonValue = string | number | boolean | null | JavaDouble | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Indented as Jackson's default pretty printer does, which Trino uses for plans. */
export function jacksonJson(value: JsonValue, indent = ''): string {
  if (value instanceof JavaDouble) return doubleText(value.value);
  if (Array.isArray(value)) return value.length === 0 ? '[ ]' : `[ ${value.map((item: JsonValue) => jacksonJson(item, indent)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return '{ }';
  const inner = `${indent}  `;
  return `{\n${entries.map(([key, item]) => `${inner}${JSON.stringify(key)} : ${jacksonJson(item, inner)}`).join(',\n')}\n${indent}}`;
}
