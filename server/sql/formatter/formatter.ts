import { unreachable } from '../../../spi/trinoError.ts';
import type { CallArgument, GrantObject, Grantor, MergeCase, Statement, StatementOf } from '../ast.ts';
import { formatDefinition, formatPrincipal } from './formatDefinitions.ts';
import { formatExpression, formatList } from './formatExpressions.ts';
import { formatIdentifier, formatName, formatString, indentation } from './formatNames.ts';
import { formatQuery } from './formatQueries.ts';
import { formatRelation } from './formatRelations.ts';
import { formatFunctionSpecification, formatParameters, formatProperties, formatProperty } from './formatRoutines.ts';
import { formatType } from './formatTypes.ts';

export { formatExpression, formatType };

/** A statement in Trino's own layout. */
export function formatSql(statement: Statement): string {
  return formatStatement(statement, 0);
}

function formatStatement(statement: Statement, indent: number): string {
  switch (statement.kind) {
    case 'query':
      return formatQuery(statement, indent);
    case 'use':
      return `USE ${statement.catalog === undefined ? '' : `${formatIdentifier(statement.catalog)}.`}${formatIdentifier(statement.schema)}`;
    case 'createCatalog':
    case 'createSchema':
    case 'createTable':
    case 'createTableAsSelect':
    case 'createView':
    case 'createMaterializedView':
    case 'addColumn':
      return formatDefinition(statement, indent);
    case 'dropCatalog':
      return `DROP CATALOG ${ifExists(statement.ifExists)}${formatIdentifier(statement.name)} ${statement.cascade ? 'CASCADE' : 'RESTRICT'}`;
    case 'dropSchema':
      return `DROP SCHEMA ${ifExists(statement.ifExists)}${formatName(statement.name)} ${statement.cascade ? 'CASCADE' : 'RESTRICT'}`;
    case 'renameSchema':
      return `ALTER SCHEMA ${formatName(statement.source)} RENAME TO ${formatIdentifier(statement.target)}`;
    case 'setSchemaAuthorization':
      return `ALTER SCHEMA ${formatName(statement.name)} SET AUTHORIZATION ${formatPrincipal(statement.principal)}`;
    case 'setTableAuthorization':
      return `ALTER TABLE ${formatName(statement.name)} SET AUTHORIZATION ${formatPrincipal(statement.principal)}`;
    case 'setViewAuthorization':
      return `ALTER VIEW ${formatName(statement.name)} SET AUTHORIZATION ${formatPrincipal(statement.principal)}`;
    case 'setAuthorization':
      return `ALTER ${formatIdentifier(statement.entityKind).toUpperCase()} ${formatName(statement.name)} SET AUTHORIZATION ${formatPrincipal(statement.principal)}`;
    case 'dropTable':
      return `DROP TABLE ${ifExists(statement.ifExists)}${formatName(statement.name)}`;
    case 'truncateTable':
      return `TRUNCATE TABLE ${formatName(statement.name)}`;
    case 'renameTable':
      return `ALTER TABLE ${ifExists(statement.ifExists)}${formatName(statement.source)} RENAME TO ${formatName(statement.target)}`;
    case 'comment':
      return `COMMENT ON ${statement.type} ${formatName(statement.name)} IS ${statement.comment === undefined ? 'NULL' : formatString(statement.comment)}`;
    case 'dropColumn':
      return `${alterTable(statement)} DROP COLUMN ${ifExists(statement.columnExists)}${formatName(statement.column)}`;
    case 'renameColumn':
      return `${alterTable(statement)} RENAME COLUMN ${ifExists(statement.columnExists)}${formatName(statement.source)} TO ${formatIdentifier(statement.target)}`;
    case 'setColumnType':
      return `${alterTable(statement)} ALTER COLUMN ${formatName(statement.column)} SET DATA TYPE ${formatType(statement.type)}`;
    case 'dropNotNullConstraint':
      return `${alterTable(statement)} ALTER COLUMN ${formatIdentifier(statement.column)} DROP NOT NULL`;
    case 'setDefaultValue':
      return `${alterTable(statement)} ALTER COLUMN ${formatName(statement.column)} SET DEFAULT ${statement.value === undefined ? '' : formatExpression(statement.value)}`;
    case 'dropDefaultValue':
      return `${alterTable(statement)} ALTER COLUMN ${formatName(statement.column)} DROP DEFAULT`;
    case 'setProperties':
      return `ALTER ${statement.type} ${formatName(statement.name)} SET PROPERTIES ${statement.properties.map(formatProperty).join(', ')}`;
    case 'tableExecute': {
      const values = statement.arguments.length === 0 ? '' : `(${statement.arguments.map(formatArgument).join(', ')})`;
      const where = statement.where === undefined ? '' : `\n${indentation(indent)}WHERE ${formatExpression(statement.where)}`;
      return `ALTER TABLE ${formatName(statement.name)} EXECUTE ${formatIdentifier(statement.procedure)}${values}${where}`;
    }
    case 'analyze':
      return `ANALYZE ${formatName(statement.name)}${statement.properties.length === 0 ? '' : `\n${formatProperties(statement.properties)}`}`;
    case 'renameView':
      return `ALTER VIEW ${formatName(statement.source)} RENAME TO ${formatName(statement.target)}`;
    case 'dropView':
      return `DROP VIEW ${ifExists(statement.ifExists)}${formatName(statement.name)}`;
    case 'refreshView':
      return `ALTER VIEW ${formatName(statement.name)} REFRESH`;
    case 'refreshMaterializedView':
      return `REFRESH MATERIALIZED VIEW ${formatName(statement.name)}`;
    case 'dropMaterializedView':
      return `DROP MATERIALIZED VIEW ${ifExists(statement.ifExists)}${formatName(statement.name)}`;
    case 'renameMaterializedView':
      return `ALTER MATERIALIZED VIEW ${ifExists(statement.ifExists)}${formatName(statement.source)} RENAME TO ${formatName(statement.target)}`;
    case 'insert':
      return `INSERT INTO ${formatName(statement.name)}${statement.columns ? ` (${statement.columns.map(formatIdentifier).join(', ')})` : ''}\n${formatQuery(statement.query, indent)}`;
    case 'delete':
      return `DELETE FROM ${formatName(statement.name)}${statement.where === undefined ? '' : ` WHERE ${formatExpression(statement.where)}`}`;
    case 'update':
      return formatUpdate(statement, indent);
    case 'merge':
      return formatMerge(statement, indent);
    case 'call':
      return `CALL ${formatName(statement.name)}(${statement.arguments.map(formatArgument).join(', ')})`;
    case 'createFunction':
      return `CREATE ${statement.replace ? 'OR REPLACE ' : ''}${formatFunctionSpecification(statement.specification, indent)}`;
    case 'dropFunction':
      return `DROP FUNCTION ${ifExists(statement.ifExists)}${formatName(statement.name)}(${formatParameters(statement.parameters)})`;
    case 'createRole': {
      const admin = statement.grantor === undefined ? '' : ` WITH ADMIN ${formatGrantor(statement.grantor)}`;
      return `CREATE ROLE ${formatIdentifier(statement.name)}${admin}${inCatalog(statement)}`;
    }
    case 'dropRole':
      return `DROP ROLE ${ifExists(statement.ifExists)}${formatIdentifier(statement.name)}${inCatalog(statement)}`;
    case 'grantRoles':
      return `GRANT ${roles(statement)} TO ${grantees(statement)}${statement.adminOption ? ' WITH ADMIN OPTION' : ''}${grantedBy(statement)}${inCatalog(statement)}`;
    case 'revokeRoles':
      return `REVOKE ${statement.adminOption ? 'ADMIN OPTION FOR ' : ''}${roles(statement)} FROM ${grantees(statement)}${grantedBy(statement)}${inCatalog(statement)}`;
    case 'grant':
      return `GRANT ${privileges(statement)} ON ${formatObject(statement.object)} TO ${formatPrincipal(statement.grantee)}${statement.withGrantOption ? ' WITH GRANT OPTION' : ''}`;
    case 'deny':
      return `DENY ${privileges(statement)} ON ${formatObject(statement.object)} TO ${formatPrincipal(statement.grantee)}`;
    case 'revoke':
      return `REVOKE ${statement.grantOptionFor ? 'GRANT OPTION FOR ' : ''}${privileges(statement)} ON ${formatObject(statement.object)} FROM ${formatPrincipal(statement.grantee)}`;
    case 'showGrants':
      return `SHOW GRANTS ${statement.object === undefined ? '' : `ON ${formatObject(statement.object)}`}`;
    case 'explain': {
      const options = statement.options.map(({ name, value }) => `${name} ${value}`);
      return `EXPLAIN ${options.length === 0 ? '' : `(${options.join(', ')})`}\n${formatStatement(statement.statement, indent)}`;
    }
    case 'explainAnalyze':
      return `EXPLAIN ANALYZE${statement.verbose ? ' VERBOSE' : ''}\n${formatStatement(statement.statement, indent)}`;
    case 'showCreate':
      return `SHOW CREATE ${statement.type} ${formatName(statement.name)}`;
    case 'showTables':
      return `SHOW TABLES${statement.schema === undefined ? '' : ` FROM ${formatName(statement.schema)}`}${like(statement)}`;
    case 'showSchemas':
      return `SHOW SCHEMAS${fromCatalog(statement)}${like(statement)}`;
    case 'showCatalogs':
      return `SHOW CATALOGS${like(statement)}`;
    case 'showColumns':
      return `SHOW COLUMNS FROM ${formatName(statement.table)}${like(statement)}`;
    case 'showStats':
      return `SHOW STATS FOR ${formatRelation(statement.relation, 0)}`;
    case 'showRoles':
      return `SHOW ${statement.current ? 'CURRENT ' : ''}ROLES${fromCatalog(statement)}`;
    case 'showRoleGrants':
      return `SHOW ROLE GRANTS${fromCatalog(statement)}`;
    case 'showFunctions':
      return `SHOW FUNCTIONS${statement.schema === undefined ? '' : ` FROM ${formatName(statement.schema)}`}${like(statement)}`;
    case 'showSession':
      return `SHOW SESSION${like(statement)}`;
    case 'setSession':
      return `SET SESSION ${formatName(statement.name)} = ${formatExpression(statement.value)}`;
    case 'resetSession':
      return `RESET SESSION ${formatName(statement.name)}`;
    case 'setSessionAuthorization':
      return `SET SESSION AUTHORIZATION ${formatExpression(statement.user)}`;
    case 'resetSessionAuthorization':
      return 'RESET SESSION AUTHORIZATION';
    case 'setRole':
      return `SET ROLE ${statement.role === undefined ? statement.type : formatIdentifier(statement.role)}${inCatalog(statement)}`;
    case 'setPath':
      return `SET PATH ${statement.path.map(({ catalog, schema }) => `${catalog === undefined ? '' : `${formatIdentifier(catalog)}.`}${formatIdentifier(schema)}`).join(', ')}`;
    case 'setTimeZone':
      return `SET TIME ZONE ${statement.timeZone === undefined ? 'LOCAL' : formatExpression(statement.timeZone)}`;
    case 'startTransaction': {
      const modes = statement.modes.map((mode) => ('isolation' in mode ? `ISOLATION LEVEL ${mode.isolation}` : mode.readOnly ? 'READ ONLY' : 'READ WRITE'));
      return `START TRANSACTION${modes.length === 0 ? '' : ` ${modes.join(', ')}`}`;
    }
    case 'commit':
      return 'COMMIT';
    case 'rollback':
      return 'ROLLBACK';
    case 'prepare':
      return `${indentation(indent)}PREPARE ${formatIdentifier(statement.name)} FROM\n${formatStatement(statement.statement, indent + 1)}`;
    case 'deallocate':
      return `${indentation(indent)}DEALLOCATE PREPARE ${formatIdentifier(statement.name)}`;
    case 'execute':
      return `${indentation(indent)}EXECUTE ${formatIdentifier(statement.name)}${statement.parameters.length === 0 ? '' : ` USING ${formatList(statement.parameters)}`}`;
    case 'executeImmediate':
      return `${indentation(indent)}EXECUTE IMMEDIATE\n${formatString(statement.sql.value)}${statement.parameters.length === 0 ? '' : `\nUSING ${formatList(statement.parameters)}`}`;
    case 'describeInput':
      return `${indentation(indent)}DESCRIBE INPUT ${formatIdentifier(statement.name)}`;
    case 'describeOutput':
      return `${indentation(indent)}DESCRIBE OUTPUT ${formatIdentifier(statement.name)}`;
    case 'createBranch':
    case 'dropBranch':
    case 'fastForwardBranch':
    case 'showBranches':
      throw new Error(`the grammar has no ${statement.kind}`);
    default:
      return unreachable(statement);
  }
}

