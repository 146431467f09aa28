import type { Grantor, Principal } from '../ast.ts';
import type { Cursor } from './cursor.ts';

/** USER x, ROLE x or just x; `user` may itself be the name. */
export function parsePrincipal(cursor: Cursor): Principal {
  const location = cursor.location();
  const typed = cursor.atIdentifier(1) && !(cursor.peek(1) === 'GRANTED' && cursor.peek(2) === 'BY');
  const type = typed ? cursor.acceptOneOf('USER', 'ROLE') : undefined;
  return { location, name: cursor.identifier(), ...(type && { type }) };
}

export function parseGrantor(cursor: Cursor): Grantor {
  const location = cursor.location();
  const type = cursor.acceptOneOf('CURRENT_USER', 'CURRENT_ROLE');
  return type === undefined ? { location, type: 'PRINCIPAL', principal: parsePrincipal(cursor) } : { location, type };
}

export function acceptGrantedBy(cursor: Cursor): { readonly grantor?: Grantor } {
  if (!cursor.accept('GRANTED')) return {};
  cursor.expect('BY');
  return { grantor: parseGrantor(cursor) };
}
