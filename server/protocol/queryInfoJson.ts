import { formatDataSize, formatDuration } from '../config/units.ts';
import type { ReadTable, WrittenTable } from '../query/planTables.ts';
import type { QueryRecord } from '../query/queryRecord.ts';
import { errorJson } from './queryResults.ts';

type Json = Record<string, unknown>;

const time = (ms: number): string => new Date(ms).toISOString();
const optionalTime = (name: string, ms: number | undefined): Json => (ms === undefined ? {} : { [name]: time(ms) });

/** One line of /v1/query: Trino's BasicQueryInfo. */
export function basicQueryInfo(record: QueryRecord, baseUri: string): Json {
  return {
    queryId: record.id,
    session: sessionJson(record),
    ...lineFields(record, baseUri, { query: record.sql }),
  };
}

/** What both kinds of line tell, with the text of the query in its place. */
function lineFields(record: QueryRecord, baseUri: string, text: Json): Json {
  return {
    ...optional('resourceGroupId', record.resourceGroupId),
    state: record.state,
    scheduled: record.startedMs !== undefined,
    self: `${baseUri}/v1/query/${record.id}`,
    ...text,
    ...optional('updateType', record.updateType),
    ...optional('preparedQuery', record.preparedQuery),
    queryStats: basicStats(record),
    ...errorFields(record),
    ...optional('queryType', record.queryType),
    retryPolicy: 'NONE',
  };
}

const PREVIEW_CHARACTERS = 300;

/** One line of /ui/api/query: Trino's TrimmedBasicQueryInfo. */
export function trimmedQueryInfo(record: QueryRecord, baseUri: string): Json {
  const { session } = record;
  return {
    queryId: record.id,
    sessionUser: session.user,
    sessionPrincipal: session.originalUser,
    ...optional('sessionSource', session.source),
    ...lineFields(record, baseUri, {
      queryTextPreview: record.sql.length > PREVIEW_CHARACTERS ? `${record.sql.slice(0, PREVIEW_CHARACTERS)}...` : record.sql,
    }),
    clientTags: session.clientTags,
    ...optional('traceToken', session.traceToken),
  };
}

/** /v1/query/{id}: what of Trino's QueryInfo a server of one stage has to tell. */
export function queryInfo(record: QueryRecord, baseUri: string): Json {
  const { error, fieldNames } = record;
  const done = record.endedMs !== undefined;
  return {
    queryId: record.id,
    session: sessionJson(record),
    state: record.state,
    self: `${baseUri}/v1/query/${record.id}`,
    fieldNames,
    query: record.sql,
    ...optional('preparedQuery', record.preparedQuery),
    queryStats: fullStats(record),
    resetAuthorizationUser: false,
    setOriginalRoles: [],
    setSessionProperties: {},
    resetSessionProperties: [],
    setRoles: {},
    addedPreparedStatements: {},
    deallocatedPreparedStatements: [],
    clearTransactionId: false,
    ...optional('updateType', record.updateType),
    ...(error === undefined ? {} : { failureInfo: errorJson(error).failureInfo }),
    ...errorFields(record),
    warnings: record.warnings.map(({ name, code, message }) => ({ warningCode: { code, name }, message })),
    ...outputStage(record),
    inputs: (record.tables?.inputs ?? []).map(inputJson),
    ...(record.tables?.output === undefined ? {} : { output: outputJson(record.tables.output) }),
    referencedTables: [],
    routines: [],
    ...optional('resourceGroupId', record.resourceGroupId),
    ...optional('queryType', record.queryType),
    retryPolicy: 'NONE',
    pruned: false,
    finalQueryInfo: done,
  };
}

function inputJson({ connectorName, catalog, schema, table, columns, planNodeId, connectorInfo }: ReadTable): Json {
  const info = optional('connectorInfo', connectorInfo);
  return { connectorName, catalogName: catalog, catalogVersion: CATALOG_VERSION, schema, table, ...info, columns, fragmentId: FRAGMENT, planNodeId };
}

