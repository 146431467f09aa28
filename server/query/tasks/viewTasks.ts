import type { ViewDefinition } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { pathElementText, sqlPath } from '../../analyzer/index.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import type { QualifiedName, StatementOf } from '../../sql/ast.ts';
import { formatSql } from '../../sql/formatter/formatter.ts';
import { completeProperties } from './properties.ts';
import { findColumn, findRelation, lookUp, otherKind, type Relation } from './tableLookup.ts';
import { notSupported, objectName, type TaskContext, type TaskResult } from './task.ts';

export async function createView(context: TaskContext, statement: StatementOf<'createView'>): Promise<TaskResult> {
  const relation = await findRelation(context, statement.name, statement.location);
  const text = qualifiedNameText(relation.name);
  const columns = await context.describeQuery(statement);
  if (relation.materialized !== undefined) throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `Materialized view already exists: '${text}'`);
  if (relation.table !== undefined) throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `Table already exists: '${text}'`);
  if (relation.view !== undefined && !statement.replace) throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `View already exists: '${text}'`);
  completeProperties(context, statement.properties, { code: 'INVALID_VIEW_PROPERTY', what: 'view', catalog: relation.name.catalog, known: [] });
  if (relation.part.transaction.createView === undefined) throw notSupported('creating views');
  context.transaction.checkWrite(relation.name.catalog);
  const { catalog, schema, user } = context.session;
  const definition = {
    originalSql: formatSql(statement.query),
    columns,
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
    ...(statement.comment === undefined ? {} : { comment: statement.comment }),
    ...(statement.security === 'INVOKER' ? {} : { owner: user }),
    ...(context.session.path === undefined ? {} : { path: sqlPath(context.session).map(pathElementText) }),
  };
  await relation.part.transaction.createView(
    relation.part.session,
    { schema: relation.name.schema, table: relation.name.object },
    definition,
    statement.replace,
  );
  return { updateType: 'CREATE VIEW' };
}

export async function dropView(context: TaskContext, statement: StatementOf<'dropView'>): Promise<TaskResult> {
  const result = { updateType: 'DROP VIEW' };
  const relation = await findRelation(context, statement.name, statement.location);
  if (relation.view === undefined) {
    if (statement.ifExists && otherKind(relation) === '') return result;
    throw missingView(relation, statement);
  }
  if (relation.part.transaction.dropView === undefined) throw notSupported('dropping views');
  context.transaction.checkWrite(relation.name.catalog);
  await relation.part.transaction.dropView(relation.part.session, { schema: relation.name.schema, table: relation.name.object });
  return result;
}

function missingView(relation: Relation, statement: { readonly location: QualifiedName['location'] }): TrinoError {
  const text = qualifiedNameText(relation.name);
  const meant = relation.materialized === undefined ? 'DROP TABLE' : 'DROP MATERIALIZED VIEW';
  const hint = otherKind(relation) === '' ? '' : `${otherKind(relation)} Did you mean ${meant} ${text}?`;
  return new TrinoError('GENERIC_USER_ERROR', statement.location, `View '${text}' does not exist${hint}`);
}

export async function renameView(context: TaskContext, statement: StatementOf<'renameView'>): Promise<TaskResult> {
  const relation = await findRelation(context, statement.source, statement.location);
  const text = qualifiedNameText(relation.name);
  if (relation.view === undefined) {
    const words = relation.materialized === undefined ? 'ALTER TABLE' : 'ALTER MATERIALIZED VIEW';
    const hint = otherKind(relation) === '' ? '' : `${otherKind(relation)} Did you mean ${words} ${text} RENAME TO ...?`;
    throw new TrinoError('TABLE_NOT_FOUND', statement.location, `View '${text}' does not exist${hint}`);
  }
  const { catalog, schema, object: table } = objectName(context, statement.target, statement.location);
  if (!context.transaction.catalogExists(catalog)) throw new TrinoError('CATALOG_NOT_FOUND', statement.location, `Target catalog '${catalog}' not found`);
  if (catalog !== relation.name.catalog) throw new TrinoError('NOT_SUPPORTED', statement.location, 'View rename across catalogs is not supported');
  const { transaction, session } = relation.part;
  const target = qualifiedNameText({ catalog, schema, object: table });
  const known = await lookUp(relation.part, { schema, table });
  if (known.view !== undefined) throw new TrinoError('GENERIC_USER_ERROR', statement.location, `Target view '${target}' already exists`);
  if (otherKind(known) !== '') {
    const code = known.table === undefined ? 'GENERIC_USER_ERROR' : 'TABLE_ALREADY_EXISTS';
    throw new TrinoError(code, statement.location, `Target view '${target}' does not exist${otherKind(known)}`);
  }
  if (transaction.renameView === undefined) throw notSupported('renaming views');
  context.transaction.checkWrite(catalog);
  await transaction.renameView(session, { schema: relation.name.schema, table: relation.name.object }, { schema, table });
  return { updateType: 'RENAME VIEW' };
}

