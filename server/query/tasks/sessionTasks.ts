import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId, VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { formatPropertyValue } from '../../metadata/propertyValue.ts';
import type { Expression, StatementOf } from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';
import { formatSql } from '../../sql/formatter/formatter.ts';
import { SessionPropertyProblem } from '../sessionProperties.ts';
import { catalogPart, schemaExists, type TaskContext, type TaskResult } from './task.ts';
import { zoneOf } from './timeZone.ts';

export async function use(context: TaskContext, statement: StatementOf<'use'>): Promise<TaskResult> {
  const catalog = statement.catalog?.value.toLowerCase() ?? context.session.catalog;
  if (catalog === undefined) throw new TrinoError('MISSING_CATALOG_NAME', statement.location, 'Catalog must be specified when session catalog is not set');
  const schema = statement.schema.value.toLowerCase();
  if (!context.transaction.catalogExists(catalog)) throw new TrinoError('CATALOG_NOT_FOUND', undefined, `Catalog '${catalog}' not found`);
  if (!(await schemaExists(catalogPart(context, catalog, undefined), schema)))
    throw new TrinoError('NOT_FOUND', undefined, `Schema does not exist: ${catalog}.${schema}`);
  return { updateType: 'USE', effects: { ...(statement.catalog === undefined ? {} : { setCatalog: catalog }), setSchema: schema } };
}

function sessionProperty(context: TaskContext, statement: StatementOf<'setSession' | 'resetSession'>, location: Expression['location']) {
  const parts = statement.name.parts.map((part) => part.value);
  const [first = '', second] = parts;
  const missing = (name: string) => new TrinoError('INVALID_SESSION_PROPERTY', location, `Session property '${name}' does not exist`);
  if (parts.length > 2) throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Invalid session property '${parts.join('.')}'`);
  if (second === undefined) {
    const property = context.systemProperties.get(first);
    if (property === undefined) throw missing(first);
    return { name: first, property };
  }
  const catalog = context.catalogs.get(first);
  if (catalog === undefined) throw new TrinoError('CATALOG_NOT_FOUND', location, `Catalog '${first}' not found`);
  const property = catalog.connector.sessionProperties?.find((candidate) => candidate.name === second);
  if (property === undefined) throw missing(`${first}.${second}`);
  return { name: `${first}.${second}`, property };
}

export function setSession(context: TaskContext, statement: StatementOf<'setSession'>): TaskResult {
  const { name, property } = sessionProperty(context, statement, statement.value.location);
  const given = context.constantValue(statement.value);
  const unable = (reason: string, cause?: unknown) => {
    const shown = given.value === null ? 'null' : formatExpression(statement.value);
    return new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Unable to set session property '${name}' to '${shown}': ${reason}`, { cause });
  };
  if (given.value === null) throw unable('Session property value must not be null');
  const value = ((): Value => {
    try {
      return context.constant(statement.value, property.type);
    } catch (cause) {
      throw unable(`Cannot cast type ${typeId(given.type)} to ${typeId(property.type)}`, cause);
    }
  })();
  try {
    property.validate?.(value);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const reason = cause instanceof SessionPropertyProblem ? cause.reason : cause.message;
    throw new TrinoError('INVALID_SESSION_PROPERTY', statement.value.location, reason, { cause });
  }
  return { updateType: 'SET SESSION', effects: { setSessionProperties: new Map([[name, formatPropertyValue(property.type, value)]]) } };
}

export function resetSession(context: TaskContext, statement: StatementOf<'resetSession'>): TaskResult {
  const { name } = sessionProperty(context, statement, statement.location);
  return { updateType: 'RESET SESSION', effects: { resetSessionProperties: new Set([name]) } };
}

export function setTimeZone(context: TaskContext, statement: StatementOf<'setTimeZone'>): TaskResult {
  if (statement.timeZone === undefined) return { updateType: 'SET TIME ZONE', effects: { resetSessionProperties: new Set(['time_zone_id']) } };
  const zone = zoneOf(context.constantValue(statement.timeZone), statement.timeZone);
  return { updateType: 'SET TIME ZONE', effects: { setSessionProperties: new Map([['time_zone_id', zone]]) } };
}