function ifExists(present: boolean): string {
  return present ? 'IF EXISTS ' : '';
}

function alterTable(
  statement: StatementOf<'dropColumn' | 'renameColumn' | 'setColumnType' | 'dropNotNullConstraint' | 'setDefaultValue' | 'dropDefaultValue'>,
): string {
  return `ALTER TABLE ${ifExists(statement.tableExists)}${formatName(statement.name)}`;
}

function formatArgument({ name, value }: CallArgument): string {
  return `${name === undefined ? '' : `${formatIdentifier(name)} => `}${formatExpression(value)}`;
}

function inCatalog({ catalog }: Pick<StatementOf<'setRole'>, 'catalog'>): string {
  return catalog === undefined ? '' : ` IN ${formatIdentifier(catalog)}`;
}

function fromCatalog({ catalog }: Pick<StatementOf<'showRoles'>, 'catalog'>): string {
  return catalog === undefined ? '' : ` FROM ${formatIdentifier(catalog)}`;
}

function like(statement: { readonly like?: string; readonly escape?: string }): string {
  if (statement.like === undefined) return '';
  return ` LIKE ${formatString(statement.like)}${statement.escape === undefined ? '' : ` ESCAPE ${formatString(statement.escape)}`}`;
}

function roles(statement: StatementOf<'grantRoles' | 'revokeRoles'>): string {
  return statement.roles.map(formatIdentifier).join(', ');
}

