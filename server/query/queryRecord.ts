import type { Session } from '../../spi/session.ts';
import { typeId } from '../../spi/type.ts';
import type { ErrorType } from '../../spi/errorCode.ts';
import type { ExecutionStatistics } from './execution.ts';
import type { PlanTables } from './planTables.ts';
import type { Query, QueryWarning } from './query.ts';
import type { QueryState } from './queryState.ts';

/** All that lists, pages and the history tell of a query: plain data that goes through JSON unchanged. Times in milliseconds. */
export interface QueryRecord {
  readonly id: string;
  readonly state: QueryState;
  readonly session: SessionRecord;
  readonly sql: string;
  readonly queryType: string | undefined;
  readonly updateType: string | undefined;
  readonly preparedQuery: string | undefined;
  /** Absent for statements without a plan, and in records of earlier versions. */
  readonly tables?: PlanTables;
  readonly resourceGroupId: readonly string[] | undefined;
  readonly createdMs: number;
  readonly planningStartMs: number | undefined;
  readonly startedMs: number | undefined;
  readonly endedMs: number | undefined;
  readonly lastContactMs: number;
  readonly queuedMs: number;
  readonly planningMs: number;
  readonly finishingMs: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly statistics: ExecutionStatistics;
  readonly outputRows: number;
  readonly outputBytes: number;
  readonly fieldNames: readonly string[];
  /** Absent in records of earlier versions. */
  readonly fieldTypes?: readonly string[];
  readonly error: ErrorRecord | undefined;
  readonly warnings: readonly QueryWarning[];
}

export interface ErrorRecord {
  readonly errorName: string;
  readonly errorCode: number;
  readonly errorType: ErrorType;
  readonly message: string;
  readonly location: { readonly line: number; readonly column: number } | undefined;
}

export interface SessionRecord {
  readonly user: string;
  readonly originalUser: string;
  /** Absent in records of earlier versions. */
  readonly groups?: readonly string[];
  readonly source: string | undefined;
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  readonly path: string | undefined;
  readonly timeZone: string;
  readonly language: string;
  readonly remoteAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly clientInfo: string | undefined;
  readonly clientTags: readonly string[];
  readonly clientCapabilities: readonly string[];
  readonly traceToken: string | undefined;
  readonly transactionId: string | undefined;
}

export function recordOf(query: Query): QueryRecord {
  const { states, info } = query;
  const { error } = states;
  return {
    id: query.id,
    state: states.state,
    session: sessionRecord(query.session),
    sql: query.sql,
    queryType: info?.queryType,
    updateType: info?.updateType,
    preparedQuery: info?.preparedQuery,
    ...(info?.tables === undefined ? {} : { tables: info.tables }),
    resourceGroupId: query.resourceGroupId,
    createdMs: states.createdMs,
    planningStartMs: states.timeOf('PLANNING'),
    startedMs: states.timeOf('RUNNING'),
    endedMs: states.endedMs,
    lastContactMs: states.endedMs ?? query.lastContactMs,
    queuedMs: states.durationMs('QUEUED'),
    planningMs: states.durationMs('PLANNING'),
    finishingMs: states.durationMs('FINISHING'),
    elapsedMs: states.elapsedMs(),
    cpuMs: query.cpuTimeMs,
    memoryBytes: query.memoryBytes(),
    statistics: query.statistics(),
    outputRows: query.outputRows,
    outputBytes: query.outputBytes,
    fieldNames: query.columns?.map((column) => column.name) ?? [],
    fieldTypes: query.columns?.map((column) => typeId(column.type)) ?? [],
    error: error === undefined ? undefined : errorRecord(error),
    warnings: query.warnings,
  };
}

const errorRecord = ({ errorName, errorCode, errorType, message, location }: ErrorRecord): ErrorRecord => ({
  errorName,
  errorCode,
  errorType,
  message,
  location,
});

function sessionRecord(session: Session): SessionRecord {
  const {
    user,
    originalUser,
    groups,
    source,
    catalog,
    schema,
    path,
    timeZone,
    language,
    remoteAddress,
    userAgent,
    clientInfo,
    clientTags,
    traceToken,
    transactionId,
  } = session;
  const clientCapabilities = [...session.clientCapabilities].filter((name) => !name.startsWith('$'));
  return {
    user,
    originalUser,
    groups,
    source,
    catalog,
    schema,
    path,
    timeZone,
    language,
    remoteAddress,
    userAgent,
    clientInfo,
    clientTags,
    clientCapabilities,
    traceToken,
    transactionId,
  };
}
