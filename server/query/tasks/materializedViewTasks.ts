import type { SaveMode } from '../../../spi/connector.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import { STORAGE_CATALOG, STORAGE_SCHEMA } from '../../metadata/views/materializedViewProperties.ts';
import type { Property, StatementOf } from '../../sql/ast.ts';
import { formatSql } from '../../sql/formatter/formatter.ts';
import { evaluateProperties } from './properties.ts';
import { findRelation, lookUp, otherKind, type Relation } from './tableLookup.ts';
import { catalogPart, notSupported, objectName, schemaExists, type TaskContext, type TaskResult } from './task.ts';

export async function createMaterializedView(context: TaskContext, statement: StatementOf<'createMaterializedView'>): Promise<TaskResult> {
  const name = objectName(context, statement.name, statement.location);
  const part = catalogPart(context, name.catalog, statement.location);
  if (statement.replace && statement.notExists) {
    throw new TrinoError('NOT_SUPPORTED', statement.location, "'CREATE OR REPLACE' and 'IF NOT EXISTS' clauses can not be used together");
  }
  const columns = await context.describeQuery(statement);
  const gracePeriodMs = gracePeriod(context, statement);
  const set = propertiesOf(context, statement.properties, name.catalog);
  const { transaction } = part;
  if (transaction.createMaterializedView === undefined) throw notSupported('creating materialized views');
  await checkStorage(context, { catalog: name.catalog, schema: name.schema, ...storageNames(set) }, statement.location);
  context.transaction.checkWrite(name.catalog);
  const { catalog, schema, user } = context.session;
  const definition = {
    originalSql: formatSql(statement.query),
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
    owner: user,
    properties: new Map([...set].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))),
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
    ...(statement.comment === undefined ? {} : { comment: statement.comment }),
    ...(gracePeriodMs === undefined ? {} : { gracePeriodMs }),
  };
  const mode: SaveMode = statement.replace ? 'replace' : statement.notExists ? 'ignore' : 'fail';
  await transaction.createMaterializedView(part.session, { schema: name.schema, table: name.object }, definition, mode);
  return { updateType: 'CREATE MATERIALIZED VIEW' };
}

function gracePeriod(context: TaskContext, { gracePeriod: interval }: StatementOf<'createMaterializedView'>): number | undefined {
  if (interval === undefined) return undefined;
  const { type, value } = context.constantValue(interval);
  if (type.kind !== 'interval day to second') {
    throw new TrinoError('TYPE_MISMATCH', undefined, `Unsupported grace period type ${typeId(type)}, expected interval day to second`);
  }
  const ms = Number(value);
  if (ms < 0) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'gracePeriod cannot be negative');
  return ms;
}

function propertiesOf(context: TaskContext, properties: readonly Property[], catalog: string): Map<string, Value | undefined> {
  const known = catalogPart(context, catalog, undefined).connector.materializedViewProperties ?? [];
  return evaluateProperties(context, properties, { code: 'INVALID_MATERIALIZED_VIEW_PROPERTY', what: 'materialized view', catalog, known });
}

function storageNames(properties: ReadonlyMap<string, Value | undefined>): { catalog?: string; schema?: string } {
  const [catalog, schema] = [properties.get(STORAGE_CATALOG), properties.get(STORAGE_SCHEMA)];
  return {
    ...(typeof catalog === 'string' ? { catalog: catalog.toLowerCase() } : {}),
    ...(typeof schema === 'string' ? { schema: schema.toLowerCase() } : {}),
  };
}

/** The rows need a catalog that keeps what is written. */
async function checkStorage(context: TaskContext, { catalog, schema }: { catalog: string; schema: string }, location: Location): Promise<void> {
  const storage = catalogPart(context, catalog, location);
  const { beginCreateTable, beginInsert, dropTable } = storage.transaction;
  if (beginCreateTable === undefined || beginInsert === undefined || dropTable === undefined || storage.connector.discardsRows === true) {
    throw new TrinoError(
      'NOT_SUPPORTED',
      undefined,
      `Catalog '${catalog}' cannot keep the rows of a materialized view: name one that can with the properties ${STORAGE_CATALOG} and ${STORAGE_SCHEMA}`,
    );
  }
  if (!(await schemaExists(storage, schema))) throw new TrinoError('NOT_FOUND', undefined, `Schema ${schema} not found`);
}