function grantees(statement: StatementOf<'grantRoles' | 'revokeRoles'>): string {
  return statement.grantees.map(formatPrincipal).join(', ');
}

function grantedBy({ grantor }: StatementOf<'grantRoles' | 'revokeRoles'>): string {
  return grantor === undefined ? '' : ` GRANTED BY ${formatGrantor(grantor)}`;
}

function formatGrantor(grantor: Grantor): string {
  return grantor.type === 'PRINCIPAL' ? formatPrincipal(grantor.principal) : grantor.type;
}

function privileges(statement: StatementOf<'grant' | 'deny' | 'revoke'>): string {
  return statement.privileges?.join(', ') ?? 'ALL PRIVILEGES';
}

function formatObject({ entityKind, name }: GrantObject): string {
  return `${entityKind === undefined ? '' : `${entityKind} `}${formatName(name)}`;
}

/** Trino leaves the quotes of the assigned columns away. */
function formatUpdate({ name, assignments, where }: StatementOf<'update'>, indent: number): string {
  const lines = assignments.map(({ target, value }) => `\n${indentation(indent + 1)}${target.value} = ${formatExpression(value)}`);
  return `UPDATE ${formatName(name)} SET${lines.join(',')}${where === undefined ? '' : `\n${indentation(indent)}WHERE ${formatExpression(where)}`}`;
}

