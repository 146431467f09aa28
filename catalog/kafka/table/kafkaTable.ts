import type { SchemaTableName, TableMetadata } from '../../../spi/connector.ts';
import { unreachable } from '../../../spi/trinoError.ts';
import { type CacheTable, cacheTable } from '../cache/cacheTable.ts';
import { type TableOfChanges, tableOfChanges, tableOfChangesMetadata } from '../change/changeTable.ts';
import type { TableDescriptions } from '../description/tableDescriptions.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import type { TopicSnapshot } from '../kafkaHandle.ts';
import { type DeadLetterTable, deadLetterTable, deadLetterTableMetadata } from './deadLetterTable.ts';
import { type TopicTable, topicTable, topicTableMetadata } from './topicTable.ts';

/** A table that a topic is read as. */
export type DescribedTable = TopicTable | TableOfChanges | DeadLetterTable;
export type KafkaTable = DescribedTable | CacheTable;

/** What a name stands for. Names that are made of a table's come before a topic that is called so; the cache's own is the last. */
export async function resolveTable(name: SchemaTableName, tables: TableDescriptions, cached: boolean): Promise<KafkaTable | undefined> {
  const described = (await deadLetterTable(name, tables)) ?? (await tableOfChanges(name, tables)) ?? (await topicTable(name, tables));
  return described ?? (cached ? cacheTable(name) : undefined);
}

export function describedTableMetadata(table: DescribedTable, config: KafkaConfig, snapshot: TopicSnapshot | undefined): TableMetadata {
  switch (table.kind) {
    case 'topic':
      return topicTableMetadata(table, config, snapshot);
    case 'changes':
      return tableOfChangesMetadata(table, config, snapshot);
    case 'deadLetters':
      return deadLetterTableMetadata(table, config, snapshot);
    default:
      return unreachable(table);
  }
}
