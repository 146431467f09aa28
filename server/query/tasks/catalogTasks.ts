import { TrinoError } from '../../../spi/trinoError.ts';
import { VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { Property, StatementOf } from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';
import type { TaskContext, TaskResult } from './task.ts';

export async function createCatalog(context: TaskContext, statement: StatementOf<'createCatalog'>): Promise<TaskResult> {
  if (statement.principal !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'CREATE CATALOG with AUTHORIZATION is not supported');
  if (statement.comment !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'CREATE CATALOG with COMMENT is not supported');
  const properties = new Map<string, string>();
  for (const property of statement.properties) {
    const name = property.name.value;
    const text = propertyText(context, property);
    if (properties.has(name)) throw new TrinoError('DUPLICATE_PROPERTY', property.location, `Duplicate property: ${name}`);
    properties.set(name, text);
  }
  requireDynamic(context, 'CREATE CATALOG');
  await context.catalogs.create(statement.name.value.toLowerCase(), statement.connector.value, properties, statement.notExists);
  return { updateType: 'CREATE CATALOG' };
}

function propertyText(context: TaskContext, { name, value, location }: Property): string {
  const invalid = (message: string, cause?: unknown) => new TrinoError('INVALID_CATALOG_PROPERTY', location, message, { cause });
  if (value === undefined) throw invalid('Catalog properties do not support DEFAULT value');
  let text: Value;
  try {
    text = context.constant(value, VARCHAR);
  } catch (cause) {
    throw invalid(`Invalid value for catalog property '${name.value}': Cannot convert [${formatExpression(value)}] to varchar`, cause);
  }
  if (text === null) throw invalid(`Invalid null value for catalog property '${name.value}' from [null]`);
  return String(text);
}

export async function dropCatalog(context: TaskContext, statement: StatementOf<'dropCatalog'>): Promise<TaskResult> {
  if (statement.cascade) throw new TrinoError('NOT_SUPPORTED', statement.location, 'CASCADE is not yet supported for DROP CATALOG');
  const name = statement.name.value.toLowerCase();
  if (name !== 'system') requireDynamic(context, 'DROP CATALOG');
  const dropped = await context.catalogs.drop(name);
  if (!dropped && !statement.ifExists) throw new TrinoError('CATALOG_NOT_FOUND', undefined, `Catalog '${name}' not found`);
  return { updateType: 'DROP CATALOG' };
}

function requireDynamic(context: TaskContext, what: string): void {
  if (context.catalogManagement === 'static') throw new TrinoError('NOT_SUPPORTED', undefined, `${what} is not supported by the static catalog store`);
}
