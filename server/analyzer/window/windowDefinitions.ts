import { TrinoError } from '../../../spi/trinoError.ts';
import type * as ast from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';

/** A window with what it takes from the named ones it builds on. */
export interface ResolvedWindow {
  readonly partitionBy: readonly ast.Expression[];
  readonly orderBy: readonly ast.SortItem[];
  readonly frame?: ast.WindowFrame;
  readonly node: ast.Window;
}

/** The WINDOW clause: names in upper case unless they are quoted, as identifiers compare. */
export type WindowDefinitions = ReadonlyMap<string, ResolvedWindow>;

const keyOf = (name: ast.Identifier): string => (name.delimited ? name.value : name.value.toUpperCase());

export function windowDefinitions(node: ast.QuerySpecification): WindowDefinitions {
  const definitions = new Map<string, ResolvedWindow>();
  for (const { name, window, location } of node.windows) {
    if (definitions.has(keyOf(name)))
      throw new TrinoError('DUPLICATE_WINDOW_NAME', location, `WINDOW name '${formatExpression(name)}' specified more than once`);
    definitions.set(keyOf(name), resolveWindow(window, definitions));
  }
  return definitions;
}

export function resolveWindow(node: ast.Window, definitions: WindowDefinitions): ResolvedWindow {
  if (node.kind === 'windowReference') return { ...named(node.name, definitions), node };
  const { existingName, partitionBy, orderBy, frame } = node;
  if (existingName === undefined) return { partitionBy, orderBy, ...(frame && { frame }), node };
  const base = named(existingName, definitions);
  const [partition] = partitionBy;
  const [order] = orderBy;
  if (partition !== undefined) {
    throw new TrinoError('INVALID_PARTITION_BY', partition.location, 'WINDOW specification with named WINDOW reference cannot specify PARTITION BY');
  }
  if (order !== undefined && base.orderBy.length > 0) {
    throw new TrinoError('INVALID_ORDER_BY', orderByLocation(orderBy, node), 'Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY');
  }
  if (base.frame !== undefined)
    throw new TrinoError('INVALID_WINDOW_REFERENCE', existingName.location, 'Cannot reference named WINDOW containing frame specification');
  return { partitionBy: base.partitionBy, orderBy: orderBy.length > 0 ? orderBy : base.orderBy, ...(frame && { frame }), node };
}

function named(name: ast.Identifier, definitions: WindowDefinitions): ResolvedWindow {
  const found = definitions.get(keyOf(name));
  if (found === undefined) throw new TrinoError('INVALID_WINDOW_REFERENCE', name.location, `Cannot resolve WINDOW name ${formatExpression(name)}`);
  return found;
}

/** Where ORDER stands: nine columns before its first key when they are written with single blanks. */
export function orderByLocation(orderBy: readonly ast.SortItem[], node: ast.Window) {
  const first = orderBy[0]?.location ?? node.location;
  return { line: first.line, column: Math.max(1, first.column - 'ORDER BY '.length) };
}
