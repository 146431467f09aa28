import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import { qualify } from '../../metadata/metadataSnapshot.ts';
import type { Identifier, StatementOf } from '../../sql/ast.ts';
import { findObject, relationKind } from './tableLookup.ts';
import { catalogPart, schemaExists, schemaName, type TaskContext, type TaskResult } from './task.ts';

type RoleStatement = StatementOf<'createRole'> | StatementOf<'dropRole'> | StatementOf<'grantRoles'> | StatementOf<'revokeRoles'>;
type PrivilegeStatement = StatementOf<'grant'> | StatementOf<'deny'> | StatementOf<'revoke'>;

const PRIVILEGES: ReadonlySet<string> = new Set(['CREATE', 'SELECT', 'INSERT', 'UPDATE', 'DELETE']);

/** No catalog has roles, nor has the system: what Trino without an access control answers. */
export function changeRoles(context: TaskContext, statement: RoleStatement): TaskResult {
  refuseCatalogRoles(context, statement.catalog, statement.location);
  const missing = (role: Identifier | undefined): TrinoError =>
    new TrinoError('ROLE_NOT_FOUND', statement.location, `Role '${role?.value.toLowerCase() ?? ''}' does not exist`);
  switch (statement.kind) {
    case 'createRole':
      throw new TrinoError('NOT_SUPPORTED', undefined, 'System roles are not enabled');
    case 'dropRole':
      if (statement.ifExists) return { updateType: 'DROP ROLE' };
      throw missing(statement.name);
    case 'grantRoles':
    case 'revokeRoles':
      throw missing(statement.roles[0]);
  }
}

/** A catalog that a statement about roles names: it must exist, and has none. */
export function refuseCatalogRoles(context: TaskContext, node: Identifier | undefined, location: Location): void {
  if (node === undefined) return;
  const catalog = node.value.toLowerCase();
  if (!context.transaction.catalogExists(catalog)) throw new TrinoError('CATALOG_NOT_FOUND', location, `Catalog '${catalog}' not found`);
  throw new TrinoError('NOT_SUPPORTED', location, `Catalog '${catalog}' does not support role management`);
}

/** GRANT, DENY and REVOKE of privileges: what they name must be there, then no catalog does them. */
export async function changePrivileges(context: TaskContext, { object, privileges, location }: PrivilegeStatement): Promise<TaskResult> {
  const kind = object.entityKind?.toUpperCase() ?? 'TABLE';
  if (kind !== 'TABLE' && kind !== 'SCHEMA') throw new TrinoError('NOT_SUPPORTED', location, `Privileges on ${kind} are not supported`);
  const catalog = kind === 'SCHEMA' ? await existingSchema(context, object.name.parts, location) : await existingTable(context, object.name.parts, location);
  const unknown = privileges?.find((privilege) => !PRIVILEGES.has(privilege.toUpperCase()));
  if (unknown !== undefined) throw new TrinoError('INVALID_PRIVILEGE', location, `Unknown privilege: '${unknown}'`);
  throw new TrinoError('NOT_SUPPORTED', undefined, `Catalog does not support permission management: ${catalog}`);
}

async function existingSchema(context: TaskContext, parts: readonly Identifier[], location: Location): Promise<string> {
  const { catalog, schema } = schemaName(context, parts, location);
  if (!context.transaction.catalogExists(catalog) || !(await schemaExists(catalogPart(context, catalog, location), schema))) {
    throw new TrinoError('SCHEMA_NOT_FOUND', location, `Schema '${catalog}.${schema}' does not exist`);
  }
  return catalog;
}

async function existingTable(context: TaskContext, parts: readonly Identifier[], location: Location): Promise<string> {
  const written = parts.map(({ value }) => value);
  const name = qualify(written, context.session, parts.length > 3 ? undefined : location);
  if (!(await relationExists(context, name))) throw new TrinoError('TABLE_NOT_FOUND', location, `Table '${qualifiedNameText(name)}' does not exist`);
  return name.catalog;
}

async function relationExists(context: TaskContext, name: ReturnType<typeof qualify>): Promise<boolean> {
  if (!context.transaction.catalogExists(name.catalog)) return false;
  return relationKind(await findObject(context, name, undefined)) !== undefined;
}

/** SHOW GRANTS ON something: it is taken for a table, whatever it is called. */
export async function checkGrantsOn(context: TaskContext, { object, location }: StatementOf<'showGrants'>): Promise<void> {
  if (object === undefined) return;
  const written = object.name.parts.map(({ value }) => value.toLowerCase());
  if (await relationExists(context, qualify(written, context.session, location))) return;
  throw new TrinoError('TABLE_NOT_FOUND', location, `Table 'Optional[${written.join('.')}]' does not exist`);
}
