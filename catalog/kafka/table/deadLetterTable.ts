import type { ColumnMetadata, SchemaTableName, TableMetadata } from '../../../spi/connector.ts';
import { VARCHAR } from '../../../spi/type.ts';
import { judgedAsChanges } from '../change/changeTable.ts';
import type { TableDescription } from '../description/tableDescription.ts';
import type { TableDescriptions } from '../description/tableDescriptions.ts';
import { INTERNAL_COLUMNS, type InternalColumnId } from './internalColumns.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import { asKafkaTable, type KafkaColumnHandle, type KafkaTableHandle, type TopicSnapshot } from '../kafkaHandle.ts';
import { tableMetadata } from './tableMetadata.ts';

const SUFFIX = '$dead_letters';
const SHOWN: readonly InternalColumnId[] = ['partition_id', 'partition_offset', 'timestamp', 'key', 'message', 'headers'];
const ERRORS = [
  { id: 'key_error', comment: 'Why the key cannot be decoded' },
  { id: 'message_error', comment: 'Why the message cannot be decoded' },
] as const;

/** `orders$dead_letters`: the messages that a table leaves out, and why. */
export interface DeadLetterTable {
  readonly kind: 'deadLetters';
  readonly description: TableDescription;
}

/** undefined: no such name, or a table that leaves none out. */
export async function deadLetterTable({ schema, table }: SchemaTableName, tables: TableDescriptions): Promise<DeadLetterTable | undefined> {
  if (!table.endsWith(SUFFIX)) return undefined;
  const description = await tables.find(schema, table.slice(0, -SUFFIX.length));
  return description?.decodeError === 'dead-letter' ? { kind: 'deadLetters', description } : undefined;
}

export function deadLetterTableMetadata({ description }: DeadLetterTable, config: KafkaConfig, snapshot: TopicSnapshot | undefined): TableMetadata {
  const name = { schema: description.schema, table: `${description.table}${SUFFIX}` };
  const whole = judgedAsChanges(tableMetadata(description, config, snapshot), description, config);
  const handle: KafkaTableHandle = { ...asKafkaTable(whole.handle), table: name.table, only: 'dead' };
  const known = SHOWN.flatMap((id) => INTERNAL_COLUMNS.filter((column) => column.id === id));
  const columns = [...known, ...ERRORS.map((column) => ({ ...column, type: VARCHAR }))].map(({ id, type, comment }): ColumnMetadata => {
    const column: KafkaColumnHandle = { kind: 'internal', name: `${config.internalColumnPrefix}${id}`, type, id };
    return { name: column.name, type, handle: column, comment };
  });
  return { name, handle, columns };
}
