import { unreachable } from '../../../spi/trinoError.ts';
import type { ColumnDefinition, ColumnPosition, LikeClause, Principal, Property, StatementOf } from '../ast.ts';
import { formatExpression } from './formatExpressions.ts';
import { formatIdentifier, formatName, formatString, indentation } from './formatNames.ts';
import { formatQuery } from './formatQueries.ts';
import { formatProperties, formatProperty } from './formatRoutines.ts';
import { formatType } from './formatTypes.ts';

type Definition = StatementOf<'createCatalog' | 'createSchema' | 'createTable' | 'createTableAsSelect' | 'createView' | 'createMaterializedView' | 'addColumn'>;

/** CREATE … */
export function formatDefinition(statement: Definition, indent: number): string {
  switch (statement.kind) {
    case 'createCatalog': {
      const head = `CREATE CATALOG ${statement.notExists ? 'IF NOT EXISTS ' : ''}${formatIdentifier(statement.name)} USING ${formatIdentifier(statement.connector)}`;
      return `${head}${formatCommentLine(statement)}${formatAuthorization(statement)}${formatPropertiesLine(statement)}`;
    }
    case 'createSchema':
      return `CREATE SCHEMA ${statement.notExists ? 'IF NOT EXISTS ' : ''}${formatName(statement.name)}${formatAuthorization(statement)}${formatPropertiesLine(statement)}`;
    case 'createTable':
      return formatCreateTable(statement, indent);
    case 'createTableAsSelect':
      return formatCreateTableAsSelect(statement, indent);
    case 'createView': {
      const { replace, name, comment, security } = statement;
      const head = `CREATE ${replace ? 'OR REPLACE ' : ''}VIEW ${formatName(name)}`;
      const words = `${comment === undefined ? '' : ` COMMENT ${formatString(comment)}`}${security === undefined ? '' : ` SECURITY ${security}`}`;
      return `${head}${words}${formatPropertiesLine(statement)} AS\n${formatQuery(statement.query, indent)}`;
    }
    case 'createMaterializedView': {
      const { replace, notExists, name, gracePeriod } = statement;
      const head = `CREATE ${replace ? 'OR REPLACE ' : ''}MATERIALIZED VIEW ${notExists ? 'IF NOT EXISTS ' : ''}${formatName(name)}`;
      const grace = gracePeriod === undefined ? '' : `\nGRACE PERIOD ${formatExpression(gracePeriod)}`;
      return `${head}${grace}${formatCommentLine(statement)}${formatPropertiesLine(statement)} AS\n${formatQuery(statement.query, indent)}`;
    }
    case 'addColumn': {
      const { name, column, position, tableExists, columnNotExists } = statement;
      const head = `ALTER TABLE ${tableExists ? 'IF EXISTS ' : ''}${formatName(name)} ADD COLUMN ${columnNotExists ? 'IF NOT EXISTS ' : ''}`;
      return `${head}${formatColumn(column)}${position === undefined ? '' : ` ${formatPosition(position)}`}`;
    }
    default:
      return unreachable(statement);
  }
}

function formatPosition(position: ColumnPosition): string {
  return position.at === 'AFTER' ? `AFTER ${formatIdentifier(position.column)}` : position.at;
}

export function formatPrincipal({ type, name }: Principal): string {
  return type === undefined ? formatIdentifier(name) : `${type} ${formatIdentifier(name)}`;
}

function formatAuthorization({ principal }: { readonly principal?: Principal }): string {
  return principal === undefined ? '' : `\nAUTHORIZATION ${formatPrincipal(principal)}`;
}

function formatCommentLine({ comment }: { readonly comment?: string }): string {
  return comment === undefined ? '' : `\nCOMMENT ${formatString(comment)}`;
}

function formatPropertiesLine({ properties }: { readonly properties: readonly Property[] }): string {
  return properties.length === 0 ? '' : `\n${formatProperties(properties)}`;
}

function formatTableHead({ saveMode, name }: StatementOf<'createTable' | 'createTableAsSelect'>): string {
  return `CREATE ${saveMode === 'REPLACE' ? 'OR REPLACE ' : ''}TABLE ${saveMode === 'IGNORE' ? 'IF NOT EXISTS ' : ''}${formatName(name)}`;
}

function formatCreateTable(statement: StatementOf<'createTable'>, indent: number): string {
  const elements = statement.elements.map((element) => indentation(indent + 1) + formatElement(element)).join(',\n');
  return `${formatTableHead(statement)} (\n${elements}\n)${formatCommentLine(statement)}${formatPropertiesLine(statement)}`;
}

function formatElement(element: ColumnDefinition | LikeClause): string {
  if (element.kind === 'columnDefinition') return formatColumn(element);
  return `LIKE ${formatName(element.table)}${element.properties === undefined ? '' : ` ${element.properties} PROPERTIES`}`;
}

function formatColumn({ name, type, nullable, comment, properties }: ColumnDefinition): string {
  const words = `${nullable ? '' : ' NOT NULL'}${comment === undefined ? '' : ` COMMENT ${formatString(comment)}`}`;
  return `${formatName(name)} ${formatType(type)}${words}${properties.length === 0 ? '' : ` WITH (${properties.map(formatProperty).join(', ')})`}`;
}

function formatCreateTableAsSelect(statement: StatementOf<'createTableAsSelect'>, indent: number): string {
  const { columnAliases, query, withData } = statement;
  const columns = columnAliases === undefined ? '' : `( ${columnAliases.map(formatIdentifier).join(', ')} )`;
  const head = `${formatTableHead(statement)}${columns}${formatCommentLine(statement)}${formatPropertiesLine(statement)}`;
  return `${head} AS ${formatQuery(query, indent)}${withData ? '' : ' WITH NO DATA'}`;
}
