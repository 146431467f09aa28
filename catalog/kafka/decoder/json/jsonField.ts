import { TrinoError } from '../../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { DECODER_CONVERSION_NOT_SUPPORTED } from '../../kafkaErrorCode.ts';
import { INTEGER_BOUNDS } from '../integerBounds.ts';
import { parseDouble, parseLong, replaceLoneSurrogates, truncateToLength } from '../javaNumber.ts';
import type { FieldSpec } from '../rowDecoder.ts';
import { fastTemporal } from '../fastTemporal.ts';
import { type TextParser, temporalParser } from '../temporal.ts';
import { type JsonNode, nodeJson, nodeText } from './jsonTree.ts';

/** How one field's values are made of JSON values. */
export interface JsonField {
  readonly spec: FieldSpec;
  readonly path: readonly string[];
  readonly form: JsonFieldForm;
}
export type JsonFieldForm =
  /** Where the value stands, whatever it is, is told to `take`. */
  | { readonly kind: 'verbatim'; readonly take: (start: number, end: number) => void }
  | { readonly kind: 'text'; readonly length: number | undefined }
  | { readonly kind: 'integer'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'double' }
  | { readonly kind: 'boolean' }
  | {
      readonly kind: 'temporal';
      readonly parse: TextParser;
      /** For the usual spellings: the stored whole number, or NaN for "ask parse". */
      readonly fromBytes?: (data: Uint8Array, start: number, end: number) => number;
      readonly fromNumber?: (value: number) => number;
    };

export function jsonField(spec: FieldSpec): JsonField {
  if (spec.mapping === undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `No mapping for ${spec.name}`);
  return { spec, path: spec.mapping.split('/').filter((part) => part !== ''), form: formOf(spec) };
}

function formOf(spec: FieldSpec): JsonFieldForm {
  if (spec.dataFormat !== undefined) return { kind: 'temporal', parse: temporalParser(spec), ...fastTemporal(spec) };
  const { type } = spec;
  const bounds = INTEGER_BOUNDS.get(type.kind);
  if (bounds !== undefined) return { kind: 'integer', ...bounds };
  if (type.kind === 'varchar') return { kind: 'text', length: type.length };
  if (type.kind === 'double' || type.kind === 'boolean') return { kind: type.kind };
  throw new TrinoError('GENERIC_USER_ERROR', undefined, `unsupported column type '${typeId(type)}' for column '${spec.name}'`);
}

/** The node that a path leads to; undefined: there is none. */
export function locateNode(root: JsonNode, path: readonly string[]): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const part of path) {
    if (!(node instanceof Map)) return undefined;
    node = (node as ReadonlyMap<string, JsonNode>).get(part);
  }
  return node;
}

/** Exactly Trino's conversion; a value that does not fit raises. */
export function convertNode(field: JsonField, node: JsonNode): Value {
  if (node === null) return null;
  const { form, spec } = field;
  if (form.kind === 'verbatim') throw new Error(`column '${spec.name}' is not converted here`);
  if (node instanceof Map || Array.isArray(node)) {
    if (form.kind === 'text') return textValue(nodeJson(node), form.length);
    // Trino's messages differ here for no visible reason
    throw form.kind === 'boolean' || form.kind === 'temporal' ? notAValue(spec) : doesNotFit(spec, '');
  }
  const scalar = node as boolean | string | bigint | number;
  const text = nodeText(scalar);
  switch (form.kind) {
    case 'text':
      return textValue(text, form.length);
    case 'boolean':
      if (typeof scalar === 'boolean') return scalar;
      return typeof scalar === 'bigint' ? scalar !== 0n : typeof scalar === 'string' && javaTrim(scalar) === 'true';
    case 'integer': {
      const value = typeof scalar === 'bigint' ? scalar : parseLong(text);
      if (value === undefined || value < form.min || value > form.max) throw doesNotFit(spec, text);
      return value;
    }
    case 'double': {
      if (typeof scalar === 'bigint' || typeof scalar === 'number') return Number(scalar);
      const value = typeof scalar === 'string' ? parseDouble(scalar) : undefined;
      if (value === undefined) throw doesNotFit(spec, text);
      return value;
    }
    case 'temporal': {
      const value = form.parse(text);
      if (value === undefined) throw doesNotFit(spec, text);
      return value;
    }
  }
}

function textValue(text: string, length: number | undefined): string {
  const clean = replaceLoneSurrogates(text);
  return length === undefined ? clean : truncateToLength(clean, length);
}

function javaTrim(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java trims every character up to the blank
  return text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
}

function doesNotFit(spec: FieldSpec, text: string): TrinoError {
  return conversionError(`could not parse value '${replaceLoneSurrogates(text)}' as '${typeName(spec.type)}' for column '${spec.name}'`);
}
function notAValue(spec: FieldSpec): TrinoError {
  return conversionError(`could not parse non-value node as '${typeName(spec.type)}' for column '${spec.name}'`);
}
function conversionError(message: string): TrinoError {
  return new TrinoError(DECODER_CONVERSION_NOT_SUPPORTED, undefined, message);
}
function typeName(type: Type): string {
  return typeId(type);
}
