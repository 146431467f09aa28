import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT, BOOLEAN, DOUBLE, type Type, VARCHAR } from '../../../spi/type.ts';
import { KAFKA_SCHEMA_ERROR } from '../kafkaErrorCode.ts';
import type { RegisteredSchema } from './registryClient.ts';

type Json = Readonly<Record<string, unknown>>;
const DEPTH_MAX = 32;

/** The columns of a registered JSON Schema: the properties of its object; what is no single plain type is the text of its JSON. */
export function jsonSchemaColumns(registered: RegisteredSchema, subject: string): readonly { readonly name: string; readonly type: Type }[] {
  const schemas = new JsonSchemas(registered);
  const columns = schemas.properties(schemas.root, 0);
  if (columns.length > 0) return columns;
  throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, `The JSON Schema of subject '${subject}' has no properties`);
}

/** A schema with those that it refers to, by their names or `$id`. */
class JsonSchemas {
  readonly root: Json;
  private readonly byName = new Map<string, Json>();

  constructor({ text, references }: RegisteredSchema) {
    this.root = parsed(text);
    for (const { name, text: other } of references) {
      const schema = parsed(other);
      this.byName.set(name, schema);
      if (typeof schema.$id === 'string') this.byName.set(schema.$id, schema);
    }
  }

  properties(given: Json, depth: number, within = this.root): { readonly name: string; readonly type: Type }[] {
    if (depth > DEPTH_MAX) return [];
    const { schema, document } = this.resolved(given, within);
    const found = new Map<string, Type>();
    for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {}))
      found.set(name, isObject(property) ? this.typeOf(property, document, depth) : VARCHAR);
    for (const part of list(schema.allOf)) for (const { name, type } of this.properties(part, depth + 1, document)) found.set(name, type);
    return [...found].map(([name, type]) => ({ name, type }));
  }

  private typeOf(given: Json, within: Json, depth: number): Type {
    if (depth > DEPTH_MAX) return VARCHAR;
    const { schema, document } = this.resolved(given, within);
    const choices = [...list(schema.oneOf), ...list(schema.anyOf)].filter((choice) => choice.type !== 'null');
    const [only] = choices;
    if (only !== undefined) return choices.length === 1 ? this.typeOf(only, document, depth + 1) : VARCHAR;
    const kinds = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((kind) => kind !== 'null');
    if (kinds.length !== 1) return VARCHAR;
    switch (kinds[0]) {
      case 'integer':
        return BIGINT;
      case 'number':
        return DOUBLE;
      case 'boolean':
        return BOOLEAN;
      default:
        return VARCHAR;
    }
  }

  /** Where `$ref` leads: a place in the same document, another document, or a place in it. */
  private resolved(given: Json, within: Json): { readonly schema: Json; readonly document: Json } {
    let schema = given;
    let document = within;
    for (let steps = 0; typeof schema.$ref === 'string' && steps < DEPTH_MAX; steps++) {
      const [name = '', place = ''] = schema.$ref.split('#');
      document = name === '' ? document : (this.byName.get(name) ?? notFound(schema.$ref));
      schema = place
        .split('/')
        .filter((part) => part !== '')
        .reduce<Json>((at, part) => {
          const next = at[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')];
          return isObject(next) ? next : notFound(String(schema.$ref));
        }, document);
    }
    return { schema, document };
  }
}

function notFound(reference: string): never {
  throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, `A JSON Schema refers to '${reference}', which is not there`);
}

function parsed(text: string): Json {
  const json: unknown = JSON.parse(text);
  return isObject(json) ? json : {};
}

function list(json: unknown): readonly Json[] {
  return Array.isArray(json) ? json.filter(isObject) : [];
}

function isObject(json: unknown): json is Json {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
