import type { SchemaTableName, TableMetadata } from '../../../spi/connector.ts';
import { judgedAsChanges } from '../change/changeTable.ts';
import { withShownProperties } from '../ddl/shownProperties.ts';
import type { TableDescription } from '../description/tableDescription.ts';
import type { TableDescriptions } from '../description/tableDescriptions.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import type { TopicSnapshot } from '../kafkaHandle.ts';
import { tableMetadata } from './tableMetadata.ts';

/** `orders`: the messages of a topic. */
export interface TopicTable {
  readonly kind: 'topic';
  readonly description: TableDescription;
}

export async function topicTable({ schema, table }: SchemaTableName, tables: TableDescriptions): Promise<TopicTable | undefined> {
  const description = await tables.find(schema, table);
  return description === undefined ? undefined : { kind: 'topic', description };
}

export function topicTableMetadata({ description }: TopicTable, config: KafkaConfig, snapshot: TopicSnapshot | undefined): TableMetadata {
  const table = judgedAsChanges(tableMetadata(description, config, snapshot), description, config);
  return withShownProperties(table, description, config, snapshot);
}
