import type { ColumnMetadata, TableMetadata } from '../../spi/connector.ts';
import { VARCHAR } from '../../spi/type.ts';
import type { TableDescription } from './description/tableDescription.ts';
import { INTERNAL_COLUMNS, type InternalColumnId } from './internalColumns.ts';
import type { KafkaConfig } from './kafkaConfig.ts';
import { asKafkaTable, type KafkaColumnHandle, type KafkaTableHandle, type TopicSnapshot } from './kafkaHandle.ts';
import { tableMetadata } from './tableMetadata.ts';

const SUFFIX = '$dead_letters';
const SHOWN: readonly InternalColumnId[] = ['partition_id', 'partition_offset', 'timestamp', 'key', 'message', 'headers'];
const ERRORS = [
  { id: 'key_error', comment: 'Why the key cannot be decoded' },
  { id: 'message_error', comment: 'Why the message cannot be decoded' },
] as const;

/** `orders$dead_letters`: the table whose messages these are. */
export const deadLettersOf = (name: string): string | undefined => (name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : undefined);

/** The messages that the table leaves out, and why; undefined: it leaves none out. */
export function deadLetterMetadata(description: TableDescription, config: KafkaConfig, snapshot: TopicSnapshot | undefined): TableMetadata | undefined {
  if (description.decodeError !== 'dead-letter') return undefined;
  const name = { schema: description.schema, table: `${description.table}${SUFFIX}` };
  const handle: KafkaTableHandle = { ...asKafkaTable(tableMetadata(description, config, snapshot).handle), table: name.table, only: 'dead' };
  const known = SHOWN.flatMap((id) => INTERNAL_COLUMNS.filter((column) => column.id === id));
  const columns = [...known, ...ERRORS.map((column) => ({ ...column, type: VARCHAR }))].map(({ id, type, comment }): ColumnMetadata => {
    const column: KafkaColumnHandle = { kind: 'internal', name: `${config.internalColumnPrefix}${id}`, type, id };
    return { name: column.name, type, handle: column, comment };
  });
  return { name, handle, columns };
}
