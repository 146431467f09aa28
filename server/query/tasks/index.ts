import { TrinoError, unreachable } from '../../../spi/trinoError.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import type { Statement } from '../../sql/ast.ts';
import { setSchemaAuthorization, setTableAuthorization } from './authorizationTasks.ts';
import { call } from './call.ts';
import { createCatalog, dropCatalog } from './catalogTasks.ts';
import { addColumn, dropColumn, dropNotNull, renameColumn, setColumnType } from './columnTasks.ts';
import { createFunction, dropFunction } from './functionTasks.ts';
import { createMaterializedView, dropMaterializedView, renameMaterializedView } from './materializedViewTasks.ts';
import { createSchema, dropSchema, renameSchema } from './schemaTasks.ts';
import { changePrivileges, changeRoles } from './securityTasks.ts';
import {
  deallocate,
  prepare,
  resetSession,
  resetSessionAuthorization,
  setPath,
  setRole,
  setSession,
  setSessionAuthorization,
  setTimeZone,
  use,
} from './sessionTasks.ts';
import { findRelation } from './tableLookup.ts';
import { createTable, dropTable, renameTable, setProperties, truncateTable } from './tableTasks.ts';
import { notSupported, objectName, type TaskContext, type TaskResult } from './task.ts';
import { commit, rollback, startTransaction } from './transactionTasks.ts';
import { comment, createView, dropView, renameView, setViewAuthorization } from './viewTasks.ts';

/** Statements that are carried out at once, without a plan. */
export type TaskStatement = Exclude<
  Statement,
  {
    readonly kind:
      | 'query'
      | 'insert'
      | 'delete'
      | 'update'
      | 'merge'
      | 'createTableAsSelect'
      | 'execute'
      | 'executeImmediate'
      | 'explain'
      | 'explainAnalyze'
      | 'describeInput'
      | 'describeOutput'
      | 'analyze'
      | 'refreshMaterializedView'
      | `show${string}`;
  }
>;

export async function runTask(context: TaskContext, statement: TaskStatement, clientSupportsTransactions: boolean): Promise<TaskResult> {
  switch (statement.kind) {
    case 'use':
      return use(context, statement);
    case 'createCatalog':
      return createCatalog(context, statement);
    case 'dropCatalog':
      return dropCatalog(context, statement);
    case 'createSchema':
      return createSchema(context, statement);
    case 'dropSchema':
      return dropSchema(context, statement);
    case 'renameSchema':
      return renameSchema(context, statement);
    case 'createTable':
      return createTable(context, statement);
    case 'dropTable':
      return dropTable(context, statement);
    case 'truncateTable':
      return truncateTable(context, statement);
    case 'renameTable':
      return renameTable(context, statement);
    case 'setProperties':
      return setProperties(context, statement);
    case 'comment':
      return comment(context, statement);
    case 'addColumn':
      return addColumn(context, statement);
    case 'dropColumn':
      return dropColumn(context, statement);
    case 'renameColumn':
      return renameColumn(context, statement);
    case 'setColumnType':
      return setColumnType(context, statement);
    case 'dropNotNullConstraint':
      return dropNotNull(context, statement);
    case 'createView':
      return createView(context, statement);
    case 'dropView':
      return dropView(context, statement);
    case 'renameView':
      return renameView(context, statement);
    case 'setSchemaAuthorization':
      return setSchemaAuthorization(context, statement);
    case 'setTableAuthorization':
      return setTableAuthorization(context, statement);
    case 'setViewAuthorization':
      return setViewAuthorization(context, statement);
    case 'createMaterializedView':
      return createMaterializedView(context, statement);
    case 'dropMaterializedView':
      return dropMaterializedView(context, statement);
    case 'renameMaterializedView':
      return renameMaterializedView(context, statement);
    case 'createRole':
    case 'dropRole':
    case 'grantRoles':
    case 'revokeRoles':
      return changeRoles(context, statement);
    case 'grant':
    case 'deny':
    case 'revoke':
      return changePrivileges(context, statement);
    case 'createFunction':
      return createFunction(context, statement);
    case 'dropFunction':
      return dropFunction(context, statement);
    case 'call':
      return call(context, statement);
    case 'setSession':
      return setSession(context, statement);
    case 'resetSession':
      return resetSession(context, statement);
    case 'setTimeZone':
      return setTimeZone(context, statement);
    case 'setPath':
      return setPath(context, statement);
    case 'setRole':
      return setRole(context, statement);
    case 'setSessionAuthorization':
      return setSessionAuthorization(context, statement);
    case 'resetSessionAuthorization':
      return resetSessionAuthorization(context);
    case 'prepare':
      return prepare(statement);
    case 'deallocate':
      return deallocate(context, statement);
    case 'startTransaction':
      return startTransaction(context, statement, clientSupportsTransactions);
    case 'commit':
      return commit(context);
    case 'rollback':
      return rollback(context);
    case 'tableExecute':
      await existing(context, statement);
      throw new TrinoError('PROCEDURE_NOT_FOUND', undefined, `Table procedure not registered: ${statement.procedure.value.toUpperCase()}`);
    default:
      return refuse(context, statement);
  }
}

async function existing(context: TaskContext, statement: Extract<TaskStatement, { readonly kind: 'tableExecute' }>): Promise<void> {
  const relation = await findRelation(context, statement.name, statement.location);
  if (relation.table === undefined) throw new TrinoError('TABLE_NOT_FOUND', statement.location, `Table '${qualifiedNameText(relation.name)}' does not exist`);
}

type RefusedKind = 'setAuthorization' | 'setDefaultValue' | 'dropDefaultValue' | 'refreshView' | 'createBranch' | 'dropBranch' | 'fastForwardBranch';

/** What no catalog here can do, in the words in which Trino refuses it. */
function refuse(context: TaskContext, statement: Extract<Statement, { readonly kind: RefusedKind }>): TaskResult {
  switch (statement.kind) {
    case 'setAuthorization':
      throw new TrinoError(
        'NOT_SUPPORTED',
        undefined,
        `Catalog does not support permission management: ${objectName(context, statement.name, statement.location).catalog}`,
      );
    case 'setDefaultValue':
    case 'dropDefaultValue':
      throw notSupported(statement.kind === 'setDefaultValue' ? 'setting default values' : 'dropping default values');
    case 'refreshView':
      throw notSupported('refreshing view definition');
    case 'createBranch':
    case 'dropBranch':
    case 'fastForwardBranch':
      throw notSupported('branches');
    default:
      return unreachable(statement);
  }
}
