import type {
  AggregationPushdown,
  AggregationPushdownResult,
  ColumnHandle,
  ConnectorTransaction,
  FilterPushdown,
  FilterPushdownResult,
  LimitPushdownResult,
  Logger,
  PageSink,
  Scan,
  ListedTable,
  ListingFilter,
  SchemaTableName,
  TableHandle,
  TableMetadata,
  TableVersion,
  TopNPushdown,
} from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';
import { CACHE_SCHEMA, cacheTableMetadata, cacheTableScan, isCacheTable } from './cache/cacheTable.ts';
import type { SegmentCache } from './cache/segmentCache.ts';
import { rangesSince, tableVersion } from './appendedMessages.ts';
import { isChangeTable } from './change/changeTable.ts';
import { applyKafkaFilter } from './applyKafkaFilter.ts';
import type { TableChanges } from './ddl/tableChanges.ts';
import { explainTable } from './explainTable.ts';
import type { TableDescription } from './description/tableDescription.ts';
import type { TableDescriptionSupplier, TableDescriptions } from './description/tableDescriptions.ts';
import type { EncoderSpec } from './encoder/rowEncoder.ts';
import { type InferredSchemas, SAMPLE_MESSAGES } from './inference/schemaInference.ts';
import { inParallel } from './inParallel.ts';
import { sampleMessages } from './inference/sampleMessages.ts';
import type { KafkaConfig } from './kafkaConfig.ts';
import { KAFKA_PRODUCER_ERROR } from './kafkaErrorCode.ts';
import { KafkaSink } from './kafkaSink.ts';
import { checkWritten } from './messageEnvelope.ts';
import { asKafkaColumn, asKafkaTable, type Encoding, isInternal, type KafkaTableHandle, type TopicSnapshot } from './kafkaHandle.ts';
import { withSchemaText } from './schemaText.ts';
import { applyOffsetExtremes } from './offsetExtremes.ts';
import { ISOLATION_LEVEL } from './sessionProperties.ts';
import { snapshotAsOf, versionText } from './snapshotAsOf.ts';
import { describedTableMetadata, resolveTable } from './table/kafkaTable.ts';
import { tableMetadata } from './table/tableMetadata.ts';
import { topicScan } from './topicScan.ts';
import { readErrors } from './table/readErrors.ts';
import { splitError, TopicSnapshots } from './topicSnapshots.ts';
import type { UnfinishedStatements } from './unfinished/unfinishedStatements.ts';
import { isIsolationLevel } from './wire/clusterOptions.ts';
import type { KafkaCluster } from './wire/kafkaCluster.ts';

/** How long the planning of a query waits for a cluster that does not answer; its scan waits longer. */
const SNAPSHOT_WAIT_MS = 3_000;
const LISTED_AT_ONCE = 8;
const CLEANUP_POLICY = 'cleanup.policy';
/** Beyond this a tail is no longer a small part of the topic. */
const NEWEST_MAX = 100_000n;

export interface KafkaTransactionContext {
  readonly catalogName: string;
  readonly config: KafkaConfig;
  readonly cluster: KafkaCluster;
  readonly descriptions: TableDescriptionSupplier;
  /** undefined: the tables come from elsewhere, and cannot be changed. */
  readonly changes: TableChanges | undefined;
  readonly unfinished: UnfinishedStatements;
  /** undefined: topics without a description have the internal columns alone. */
  readonly inferred: InferredSchemas | undefined;
  /** undefined: nothing is stored. */
  readonly cache: SegmentCache | undefined;
  readonly log: Logger;
}

/** One query's view of the cluster: descriptions and offsets stay as they were when it first looked. */
export class KafkaTransaction implements ConnectorTransaction {
  private readonly context: KafkaTransactionContext;
  private readonly snapshots: TopicSnapshots;
  private readonly ended = new AbortController();
  private descriptions: Promise<TableDescriptions> | undefined;
  private readonly releases: (() => void)[] = [];
  createTable?: NonNullable<ConnectorTransaction['createTable']>;
  beginCreateTable?: NonNullable<ConnectorTransaction['beginCreateTable']>;
  dropTable?: NonNullable<ConnectorTransaction['dropTable']>;
  setTableComment?: NonNullable<ConnectorTransaction['setTableComment']>;
  setColumnComment?: NonNullable<ConnectorTransaction['setColumnComment']>;

