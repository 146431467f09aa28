import type { ColumnHandle } from '../../../spi/connector.ts';
import { VARCHAR } from '../../../spi/type.ts';
import { asKafkaColumn, type KafkaColumnHandle, type KafkaTableHandle } from '../kafkaHandle.ts';

export const READ_ERRORS: KafkaColumnHandle = { kind: 'internal', name: 'read_errors', type: VARCHAR, id: 'read_errors' };

/**
 * Trino decodes a value when a filter or an expression asks for it: one that does not fit its column fails a query only then. undefined: nothing of
 * these columns fails, or the whole message is judged.
 */
export function readErrors(
  { key, message, change, only, extremes, limit, newest }: KafkaTableHandle,
  columns: readonly ColumnHandle[],
): { readonly column: ColumnHandle; readonly fallible: ReadonlySet<number> } | undefined {
  if (change !== undefined || only !== undefined || extremes !== undefined) return undefined;
  // Trino cuts rows off when they have been read
  if (limit !== undefined || newest !== undefined) return undefined;
  const fails = (column: KafkaColumnHandle): boolean => column.kind !== 'internal' && (column.kind === 'key' ? key : message).decodeError !== 'null';
  const fallible = new Set(columns.flatMap((column, i) => (fails(asKafkaColumn(column)) ? [i] : [])));
  return fallible.size === 0 ? undefined : { column: READ_ERRORS, fallible };
}
