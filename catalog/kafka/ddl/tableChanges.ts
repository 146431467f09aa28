import type { ColumnHandle, Logger, PageSink, SaveMode, TableDefinition, TableHandle } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { FileTableDescriptions } from '../description/fileTableDescriptions.ts';
import type { TableDescription } from '../description/tableDescription.ts';
import type { TableDescriptions } from '../description/tableDescriptions.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import { asKafkaColumn, asKafkaTable, type KafkaTableHandle } from '../kafkaHandle.ts';
import { tableMetadata } from '../tableMetadata.ts';
import type { KafkaCluster } from '../wire/kafkaCluster.ts';
import { CreateTableSink } from './createTableSink.ts';
import { checkEncodings, describeNewTable } from './newTable.ts';
import { invalid, readTableOptions } from './tableProperties.ts';
import { makeTopic, removeTopic, topicExists, topicTaken } from './topicLifecycle.ts';

export interface TableChangesContext {
  readonly config: KafkaConfig;
  readonly cluster: KafkaCluster;
  readonly files: FileTableDescriptions;
  /** What was kept of a topic that is gone. */
  forget(topic: string): Promise<void>;
  readonly log: Logger;
}

/** Creates and drops tables: topics, and the files that describe them. */
export class TableChanges {
  private readonly context: TableChangesContext;

  constructor(context: TableChangesContext) {
    this.context = context;
  }

  async create(definition: TableDefinition, mode: SaveMode, tables: TableDescriptions, signal: AbortSignal): Promise<void> {
    if (mode === 'ignore' && (await tables.find(definition.name.schema, definition.name.table)) !== undefined) return;
    const { description, undo } = await this.begin(definition, mode, tables, signal);
    try {
      await this.context.files.add(description);
      this.context.files.reveal(description.topic);
    } catch (error) {
      await undo();
      throw error;
    }
  }

  /** `insert` opens the sink of the new table's rows. */
  async createAs(
    definition: TableDefinition,
    mode: SaveMode,
    options: { readonly tables: TableDescriptions; readonly signal: AbortSignal; insert(description: TableDescription): Promise<PageSink> },
  ): Promise<PageSink> {
    const { description, undo } = await this.begin(definition, mode, options.tables, options.signal);
    const { files } = this.context;
    try {
      const rows = await options.insert(description);
      return new CreateTableSink(rows, {
        publish: async () => {
          await files.add(description);
          files.reveal(description.topic);
        },
        undo,
      });
    } catch (error) {
      await undo();
      throw error;
    }
  }

  /** Only what CREATE TABLE has made: a table that a file or kafka.table-names declares is taken out there. */
  async drop(handle: TableHandle, tables: TableDescriptions): Promise<void> {
    const { cluster, files, forget } = this.context;
    const { schema, table, topic } = ownTable(handle);
    const origin = (await tables.find(schema, table))?.createTable;
    if (origin === undefined)
      throw new TrinoError('NOT_SUPPORTED', undefined, `Table '${schema}.${table}' was not made by CREATE TABLE: it is declared in the configuration`);
    if (origin.topic === 'created') {
      await removeTopic(cluster, topic);
      await forget(topic);
    }
    await files.remove(schema, table);
  }

  async setTableComment(handle: TableHandle, comment: string | undefined): Promise<void> {
    await this.context.files.edit(ownTable(handle), (json) => setComment(json, comment));
  }

  async setColumnComment(handle: TableHandle, columnHandle: ColumnHandle, comment: string | undefined): Promise<void> {
    const own = ownTable(handle);
    const column = asKafkaColumn(columnHandle);
    if (column.kind === 'internal') throw new TrinoError('NOT_SUPPORTED', undefined, `The comment of column '${column.name}' cannot be changed`);
    await this.context.files.edit(own, (json) => {
      const found = fieldsOf(json[column.kind]).find((field) => String(field.name).toLowerCase() === column.name);
      if (found === undefined) throw new TrinoError('COLUMN_NOT_FOUND', undefined, `Column '${column.name}' is not in the description of the table`);
      setComment(found, comment);
    });
  }

  /** Until it is revealed nobody sees the topic as a table of its own. */
  private async begin(
    definition: TableDefinition,
    mode: SaveMode,
    tables: TableDescriptions,
    signal: AbortSignal,
  ): Promise<{ readonly description: TableDescription; undo(): Promise<void> }> {
    const { config, cluster, files } = this.context;
    if (mode === 'replace') throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support replacing tables');
    const { schema } = definition.name;
    if (schema !== config.defaultSchema && tables.list(schema).length === 0) throw new TrinoError('SCHEMA_NOT_FOUND', undefined, `Schema ${schema} not found`);
    const wanted = describeNewTable(definition, config);
    const { topic } = wanted;
    tableMetadata(wanted, config, undefined); // raises what is wrong with the names
    await checkEncodings(wanted, config, signal);
    await files.checkWritable();
    const { createTable: origin } = wanted;
    const adopted = await topicExists(cluster, topic);
    if (adopted) checkAdoption(topic, definition);
    else {
      files.conceal(topic);
      try {
        await makeTopic(cluster, { name: topic, partitions: origin?.partitions, replication: origin?.replication, configs: origin?.config ?? new Map() });
      } catch (error) {
        files.reveal(topic);
        throw error;
      }
    }
    const description: TableDescription = origin === undefined ? wanted : { ...wanted, createTable: { ...origin, topic: adopted ? 'adopted' : 'created' } };
    return { description, undo: () => (adopted ? Promise.resolve() : this.undo(topic)) };
  }

  /** The statement's own error is the one to tell. */
  private async undo(topic: string): Promise<void> {
    const { cluster, files, log } = this.context;
    try {
      await removeTopic(cluster, topic);
    } catch (error) {
      log.error('the topic of a table that was not made could not be deleted', { topic, error: error instanceof Error ? error.message : String(error) });
    } finally {
      files.reveal(topic);
    }
  }
}

function checkAdoption(topic: string, { properties }: TableDefinition): void {
  const { adopt, partitions, replication, config } = readTableOptions(properties);
  if (!adopt) throw topicTaken(topic);
  if (partitions !== undefined || replication !== undefined || config.size > 0)
    throw invalid(`Topic '${topic}' exists already: its partitions, replication and topic_config stay as they are and cannot be given`);
}

/** Not one that is made of another, or of the cache. */
function ownTable(handle: TableHandle): KafkaTableHandle {
  const kafka = handle.kind === 'kafka' ? asKafkaTable(handle) : undefined;
  if (kafka !== undefined && kafka.change === undefined && kafka.only !== 'dead') return kafka;
  throw new TrinoError('NOT_SUPPORTED', undefined, 'Only tables of topics can be changed or dropped');
}

function setComment(json: Record<string, unknown>, comment: string | undefined): void {
  if (comment === undefined) delete json.comment;
  else json.comment = comment;
}

function fieldsOf(group: unknown): Record<string, unknown>[] {
  if (!isObject(group) || !Array.isArray(group.fields)) return [];
  return group.fields.filter(isObject);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
