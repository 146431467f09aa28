import type { TableVersion, ViewDefinition } from '../../spi/connector.ts';
import type { Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { functionResolver } from '../function/resolver.ts';
import type { QualifiedObjectName } from '../metadata/metadata.ts';
import type * as ast from '../sql/ast.ts';
import { parseStatement } from '../sql/parser/parser.ts';
import { AnalysisContext } from './analysisContext.ts';
import { qualifiedObjectName } from './tableNames.ts';
import { tableVersion } from './tableVersion.ts';

export interface ReferencedTable {
  readonly name: QualifiedObjectName;
  readonly version?: TableVersion;
}

/**
 * The names to fetch before analysis: every table and view that stands in the text. Names that hide behind a WITH query of the same name
 * are among them; names that lack a catalog or schema are not, since the analysis refuses them.
 */
export function referencedTables(statement: ast.Statement, session: Session): readonly ReferencedTable[] {
  const found = new Map<string, ReferencedTable>();
  const add = (name: ast.QualifiedName, version?: TableVersion): void => {
    const resolved = resolve(name, session);
    if (resolved === undefined) return;
    const key = `${resolved.catalog}.${resolved.schema}.${resolved.object}`;
    found.set(version === undefined ? key : `${key}@${found.size}`, { name: resolved, ...(version && { version }) });
  };
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) walk(item);
    else if (typeof node === 'object' && node !== null && !(node instanceof Uint8Array)) {
      if (isTableReference(node)) {
        if (node.version === undefined) add(node.name);
        else add(node.name, versionOf(node.version, session));
      } else for (const child of Object.values(node)) if (typeof child === 'object') walk(child);
    }
  };
  if ('name' in statement && WRITES.has(statement.kind) && typeof statement.name === 'object' && 'parts' in statement.name) add(statement.name);
  walk(statement);
  return [...found.values()];
}

const WRITES: ReadonlySet<ast.StatementKind> = new Set<ast.StatementKind>([
  ...(['insert', 'delete', 'update', 'merge', 'createTableAsSelect', 'createView', 'createMaterializedView', 'tableExecute', 'analyze'] as const),
  ...(['refreshMaterializedView'] as const),
]);

/** Those of a view's text, in the view's own catalog and schema. A text that is no statement has none: the analysis refuses it. */
export function referencedTablesOfView(view: ViewDefinition, session: Session): readonly ReferencedTable[] {
  try {
    return referencedTables(parseStatement(view.originalSql), { ...session, catalog: view.catalog, schema: view.schema });
  } catch (error) {
    if (error instanceof TrinoError) return [];
    throw error;
  }
}

function isTableReference(node: object): node is ast.TableReference {
  return 'kind' in node && node.kind === 'table' && 'name' in node;
}

/** undefined: the analysis says what is wrong with it. */
function versionOf(node: NonNullable<ast.TableReference['version']>, session: Session): TableVersion | undefined {
  const metadata = { catalogExists: () => false, schemaExists: () => false, resolve: () => undefined };
  try {
    return tableVersion({ context: new AnalysisContext({ session, metadata, functions: functionResolver }) }, node);
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

function resolve(name: ast.QualifiedName, session: Pick<Session, 'catalog' | 'schema'>): QualifiedObjectName | undefined {
  try {
    return qualifiedObjectName(name, session, name.location);
  } catch (error) {
    if (error instanceof TrinoError) return undefined; // the analysis raises it where the table is used
    throw error;
  }
}
