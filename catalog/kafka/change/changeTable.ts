import type { ColumnHandle, ColumnMetadata, SchemaTableName, TableHandle, TableMetadata } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT, type Type, timestamp, VARCHAR } from '../../../spi/type.ts';
import type { TableDescription, Upsert } from '../description/tableDescription.ts';
import type { TableDescriptions } from '../description/tableDescriptions.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import { asKafkaTable, type ChangeTable, type JudgedChanges, type KafkaColumnHandle, type KafkaTableHandle, type TopicSnapshot } from '../kafkaHandle.ts';
import { tableMetadata } from '../table/tableMetadata.ts';
import type { ChangeFeedArgument, ChangeOutput } from './changeFeed.ts';

const SUFFIX = /^(.+)\$(current|changes)$/;
/** Fields may be mapped within the row, or as the topic's own table sees them. */
const ROW_PREFIXES = { debezium: /^(?:payload\/)?after\//, flattened: /^payload\// } as const;
/** What ExtractNewRecordState adds to a row: `delete.tombstone.handling.mode=rewrite`, `add.fields=op`. */
const FLATTENED = { deleted: '__deleted', operation: '__op' } as const;
/** Debezium's `unavailable.value.placeholder`, unless it is set. */
const UNAVAILABLE_VALUE = '__debezium_unavailable_value';
const OPERATION = { kind: 'operation', type: VARCHAR } as const;

export function isChangeTable(table: TableHandle): boolean {
  return asKafkaTable(table).change !== undefined;
}

/** `orders$current` and `orders$changes`. */
export interface TableOfChanges {
  readonly kind: 'changes';
  readonly shown: ChangeTable['kind'];
  readonly upsert: Upsert;
  readonly description: TableDescription;
}

/** undefined: no such name, or a table that is not declared with `"upsert"`. */
export async function tableOfChanges({ schema, table }: SchemaTableName, tables: TableDescriptions): Promise<TableOfChanges | undefined> {
  const [, changing, shown] = SUFFIX.exec(table) ?? [];
  if (changing === undefined || (shown !== 'current' && shown !== 'changes')) return undefined;
  const description = await tables.find(schema, changing);
  return description?.upsert === undefined ? undefined : { kind: 'changes', shown, upsert: description.upsert, description };
}

/** A table whose messages are judged as changes too, where such are made of its topic and those that cannot be decoded are left out. */
export function judgedAsChanges(table: TableMetadata, description: TableDescription, config: KafkaConfig): TableMetadata {
  const { upsert, decodeError } = description;
  if (upsert === undefined || decodeError !== 'dead-letter') return table;
  const { judgedAs } = asKafkaTable(tableOfChangesMetadata({ kind: 'changes', shown: 'current', upsert, description }, config, undefined).handle);
  const handle: KafkaTableHandle = { ...asKafkaTable(table.handle), ...(judgedAs === undefined ? {} : { judgedAs }) };
  return { ...table, handle };
}

interface Declared {
  readonly description: TableDescription;
  readonly declared: readonly ColumnMetadata[];
  readonly config: KafkaConfig;
}

/** A message is judged by all that is read of a change, and by what the topic's own table declares. */
function judgedWithTopic(change: ChangeTable, topic: KafkaTableHandle, { description, declared, config }: Declared): Partial<KafkaTableHandle> {
  const formats = { key: topic.key.dataFormat, message: topic.message.dataFormat };
  const { columns } = new ChangeColumns(change, formats).plan(declared.map(({ handle }) => handle));
  const judgedAs: JudgedChanges = { envelope: change.envelope, columns: columns.filter(({ kind }) => kind !== 'internal') };
  const { key, message } = asKafkaTable(tableMetadata(description, config, undefined).handle);
  return { judgedAs, key, message };
}

export function tableOfChangesMetadata(table: TableOfChanges, config: KafkaConfig, snapshot: TopicSnapshot | undefined): TableMetadata {
  const { shown, upsert, description } = table;
  const whole = tableMetadata(rowsOf(description, upsert), config, snapshot);
  const name = { schema: description.schema, table: `${description.table}$${shown}` };
  const declared = whole.columns.filter((c) => isDeclared(c.handle));
  const key = upsert.key.map((column) => declared.find((c) => c.name === column)?.handle);
  if (key.includes(undefined))
    throw new TrinoError('CONFIGURATION_INVALID', undefined, `"upsert" of table '${description.table}' names a key that is no column`);
  const keys = key.filter(isDeclared);
  if (upsert.envelope !== 'debezium' && keys.some((k) => k.kind !== 'key'))
    throw new TrinoError(
      'CONFIGURATION_INVALID',
      undefined,
      `"upsert" of table '${description.table}': the key must be columns of "key", since a deletion has no message`,
    );
  const change: ChangeTable = {
    kind: shown,
    key: keys,
    envelope: upsert.envelope,
    unavailable: upsert.unavailableValue ?? UNAVAILABLE_VALUE,
    ...(upsert.orderBy === undefined ? {} : { orderBy: upsert.orderBy }),
  };
  const topic = asKafkaTable(whole.handle);
  const judging = topic.only === undefined ? {} : judgedWithTopic(change, topic, { description, declared, config });
  const handle: KafkaTableHandle = { ...topic, table: name.table, change, ...judging };
  return { ...whole, name, handle, columns: shown === 'current' ? declared : [...declared, ...historyColumns(config.internalColumnPrefix)] };
}

function rowsOf(description: TableDescription, { fields, envelope }: Upsert): TableDescription {
  const { key, message, ...rest } = description;
  if (fields === undefined || message === undefined) return description;
  if (envelope !== 'flattened' || key === undefined) return { ...rest, message: { ...message, fields } };
  // a row has the columns of its key, too
  const own = new Set(key.fields.map(({ name }) => name.toLowerCase()));
  return { ...rest, key, message: { ...message, fields: fields.filter(({ name }) => !own.has(name.toLowerCase())) } };
}

function historyColumns(prefix: string): ColumnMetadata[] {
  const internal = (id: 'partition_id' | 'partition_offset' | 'timestamp', type: Type, comment: string): ColumnMetadata => {
    const handle: KafkaColumnHandle = { kind: 'internal', name: `${prefix}${id}`, type, id };
    return { name: handle.name, type, handle, comment };
  };
  const operation = { ...OPERATION, name: `${prefix}operation` };
  return [
    { name: operation.name, type: VARCHAR, handle: operation, comment: 'What the change did: snapshot, insert, update, upsert, delete or truncate' },
    internal('partition_id', BIGINT, 'Partition Id'),
    internal('partition_offset', BIGINT, 'Offset for the message within the partition'),
    internal('timestamp', timestamp(3), 'Message timestamp'),
  ];
}

type DeclaredColumn = KafkaColumnHandle & { readonly kind: 'key' | 'message' };

function isDeclared(handle: ColumnHandle | undefined): handle is DeclaredColumn {
  return handle !== undefined && 'kind' in handle && (handle.kind === 'key' || handle.kind === 'message');
}

/** The columns to read from the topic, and how rows are made of them. */
export class ChangeColumns {
  private readonly columns: KafkaColumnHandle[] = [];
  private readonly places = new Map<string, number>();
  private readonly change: ChangeTable;
  private readonly formats: Formats;

  constructor(change: ChangeTable, formats: Formats) {
    this.change = change;
    this.formats = formats;
  }

  plan(wanted: readonly ColumnHandle[]): Omit<ChangeFeedArgument, 'base'> & { readonly columns: readonly KafkaColumnHandle[] } {
    const { kind, envelope, unavailable, orderBy } = this.change;
    const outputs = wanted.map((handle) => this.output(handle));
    const key = this.change.key.map((handle) => this.output(handle));
    const operation = envelope === 'none' ? [] : this.inMessage(envelope === 'flattened' ? FLATTENED.operation : 'op', VARCHAR);
    const order = orderBy === undefined ? [] : this.inMessage(orderBy, BIGINT);
    const internal = (id: 'message_length' | 'partition_id' | 'partition_offset'): number => this.at({ kind: 'internal', name: id, type: BIGINT, id });
    const places = { operation, order, length: internal('message_length'), partition: internal('partition_id'), offset: internal('partition_offset') };
    const flattened = envelope === 'flattened' ? { flattened: this.flattened() } : {};
    return { ...places, ...flattened, kind, envelope, unavailable, outputs, key, columns: this.columns };
  }

  private flattened(): NonNullable<ChangeFeedArgument['flattened']> {
    const deleted = this.inMessage(FLATTENED.deleted, VARCHAR);
    if (this.formats.message !== 'json') return { deleted };
    return { deleted, schema: this.message('type', VARCHAR, 'schema/type'), payload: this.message('payload', VARCHAR, 'payload') };
  }

  private output(handle: ColumnHandle): ChangeOutput {
    if ('kind' in handle && handle.kind === 'operation') return { kind: 'operation', type: VARCHAR };
    if (!isDeclared(handle)) {
      if ('kind' in handle && handle.kind === 'internal') return this.plain(handle as KafkaColumnHandle);
      throw new Error(`not a column of changes: ${handle.name}`);
    }
    const { envelope } = this.change;
    if (envelope === 'none') return this.plain(handle);
    const { field, type, kind } = handle;
    const own = field.mapping ?? '';
    const read = (mapping: string): number[] =>
      paths(this.formats[kind], mapping).map((path) => this.at({ ...handle, name: `${path} ${handle.name}`, field: { ...field, mapping: path } }));
    if (kind === 'key') return this.formats.key === 'json' ? { kind: 'either', type, at: read(own) } : this.plain(handle);
    const within = own.replace(ROW_PREFIXES[envelope], '');
    if (envelope === 'flattened') return { kind: 'state', type, after: read(within), before: read(within) };
    return { kind: 'state', type, after: read(`after/${within}`), before: read(`before/${within}`) };
  }

  private plain(handle: KafkaColumnHandle): ChangeOutput {
    return { kind: 'plain', type: handle.type, at: this.at(handle) };
  }

  private inMessage(part: string, type: Type): readonly number[] {
    return paths(this.formats.message, part).map((mapping) => this.message(part, type, mapping));
  }

  private message(name: string, type: Type, mapping: string): number {
    return this.at({ kind: 'message', name: mapping, type, field: { name, type, mapping } });
  }

  private at(handle: KafkaColumnHandle): number {
    const key = `${handle.kind} ${handle.name}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.columns.length);
    return this.columns.push(handle) - 1;
  }
}

/** The data formats. */
interface Formats {
  readonly key: string;
  readonly message: string;
}

/** JSON may carry its schema beside the payload. */
function paths(dataFormat: string, part: string): readonly string[] {
  return dataFormat === 'json' ? [part, `payload/${part}`] : [part];
}
