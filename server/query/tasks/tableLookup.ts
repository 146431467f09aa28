import type { ColumnMetadata, TableMetadata, ViewDefinition } from '../../../spi/connector.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { INFORMATION_SCHEMA, informationSchema } from '../../metadata/informationSchema.ts';
import { type QualifiedObjectName, qualifiedNameText } from '../../metadata/metadata.ts';
import type { QualifiedName } from '../../sql/ast.ts';
import { type CatalogPart, type TaskContext, catalogPart, objectName } from './task.ts';

export interface Relation {
  readonly name: QualifiedObjectName;
  readonly part: CatalogPart;
  readonly table: TableMetadata | undefined;
  readonly view: ViewDefinition | undefined;
}

/** What the catalog has under this name: a table, a view or neither. */
export async function findRelation(context: TaskContext, qualifiedName: QualifiedName, location: Location): Promise<Relation> {
  const name = objectName(context, qualifiedName, location);
  const found = catalogPart(context, name.catalog, location);
  const part = name.schema === INFORMATION_SCHEMA ? { ...found, transaction: informationSchema(name.catalog, found.transaction) } : found;
  const schemaTable = { schema: name.schema, table: name.object };
  const view = await part.transaction.getView?.(part.session, schemaTable);
  return { name, part, view, table: view === undefined ? await part.transaction.getTable(part.session, schemaTable) : undefined };
}

/** The table, or undefined when it may be missing; raises Trino's words for what is a view. */
export async function findTable(
  context: TaskContext,
  qualifiedName: QualifiedName,
  options: { location: Location; ifExists: boolean; viewMessage?: (name: string) => string },
): Promise<(Relation & { readonly table: TableMetadata }) | undefined> {
  const relation = await findRelation(context, qualifiedName, options.location);
  const text = qualifiedNameText(relation.name);
  if (relation.view !== undefined && options.viewMessage !== undefined) throw new TrinoError('NOT_SUPPORTED', options.location, options.viewMessage(text));
  if (relation.table === undefined) {
    if (options.ifExists) return undefined;
    throw new TrinoError('TABLE_NOT_FOUND', options.location, `Table '${text}' does not exist`);
  }
  return { ...relation, table: relation.table };
}

export function findColumn(table: TableMetadata, name: string): ColumnMetadata | undefined {
  return table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase() && column.hidden !== true);
}