export async function dropMaterializedView(context: TaskContext, statement: StatementOf<'dropMaterializedView'>): Promise<TaskResult> {
  const relation = await findRelation(context, statement.name, statement.location);
  const result = { updateType: 'DROP MATERIALIZED VIEW' };
  if (relation.materialized === undefined) {
    if (statement.ifExists && otherKind(relation) === '') return result;
    const text = qualifiedNameText(relation.name);
    const hint = otherKind(relation) === '' ? '' : `${otherKind(relation)} Did you mean DROP ${relation.view === undefined ? 'TABLE' : 'VIEW'} ${text}?`;
    throw new TrinoError('GENERIC_USER_ERROR', statement.location, `Materialized view '${text}' does not exist${hint}`);
  }
  if (relation.part.transaction.dropMaterializedView === undefined) throw notSupported('dropping materialized views');
  context.transaction.checkWrite(relation.name.catalog);
  await relation.part.transaction.dropMaterializedView(relation.part.session, schemaTable(relation));
  return result;
}

export async function renameMaterializedView(context: TaskContext, statement: StatementOf<'renameMaterializedView'>): Promise<TaskResult> {
  const relation = await findRelation(context, statement.source, statement.location);
  const result = { updateType: 'RENAME MATERIALIZED VIEW' };
  if (relation.materialized === undefined) {
    if (statement.ifExists && otherKind(relation) === '') return result;
    throw missing(relation, statement.location, 'RENAME TO ...');
  }
  const target = objectName(context, statement.target, statement.location);
  const text = qualifiedNameText(target);
  if (!context.transaction.catalogExists(target.catalog))
    throw new TrinoError('CATALOG_NOT_FOUND', statement.location, `Target catalog '${target.catalog}' not found`);
  if (target.catalog !== relation.name.catalog)
    throw new TrinoError('NOT_SUPPORTED', statement.location, 'Materialized View rename across catalogs is not supported');
  const to = { schema: target.schema, table: target.object };
  const known = await lookUp(relation.part, to);
  if (known.materialized !== undefined) throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `Target materialized view '${text}' already exists`);
  if (otherKind(known) !== '')
    throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `Target materialized view '${text}' does not exist${otherKind(known)}`);
  if (relation.part.transaction.renameMaterializedView === undefined) throw notSupported('renaming materialized views');
  context.transaction.checkWrite(target.catalog);
  await relation.part.transaction.renameMaterializedView(relation.part.session, schemaTable(relation), to);
  return result;
}

export async function setMaterializedViewProperties(context: TaskContext, statement: StatementOf<'setProperties'>): Promise<TaskResult> {
  const name = objectName(context, statement.name, statement.location);
  const properties = propertiesOf(context, statement.properties, name.catalog);
  const relation = await findRelation(context, statement.name, statement.location);
  if (relation.materialized === undefined) throw missing(relation, statement.location, 'SET PROPERTIES ...');
  const { transaction, session } = relation.part;
  if (transaction.setMaterializedViewProperties === undefined) throw notSupported('setting materialized view properties');
  for (const fixed of [STORAGE_CATALOG, STORAGE_SCHEMA]) {
    if (properties.has(fixed)) throw notSupported(`setting the materialized view property ${fixed}`);
  }
  context.transaction.checkWrite(name.catalog);
  await transaction.setMaterializedViewProperties(session, schemaTable(relation), properties);
  return { updateType: 'SET PROPERTIES' };
}

const schemaTable = ({ name }: Relation) => ({ schema: name.schema, table: name.object });

function missing(relation: Relation, location: Location, words: string): TrinoError {
  const text = qualifiedNameText(relation.name);
  const isTable = relation.table !== undefined;
  const suggestion = words.startsWith('SET') && !isTable ? '' : ` Did you mean ALTER ${isTable ? 'TABLE' : 'VIEW'} ${text} ${words}?`;
  const hint = otherKind(relation) === '' ? '' : `${otherKind(relation)}${suggestion}`;
  return new TrinoError('TABLE_NOT_FOUND', location, `Materialized View '${text}' does not exist${hint}`);
}
