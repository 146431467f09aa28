import { TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, BOOLEAN, type Type, typeEquals, typeId } from '../../spi/type.ts';
import { canCoerce } from '../function/coercion.ts';
import { type MaterializedRows, qualifiedNameText, type ResolvedView } from '../metadata/metadata.ts';
import type * as ast from '../sql/ast.ts';
import { parseStatement } from '../sql/parser/parser.ts';
import type { AnalysisContext } from './analysisContext.ts';
import { Collector } from './aggregation/collector.ts';
import { coerceTo, not, reference } from './expression/expressionBuilder.ts';
import { constant } from './expression/literals.ts';
import { PlanBuilder } from './planBuilder.ts';
import { analyzeQuery } from './queryAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { scanTable } from './scanTable.ts';
import { EMPTY_SCOPE, type Field, visibleFields } from './scope.ts';
import { EMPTY_WITH } from './with.ts';

/** The view's query in the view's own catalog and schema, with the columns that the view was created with. */
export function expandView({ context }: QuerySurroundings, view: ResolvedView, node: ast.TableReference, relationAlias: readonly string[]): RelationPlan {
  const text = qualifiedNameText(view.name);
  if (context.viewStack.includes(text)) throw new TrinoError('VIEW_IS_RECURSIVE', node.location, 'View is recursive');
  const { definition } = view;
  context.recordInput(view.name);
  const query = parsedQuery(view, node);
  const plan = analyzeViewQuery(context, view, query, node);
  const fields = visibleFields(plan.fields);
  const stale = staleReason(
    fields.map(({ name, symbol }) => ({ name, type: symbol.type })),
    definition.columns,
  );
  if (stale !== undefined) throw new TrinoError('VIEW_IS_STALE', node.location, `View '${text}' is stale or in invalid state: ${stale}`);
  const source = view.rows === undefined ? undefined : materializedRows(context, view.rows, definition.columns.length);
  const origin = { catalog: view.name.catalog, schema: view.name.schema, table: view.name.object };
  const assignments = definition.columns.map(({ name, type }, i) => {
    const symbol = source?.columns[i] ?? fields[i]?.symbol ?? { name, type };
    return { symbol: context.symbols.newSymbol(name, type), expression: coerceTo(reference(symbol), type) };
  });
  const builder = new PlanBuilder(context, new Collector(), source?.node ?? plan.node).project(assignments);
  const named = assignments.map(({ symbol }, i): Field => {
    const column = definition.columns[i]?.name ?? symbol.name;
    return { name: column, symbol, relationAlias, hidden: false, origin: { ...origin, column }, aliased: false };
  });
  return { node: builder.node, fields: named };
}

/** The rows that the last refresh has left. Of those that refreshes append, the ones that were committed. */
function materializedRows(context: AnalysisContext, { storage, appended }: MaterializedRows, columnCount: number) {
  const { node, fields } = scanTable({ context }, storage, []);
  const builder = new PlanBuilder(context, new Collector(), node);
  const number = fields.find(({ name }) => name === appended?.column);
  if (appended !== undefined && number !== undefined) {
    const value = reference(number.symbol);
    const bigint = (n: number) => constant(BIGINT, BigInt(n));
    builder.filter({ kind: 'comparison', operator: '<=', left: value, right: bigint(appended.upTo), type: BOOLEAN });
    if (appended.undone.length > 0) builder.filter(not({ kind: 'in', value, list: appended.undone.map(bigint), type: BOOLEAN }));
  }
  return { node: builder.node, columns: fields.slice(0, columnCount).map(({ symbol }) => symbol) };
}

function parsedQuery({ name, definition }: ResolvedView, node: ast.TableReference): ast.Query {
  try {
    const statement = parseStatement(definition.originalSql);
    if (statement.kind === 'query') return statement;
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
    throw new TrinoError('INVALID_VIEW', node.location, `Failed parsing stored view '${qualifiedNameText(name)}': ${error.message}`, { cause: error });
  }
  throw new TrinoError('INVALID_VIEW', node.location, `Failed parsing stored view '${qualifiedNameText(name)}'`);
}

function analyzeViewQuery(context: AnalysisContext, { name, definition }: ResolvedView, query: ast.Query, node: ast.TableReference): RelationPlan {
  const { session } = context.options;
  const inner = context.forView(qualifiedNameText(name), {
    ...session,
    catalog: definition.catalog,
    schema: definition.schema,
    path: definition.path?.join(',') ?? session.path,
    user: definition.owner ?? session.user,
  });
  try {
    return analyzeQuery({ context: inner, outer: EMPTY_SCOPE, with: EMPTY_WITH, nested: true }, query);
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
    throw new TrinoError('INVALID_VIEW', node.location, `Failed analyzing stored view '${qualifiedNameText(name)}': ${error.message}`, { cause: error });
  }
}

/** Why the columns that the query of a view has now are not those that the view was created with. */
export function staleReason(
  fields: readonly { readonly name: string | undefined; readonly type: Type }[],
  columns: ResolvedView['definition']['columns'],
): string | undefined {
  if (fields.length !== columns.length) {
    return `stored view column count (${columns.length}) does not match column count derived from the view query analysis (${fields.length})`;
  }
  for (const [i, column] of columns.entries()) {
    const field = fields[i];
    if (field === undefined) continue;
    if (field.name === undefined) return `a column of type ${typeId(field.type)} projected from query view at position ${i} has no name`;
    if (field.name.toLowerCase() !== column.name.toLowerCase()) {
      return `column [${field.name}] of type ${typeId(field.type)} projected from query view at position ${i} has a different name from column [${column.name}] of type ${typeId(column.type)} stored in view definition`;
    }
    if (!typeEquals(field.type, column.type) && !canCoerce(field.type, column.type)) {
      return `column [${field.name}] of type ${typeId(field.type)} projected from query view at position ${i} cannot be coerced to column [${column.name}] of type ${typeId(column.type)} stored in view definition`;
    }
  }
  return undefined;
}
