import type { ConnectorTableFunction } from '../../spi/connector.ts';
import type { Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { Value } from '../../spi/value.ts';
import { functionResolver } from '../function/resolver.ts';
import type { QualifiedObjectName } from '../metadata/metadata.ts';
import type * as ast from '../sql/ast.ts';
import { AnalysisContext } from './analysisContext.ts';
import { EMPTY_SCOPE } from './scope.ts';
import { connectorFunctionName, connectorValues } from './tableFunctions.ts';

export interface ReferencedTableFunction {
  readonly name: QualifiedObjectName;
  readonly values: readonly Value[];
}

/** The calls of connectors' table functions, to be asked before the analysis. Calls that the analysis refuses are left out. */
export function referencedTableFunctions(
  statement: ast.Statement,
  session: Session,
  functionsOf: (catalog: string) => readonly ConnectorTableFunction[],
): readonly ReferencedTableFunction[] {
  const found: ReferencedTableFunction[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) walk(item);
    else if (typeof node === 'object' && node !== null && !(node instanceof Uint8Array)) {
      if (isInvocation(node)) {
        const reference = resolve(node, session, functionsOf);
        if (reference !== undefined) found.push(reference);
      }
      for (const child of Object.values(node)) if (typeof child === 'object') walk(child);
    }
  };
  walk(statement);
  return found;
}

const isInvocation = (node: object): node is ast.TableFunctionInvocation => 'kind' in node && node.kind === 'tableFunction' && 'copartitioning' in node;

const NO_METADATA = { catalogExists: () => false, schemaExists: () => false, resolve: () => undefined };

function resolve(
  node: ast.TableFunctionInvocation,
  session: Session,
  functionsOf: (catalog: string) => readonly ConnectorTableFunction[],
): ReferencedTableFunction | undefined {
  const parts = connectorFunctionName(node, session);
  if (parts.length !== 3) return undefined;
  const [catalog = '', schema = '', object = ''] = parts;
  const called = functionsOf(catalog).find((candidate) => candidate.schema === schema && candidate.name === object);
  if (called === undefined) return undefined;
  const context = new AnalysisContext({ session, metadata: NO_METADATA, functions: functionResolver });
  try {
    return { name: { catalog, schema, object }, values: connectorValues({ context, outer: EMPTY_SCOPE, with: new Map() }, node, called) };
  } catch (error) {
    if (error instanceof TrinoError) return undefined; // the analysis raises it
    throw error;
  }
}
