import type { ViewDefinition } from '../../../spi/connector.ts';
import type { Session } from '../../../spi/session.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { CatalogSchema, QualifiedObjectName } from '../../metadata/metadata.ts';
import type * as ast from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parser/parser.ts';

/** The schemas where functions are looked for, in this order; those without a catalog are in the session's. */
export function sqlPath({ path, catalog: own }: Pick<Session, 'path' | 'catalog'>): readonly CatalogSchema[] {
  if (path === undefined || path === '') return [];
  const statement = parseStatement(`SET PATH ${path}`);
  if (statement.kind !== 'setPath') throw new Error(`not a path: ${path}`);
  return statement.path.flatMap((element) => {
    const catalog = element.catalog?.value.toLowerCase() ?? own?.toLowerCase();
    return catalog === undefined ? [] : [{ catalog, schema: element.schema.value.toLowerCase() }];
  });
}

/** As a path holds it. */
export const pathElementText = ({ catalog, schema }: CatalogSchema): string => `${quoted(catalog)}.${quoted(schema)}`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Where a function that is called by this name may be stored. */
export function functionCandidates(name: ast.QualifiedName, session: Pick<Session, 'path' | 'catalog'>): readonly QualifiedObjectName[] {
  const [object = '', schema, catalog] = name.parts.map(({ value }) => value.toLowerCase()).reverse();
  if (name.parts.length === 1) return sqlPath(session).map((element) => ({ ...element, object }));
  return name.parts.length === 3 && schema !== undefined && catalog !== undefined ? [{ catalog, schema, object }] : [];
}

/** The places of all functions that the statement, or a part of one, may call. */
export function referencedFunctions(node: unknown, session: Pick<Session, 'path' | 'catalog'>): readonly QualifiedObjectName[] {
  const found: QualifiedObjectName[] = [];
  const walk = (item: unknown): void => {
    if (Array.isArray(item)) for (const child of item) walk(child);
    else if (typeof item === 'object' && item !== null && !(item instanceof Uint8Array)) {
      if (isCall(item)) found.push(...functionCandidates(item.name, session));
      for (const child of Object.values(item)) if (typeof child === 'object') walk(child);
    }
  };
  walk(node);
  return found;
}

/** Those of a view's text. A text that is no statement has none: the analysis refuses it. */
export function referencedFunctionsOfView(view: ViewDefinition, session: Pick<Session, 'path'>): readonly QualifiedObjectName[] {
  try {
    return referencedFunctions(parseStatement(view.originalSql), { catalog: view.catalog, path: view.path?.join(',') ?? session.path });
  } catch (error) {
    if (error instanceof TrinoError) return [];
    throw error;
  }
}

const isCall = (node: object): node is ast.FunctionCall => 'kind' in node && node.kind === 'functionCall';
