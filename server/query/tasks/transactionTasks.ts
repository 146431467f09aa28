import { TrinoError } from '../../../spi/trinoError.ts';
import type { StatementOf } from '../../sql/ast.ts';
import type { TaskContext, TaskResult } from './task.ts';

export function startTransaction(context: TaskContext, statement: StatementOf<'startTransaction'>, clientSupportsTransactions: boolean): TaskResult {
  if (!clientSupportsTransactions) throw new TrinoError('INCOMPATIBLE_CLIENT', undefined, 'Client does not support transactions');
  if (context.session.transactionId !== undefined) throw new TrinoError('NOT_SUPPORTED', undefined, 'Nested transactions not supported');
  if (statement.duplicateModes.length > 0)
    throw new TrinoError(
      'SYNTAX_ERROR',
      statement.location,
      `Multiple transaction ${statement.duplicateModes[0] === 'isolation' ? 'isolation levels' : 'read modes'} specified`,
    );
  const { id } = context.transactions.start({ readOnly: statement.readOnly ?? false, isolation: statement.isolation ?? 'READ UNCOMMITTED', autoCommit: false });
  return { updateType: 'START TRANSACTION', effects: { startedTransactionId: id } };
}

export async function commit(context: TaskContext): Promise<TaskResult> {
  const id = transactionId(context);
  await context.transactions.commit(id);
  return { updateType: 'COMMIT', effects: { clearTransactionId: true } };
}

export async function rollback(context: TaskContext): Promise<TaskResult> {
  const id = transactionId(context);
  await context.transactions.rollback(id);
  return { updateType: 'ROLLBACK', effects: { clearTransactionId: true } };
}

function transactionId({ session }: TaskContext): string {
  if (session.transactionId === undefined) throw new TrinoError('NOT_IN_TRANSACTION', undefined, 'No transaction in progress');
  return session.transactionId;
}
