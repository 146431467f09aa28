import type { AvroSchema } from './avroSchema.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const NO_NUMBERS: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

/** Whether JSON can be the default of a field of this type; of a union, of any of its branches. */
export function isValidDefault(json: unknown, schema: AvroSchema): boolean {
  switch (schema.kind) {
    case 'null':
      return json === null;
    case 'boolean':
      return typeof json === 'boolean';
    case 'int':
      return Number.isInteger(json) && Number(json) >= INT_MIN && Number(json) <= INT_MAX;
    case 'long':
      return Number.isInteger(json) && Math.abs(Number(json)) <= 2 ** 63;
    case 'float':
    case 'double':
      return typeof json === 'number' || NO_NUMBERS.has(json);
    case 'string':
    case 'bytes':
    case 'fixed':
    case 'enum':
      return typeof json === 'string';
    case 'array':
      return Array.isArray(json) && json.every((item) => isValidDefault(item, schema.items));
    case 'map':
      return isObject(json) && Object.values(json).every((value) => isValidDefault(value, schema.values));
    case 'union':
      return schema.branches.some((branch) => isValidDefault(json, branch));
    case 'record':
      return isObject(json) && schema.fields.every((f) => (f.name in json ? isValidDefault(json[f.name], f.schema) : f.default !== undefined));
  }
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
