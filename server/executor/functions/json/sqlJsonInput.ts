import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import type { JsonFormat, JsonPassing } from '../../../plan/jsonSpecification.ts';
import type { PathVariables } from './jsonPathEvaluator.ts';
import { type PathItem, padded } from './jsonPathItem.ts';
import { readJson } from './jsonReader.ts';

/** An input that is not JSON: ON ERROR decides what it means. */
export class JsonInputError extends Error {}

export function readInput(value: Value, type: Type, format: JsonFormat): PathItem | undefined {
  if (value === null) return undefined;
  const text = value instanceof Uint8Array ? decode(value, format) : padded({ kind: 'typed', type, value });
  try {
    return readJson(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new JsonInputError('conversion to JSON failed: ', { cause });
  }
}

export function readVariables(passing: readonly JsonPassing[], values: readonly Value[], types: readonly Type[]): PathVariables {
  return new Map(
    passing.map(({ name, format }, at): readonly [string, PathItem | undefined] => {
      const value = values[at] ?? null;
      const type = types[at] ?? { kind: 'unknown' };
      if (format !== undefined) return [name, readInput(value, type, format)];
      return [name, value === null ? { kind: 'null' } : { kind: 'typed', type, value }];
    }),
  );
}

function decode(bytes: Uint8Array, format: JsonFormat): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'JSON':
    case 'UTF8':
      return buffer.toString('utf8');
    case 'UTF16':
      return buffer.toString('utf16le');
    case 'UTF32': {
      let text = '';
      for (let at = 0; at + 4 <= buffer.length; at += 4) text += String.fromCodePoint(buffer.readUInt32LE(at));
      return text;
    }
  }
}

export function encode(text: string, format: JsonFormat): Uint8Array {
  switch (format) {
    case 'JSON':
    case 'UTF8':
      return Buffer.from(text, 'utf8');
    case 'UTF16':
      return Buffer.from(text, 'utf16le');
    case 'UTF32': {
      const points = [...text];
      const buffer = Buffer.alloc(points.length * 4);
      for (const [at, point] of points.entries()) buffer.writeUInt32LE(point.codePointAt(0) ?? 0, at * 4);
      return buffer;
    }
  }
}
