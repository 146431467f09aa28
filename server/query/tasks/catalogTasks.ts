import { TrinoError } from '../../../spi/trinoError.ts';
import { VARCHAR } from '../../../spi/type.ts';
import type { StatementOf } from '../../sql/ast.ts';
import type { TaskContext, TaskResult } from './task.ts';

export async function createCatalog(context: TaskContext, statement: StatementOf<'createCatalog'>): Promise<TaskResult> {
  requireDynamic(context, 'CREATE CATALOG');
  if (statement.principal !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'CREATE CATALOG with AUTHORIZATION is not supported');
  if (statement.comment !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'CREATE CATALOG with COMMENT is not supported');
  const properties = new Map<string, string>();
  for (const property of statement.properties) {
    const name = property.name.value;
    if (properties.has(name)) throw new TrinoError('DUPLICATE_PROPERTY', property.location, `Duplicate property: ${name}`);
    if (property.value === undefined) throw new TrinoError('INVALID_CATALOG_PROPERTY', property.location, `Cannot set catalog property '${name}' to DEFAULT`);
    properties.set(name, String(context.constant(property.value, VARCHAR)));
  }
  await context.catalogs.create(statement.name.value.toLowerCase(), statement.connector.value, properties, statement.notExists);
  return { updateType: 'CREATE CATALOG' };
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
