import type { Procedure } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { Value } from '../../../spi/value.ts';
import type { CallArgument, StatementOf } from '../../sql/ast.ts';
import { catalogPart, type TaskContext, type TaskResult } from './task.ts';

export async function call(context: TaskContext, statement: StatementOf<'call'>): Promise<TaskResult> {
  if (context.session.transactionId !== undefined)
    throw new TrinoError('NOT_SUPPORTED', undefined, 'Procedures cannot be called within a transaction (use autocommit mode)');
  const parts = statement.name.parts.map((part) => part.value.toLowerCase());
  const [name = '', schema = context.session.schema, catalog = context.session.catalog] = [...parts].reverse();
  if (catalog === undefined) throw new TrinoError('MISSING_CATALOG_NAME', statement.location, 'Catalog must be specified when session catalog is not set');
  if (schema === undefined) throw new TrinoError('MISSING_SCHEMA_NAME', statement.location, 'Schema must be specified when session schema is not set');
  const part = catalogPart(context, catalog, statement.location);
  const procedure = part.connector.procedures?.find((candidate) => candidate.schema === schema && candidate.name === name);
  if (procedure === undefined) throw new TrinoError('PROCEDURE_NOT_FOUND', undefined, `Procedure not registered: ${schema}.${name}`);
  const values = bindArguments(context, procedure, statement);
  await procedure.call(part.session, values, context.signal);
  return { updateType: 'CALL' };
}

function bindArguments(context: TaskContext, procedure: Procedure, statement: StatementOf<'call'>): readonly Value[] {
  const given = new Map<number, CallArgument>();
  const named = statement.arguments.some((argument) => argument.name !== undefined);
  if (named && statement.arguments.some((argument) => argument.name === undefined)) {
    throw new TrinoError('INVALID_ARGUMENTS', statement.location, 'Named and positional arguments cannot be mixed');
  }
  statement.arguments.forEach((argument, position) => {
    const name = argument.name?.value;
    const index = name === undefined ? position : procedure.arguments.findIndex((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (name !== undefined && index < 0) throw new TrinoError('INVALID_ARGUMENTS', argument.location, `Unknown argument name: ${name.toUpperCase()}`);
    if (index >= procedure.arguments.length) throw new TrinoError('INVALID_ARGUMENTS', statement.location, 'Too many arguments for procedure');
    if (given.has(index)) throw new TrinoError('INVALID_ARGUMENTS', argument.location, `Duplicate procedure argument: ${name?.toUpperCase() ?? ''}`);
    given.set(index, argument);
  });
  return procedure.arguments.map((argument, index) => {
    const value = given.get(index);
    if (value !== undefined) return context.constant(value.value, argument.type);
    if (argument.defaultValue === undefined)
      throw new TrinoError('INVALID_ARGUMENTS', statement.location, `Required procedure argument '${argument.name}' is missing`);
    return argument.defaultValue;
  });
}
