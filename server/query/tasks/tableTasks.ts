import type { ColumnDefinition, SaveMode } from '../../../spi/connector.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import { toType } from '../../function/dataType.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import type { ColumnDefinition as ColumnTree, DataType, LikeClause, StatementOf } from '../../sql/ast.ts';
import { formatName } from '../../sql/formatter/formatNames.ts';
import { setMaterializedViewProperties } from './materializedViewTasks.ts';
import { completeProperties, evaluateProperties } from './properties.ts';
import { findRelation, findTable, lookUp, otherKind } from './tableLookup.ts';
import { type CatalogPart, catalogPart, notSupported, objectName, type TaskContext, type TaskResult } from './task.ts';

export async function createTable(context: TaskContext, statement: StatementOf<'createTable'>): Promise<TaskResult> {
  const name = objectName(context, statement.name, statement.location);
  const part = catalogPart(context, name.catalog, statement.location);
  const mode = statement.saveMode.toLowerCase() as SaveMode;
  const result = { updateType: 'CREATE TABLE' };
  const schemaTable = { schema: name.schema, table: name.object };
  const existing = await part.transaction.getTable(part.session, schemaTable);
  if (existing !== undefined && mode !== 'replace') {
    if (mode === 'ignore') return result;
    throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `Table '${qualifiedNameText(name)}' already exists`);
  }
  const { view, materialized } = existing === undefined ? await lookUp(part, schemaTable) : {};
  if (view !== undefined || materialized !== undefined) {
    if (mode === 'ignore') return result;
    throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `Table '${qualifiedNameText(name)}' already exists`);
  }
  const inherited = new Map<string, unknown>();
  const columns: ColumnDefinition[] = [];
  for (const element of statement.elements) {
    const added =
      element.kind === 'columnDefinition'
        ? [columnDefinition(context, part, element)]
        : await likeColumns(context, name.catalog, element, statement.location, inherited);
    for (const column of added) {
      if (columns.some((known) => known.name === column.name))
        throw new TrinoError('DUPLICATE_COLUMN_NAME', element.location, `Column name '${writtenName(element, column)}' specified more than once`);
      columns.push(column);
    }
  }
  const properties = completeProperties(context, statement.properties, {
    code: 'INVALID_TABLE_PROPERTY',
    what: 'table',
    catalog: name.catalog,
    known: part.connector.tableProperties ?? [],
  });
  context.transaction.checkWrite(name.catalog);
  if (part.transaction.createTable === undefined) throw notSupported('creating tables');
  if (mode === 'replace' && existing !== undefined && part.transaction.beginCreateTable === undefined) throw notSupported('replacing tables');
  const comment = statement.comment === undefined ? {} : { comment: statement.comment };
  await part.transaction.createTable(part.session, { name: schemaTable, columns, properties, ...comment }, mode);
  return result;
}

const writtenName = (element: StatementOf<'createTable'>['elements'][number], column: ColumnDefinition): string =>
  element.kind === 'columnDefinition' ? formatName(element.name) : column.name;

/** The type of a column that is made or changed; TYPE_NOT_FOUND at `location`. */
export function columnType(tree: DataType, column: string, location: Location): Type {
  try {
    return toType(tree);
  } catch (cause) {
    const unknown = cause instanceof TrinoError && cause.errorName === 'TYPE_MISMATCH' ? /Unknown type: (.*)/.exec(cause.message) : null;
    if (unknown === null) throw cause;
    throw new TrinoError('TYPE_NOT_FOUND', location, `Unknown type '${unknown[1]}' for column '${column}'`, { cause });
  }
}

export function columnDefinition(context: TaskContext, part: CatalogPart, tree: ColumnTree): ColumnDefinition {
  const name = tree.name.parts
    .map((identifier) => identifier.value)
    .join('.')
    .toLowerCase();
  const type = columnType(tree.type, name, tree.location);
  if (type.kind === 'unknown') throw new TrinoError('COLUMN_TYPE_UNKNOWN', tree.location, `Unknown type 'unknown' for column '${name}'`);
  if (!tree.nullable && part.connector.notNullColumns !== true) {
    throw new TrinoError('NOT_SUPPORTED', tree.location, `Catalog '${part.name}' does not support non-null column for column name '${name}'`);
  }
  const properties = completeProperties(context, tree.properties, {
    code: 'INVALID_COLUMN_PROPERTY',
    what: 'column',
    catalog: part.name,
    known: part.connector.columnProperties ?? [],
  });
  if (tree.defaultValue !== undefined)
    throw new TrinoError('NOT_SUPPORTED', tree.location, `Catalog '${part.name}' does not support default value for column name '${name}'`);
  return { name, type, nullable: tree.nullable, properties, ...(tree.comment === undefined ? {} : { comment: tree.comment }) };
}