export async function comment(context: TaskContext, statement: StatementOf<'comment'>): Promise<TaskResult> {
  const result = { updateType: 'COMMENT' };
  const isColumn = statement.type === 'COLUMN';
  const { parts, location } = statement.name;
  if (isColumn && parts.length < 2) throw new TrinoError('MISSING_TABLE', statement.location, 'Table must be specified');
  const relation = await findRelation(context, { parts: isColumn ? parts.slice(0, -1) : parts, location }, statement.location);
  const text = qualifiedNameText(relation.name);
  const { transaction, session } = relation.part;
  if (statement.type === 'VIEW') {
    if (relation.view === undefined) {
      const hint = relation.table === undefined ? '' : `${otherKind(relation)} Did you mean COMMENT ON TABLE ${text} IS ...?`;
      throw new TrinoError('TABLE_NOT_FOUND', statement.location, `View '${text}' does not exist${unsupportedComment(relation) ?? hint}`);
    }
    if (transaction.setViewComment === undefined) throw notSupported('setting view comments');
    context.transaction.checkWrite(relation.name.catalog);
    await transaction.setViewComment(session, { schema: relation.name.schema, table: relation.name.object }, statement.comment);
    return result;
  }
  if (relation.table === undefined) {
    const view = relation.materialized ?? relation.view;
    if (view !== undefined && !isColumn) {
      const hint = unsupportedComment(relation) ?? `${otherKind(relation)} Did you mean COMMENT ON VIEW ${text} IS ...?`;
      throw new TrinoError('TABLE_NOT_FOUND', statement.location, `Table '${text}' does not exist${hint}`);
    }
    if (view !== undefined) {
      await commentViewColumn(context, statement, relation, view);
      return result;
    }
    throw new TrinoError('TABLE_NOT_FOUND', statement.location, `Table does not exist: ${text}`);
  }
  context.transaction.checkWrite(relation.name.catalog);
  if (!isColumn) {
    if (transaction.setTableComment === undefined) throw notSupported('setting table comments');
    await transaction.setTableComment(session, relation.table.handle, statement.comment);
    return result;
  }
  const columnName = parts.at(-1)?.value ?? '';
  const column = findColumn(relation.table, columnName);
  if (column === undefined) throw new TrinoError('COLUMN_NOT_FOUND', statement.location, `Column does not exist: ${columnName}`);
  if (transaction.setColumnComment === undefined) throw notSupported('setting column comments');
  await transaction.setColumnComment(session, relation.table.handle, column.handle, statement.comment);
  return result;
}

async function commentViewColumn(context: TaskContext, statement: StatementOf<'comment'>, relation: Relation, view: ViewDefinition): Promise<void> {
  const { transaction, session } = relation.part;
  const name = statement.name.parts.at(-1)?.value ?? '';
  const column = view.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (column === undefined) throw new TrinoError('COLUMN_NOT_FOUND', statement.location, `Column does not exist: ${name}`);
  const set = relation.materialized === undefined ? transaction.setViewColumnComment : transaction.setMaterializedViewColumnComment;
  if (set === undefined) throw notSupported('setting view column comments');
  context.transaction.checkWrite(relation.name.catalog);
  await set.call(transaction, session, { schema: relation.name.schema, table: relation.name.object }, column.name, statement.comment);
}

function unsupportedComment(relation: Relation): string | undefined {
  return relation.materialized === undefined ? undefined : `${otherKind(relation)} Setting comments on materialized views is unsupported.`;
}

export async function setViewAuthorization(context: TaskContext, statement: StatementOf<'setViewAuthorization'>): Promise<TaskResult> {
  const { name, view, part } = await findRelation(context, statement.name, statement.location);
  if (view === undefined) throw new TrinoError('TABLE_NOT_FOUND', statement.location, `View '${qualifiedNameText(name)}' does not exist`);
  const { principal } = statement;
  if (principal.type === 'ROLE') throw new TrinoError('ROLE_NOT_FOUND', statement.location, `Role '${principal.name.value}' does not exist`);
  if (part.transaction.setViewOwner === undefined)
    throw new TrinoError('NOT_SUPPORTED', undefined, `Catalog does not support permission management: ${name.catalog}`);
  context.transaction.checkWrite(name.catalog);
  await part.transaction.setViewOwner(part.session, { schema: name.schema, table: name.object }, principal.name.value);
  return { updateType: 'SET VIEW AUTHORIZATION' };
}
