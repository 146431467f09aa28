import type { ColumnMetadata, ConnectorTransaction } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import { canCast } from '../../function/cast.ts';
import type { QualifiedName, StatementOf } from '../../sql/ast.ts';
import { formatName } from '../../sql/formatter/formatNames.ts';
import { findColumn, findTable, type Relation } from './tableLookup.ts';
import { columnDefinition, columnType } from './tableTasks.ts';
import { notSupported, type TaskContext, type TaskResult } from './task.ts';

type AlterStatement = StatementOf<'addColumn' | 'dropColumn' | 'renameColumn' | 'setColumnType' | 'dropNotNullConstraint'>;
type AlteredTable = Relation & { readonly table: NonNullable<Relation['table']> };

function tableOf(context: TaskContext, statement: AlterStatement, action: string): Promise<AlteredTable | undefined> {
  return findTable(context, statement.name, {
    location: statement.location,
    ifExists: statement.tableExists,
    viewMessage: (_, kind) => new TrinoError('NOT_SUPPORTED', statement.location, `Cannot ${action} a ${kind}`),
  });
}

function requireColumn(found: AlteredTable, name: string, statement: AlterStatement): ColumnMetadata {
  const column = findColumn(found.table, name);
  if (column === undefined) throw new TrinoError('COLUMN_NOT_FOUND', statement.location, `Column '${name}' does not exist`);
  return column;
}

/** A nested field (`a.b`) can be named, but no connector here can change one. */
function topLevel(name: QualifiedName, action: string): string {
  if (name.parts.length > 1) throw notSupported(action);
  return name.parts[0]?.value.toLowerCase() ?? '';
}

export async function addColumn(context: TaskContext, statement: StatementOf<'addColumn'>): Promise<TaskResult> {
  const result = { updateType: 'ADD COLUMN' };
  const found = await tableOf(context, statement, 'add column to');
  if (found === undefined) return result;
  const name = topLevel(statement.column.name, 'adding fields');
  if (found.part.transaction.addColumn === undefined) throw notSupported('adding columns');
  if (findColumn(found.table, name) !== undefined) {
    if (statement.columnNotExists) return result;
    throw new TrinoError('COLUMN_ALREADY_EXISTS', statement.location, `Column '${formatName(statement.column.name)}' already exists`);
  }
  if (statement.position !== undefined && statement.position.at !== 'LAST') throw notSupported(`adding columns with ${statement.position.at} clause`);
  context.transaction.checkWrite(found.name.catalog);
  await found.part.transaction.addColumn(found.part.session, found.table.handle, columnDefinition(context, found.part, statement.column));
  return result;
}

export async function dropColumn(context: TaskContext, statement: StatementOf<'dropColumn'>): Promise<TaskResult> {
  const result = { updateType: 'DROP COLUMN' };
  const found = await tableOf(context, statement, 'drop column from');
  if (found === undefined) return result;
  const name = topLevel(statement.column, 'dropping fields');
  const column = findColumn(found.table, name);
  if (column === undefined && statement.columnExists) return result;
  if (column === undefined) throw new TrinoError('COLUMN_NOT_FOUND', statement.location, `Column '${name}' does not exist`);
  if (found.table.columns.filter((candidate) => candidate.hidden !== true).length <= 1) {
    throw new TrinoError('NOT_SUPPORTED', statement.location, 'Cannot drop the only column in a table');
  }
  if (found.part.transaction.dropColumn === undefined) throw notSupported('dropping columns');
  context.transaction.checkWrite(found.name.catalog);
  await found.part.transaction.dropColumn(found.part.session, found.table.handle, column.handle);
  return result;
}

export async function renameColumn(context: TaskContext, statement: StatementOf<'renameColumn'>): Promise<TaskResult> {
  const result = { updateType: 'RENAME COLUMN' };
  const found = await tableOf(context, statement, 'rename column in');
  if (found === undefined) return result;
  const name = topLevel(statement.source, 'renaming fields');
  const target = statement.target.value.toLowerCase();
  const column = findColumn(found.table, name);
  if (column === undefined && statement.columnExists) return result;
  if (column === undefined) throw new TrinoError('COLUMN_NOT_FOUND', statement.location, `Column '${name}' does not exist`);
  if (findColumn(found.table, target) !== undefined) throw new TrinoError('COLUMN_ALREADY_EXISTS', statement.location, `Column '${target}' already exists`);
  if (found.part.transaction.renameColumn === undefined) throw notSupported('renaming columns');
  context.transaction.checkWrite(found.name.catalog);
  await found.part.transaction.renameColumn(found.part.session, found.table.handle, column.handle, target);
  return result;
}

export async function setColumnType(context: TaskContext, statement: StatementOf<'setColumnType'>): Promise<TaskResult> {
  const result = { updateType: 'SET COLUMN TYPE' };
  const found = await tableOf(context, statement, 'set column type in');
  if (found === undefined) return result;
  const column = requireColumn(found, topLevel(statement.column, 'setting field types'), statement);
  const type = columnType(statement.type, column.name, statement.type.location);
  if (!canCast(column.type, type)) {
    throw new TrinoError('TYPE_MISMATCH', statement.location, `Cannot cast ${typeId(column.type)} to ${typeId(type)}`);
  }
  const { transaction, session } = found.part;
  if (transaction.setColumnType === undefined) throw notSupported('setting column types');
  context.transaction.checkWrite(found.name.catalog);
  await transaction.setColumnType(session, found.table.handle, column.handle, type);
  return result;
}

export async function dropNotNull(context: TaskContext, statement: StatementOf<'dropNotNullConstraint'>): Promise<TaskResult> {
  const result = { updateType: 'DROP NOT NULL' };
  const found = await tableOf(context, statement, 'drop a not null constraint in');
  if (found === undefined) return result;
  const column = requireColumn(found, statement.column.value.toLowerCase(), statement);
  if (column.nullable !== false) throw new TrinoError('NOT_SUPPORTED', statement.location, 'Column is already nullable');
  const transaction: ConnectorTransaction = found.part.transaction;
  if (transaction.dropNotNull === undefined) throw notSupported('dropping a not null constraint');
  context.transaction.checkWrite(found.name.catalog);
  await transaction.dropNotNull(found.part.session, found.table.handle, column.handle);
  return result;
}
