import { isValidDefault } from './avroDefault.ts';
import { type Semantics, semanticsOfAvro } from '../connect/semantics.ts';
import { errorMessage } from '../../../../spi/trinoError.ts';

/** An Avro schema with its names resolved. `semantics`, which logical types are part of, is left out of account by Trino, and heeded in changes. */
export type AvroSchema =
  | { readonly kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'string' | 'bytes'; readonly semantics?: Semantics }
  | (AvroName & { readonly kind: 'fixed'; readonly size: number; readonly semantics?: Semantics })
  | (AvroName & { readonly kind: 'enum'; readonly symbols: readonly string[]; readonly default: string | undefined })
  | { readonly kind: 'array'; readonly items: AvroSchema }
  | { readonly kind: 'map'; readonly values: AvroSchema }
  | { readonly kind: 'union'; readonly branches: readonly AvroSchema[]; readonly json: unknown }
  | AvroRecordSchema;

/** Names with their namespace. */
export interface AvroName {
  readonly name: string;
  /** Other names that a writer may have had for it. */
  readonly aliases: readonly string[];
}

export interface AvroRecordSchema extends AvroName {
  readonly kind: 'record';
  readonly json: unknown;
  readonly fields: readonly AvroField[];
}
export interface AvroField {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly schema: AvroSchema;
  /** JSON; undefined: none. */
  readonly default: unknown;
}

export class AvroSchemaError extends Error {}

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'] as const);
type Primitive = typeof PRIMITIVES extends Set<infer T> ? T : never;
type Json = Readonly<Record<string, unknown>>;

/** `references`: schemas whose names it may use, each after those that it needs itself. */
export function parseAvroSchema(text: string, references: readonly string[] = []): AvroSchema {
  const names = new Map<string, AvroSchema>();
  for (const reference of references) parse(parseJson(reference), undefined, names);
  return parse(parseJson(text), undefined, names);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AvroSchemaError(`an Avro schema is JSON: ${errorMessage(cause)}`);
  }
}

function parse(json: unknown, namespace: string | undefined, names: Map<string, AvroSchema>): AvroSchema {
  if (typeof json === 'string') return named(json, namespace, names);
  if (Array.isArray(json)) return { kind: 'union', branches: json.map((branch) => parse(branch, namespace, names)), json };
  if (!isObject(json)) throw new AvroSchemaError(`not an Avro schema: ${JSON.stringify(json)}`);
  const { type } = json;
  if (typeof type !== 'string') return parse(type, namespace, names);
  switch (type) {
    case 'record':
    case 'error':
      return record(json, namespace, names);
    case 'enum': {
      const symbols = Array.isArray(json.symbols) ? json.symbols.map(String) : [];
      const fallback = typeof json.default === 'string' ? json.default : undefined;
      return define(json, names, { kind: 'enum', ...nameOf(json, namespace), symbols, default: fallback });
    }
    case 'fixed':
      if (typeof json.size !== 'number') throw new AvroSchemaError('a fixed type needs a size');
      return define(json, names, { kind: 'fixed', ...nameOf(json, namespace), size: json.size, ...meant(json) });
    case 'array':
      return { kind: 'array', items: parse(json.items, namespace, names) };
    case 'map':
      return { kind: 'map', values: parse(json.values, namespace, names) };
    default:
      return isPrimitive(type) ? { kind: type, ...meant(json) } : named(type, namespace, names);
  }
}

function meant(json: Json): { readonly semantics?: Semantics } {
  const semantics = semanticsOfAvro(json);
  return semantics === undefined ? {} : { semantics };
}

function record(json: Json, namespace: string | undefined, names: Map<string, AvroSchema>): AvroSchema {
  const fields: AvroField[] = [];
  // known before its fields are, which may speak of it
  const schema = define(json, names, { kind: 'record', ...nameOf(json, namespace), json, fields });
  if (!Array.isArray(json.fields)) throw new AvroSchemaError(`record ${String(json.name)} has no fields`);
  const inner = namespaceOf(json, namespace);
  for (const field of json.fields) {
    if (!isObject(field) || typeof field.name !== 'string') throw new AvroSchemaError(`a field without a name in record ${String(json.name)}`);
    const aliases = Array.isArray(field.aliases) ? field.aliases.map(String) : [];
    const type = parse(field.type, inner, names);
    if (field.default !== undefined && !isValidDefault(field.default, type))
      throw new AvroSchemaError(`Invalid default for field ${field.name}: ${JSON.stringify(field.default)} not a ${JSON.stringify(field.type)}`);
    fields.push({ name: field.name, aliases, schema: type, default: field.default });
  }
  return schema;
}

function define<T extends AvroSchema & AvroName>(json: Json, names: Map<string, AvroSchema>, schema: T): T {
  if (typeof json.name !== 'string') throw new AvroSchemaError(`No name in schema: ${JSON.stringify(json)}`);
  names.set(schema.name, schema);
  return schema;
}

function nameOf(json: Json, namespace: string | undefined): AvroName {
  const space = namespaceOf(json, namespace);
  const full = (name: string): string => (name.includes('.') || space === undefined ? name : `${space}.${name}`);
  return { name: full(String(json.name)), aliases: Array.isArray(json.aliases) ? json.aliases.map((alias) => full(String(alias))) : [] };
}

function namespaceOf(json: Json, outer: string | undefined): string | undefined {
  const name = String(json.name);
  if (name.includes('.')) return name.slice(0, name.lastIndexOf('.'));
  return typeof json.namespace === 'string' ? json.namespace : outer;
}

function named(name: string, namespace: string | undefined, names: ReadonlyMap<string, AvroSchema>): AvroSchema {
  if (isPrimitive(name)) return { kind: name };
  const found = (namespace === undefined ? undefined : names.get(`${namespace}.${name}`)) ?? names.get(name);
  if (found === undefined) throw new AvroSchemaError(`Undefined name: ${name}`);
  return found;
}

function isPrimitive(name: string): name is Primitive {
  return (PRIMITIVES as ReadonlySet<string>).has(name);
}

function isObject(json: unknown): json is Json {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
