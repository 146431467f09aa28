import { TrinoError } from '../../../spi/trinoError.ts';
import { array, BIGINT, BOOLEAN, DOUBLE, INTEGER, map, REAL, row, type Type, VARBINARY, VARCHAR } from '../../../spi/type.ts';
import type { AvroRecordSchema, AvroSchema } from '../decoder/avro/avroSchema.ts';

export type EmptyFieldStrategy = 'IGNORE' | 'MARK' | 'FAIL';
const EMPTY_FIELD_MARKER = '$empty_field_marker';
/** Beyond this a record holds itself. */
const DEPTH_MAX = 200;

/** The columns of a registered Avro schema as Trino makes them: those of a record, or a single one. */
export function avroColumns(
  schema: AvroSchema,
  text: string,
  single: string,
  strategy: EmptyFieldStrategy,
): readonly { readonly name: string; readonly type: Type }[] {
  const types = new AvroTypes(strategy, false);
  if (schema.kind !== 'record') {
    const type = types.of(schema, 0);
    if (type === undefined) throw internal(`Schema has no valid fields: '${text}'`);
    return [{ name: single, type }];
  }
  const columns = schema.fields.map((f) => ({ name: f.name, type: types.of(f.schema, 0) }));
  if (columns.every((c) => c.type === undefined)) throw internal(`Schema has no valid fields: '${text}'`);
  return columns.map(({ name, type }) => {
    if (type === undefined) throw internal('incompatible schema');
    return { name, type };
  });
}

/** The columns of a record as its schema means them: dates, times and decimals too. */
export function meantColumns(schema: AvroRecordSchema, strategy: EmptyFieldStrategy): readonly { readonly name: string; readonly type: Type }[] {
  const types = new AvroTypes(strategy, true);
  return schema.fields.flatMap(({ name, schema: field }) => {
    const type = types.of(field, 0);
    return type === undefined ? [] : [{ name, type }];
  });
}

class AvroTypes {
  private readonly strategy: EmptyFieldStrategy;
  private readonly meant: boolean;

  constructor(strategy: EmptyFieldStrategy, meant: boolean) {
    this.strategy = strategy;
    this.meant = meant;
  }

  /** undefined: a record without fields, left out. */
  of(schema: AvroSchema, depth: number): Type | undefined {
    if (depth > DEPTH_MAX) throw new TrinoError('STACK_OVERFLOW', undefined, 'statement is too large (stack overflow during analysis)');
    if (this.meant && 'semantics' in schema && schema.semantics?.type !== undefined) return schema.semantics.type;
    switch (schema.kind) {
      case 'boolean':
        return BOOLEAN;
      case 'int':
        return INTEGER;
      case 'long':
        return BIGINT;
      case 'float':
        return REAL;
      case 'double':
        return DOUBLE;
      case 'string':
      case 'enum':
        return VARCHAR;
      case 'bytes':
      case 'fixed':
        return VARBINARY;
      case 'null':
        throw internal('Type NULL not supported');
      case 'array': {
        const element = this.of(schema.items, depth + 1);
        return element === undefined ? undefined : array(element);
      }
      case 'map': {
        const value = this.of(schema.values, depth + 1);
        return value === undefined ? undefined : map(VARCHAR, value);
      }
      case 'union':
        return this.union(schema, depth);
      case 'record': {
        const fields = schema.fields.flatMap((f) => {
          const type = this.of(f.schema, depth + 1);
          return type === undefined ? [] : [{ name: f.name, type }];
        });
        if (fields.length > 0) return row(fields);
        if (this.strategy === 'IGNORE') return undefined;
        if (this.strategy === 'MARK') return row([{ name: EMPTY_FIELD_MARKER, type: BOOLEAN }]);
        throw internal(`Struct type has no valid fields for schema: '${JSON.stringify(schema.json)}'`);
      }
    }
  }

  private union(schema: AvroSchema & { readonly kind: 'union' }, depth: number): Type | undefined {
    const branches = schema.branches.filter((b) => b.kind !== 'null');
    const [only] = branches;
    if (branches.length === 1 && only !== undefined) return this.of(only, depth + 1);
    const all = (...kinds: readonly AvroSchema['kind'][]): boolean => branches.every((b) => kinds.includes(b.kind));
    if (all('int', 'long')) return BIGINT;
    if (all('float', 'double')) return DOUBLE;
    if (all('string', 'enum')) return VARCHAR;
    if (all('bytes', 'fixed')) return VARBINARY;
    throw internal(`Incompatible UNION type: '${prettyJson(schema.json, '')}'`);
  }
}

/** As Jackson prints it. */
function prettyJson(json: unknown, indent: string): string {
  if (Array.isArray(json)) return json.length === 0 ? '[ ]' : `[ ${json.map((item) => prettyJson(item, indent)).join(', ')} ]`;
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  const inner = `${indent}  `;
  const fields = Object.entries(json).map(([key, value]) => `${inner}${JSON.stringify(key)} : ${prettyJson(value, inner)}`);
  return fields.length === 0 ? '{ }' : `{\n${fields.join(',\n')}\n${indent}}`;
}

function internal(message: string): TrinoError {
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);
}