  constructor(context: KafkaTransactionContext) {
    this.context = context;
    this.snapshots = new TopicSnapshots(context.cluster);
    if (context.changes !== undefined) this.offer(context.changes, context.config);
  }

  /** What is not offered is refused in Trino's words. */
  private offer(changes: TableChanges, config: KafkaConfig): void {
    const { signal } = this.ended;
    this.createTable = async (session, table, mode) => changes.create(table, mode, await this.tables(session), signal);
    this.beginCreateTable = async (session, table, mode) =>
      changes.createAs(table, mode, {
        tables: await this.tables(session),
        signal,
        insert: (description) => {
          const { handle, columns } = tableMetadata(description, config, undefined);
          const handles = table.columns.flatMap(({ name }) => columns.find((column) => column.name === name)?.handle ?? []);
          return this.beginInsert(session, handle, handles);
        },
      });
    if (config.allowDropTable) this.dropTable = async (session, table) => changes.drop(table, await this.tables(session));
    this.setTableComment = (_session, table, comment) => changes.setTableComment(table, comment);
    this.setColumnComment = (_session, table, column, comment) => changes.setColumnComment(table, column, comment);
  }

  async listSchemas(session: ConnectorSession): Promise<readonly string[]> {
    const tables = (await this.tables(session)).list(undefined);
    return [...new Set(tables.map((t) => t.schema))];
  }

  /**
   * The schema of the cache's table is there, but not in the list: Trino has none of that name. So is the default schema
   * before it has tables, for those that will be created.
   */
  async schemaExists(session: ConnectorSession, schema: string): Promise<boolean> {
    if (this.context.changes !== undefined && schema === this.context.config.defaultSchema) return true;
    return (this.context.cache !== undefined && schema === CACHE_SCHEMA) || (await this.listSchemas(session)).includes(schema);
  }

  async listTables(session: ConnectorSession, schema: string | undefined): Promise<readonly { readonly name: SchemaTableName; readonly type: 'TABLE' }[]> {
    return (await this.tables(session)).list(schema).map((name) => ({ name, type: 'TABLE' }));
  }

  async getTable(session: ConnectorSession, name: SchemaTableName, version?: TableVersion): Promise<TableMetadata | undefined> {
    const { config, cluster, cache } = this.context;
    const table = await resolveTable(name, await this.tables(session), cache !== undefined);
    if (table === undefined) return undefined;
    if (table.kind === 'cache') return cacheTableMetadata();
    const described = { ...table, description: await this.withColumns(session, table.description) };
    const { topic } = described.description;
    await cache?.prepare();
    if (version === undefined) return describedTableMetadata(described, config, await this.snapshotIfReachable(session, topic));
    try {
      const snapshot = await this.snapshot(session, topic);
      const past = { cluster, topic, isolation: snapshot.isolation, timeZone: session.timeZone, signal: this.ended.signal };
      return describedTableMetadata(described, config, await snapshotAsOf(snapshot, version, past));
    } catch (error) {
      throw splitError(described.description.table, topic, error);
    }
  }

  /** Names and types only: no look at the cluster, unless columns are to be inferred. */
  async listColumns(session: ConnectorSession, { schemas, tables: wanted }: ListingFilter): Promise<readonly ListedTable[]> {
    const tables = await this.tables(session);
    const names = tables.list(undefined).filter(({ schema, table }) => (schemas?.includes(schema) ?? true) && (wanted?.includes(table) ?? true));
    const listed = await inParallel(names, LISTED_AT_ONCE, async ({ schema, table }) => {
      try {
        const description = await tables.find(schema, table);
        if (description === undefined) return [];
        return [tableMetadata(await this.withColumns(session, description), this.context.config, undefined)];
      } catch (error) {
        this.context.log.debug('a table is left out of a listing', { table, error: errorMessage(error) });
        return [];
      }
    });
    return listed.flat();
  }

  async getDataVersion(session: ConnectorSession, table: TableHandle): Promise<string | undefined> {
    if (isCacheTable(table)) return undefined;
    const kafka = asKafkaTable(table);
    try {
      return tableVersion(kafka, kafka.snapshot ?? (await this.snapshot(session, kafka.topic)));
    } catch (error) {
      throw splitError(kafka.table, kafka.topic, error);
    }
  }

