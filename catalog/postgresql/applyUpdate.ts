import type { UpdateAssignment } from '../../spi/connector.ts';
import { constantText } from './constantSql.ts';
import { ownColumn, type PostgresTableHandle } from './handles.ts';
import { quoteIdentifier, quoteLiteral } from './sql.ts';

/** One UPDATE at the source: of a relation, to values that it reads from their text as the column's own type. */
export function applyUpdate(table: PostgresTableHandle, assignments: readonly UpdateAssignment[]): PostgresTableHandle | undefined {
  if (table.table === undefined || table.limit !== undefined || table.orderBy.length > 0 || assignments.length === 0) return undefined;
  const written = assignments.map(assignmentSql);
  const known = written.filter((sql) => sql !== undefined);
  return known.length < written.length ? undefined : { ...table, assignments: known };
}

/** undefined: the column or the value needs more than a literal. */
function assignmentSql({ column, value }: UpdateAssignment): string | undefined {
  const { remoteName, remoteType, mapping, generated } = ownColumn(column);
  if (mapping.readOnly !== undefined || remoteType === 'bit' || generated !== '') return undefined;
  if (value === null) return `${quoteIdentifier(remoteName)} = NULL`;
  const text = constantText(mapping.type, value);
  return text === undefined ? undefined : `${quoteIdentifier(remoteName)} = ${quoteLiteral(text)}`;
}
