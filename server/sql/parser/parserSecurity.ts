import type { Location } from '../../../spi/trinoError.ts';
import type { GrantObject, Identifier, Principal, Statement } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { acceptInCatalog } from './parserCreate.ts';
import { acceptGrantedBy, parsePrincipal } from './parserPrincipals.ts';
import type { TokenKind } from '../tokens.ts';

export function parseGrant(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const named = parsePrivilegesOrRoles(cursor, 'TO');
  if (cursor.kind !== 'ON' && named.roles !== undefined) return parseGrantRoles(cursor, location, named.roles);
  const object = parseOnObject(cursor);
  cursor.expect('TO');
  const grantee = parsePrincipal(cursor);
  const withGrantOption = cursor.accept('WITH');
  if (withGrantOption) cursor.expect('GRANT', 'OPTION');
  return { kind: 'grant', location, ...named.privileges, object, grantee, withGrantOption };
}

function parseGrantRoles(cursor: Cursor, location: Location, roles: readonly Identifier[]): Statement {
  cursor.expect('TO');
  const grantees = cursor.list(() => parsePrincipal(cursor));
  const adminOption = cursor.accept('WITH');
  if (adminOption) cursor.expect('ADMIN', 'OPTION');
  return {
    kind: 'grantRoles',
    location,
    roles: distinctRoles(roles),
    grantees: distinctPrincipals(grantees),
    adminOption,
    ...acceptGrantedBy(cursor),
    ...acceptInCatalog(cursor),
  };
}

/** Roles are a set; quotes do not count. */
function distinctRoles(roles: readonly Identifier[]): readonly Identifier[] {
  return firstOfEach(roles, (role) => role.value);
}

function distinctPrincipals(principals: readonly Principal[]): readonly Principal[] {
  return firstOfEach(principals, ({ type, name }) => `${type ?? ''} ${name.value}`);
}

function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const first = new Map<string, T>();
  for (const item of items) if (!first.has(keyOf(item))) first.set(keyOf(item), item);
  return [...first.values()];
}

export function parseDeny(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const { privileges } = parsePrivilegesOrRoles(cursor);
  const object = parseOnObject(cursor);
  cursor.expect('TO');
  return { kind: 'deny', location, ...privileges, object, grantee: parsePrincipal(cursor) };
}

export function parseRevoke(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const adminOption = cursor.acceptAll('ADMIN', 'OPTION', 'FOR');
  const grantOptionFor = cursor.acceptAll('GRANT', 'OPTION', 'FOR');
  const named = parsePrivilegesOrRoles(cursor, 'FROM');
  if (cursor.kind !== 'ON' && named.roles !== undefined && !grantOptionFor) {
    cursor.expect('FROM');
    const grantees = cursor.list(() => parsePrincipal(cursor));
    return {
      kind: 'revokeRoles',
      location,
      roles: distinctRoles(named.roles),
      grantees: distinctPrincipals(grantees),
      adminOption,
      ...acceptGrantedBy(cursor),
      ...acceptInCatalog(cursor),
    };
  }
  if (adminOption) cursor.fail();
  const object = parseOnObject(cursor);
  cursor.expect('FROM');
  return { kind: 'revoke', location, ...named.privileges, object, grantee: parsePrincipal(cursor), grantOptionFor };
}

interface PrivilegesOrRoles {
  /** Absent where a privilege such as ALL PRIVILEGES stands, which is no role. */
  readonly roles?: readonly Identifier[];
  readonly privileges: { readonly privileges?: readonly string[] };
}

const PRIVILEGES: ReadonlySet<TokenKind> = new Set<TokenKind>(['CREATE', 'SELECT', 'INSERT', 'DELETE', 'UPDATE']);

function parsePrivilegesOrRoles(cursor: Cursor, roleEnd?: 'TO' | 'FROM'): PrivilegesOrRoles {
  if (cursor.acceptAll('ALL', 'PRIVILEGES')) return { privileges: {} };
  const locations: Location[] = [];
  const roles = cursor.list(() => parsePrivilege(cursor, locations));
  const [first] = locations;
  if (cursor.kind === roleEnd && first !== undefined) cursor.reject(first, 'May not use a privilege name as a role name');
  const privileges = roles.map((role) => (role.delimited ? `"${role.value.replaceAll('"', '""')}"` : role.value));
  return { roles, privileges: { privileges } };
}

function parsePrivilege(cursor: Cursor, reserved: Location[]): Identifier {
  if (!PRIVILEGES.has(cursor.kind)) return cursor.identifier();
  const location = cursor.location();
  reserved.push(location);
  return { kind: 'identifier', location, value: cursor.tokens.text(cursor.next()), delimited: false };
}

function parseOnObject(cursor: Cursor): GrantObject {
  cursor.expect('ON');
  return parseGrantObject(cursor);
}

/** TABLE t, SCHEMA s, FUNCTION f, any word and a name, or a name alone. */
export function parseGrantObject(cursor: Cursor): GrantObject {
  const location = cursor.location();
  if (cursor.kind !== 'TABLE' && !(cursor.atIdentifier() && cursor.atIdentifier(1) && !endsObject(cursor))) return { location, name: cursor.qualifiedName() };
  const entityKind = cursor.tokens.text(cursor.next());
  return { location, entityKind, name: cursor.qualifiedName() };
}

function endsObject(cursor: Cursor): boolean {
  return cursor.peek(1) === 'TO' && cursor.peek(2) !== '.' && !(cursor.peek(2) === 'TO' && cursor.atIdentifier(3));
}