function outputJson({ catalog, schema, table, columns }: WrittenTable): Json {
  return { catalogName: catalog, catalogVersion: CATALOG_VERSION, schema, table, columns: columns.map((column) => ({ column })) };
}

/** A query is one stage here. */
function outputStage(record: QueryRecord): Json {
  const { id, error, startedMs, tables, fieldTypes } = record;
  if (startedMs === undefined || tables === undefined) return {};
  const state = error !== undefined ? 'FAILED' : record.endedMs === undefined ? 'RUNNING' : 'FINISHED';
  const scanned = tables.inputs.map(({ connectorName, catalog, schema, table, planNodeId }) => [
    planNodeId,
    { connectorName, tableName: `${catalog}.${schema}.${table}` },
  ]);
  return {
    outputStage: {
      stageId: `${id}.${FRAGMENT}`,
      state,
      coordinatorOnly: false,
      types: fieldTypes ?? [],
      stageStats: stageStats(record),
      tasks: [],
      subStages: [],
      tables: Object.fromEntries(scanned),
    },
  };
}

const FRAGMENT = '0';
const CATALOG_VERSION = 'default';

const optional = (name: string, value: unknown): Json => (value === undefined ? {} : { [name]: value });

function errorFields({ error }: QueryRecord): Json {
  if (error === undefined) return {};
  const { errorType, errorCode, errorName } = error;
  return { errorType, errorCode: { code: errorCode, name: errorName, type: errorType, fatal: errorType === 'USER_ERROR' } };
}

function sessionJson({ id, session, createdMs }: QueryRecord): Json {
  return {
    queryId: id,
    querySpan: {},
    ...optional('transactionId', session.transactionId),
    clientTransactionSupport: session.transactionId !== undefined,
    user: session.user,
    originalUser: session.originalUser,
    setOriginalRoles: [],
    groups: session.groups ?? [],
    originalUserGroups: session.user === session.originalUser ? (session.groups ?? []) : [],
    principal: session.originalUser,
    enabledRoles: [],
    ...optional('source', session.source),
    ...optional('catalog', session.catalog),
    ...optional('schema', session.schema),
    path: { path: [], rawPath: session.path ?? '' },
    ...optional('traceToken', session.traceToken),
    timeZone: session.timeZone,
    locale: session.language.replace('-', '_'),
    ...optional('remoteUserAddress', session.remoteAddress),
    ...optional('userAgent', session.userAgent),
    ...optional('clientInfo', session.clientInfo),
    clientTags: session.clientTags,
    clientCapabilities: session.clientCapabilities,
    resourceEstimates: {},
    start: time(createdMs),
    systemProperties: {},
    catalogProperties: {},
    catalogRoles: {},
    preparedStatements: {},
    protocolName: 'Trino',
  };
}

/** A query is one driver here. */
function drivers(record: QueryRecord): { readonly total: number; readonly running: number; readonly completed: number } {
  if (record.startedMs === undefined) return { total: 0, running: 0, completed: 0 };
  return record.endedMs === undefined ? { total: 1, running: 1, completed: 0 } : { total: 1, running: 0, completed: 1 };
}

const executionMs = ({ planningStartMs, createdMs, elapsedMs }: QueryRecord): number =>
  planningStartMs === undefined ? 0 : Math.max(0, createdMs + elapsedMs - planningStartMs);

const nothing = formatDuration(0);