async function likeColumns(
  context: TaskContext,
  catalog: string,
  clause: LikeClause,
  location: Location,
  inherited: Map<string, unknown>,
): Promise<ColumnDefinition[]> {
  const source = await findRelation(context, clause.table, clause.location);
  if (source.table === undefined) throw new TrinoError('TABLE_NOT_FOUND', location, `LIKE table '${qualifiedNameText(source.name)}' does not exist`);
  if (clause.properties === 'INCLUDING') {
    if (source.name.catalog !== catalog)
      throw new TrinoError('NOT_SUPPORTED', location, 'CREATE TABLE LIKE table INCLUDING PROPERTIES across catalogs is not supported');
    if (inherited.size > 0) throw new TrinoError('NOT_SUPPORTED', clause.location, 'Only one LIKE clause can specify INCLUDING PROPERTIES');
    for (const [key, value] of source.table.properties ?? []) inherited.set(key, value.value);
  }
  return source.table.columns
    .filter((column) => column.hidden !== true)
    .map(({ name, type, nullable, comment }) => ({
      name,
      type,
      nullable: nullable ?? true,
      properties: new Map(),
      ...(comment === undefined ? {} : { comment }),
    }));
}

export async function dropTable(context: TaskContext, statement: StatementOf<'dropTable'>): Promise<TaskResult> {
  const result = { updateType: 'DROP TABLE' };
  const relation = await findRelation(context, statement.name, statement.location);
  const text = qualifiedNameText(relation.name);
  if (relation.view !== undefined || relation.materialized !== undefined) {
    const words = relation.view === undefined ? 'DROP MATERIALIZED VIEW' : 'DROP VIEW';
    throw new TrinoError('GENERIC_USER_ERROR', statement.location, `Table '${text}' does not exist${otherKind(relation)} Did you mean ${words} ${text}?`);
  }
  if (relation.table === undefined) {
    if (statement.ifExists) return result;
    throw new TrinoError('TABLE_NOT_FOUND', statement.location, `Table '${text}' does not exist`);
  }
  if (relation.part.transaction.dropTable === undefined) throw notSupported('dropping tables');
  context.transaction.checkWrite(relation.name.catalog);
  await relation.part.transaction.dropTable(relation.part.session, relation.table.handle);
  return result;
}

export async function truncateTable(context: TaskContext, statement: StatementOf<'truncateTable'>): Promise<TaskResult> {
  const found = await findTable(context, statement.name, {
    location: statement.location,
    ifExists: false,
    viewMessage: (_, kind) => new TrinoError('NOT_SUPPORTED', statement.location, `Cannot truncate a ${kind}`),
  });
  if (found?.part.transaction.truncateTable === undefined) throw notSupported('truncating tables');
  context.transaction.checkWrite(found.name.catalog);
  await found.part.transaction.truncateTable(found.part.session, found.table.handle);
  return { updateType: 'TRUNCATE TABLE' };
}

export async function renameTable(context: TaskContext, statement: StatementOf<'renameTable'>): Promise<TaskResult> {
  const result = { updateType: 'RENAME TABLE' };
  const found = await findTable(context, statement.source, {
    location: statement.location,
    ifExists: statement.ifExists,
    viewMessage: (name, kind) => {
      const message = `Table '${name}' does not exist, but a ${kind} with that name exists. Did you mean ALTER ${kind.toUpperCase()} ${name} RENAME TO ...?`;
      return new TrinoError('GENERIC_USER_ERROR', statement.location, message);
    },
  });
  if (found === undefined) return result;
  const [table, schema = found.name.schema, catalog = found.name.catalog] = statement.target.parts.map((part) => part.value.toLowerCase()).reverse();
  const target = { catalog, schema, object: table ?? '' };
  if (context.transaction.begin(target.catalog) === undefined)
    throw new TrinoError('CATALOG_NOT_FOUND', statement.location, `Target catalog '${target.catalog}' not found`);
  if (target.catalog !== found.name.catalog) throw new TrinoError('NOT_SUPPORTED', statement.location, 'Table rename across catalogs is not supported');
  const { transaction, session } = found.part;
  const known = await lookUp(found.part, { schema, table: target.object });
  if (known.table !== undefined) throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `Target table '${qualifiedNameText(target)}' already exists`);
  if (otherKind(known) !== '')
    throw new TrinoError('GENERIC_USER_ERROR', statement.location, `Target table '${qualifiedNameText(target)}' does not exist${otherKind(known)}`);
  if (transaction.renameTable === undefined) throw notSupported('renaming tables');
  context.transaction.checkWrite(catalog);
  await transaction.renameTable(session, found.table.handle, { schema, table: target.object });
  return result;
}

export async function setProperties(context: TaskContext, statement: StatementOf<'setProperties'>): Promise<TaskResult> {
  if (statement.type === 'MATERIALIZED VIEW') return setMaterializedViewProperties(context, statement);
  const name = objectName(context, statement.name, statement.location);
  const part = catalogPart(context, name.catalog, statement.location);
  const properties = evaluateProperties(context, statement.properties, {
    code: 'INVALID_TABLE_PROPERTY',
    what: 'table',
    catalog: name.catalog,
    known: part.connector.tableProperties ?? [],
  });
  const found = await findTable(context, statement.name, {
    location: statement.location,
    ifExists: false,
    viewMessage: (_, kind) => new TrinoError('NOT_SUPPORTED', statement.location, `Cannot set properties to a ${kind} in ALTER TABLE`),
  });
  if (found?.part.transaction.setTableProperties === undefined) throw notSupported('setting table properties');
  context.transaction.checkWrite(name.catalog);
  await found.part.transaction.setTableProperties(found.part.session, found.table.handle, properties);
  return { updateType: 'SET PROPERTIES' };
}
