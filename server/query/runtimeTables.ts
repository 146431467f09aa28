import type { Procedure } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { VARCHAR } from '../../spi/type.ts';
import type { TimestampWithTimeZone, Value } from '../../spi/value.ts';
import { type RowsTable, columnList } from '../metadata/rowsTables.ts';
import type { Query } from './query.ts';
import type { QueryManager } from './queryManager.ts';
import type { QueryRecord } from './queryRecord.ts';
import type { QueryRecords } from './queryRecords.ts';
import type { TransactionManager } from './transactionManager.ts';

const SCHEMA = 'runtime';

export interface RuntimeOptions {
  readonly queries: QueryManager;
  readonly records: QueryRecords;
  readonly transactions: TransactionManager;
  readonly now: () => number;
  readonly node: { readonly id: string; readonly version: string; readonly uri: () => string };
}

const instant = (ms: number | undefined): TimestampWithTimeZone | null =>
  ms === undefined ? null : { epochMicros: BigInt(Math.floor(ms)) * 1000n, picosOfMicro: 0, zone: 'UTC' };

const whole = (ms: number): bigint => BigInt(Math.round(ms));

/** system.runtime */
export function runtimeTables(options: RuntimeOptions): readonly RowsTable[] {
  const table = (name: string, columns: string, rows: () => readonly (readonly Value[])[]): RowsTable => ({
    schema: SCHEMA,
    name,
    columns: columnList(columns),
    rows: () => Promise.resolve(rows()),
  });
  const { node } = options;
  return [
    table('nodes', 'node_id, http_uri, node_version, coordinator: boolean, state', () => [[node.id, node.uri(), node.version, true, 'active']]),
    table(
      'queries',
      'query_id, state, user, source, query, resource_group_id: array(varchar), queued_time_ms: bigint, analysis_time_ms: bigint, planning_time_ms: bigint, created: timestamp(3) with time zone, started: timestamp(3) with time zone, last_heartbeat: timestamp(3) with time zone, end: timestamp(3) with time zone, error_type, error_code',
      () => options.records.list().map(queryRow),
    ),
    table('tasks', TASKS, () =>
      options.queries
        .all()
        .filter((query) => query.states.timeOf('RUNNING') !== undefined)
        .map((query) => taskRow(node.id, query)),
    ),
    table(
      'transactions',
      'transaction_id, isolation_level, read_only: boolean, auto_commit_context: boolean, create_time: timestamp(3) with time zone, idle_time_secs: bigint, written_catalog, catalogs: array(varchar)',
      () =>
        options.transactions
          .all()
          .map(({ id, options: { isolation, readOnly, autoCommit }, createdMs, lastUsedMs }) => [
            id,
            isolation,
            readOnly,
            autoCommit,
            instant(createdMs),
            BigInt(Math.floor((options.now() - lastUsedMs) / 1_000)),
            null,
            [],
          ]),
    ),
    table(
      'optimizer_rule_stats',
      'rule_name, invocations: bigint, matches: bigint, failures: bigint, average_time: double, time_distribution_percentiles: map(double, double)',
      () => [],
    ),
  ];
}

const TASKS =
  'node_id, task_id, stage_id, query_id, state, splits: bigint, queued_splits: bigint, running_splits: bigint, completed_splits: bigint, split_scheduled_time_ms: bigint, split_cpu_time_ms: bigint, split_blocked_time_ms: bigint, raw_input_bytes: bigint, raw_input_rows: bigint, processed_input_bytes: bigint, processed_input_rows: bigint, output_bytes: bigint, output_rows: bigint, physical_input_bytes: bigint, physical_written_bytes: bigint, created: timestamp(3) with time zone, start: timestamp(3) with time zone, last_heartbeat: timestamp(3) with time zone, end: timestamp(3) with time zone';

function queryRow(record: QueryRecord): Value[] {
  return [
    record.id,
    record.state,
    record.session.user,
    record.session.source ?? null,
    record.sql,
    record.resourceGroupId ?? null,
    whole(record.queuedMs),
    whole(record.planningMs),
    whole(record.planningMs),
    instant(record.createdMs),
    instant(record.startedMs),
    instant(record.lastContactMs),
    instant(record.endedMs),
    record.error?.errorType ?? null,
    record.error?.errorName ?? null,
  ];
}

/** A query is one task here. */
function taskRow(nodeId: string, query: Query): Value[] {
  const { states } = query;
  const { cpuTimeMs, processedBytes, processedRows } = query.statistics();
  const done = states.done;
  const started = instant(states.timeOf('RUNNING'));
  const read = [BigInt(processedBytes), BigInt(processedRows), BigInt(processedBytes), BigInt(processedRows)];
  const splits = [1n, 0n, done ? 0n : 1n, done ? 1n : 0n];
  const times = [whole(states.elapsedMs()), whole(cpuTimeMs), 0n];
  const state = states.state === 'FINISHING' ? 'RUNNING' : states.state;
  const written = [BigInt(query.outputBytes), BigInt(query.outputRows), BigInt(processedBytes), 0n];
  return [
    nodeId,
    `${query.id}.0.0.0`,
    `${query.id}.0`,
    query.id,
    state,
    ...splits,
    ...times,
    ...read,
    ...written,
    started,
    started,
    instant(query.lastContactMs),
    instant(states.endedMs),
  ];
}

/** CALL system.runtime.kill_query(query_id, message) */
export function killQueryProcedure(kill: (queryId: string, message: string) => Promise<boolean>): Procedure {
  return {
    schema: SCHEMA,
    name: 'kill_query',
    arguments: [
      { name: 'QUERY_ID', type: VARCHAR },
      { name: 'MESSAGE', type: VARCHAR, defaultValue: '' },
    ],
    call: async (session, [queryId, message]) => {
      if (typeof queryId !== 'string') throw new TrinoError('INVALID_PROCEDURE_ARGUMENT', undefined, 'query_id cannot be null');
      if (queryId === session.queryId) throw new TrinoError('NOT_SUPPORTED', undefined, 'Cannot kill own query');
      if (!(await kill(queryId, typeof message === 'string' ? message : '')))
        throw new TrinoError('NOT_FOUND', undefined, `Target query not found: ${queryId}`);
    },
  };
}
