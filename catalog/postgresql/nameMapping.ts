import fs from 'node:fs';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';

/** Names that a file gives to schemas and tables whose own differ in nothing but case. */
export interface NameMapping {
  schemaName(remoteSchema: string): string | undefined;
  remoteSchema(name: string): string | undefined;
  tableName(remoteSchema: string, remoteTable: string): string | undefined;
  remoteTable(remoteSchema: string, name: string): string | undefined;
  /** All tables that the file calls so, whatever their schema. */
  remoteTables(name: string): readonly string[];
}

interface SchemaRule {
  readonly remoteSchema: string;
  readonly mapping: string;
}

interface TableRule extends SchemaRule {
  readonly remoteTable: string;
}

const pair = (schema: string, table: string): string => JSON.stringify([schema, table]);

/**
 * Reads the file of `case-insensitive-name-matching.config-file`: `{"schemas": [{"remoteSchema", "mapping"}], "tables": [{"remoteSchema",
 * "remoteTable", "mapping"}]}`. Raises CONFIGURATION_INVALID.
 */
function readNameMapping(file: string): NameMapping {
  const { schemas, tables } = readRules(file);
  const schemaNames = unique(file, schemas, ({ remoteSchema, mapping }) => [remoteSchema, mapping]);
  const remoteSchemas = unique(file, schemas, ({ remoteSchema, mapping }) => [mapping, remoteSchema]);
  const tableNames = unique(file, tables, ({ remoteSchema, remoteTable, mapping }) => [pair(remoteSchema, remoteTable), mapping]);
  const remoteTables = unique(file, tables, ({ remoteSchema, remoteTable, mapping }) => [pair(remoteSchema, mapping), remoteTable]);
  return {
    schemaName: (remoteSchema) => schemaNames.get(remoteSchema),
    remoteSchema: (name) => remoteSchemas.get(name),
    tableName: (remoteSchema, remoteTable) => tableNames.get(pair(remoteSchema, remoteTable)),
    remoteTable: (remoteSchema, name) => remoteTables.get(pair(remoteSchema, name)),
    remoteTables: (name) => tables.filter(({ mapping }) => mapping === name).map(({ remoteTable }) => remoteTable),
  };
}

/** The mapping as the file has it now, read again when `refreshMs` have passed; 0: never. */
export function watchNameMapping(file: string, refreshMs: number, now: () => number = () => performance.now()): () => NameMapping {
  let mapping = readNameMapping(file);
  let readAtMs = now();
  return () => {
    if (refreshMs > 0 && now() - readAtMs >= refreshMs) {
      try {
        mapping = readNameMapping(file);
      } catch (error) {
        throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, errorMessage(error), { cause: error });
      }
      readAtMs = now();
    }
    return mapping;
  };
}

function unique<T extends SchemaRule>(file: string, rules: readonly T[], entry: (rule: T) => readonly [string, string]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const rule of rules) {
    const [key, value] = entry(rule);
    if (found.has(key)) throw invalid(file, `Multiple entries with same key: ${key}=${value} and ${key}=${found.get(key)}`);
    found.set(key, value);
  }
  return found;
}

function readRules(file: string): { readonly schemas: readonly SchemaRule[]; readonly tables: readonly TableRule[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new TrinoError(
        'CONFIGURATION_INVALID',
        undefined,
        `Invalid configuration property case-insensitive-name-matching.config-file: file does not exist: ${file}`,
      );
    }
    throw invalid(file, errorMessage(error));
  }
  if (!isRecord(parsed)) throw invalid(file, 'an object with schemas and tables is expected');
  const { schemas, tables, ...others } = parsed;
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalid(file, `unrecognized field "${other}"`);
  return {
    schemas: listOf(file, 'schemas', schemas).map((rule) => fieldsOf(file, rule, ['remoteSchema', 'mapping'])),
    tables: listOf(file, 'tables', tables).map((rule) => fieldsOf(file, rule, ['remoteSchema', 'remoteTable', 'mapping'])),
  };
}

function listOf(file: string, name: string, list: unknown): readonly unknown[] {
  if (!Array.isArray(list)) throw invalid(file, `${name} is null`);
  return list;
}

function fieldsOf<K extends string>(file: string, rule: unknown, names: readonly (K | 'mapping')[]): Record<K | 'mapping', string> {
  if (!isRecord(rule)) throw invalid(file, 'a rule is an object');
  const other = Object.keys(rule).find((name) => !names.some((known) => known === name));
  if (other !== undefined) throw invalid(file, `unrecognized field "${other}"`);
  const fields = {} as Record<K | 'mapping', string>;
  for (const name of names) {
    const value = rule[name];
    if (typeof value !== 'string') throw invalid(file, `${name} is null`);
    fields[name] = value;
  }
  if (fields.mapping !== fields.mapping.toLowerCase()) throw invalid(file, `mapping is not lower case: ${fields.mapping}`);
  return fields;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (file: string, why: string): TrinoError =>
  new TrinoError('CONFIGURATION_INVALID', undefined, `Invalid JSON file '${file}' for 'class io.trino.plugin.base.mapping.IdentifierMappingRules': ${why}`);