export function setPath(context: TaskContext, statement: StatementOf<'setPath'>): TaskResult {
  if (!context.session.clientCapabilities.has('PATH')) throw new TrinoError('NOT_SUPPORTED', undefined, 'SET PATH not supported by client');
  for (const element of statement.path) {
    const catalog = element.catalog?.value.toLowerCase() ?? context.session.catalog;
    if (catalog === undefined)
      throw new TrinoError('MISSING_CATALOG_NAME', statement.location, 'Catalog must be specified for each path element when session catalog is not set');
    if (!context.transaction.catalogExists(catalog)) throw new TrinoError('CATALOG_NOT_FOUND', statement.location, `Catalog '${catalog}' not found`);
  }
  const text = statement.path.map((element) =>
    element.catalog === undefined
      ? formatSqlIdentifier(element.schema.value)
      : `${formatSqlIdentifier(element.catalog.value)}.${formatSqlIdentifier(element.schema.value)}`,
  );
  return { updateType: 'SET PATH', effects: { setPath: text.join(', ') } };
}

const formatSqlIdentifier = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

export function setRole(context: TaskContext, statement: StatementOf<'setRole'>): TaskResult {
  const catalog = statement.catalog?.value.toLowerCase() ?? 'system';
  if (!context.transaction.catalogExists(catalog)) throw new TrinoError('CATALOG_NOT_FOUND', statement.location, `Catalog '${catalog}' not found`);
  if (statement.catalog !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, `Catalog '${catalog}' does not support role management`);
  if (statement.type === 'ROLE')
    throw new TrinoError('ROLE_NOT_FOUND', statement.location, `Role '${statement.role?.value.toLowerCase() ?? ''}' does not exist`);
  return { updateType: 'SET ROLE', effects: { setRoles: new Map([[catalog, statement.type]]) } };
}

export function setSessionAuthorization(context: TaskContext, statement: StatementOf<'setSessionAuthorization'>): TaskResult {
  checkCapability(context, 'SET');
  if (context.session.transactionId !== undefined)
    throw new TrinoError('GENERIC_USER_ERROR', undefined, "Can't set authorization user in the middle of a transaction");
  const user = statement.user.kind === 'identifier' ? statement.user.value : String(context.constant(statement.user, VARCHAR));
  if (user !== context.session.originalUser) {
    throw new TrinoError('PERMISSION_DENIED', undefined, `Access Denied: User ${context.session.originalUser} cannot impersonate user ${user}`);
  }
  return { updateType: 'SET SESSION AUTHORIZATION', effects: { setAuthorizationUser: user } };
}

function checkCapability({ session }: TaskContext, action: 'SET' | 'RESET'): void {
  if (!session.clientCapabilities.has('SESSION_AUTHORIZATION'))
    throw new TrinoError('NOT_SUPPORTED', undefined, `${action} SESSION AUTHORIZATION not supported by client`);
}

export function resetSessionAuthorization(context: TaskContext): TaskResult {
  checkCapability(context, 'RESET');
  if (context.session.transactionId !== undefined)
    throw new TrinoError('GENERIC_USER_ERROR', undefined, "Can't reset authorization user in the middle of a transaction");
  return { updateType: 'RESET SESSION AUTHORIZATION', effects: { resetAuthorizationUser: true } };
}

export function prepare(statement: StatementOf<'prepare'>): TaskResult {
  const inner = statement.statement;
  if (inner.kind === 'prepare' || inner.kind === 'execute' || inner.kind === 'deallocate' || inner.kind === 'executeImmediate') {
    const type = { prepare: 'PREPARE', execute: 'EXECUTE', deallocate: 'DEALLOCATE', executeImmediate: 'EXECUTE IMMEDIATE' }[inner.kind];
    throw new TrinoError('NOT_SUPPORTED', undefined, `Invalid statement type for prepared statement: ${type}`);
  }
  return { updateType: 'PREPARE', effects: { addedPreparedStatements: new Map([[statement.name.value, formatSql(inner)]]) } };
}

export function deallocate(context: TaskContext, statement: StatementOf<'deallocate'>): TaskResult {
  const name = statement.name.value;
  if (!context.session.preparedStatements.has(name)) throw new TrinoError('NOT_FOUND', undefined, `Prepared statement not found: ${name}`);
  return { updateType: 'DEALLOCATE', effects: { deallocatedPreparedStatements: new Set([name]) } };
}
