import type { ConnectorTransaction, TableMetadata } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { VARCHAR } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';

/** The table that a procedure is called for. */
export interface NamedTable {
  readonly schema: Value | undefined;
  readonly table: Value | undefined;
}

export const TABLE_ARGUMENTS = [
  { name: 'SCHEMA_NAME', type: VARCHAR },
  { name: 'TABLE_NAME', type: VARCHAR },
];

export async function within(begin: () => ConnectorTransaction, work: (transaction: ConnectorTransaction) => Promise<void>): Promise<void> {
  const transaction = begin();
  try {
    await work(transaction);
  } finally {
    await transaction.commit();
  }
}

export async function tableNamed(transaction: ConnectorTransaction, session: ConnectorSession, { schema, table }: NamedTable): Promise<TableMetadata> {
  if (typeof schema !== 'string') throw new TrinoError('INVALID_PROCEDURE_ARGUMENT', undefined, 'schema_name cannot be null');
  if (typeof table !== 'string') throw new TrinoError('INVALID_PROCEDURE_ARGUMENT', undefined, 'table_name cannot be null');
  const found = await transaction.getTable(session, { schema: schema.toLowerCase(), table: table.toLowerCase() });
  if (found === undefined || found.handle.kind !== 'kafka') throw new TrinoError('TABLE_NOT_FOUND', undefined, `Table '${schema}.${table}' does not exist`);
  return found;
}