function basicStats(record: QueryRecord): Json {
  const { statistics, endedMs } = record;
  const { total, running, completed } = drivers(record);
  const memory = formatDataSize(record.memoryBytes);
  const peak = formatDataSize(statistics.peakMemoryBytes);
  const read = formatDataSize(statistics.processedBytes);
  return {
    createTime: time(record.createdMs),
    ...optionalTime('endTime', endedMs),
    queuedTime: formatDuration(record.queuedMs),
    elapsedTime: formatDuration(record.elapsedMs),
    executionTime: formatDuration(executionMs(record)),
    failedTasks: 0,
    totalDrivers: total,
    queuedDrivers: 0,
    runningDrivers: running,
    completedDrivers: completed,
    blockedDrivers: 0,
    rawInputDataSize: read,
    rawInputPositions: statistics.processedRows,
    spilledDataSize: '0B',
    physicalInputDataSize: read,
    physicalWrittenDataSize: '0B',
    internalNetworkInputDataSize: '0B',
    cumulativeUserMemory: 0,
    failedCumulativeUserMemory: 0,
    userMemoryReservation: memory,
    totalMemoryReservation: memory,
    peakUserMemoryReservation: peak,
    peakTotalMemoryReservation: peak,
    planningTime: formatDuration(record.planningMs),
    analysisTime: formatDuration(record.planningMs),
    totalCpuTime: formatDuration(record.cpuMs),
    failedCpuTime: nothing,
    totalScheduledTime: formatDuration(record.cpuMs),
    failedScheduledTime: nothing,
    finishingTime: formatDuration(record.finishingMs),
    physicalInputReadTime: nothing,
    fullyBlocked: false,
    blockedReasons: [],
    ...progress(record),
  };
}

function progress({ startedMs, endedMs, statistics }: QueryRecord): Json {
  if (startedMs === undefined) return {};
  const percentage = endedMs === undefined ? (statistics.progress ?? 0) * 100 : 100;
  return { progressPercentage: percentage, runningPercentage: endedMs === undefined ? 100 - percentage : 0 };
}

function stageStats(record: QueryRecord): Json {
  const { cpuMs, memoryBytes, outputBytes, outputRows, statistics } = record;
  const { total, running, completed } = drivers(record);
  const read = formatDataSize(statistics.processedBytes);
  return {
    getSplitDistribution: {},
    totalTasks: total,
    runningTasks: running,
    completedTasks: completed,
    failedTasks: 0,
    totalDrivers: total,
    queuedDrivers: 0,
    runningDrivers: running,
    blockedDrivers: 0,
    completedDrivers: completed,
    totalMemoryReservation: formatDataSize(memoryBytes),
    userMemoryReservation: formatDataSize(memoryBytes),
    peakUserMemoryReservation: formatDataSize(statistics.peakMemoryBytes),
    totalScheduledTime: formatDuration(cpuMs),
    totalCpuTime: formatDuration(cpuMs),
    totalBlockedTime: nothing,
    fullyBlocked: false,
    blockedReasons: [],
    physicalInputDataSize: read,
    physicalInputPositions: statistics.processedRows,
    internalNetworkInputDataSize: '0B',
    internalNetworkInputPositions: 0,
    rawInputDataSize: read,
    rawInputPositions: statistics.processedRows,
    processedInputDataSize: read,
    processedInputPositions: statistics.processedRows,
    bufferedDataSize: '0B',
    outputDataSize: formatDataSize(outputBytes),
    outputPositions: outputRows,
    operatorSummaries: [],
  };
}

function fullStats(record: QueryRecord): Json {
  const { statistics, planningStartMs, lastContactMs, outputBytes, outputRows } = record;
  const read = formatDataSize(statistics.processedBytes);
  const { total, running, completed } = drivers(record);
  return {
    ...basicStats(record),
    ...optionalTime('executionStartTime', planningStartMs),
    lastHeartbeat: time(lastContactMs),
    resourceWaitingTime: nothing,
    dispatchingTime: nothing,
    planningCpuTime: nothing,
    startingTime: nothing,
    totalTasks: total,
    runningTasks: running,
    completedTasks: completed,
    scheduled: record.startedMs !== undefined,
    totalBlockedTime: nothing,
    physicalInputPositions: statistics.processedRows,
    processedInputDataSize: read,
    processedInputPositions: statistics.processedRows,
    outputDataSize: formatDataSize(outputBytes),
    outputPositions: outputRows,
    stageGcStatistics: [],
    operatorSummaries: [],
    optimizerRulesSummaries: [],
    logicalWrittenDataSize: '0B',
    writtenPositions: 0,
  };
}
