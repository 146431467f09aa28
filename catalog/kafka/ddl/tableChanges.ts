import type { ColumnHandle, Logger, PageSink, SaveMode, TableDefinition, TableHandle } from '../../../spi/connector.ts';
import { errorMessage, TrinoError } from '../../../spi/trinoError.ts';
import type { FileTableDescriptions } from '../description/fileTableDescriptions.ts';
import type { TableDescription } from '../description/tableDescription.ts';
import type { TableDescriptions } from '../description/tableDescriptions.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import { asKafkaColumn, asKafkaTable, type KafkaTableHandle } from '../kafkaHandle.ts';
import { tableMetadata } from '../table/tableMetadata.ts';
import type { LeftBehind, UnfinishedStatements } from '../unfinished/unfinishedStatements.ts';
import { UnfinishedTableFile } from '../unfinished/unfinishedTableFile.ts';
import type { KafkaCluster } from '../wire/kafkaCluster.ts';
import { CreateTableSink } from './createTableSink.ts';
import { generatedFiles, withGeneratedSchemas } from './generatedSchemas.ts';
import { checkEncodings, describeNewTable } from './newTable.ts';
import { invalid, readTableOptions } from './tableProperties.ts';
import { makeTopic, removeTopic, topicExists, topicTaken } from './topicLifecycle.ts';

export interface TableChangesContext {
  readonly catalogName: string;
  readonly config: KafkaConfig;
  readonly cluster: KafkaCluster;
  readonly files: FileTableDescriptions;
  readonly unfinished: UnfinishedStatements;
  /** What was kept of a topic that is gone. */
  forget(topic: string): Promise<void>;
  /** What could not be undone. */
  takeAwayLater(left: LeftBehind): void;
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
    const { publish, undo } = await this.begin(definition, mode, tables, signal);
    try {
      await publish();
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
    const { description, publish, undo } = await this.begin(definition, mode, options.tables, options.signal);
    try {
      return new CreateTableSink(await options.insert(description), { publish, undo });
    } catch (error) {
      await undo();
      throw error;
    }
  }

  /** Only what CREATE TABLE has made: a table that a file or kafka.table-names declares is taken out there. */
  async drop(handle: TableHandle, tables: TableDescriptions): Promise<void> {
    const { catalogName, cluster, config, files, forget } = this.context;
    const { schema, table, topic } = ownTable(handle);
    const description = await tables.find(schema, table);
    const origin = description?.createTable;
    if (description === undefined || origin?.catalog !== catalogName)
      throw new TrinoError(
        'NOT_SUPPORTED',
        undefined,
        `Table '${schema}.${table}' was not made by CREATE TABLE in this catalog: the configuration declares it`,
      );
    if (origin.topic === 'created') {
      await removeTopic(cluster, topic);
      await forget(topic);
    }
    await files.remove(schema, table, generatedFiles(description, config));
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

  /** Until it is published nobody sees the topic as a table of its own. */
  private async begin(definition: TableDefinition, mode: SaveMode, tables: TableDescriptions, signal: AbortSignal): Promise<NewTable> {
    const { catalogName, config, cluster, files } = this.context;
    if (mode === 'replace') throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support replacing tables');
    const { schema } = definition.name;
    if (schema !== config.defaultSchema && tables.list(schema).length === 0) throw new TrinoError('SCHEMA_NOT_FOUND', undefined, `Schema ${schema} not found`);
    const { description: wanted, schemas } = withGeneratedSchemas(describeNewTable(definition, catalogName, config), config);
    const { topic } = wanted;
    tableMetadata(wanted, config, undefined); // raises what is wrong with the names
    await checkEncodings(wanted, schemas, config, signal);
    await files.checkWritable();
    const { createTable: origin } = wanted;
    const adopted = await topicExists(cluster, topic);
    if (adopted) checkAdoption(topic, definition);
    await files.conceal(wanted, { topicIsNew: !adopted });
    const description: TableDescription = origin === undefined ? wanted : { ...wanted, createTable: { ...origin, topic: adopted ? 'adopted' : 'created' } };
    const unfinished = new UnfinishedTableFile(this.context.unfinished, { ...definition.name, topic, files: generatedFiles(description, config) });
    const undo = () => this.undo(description, unfinished);
    try {
      await unfinished.write();
      for (const { file, text } of schemas) await files.addFile(file, text);
      if (!adopted) {
        const asked = { name: topic, partitions: origin?.partitions, replication: origin?.replication, configs: origin?.config ?? new Map() };
        await makeTopic(cluster, asked, (topicId) => unfinished.topicMade(topicId));
      }
    } catch (error) {
      await undo();
      throw error;
    }
    const publish = async (): Promise<void> => {
      await files.add(description);
      files.reveal(description);
      await unfinished.done();
    };
    return { description, publish, undo };
  }

  /** The statement's own error is the one to tell. What cannot be taken away now is tried again behind it, and by the next server. */
  private async undo(description: TableDescription, unfinished: UnfinishedTableFile): Promise<void> {
    const { cluster, files, log, takeAwayLater } = this.context;
    const { topic } = description;
    try {
      if (unfinished.hasMadeTopic) await removeTopic(cluster, topic);
      await files.removeFiles(unfinished.table.files);
      await unfinished.done();
    } catch (error) {
      log.error('what was made of a table could not be taken away again', { topic, error: errorMessage(error) });
      takeAwayLater({ statement: { table: unfinished.table }, done: () => unfinished.done() });
    } finally {
      files.reveal(description);
    }
  }
}

interface NewTable {
  readonly description: TableDescription;
  publish(): Promise<void>;
  undo(): Promise<void>;
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