  async rowsSince(session: ConnectorSession, table: TableHandle, version: string): Promise<TableHandle | string> {
    if (isCacheTable(table)) return 'the table is not a topic';
    if (isChangeTable(table)) return 'the table is made of changes';
    const kafka = asKafkaTable(table);
    try {
      const snapshot = kafka.snapshot ?? (await this.snapshot(session, kafka.topic));
      const configs = await this.context.cluster.topicConfigs(kafka.topic, [CLEANUP_POLICY], this.ended.signal);
      if (configs.get(CLEANUP_POLICY)?.includes('compact') === true) return 'the topic is compacted';
      const ranges = rangesSince(kafka, snapshot, version);
      if (typeof ranges === 'string') return ranges;
      const added: KafkaTableHandle = { ...kafka, snapshot: { ...snapshot, ranges } };
      return added;
    } catch (error) {
      throw splitError(kafka.table, kafka.topic, error);
    }
  }

  applyFilter(session: ConnectorSession, table: TableHandle, filter: FilterPushdown): FilterPushdownResult | undefined {
    if (isCacheTable(table) || isChangeTable(table) || asKafkaTable(table).extremes !== undefined) return undefined;
    return applyKafkaFilter(asKafkaTable(table), filter, session.timeZone);
  }

  applyLimit(_session: ConnectorSession, table: TableHandle, limit: bigint): LimitPushdownResult | undefined {
    if (isCacheTable(table) || isChangeTable(table)) return undefined;
    const kafka = asKafkaTable(table);
    if (kafka.newest !== undefined || kafka.extremes !== undefined || limit > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
    if (kafka.limit !== undefined && kafka.limit <= Number(limit)) return undefined;
    const limited: KafkaTableHandle = { ...kafka, limit: Number(limit) };
    return { table: limited, guaranteed: true };
  }

  /** ORDER BY _partition_offset DESC or _timestamp DESC with a LIMIT reads only the tails; the engine sorts and cuts again. */
  applyTopN(_session: ConnectorSession, table: TableHandle, topN: TopNPushdown): LimitPushdownResult | undefined {
    if (isCacheTable(table) || isChangeTable(table)) return undefined;
    const kafka = asKafkaTable(table);
    const [first] = topN.sort;
    if (first === undefined || first.ascending || topN.sort.length > 1 || topN.count > NEWEST_MAX || topN.count < 1n) return undefined;
    if (kafka.extremes !== undefined || kafka.newest !== undefined || kafka.limit !== undefined) return undefined;
    const by = isInternal(first.column, 'partition_offset') ? 'offset' : isInternal(first.column, 'timestamp') ? 'timestamp' : undefined;
    if (by === undefined) return undefined;
    const newest: KafkaTableHandle = { ...kafka, newest: { by, count: Number(topN.count) } };
    return { table: newest, guaranteed: false };
  }

  applyAggregation(_session: ConnectorSession, table: TableHandle, aggregation: AggregationPushdown): AggregationPushdownResult | undefined {
    return isCacheTable(table) || isChangeTable(table) ? undefined : applyOffsetExtremes(asKafkaTable(table), aggregation);
  }

  async scan(session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[], signal: AbortSignal): Promise<Scan> {
    if (this.context.cache !== undefined && isCacheTable(table)) return cacheTableScan(this.context.cache, columns);
    const kafka = asKafkaTable(table);
    const onEnd = (release: () => void): void => {
      this.releases.push(release);
    };
    try {
      const snapshot = kafka.snapshot ?? (await this.snapshot(session, kafka.topic));
      return await topicScan(session, kafka, columns, snapshot, { ...this.context, signal, onEnd });
    } catch (error) {
      if (signal.aborted) throw error;
      throw splitError(kafka.table, kafka.topic, error);
    }
  }

  async beginInsert(_session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[]): Promise<PageSink> {
    const { topic, key, message, change, only } = asKafkaTable(table);
    if (only === 'dead') throw new TrinoError('NOT_SUPPORTED', undefined, 'Dead letters are what the topic holds: they cannot be inserted');
    if (change !== undefined) throw new TrinoError('NOT_SUPPORTED', undefined, 'Changes are written to the topic itself');
    if (key.registered !== undefined || message.registered !== undefined) throw new TrinoError('NOT_SUPPORTED', undefined, 'Insert not supported');
    const { cluster, config, unfinished, log } = this.context;
    const written = columns.map(asKafkaColumn);
    checkWritten(written, { key, message });
    const partitions = written.some((column) => isInternal(column, 'partition_id')) ? await this.partitionsOf(topic) : new Set<number>();
    const spec = async (encoding: Encoding): Promise<EncoderSpec> => ({
      ...(await withSchemaText(encoding, config, this.ended.signal)),
      fields: encoding.fields,
    });
    const { transactionTimeoutMs } = config;
    const encoders = { key: await spec(key), message: await spec(message) };
    return new KafkaSink({ cluster, topic, ...encoders, columns: written, partitions, transactionTimeoutMs, unfinished, log });
  }

  readErrors(table: TableHandle, columns: readonly ColumnHandle[]): ReturnType<NonNullable<ConnectorTransaction['readErrors']>> {
    return isCacheTable(table) ? undefined : readErrors(asKafkaTable(table), columns);
  }

  inputInfo(table: TableHandle): Readonly<Record<string, string>> | undefined {
    const snapshot = isCacheTable(table) ? undefined : asKafkaTable(table).snapshot;
    return snapshot === undefined ? undefined : { version: versionText(snapshot) };
  }

  explainTable(table: TableHandle, columns: readonly ColumnHandle[]): readonly string[] {
    const { cache, config } = this.context;
    return isCacheTable(table) ? [] : explainTable(asKafkaTable(table), columns, { cache, internalColumnPrefix: config.internalColumnPrefix });
  }

  tableName(table: TableHandle): string {
    if (isCacheTable(table)) return `${this.context.catalogName}:${CACHE_SCHEMA}:cache_segments`;
    const { schema, table: name } = asKafkaTable(table);
    return `${this.context.catalogName}:${schema}:${name}`;
  }

  commit(): Promise<void> {
    this.ended.abort(new Error('the query has ended'));
    if (this.releases.length > 0) {
      for (const release of this.releases.splice(0)) release();
      void this.context.cache?.sweep();
    }
    return Promise.resolve();
  }

  rollback(): Promise<void> {
    return this.commit();
  }

  /** What nothing describes has the columns that its messages show, when that is asked for. */
  private async withColumns(session: ConnectorSession, description: TableDescription): Promise<TableDescription> {
    const { inferred, config } = this.context;
    const { key, message, createTable, topic, table } = description;
    if (inferred === undefined || key !== undefined || message !== undefined || createTable !== undefined) return description;
    try {
      const snapshot = await this.snapshot(session, topic);
      return await inferred.of(topic, snapshot.topicId, async () => {
        const handle = asKafkaTable(tableMetadata(description, config, snapshot).handle);
        // others wait for it too: it does not end with this query
        const sample = await sampleMessages(this, session, handle, { count: SAMPLE_MESSAGES, signal: new AbortController().signal });
        return inferred.inference.infer(description, sample);
      });
    } catch (error) {
      throw splitError(table, topic, error);
    }
  }

  private async partitionsOf(topic: string): Promise<ReadonlySet<number>> {
    try {
      return new Set((await this.context.cluster.topic(topic, this.ended.signal)).partitions.map((p) => p.id));
    } catch (cause) {
      const reason = errorMessage(cause);
      throw new TrinoError(KAFKA_PRODUCER_ERROR, undefined, `Cannot write to topic '${topic}': ${reason}`, { cause });
    }
  }

  private snapshot(session: ConnectorSession, topic: string): Promise<TopicSnapshot> {
    const wanted = session.properties.get(ISOLATION_LEVEL);
    const isolation = isIsolationLevel(wanted) ? wanted : this.context.config.isolation;
    return this.snapshots.of(topic, isolation, this.ended.signal);
  }

  private tables(session: ConnectorSession): Promise<TableDescriptions> {
    this.descriptions ??= this.context.descriptions.current(session);
    return this.descriptions;
  }

  /** A cluster that is down must not stand in the way of DESCRIBE; a scan reports it. */
  private async snapshotIfReachable(session: ConnectorSession, topic: string): Promise<TopicSnapshot | undefined> {
    const asked = this.snapshot(session, topic).catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), SNAPSHOT_WAIT_MS);
    });
    try {
      return await Promise.race([asked, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}
