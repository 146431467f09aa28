import { type Type, typeId } from '../../../spi/type.ts';
import { fixedSize } from '../../function/fixedSize.ts';
import type { Statement } from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parser/parser.ts';
import { type StatementRunner, type StatementScope, countParameters } from '../statementRunner.ts';
import type { ShowStatement } from './showStatements.ts';
import { valuesQuery } from './sqlText.ts';

/** DESCRIBE INPUT: position and type of each `?`. */
export async function describeInput(runner: StatementRunner, scope: StatementScope, sql: string): Promise<string> {
  const statement = parseStatement(sql);
  const count = countParameters(statement);
  const types: readonly (Type | undefined)[] = count === 0 ? [] : (await runner.describe(scope, statement)).parameterTypes;
  const rows = Array.from({ length: count }, (_, at) => [at, types[at] === undefined ? 'unknown' : typeId(types[at])]);
  return valuesQuery(['Position', 'Type'], rows, ' ORDER BY "Position"', ['integer', 'varchar']);
}

const OUTPUT_TYPES = ['varchar', 'varchar', 'varchar', 'varchar', 'varchar', 'bigint', 'boolean'];

/** DESCRIBE OUTPUT: the columns of the result and where they come from. */
export async function describeOutput(runner: StatementRunner, scope: StatementScope, sql: string): Promise<string> {
  const names = ['Column Name', 'Catalog', 'Schema', 'Table', 'Type', 'Type Size', 'Aliased'];
  const { columns } = await runner.describe(scope, await withoutShow(runner, scope, parseStatement(sql)));
  const rows = columns.map((column) => [
    column.name,
    column.catalog ?? '',
    column.schema ?? '',
    column.table ?? '',
    typeId(column.type),
    fixedSize(column.type) ?? 0,
    column.aliased,
  ]);
  return valuesQuery(names, rows, '', OUTPUT_TYPES);
}

/** A SHOW is the query that it stands for. */
async function withoutShow(runner: StatementRunner, scope: StatementScope, statement: Statement): Promise<Statement> {
  return isShow(statement) ? runner.rewriteShow(scope, statement) : statement;
}

const isShow = (statement: Statement): statement is ShowStatement => statement.kind.startsWith('show');