function formatMerge({ name, alias, source, condition, cases }: StatementOf<'merge'>, indent: number): string {
  const margin = indentation(indent + 1);
  const head = `MERGE INTO ${formatName(name)}${alias === undefined ? '' : ` ${formatIdentifier(alias)}`}`;
  const using = source.kind === 'table' ? `TABLE ${formatName(source.name)}\n` : formatRelation(source, indent + 2);
  return [`${head}\n${margin}USING ${using}\n${margin}ON ${formatExpression(condition)}`, ...cases.map((item) => formatMergeCase(item, margin))].join('\n');
}

function formatMergeCase(mergeCase: MergeCase, margin: string): string {
  const condition = mergeCase.condition === undefined ? '' : ` AND ${formatExpression(mergeCase.condition)}`;
  switch (mergeCase.kind) {
    case 'update': {
      const assignments = mergeCase.assignments.map(
        ({ target, value }, i) => `\n${margin}${i === 0 ? '  ' : ', '}${formatIdentifier(target)} = ${formatExpression(value)}`,
      );
      return `WHEN MATCHED${condition}\n${margin}THEN UPDATE SET${assignments.join('')}`;
    }
    case 'delete':
      return `WHEN MATCHED${condition}\n${margin}THEN DELETE`;
    case 'insert': {
      const columns = mergeCase.columns.length === 0 ? '' : `(${mergeCase.columns.map(formatIdentifier).join(', ')})`;
      return `WHEN NOT MATCHED${condition}\n${margin}THEN INSERT ${columns}VALUES (${formatList(mergeCase.values)})`;
    }
    default:
      return unreachable(mergeCase.kind);
  }
}
