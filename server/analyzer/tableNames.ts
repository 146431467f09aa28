import type { Session } from '../../spi/session.ts';
import { type Location, TrinoError } from '../../spi/trinoError.ts';
import type { QualifiedObjectName } from '../metadata/metadata.ts';
import type * as ast from '../sql/ast.ts';

/** A name with the session's catalog and schema where it has none of its own. */
export function qualifiedObjectName(name: ast.QualifiedName, session: Pick<Session, 'catalog' | 'schema'>, location: Location): QualifiedObjectName {
  const parts = name.parts.map((part) => part.value.toLowerCase());
  if (parts.length > 3) throw new TrinoError('SYNTAX_ERROR', undefined, `Too many dots in table name: ${parts.join('.')}`);
  const [object = '', schema = session.schema?.toLowerCase(), catalog = session.catalog?.toLowerCase()] = parts.reverse();
  if (schema === undefined) throw new TrinoError('MISSING_SCHEMA_NAME', location, 'Schema must be specified when session schema is not set');
  if (catalog === undefined) throw new TrinoError('MISSING_CATALOG_NAME', location, 'Catalog must be specified when session catalog is not set');
  return { catalog, schema, object };
}
