import { TrinoError } from '../../../spi/trinoError.ts';
import { INFORMATION_SCHEMA } from '../../metadata/informationSchema.ts';
import type { StatementOf } from '../../sql/ast.ts';
import { completeProperties } from './properties.ts';
import { type TaskContext, type TaskResult, catalogPart, notSupported, schemaExists, schemaName } from './task.ts';

export async function createSchema(context: TaskContext, statement: StatementOf<'createSchema'>): Promise<TaskResult> {
  const { catalog, schema } = schemaName(context, statement.name.parts, statement.location);
  const part = catalogPart(context, catalog, statement.location);
  const result = { updateType: 'CREATE SCHEMA' };
  if (await schemaExists(part, schema)) {
    if (statement.notExists) return result;
    throw new TrinoError('SCHEMA_ALREADY_EXISTS', statement.location, `Schema '${catalog}.${schema}' already exists`);
  }
  const properties = completeProperties(context, statement.properties, {
    code: 'INVALID_SCHEMA_PROPERTY',
    what: 'schema',
    catalog,
    known: part.connector.schemaProperties ?? [],
  });
  if (part.transaction.createSchema === undefined) throw notSupported('creating schemas');
  context.transaction.checkWrite(catalog);
  await part.transaction.createSchema(part.session, schema, properties);
  return result;
}

export async function dropSchema(context: TaskContext, statement: StatementOf<'dropSchema'>): Promise<TaskResult> {
  const { catalog, schema } = schemaName(context, statement.name.parts, statement.location);
  const result = { updateType: 'DROP SCHEMA' };
  if (statement.ifExists && !context.transaction.catalogExists(catalog)) return result;
  const part = catalogPart(context, catalog, statement.location);
  if (!(await schemaExists(part, schema))) {
    if (statement.ifExists) return result;
    throw new TrinoError('SCHEMA_NOT_FOUND', statement.location, `Schema '${catalog}.${schema}' does not exist`);
  }
  if (schema === INFORMATION_SCHEMA) {
    if (statement.cascade) throw notSupported(`dropping ${INFORMATION_SCHEMA}`);
    throw new TrinoError('SCHEMA_NOT_EMPTY', statement.location, `Cannot drop non-empty schema '${schema}'`);
  }
  if (!statement.cascade && (await part.transaction.listTables(part.session, schema)).length > 0) {
    throw new TrinoError('SCHEMA_NOT_EMPTY', statement.location, `Cannot drop non-empty schema '${schema}'`);
  }
  if (part.transaction.dropSchema === undefined) throw notSupported('dropping schemas');
  context.transaction.checkWrite(catalog);
  await part.transaction.dropSchema(part.session, schema, statement.cascade);
  return result;
}

export async function renameSchema(context: TaskContext, statement: StatementOf<'renameSchema'>): Promise<TaskResult> {
  const { catalog, schema } = schemaName(context, statement.source.parts, statement.location);
  const target = statement.target.value.toLowerCase();
  const part = catalogPart(context, catalog, statement.location);
  if (!(await schemaExists(part, schema))) throw new TrinoError('SCHEMA_NOT_FOUND', statement.location, `Schema '${catalog}.${schema}' does not exist`);
  if (await schemaExists(part, target))
    throw new TrinoError('SCHEMA_ALREADY_EXISTS', statement.location, `Target schema '${catalog}.${target}' already exists`);
  if (schema === INFORMATION_SCHEMA) throw notSupported(`renaming ${INFORMATION_SCHEMA}`);
  if (part.transaction.renameSchema === undefined) throw notSupported('renaming schemas');
  context.transaction.checkWrite(catalog);
  await part.transaction.renameSchema(part.session, schema, target);
  return { updateType: 'RENAME SCHEMA' };
}
