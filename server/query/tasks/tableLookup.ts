import type { ColumnMetadata, SchemaTableName, TableMetadata, ViewDefinition } from '../../../spi/connector.ts';
import type { MaterializedViewDefinition } from '../../../spi/materializedView.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { INFORMATION_SCHEMA, informationSchema } from '../../metadata/informationSchema.ts';
import { type QualifiedObjectName, qualifiedNameText } from '../../metadata/metadata.ts';
import type { QualifiedName } from '../../sql/ast.ts';
import { type CatalogPart, catalogPart, objectName, type TaskContext } from './task.ts';

export interface Relation {
  readonly name: QualifiedObjectName;
  readonly part: CatalogPart;
  readonly table: TableMetadata | undefined;
  readonly view: ViewDefinition | undefined;
  readonly materialized: MaterializedViewDefinition | undefined;
}

/** What the catalog has under this name: a table, a view, a materialized view or nothing. */
export async function findRelation(context: TaskContext, qualifiedName: QualifiedName, location: Location): Promise<Relation> {
  const name = objectName(context, qualifiedName, location);
  return findObject(context, name, location);
}

/** The same for a name that is already whole. */
export async function findObject(context: TaskContext, name: QualifiedObjectName, location: Location | undefined): Promise<Relation> {
  const found = catalogPart(context, name.catalog, location);
  const part = name.schema === INFORMATION_SCHEMA ? { ...found, transaction: informationSchema(name.catalog, found.transaction) } : found;
  return { name, part, ...(await lookUp(part, { schema: name.schema, table: name.object })) };
}

export async function lookUp({ transaction, session }: CatalogPart, name: SchemaTableName): Promise<Pick<Relation, 'table' | 'view' | 'materialized'>> {
  const materialized = await transaction.getMaterializedView?.(session, name);
  if (materialized !== undefined) return { table: undefined, view: undefined, materialized };
  const view = await transaction.getView?.(session, name);
  return { view, materialized, table: view === undefined ? await transaction.getTable(session, name) : undefined };
}

/** `, but a view with that name exists`; empty when it is not there at all. */
export function otherKind(relation: Pick<Relation, 'table' | 'view' | 'materialized'>): string {
  const kind = relationKind(relation);
  return kind === undefined ? '' : `, but a ${kind} with that name exists.`;
}

export function relationKind({
  table,
  view,
  materialized,
}: Pick<Relation, 'table' | 'view' | 'materialized'>): 'materialized view' | 'view' | 'table' | undefined {
  return materialized !== undefined ? 'materialized view' : view !== undefined ? 'view' : table !== undefined ? 'table' : undefined;
}

/** The table, or undefined when it may be missing; raises Trino's words for what is a view. */
export async function findTable(
  context: TaskContext,
  qualifiedName: QualifiedName,
  options: { location: Location; ifExists: boolean; viewMessage?: (name: string, kind: 'view' | 'materialized view') => TrinoError },
): Promise<(Relation & { readonly table: TableMetadata }) | undefined> {
  const relation = await findRelation(context, qualifiedName, options.location);
  const text = qualifiedNameText(relation.name);
  if (relation.materialized !== undefined && options.viewMessage !== undefined) throw options.viewMessage(text, 'materialized view');
  if (relation.view !== undefined && options.viewMessage !== undefined) throw options.viewMessage(text, 'view');
  if (relation.table === undefined) {
    if (options.ifExists) return undefined;
    throw new TrinoError('TABLE_NOT_FOUND', options.location, `Table '${text}' does not exist`);
  }
  return { ...relation, table: relation.table };
}

export function findColumn(table: TableMetadata, name: string): ColumnMetadata | undefined {
  return table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase() && column.hidden !== true);
}
