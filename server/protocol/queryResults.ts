import type { IncomingHttpHeaders } from 'node:http';
import { sqlTypeName } from '../function/sqlTypeName.ts';
import { typeSignature } from '../function/typeSignature.ts';
import type { ResultPage } from '../query/execution.ts';
import type { Query } from '../query/query.ts';
import type { ErrorRecord } from '../query/queryRecord.ts';
import { BadRequest } from './badRequest.ts';

export interface ResultsParts {
  readonly query: Query;
  readonly baseUri: string;
  readonly nextUri: string | undefined;
  readonly partialCancelUri: string | undefined;
  readonly page: ResultPage | undefined;
  /** In place of a page: `data` for a client that takes segments. */
  readonly spooled: object | undefined;
  /** Pages of the executing resource carry columns and update counts; queued ones do not. */
  readonly executing: boolean;
}

/** The JSON of one answer, in parts that follow each other: the rows are the bytes that the engine made. */
export function queryResults(parts: ResultsParts): readonly Uint8Array[] {
  const { query, executing, page } = parts;
  const head: Record<string, unknown> = {
    id: query.id,
    infoUri: `${parts.baseUri}/ui/query.html?${query.id}`,
    ...(parts.partialCancelUri === undefined ? {} : { partialCancelUri: parts.partialCancelUri }),
    ...(parts.nextUri === undefined ? {} : { nextUri: parts.nextUri }),
  };
  const columns = executing ? query.columns : undefined;
  if (columns !== undefined) head.columns = columnsJson(query);
  if (parts.spooled !== undefined) head.data = parts.spooled;
  const tail: Record<string, unknown> = { stats: statementStats(query, executing, parts.nextUri !== undefined) };
  const { error } = query.states;
  // a client that is still queued comes to know it with its next request
  if (error !== undefined && (executing || parts.nextUri === undefined)) tail.error = errorJson(error);
  tail.warnings = query.warnings.map(({ name, code, message }) => ({ warningCode: { code, name }, message }));
  if (executing && query.updateType !== undefined) {
    tail.updateType = query.updateType;
    const count = query.updateCount();
    if (count !== undefined) tail.updateCount = Number(count);
  }
  const before = JSON.stringify(head).slice(0, -1);
  const after = JSON.stringify(tail).slice(1);
  if (page === undefined || page.rowCount === 0) return [Buffer.from(`${before},${after}`)];
  return [Buffer.from(`${before},"data":[`), ...page.parts, Buffer.from(`],${after}`)];
}

const columnsOf = new WeakMap<Query, unknown>();

function columnsJson(query: Query): unknown {
  const known = columnsOf.get(query);
  if (known !== undefined) return known;
  const parametricDatetime = query.session.clientCapabilities.has('PARAMETRIC_DATETIME');
  const columns = (query.columns ?? []).map(({ name, type }) => ({
    name,
    type: sqlTypeName(type, { parametricDatetime, row: 'row' }),
    typeSignature: typeSignature(type, parametricDatetime),
  }));
  columnsOf.set(query, columns);
  return columns;
}

/** Trino's StatementStats. One stage stands for the whole query, so that the CLI has something to draw. */
function statementStats(query: Query, executing: boolean, goesOn: boolean): Record<string, unknown> {
  const { states } = query;
  const { done } = states;
  const state = !executing && goesOn && done ? 'QUEUED' : states.state;
  const statistics = query.statistics();
  // what has no columns was no query: the CLI draws nothing for it
  const running = executing && states.timeOf('RUNNING') !== undefined && query.columns?.length !== 0;
  const progress = done ? 1 : statistics.progress;
  const fraction = progress ?? 0;
  const elapsed = Math.round(states.elapsedMs());
  const wallMs = running ? Math.round((states.endedMs ?? states.createdMs + elapsed) - (states.timeOf('RUNNING') ?? 0)) : 0;
  const splits = running ? 100 : 0;
  const completed = Math.floor(splits * fraction);
  const common = {
    cpuTimeMillis: Math.round(statistics.cpuTimeMs),
    wallTimeMillis: wallMs,
    processedRows: statistics.processedRows,
    processedBytes: statistics.processedBytes,
    physicalInputBytes: statistics.processedBytes,
  };
  return {
    state,
    queued: state === 'QUEUED',
    scheduled: running,
    ...(running && progress !== undefined ? { progressPercentage: progress * 100, runningPercentage: 100 - progress * 100 } : {}),
    nodes: running ? 1 : 0,
    totalSplits: splits,
    queuedSplits: 0,
    runningSplits: splits - completed,
    completedSplits: completed,
    planningTimeMillis: Math.round(states.durationMs('PLANNING')),
    analysisTimeMillis: Math.round(states.durationMs('PLANNING')),
    queuedTimeMillis: Math.round(states.durationMs('QUEUED')),
    elapsedTimeMillis: elapsed,
    finishingTimeMillis: Math.round(states.durationMs('FINISHING')),
    physicalInputTimeMillis: 0,
    ...common,
    physicalWrittenBytes: 0,
    internalNetworkInputBytes: 0,
    peakMemoryBytes: statistics.peakMemoryBytes,
    spilledBytes: 0,
    ...(running ? { rootStage: rootStage(state, done, splits, completed, common) } : {}),
  };
}

function rootStage(state: string, done: boolean, splits: number, completed: number, common: Record<string, unknown>): Record<string, unknown> {
  return {
    stageId: '0',
    state: state === 'FINISHING' ? 'RUNNING' : state,
    done,
    nodes: 1,
    totalSplits: splits,
    queuedSplits: 0,
    runningSplits: splits - completed,
    completedSplits: completed,
    ...common,
    failedTasks: 0,
    coordinatorOnly: false,
    subStages: [],
  };
}

export function errorJson(error: ErrorRecord): Record<string, unknown> {
  const location = error.location === undefined ? {} : { errorLocation: { lineNumber: error.location.line, columnNumber: error.location.column } };
  return {
    message: error.message,
    errorCode: error.errorCode,
    errorName: error.errorName,
    errorType: error.errorType,
    ...location,
    failureInfo: {
      type: failureType(error),
      message: error.message,
      suppressed: [],
      stack: [],
      errorInfo: { code: error.errorCode, name: error.errorName, type: error.errorType },
      ...location,
    },
  };
}

const FAILURE_TYPES: ReadonlyMap<string, string> = new Map([
  ['SYNTAX_ERROR', 'io.trino.sql.parser.ParsingException'],
  ['UNKNOWN_TRANSACTION', 'io.trino.NotInTransactionException'],
  ['PERMISSION_DENIED', 'io.trino.spi.security.AccessDeniedException'],
]);

/** The Java class that clients see in stacks. */
function failureType({ errorName, message }: ErrorRecord): string {
  if (message.startsWith('Time zone not supported: ')) return 'io.trino.spi.type.TimeZoneNotSupportedException';
  if (message.startsWith('For input string: ')) return 'java.lang.NumberFormatException';
  return FAILURE_TYPES.get(errorName) ?? 'io.trino.spi.TrinoException';
}

/** Where clients reach this server: the Host header, and Forwarded or X-Forwarded-* when the server is told to believe them. */
export function baseUri(headers: IncomingHttpHeaders, processForwarded: boolean, fallback: string): string {
  const host = headers.host ?? fallback;
  if (!processForwarded) return `http://${host}`;
  const one = (name: string): string | undefined => {
    const value = headers[name];
    const text = (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim();
    return text === '' ? undefined : text;
  };
  const forwarded = forwardedPairs(one('forwarded'));
  const proto = forwarded.get('proto') ?? one('x-forwarded-proto') ?? 'http';
  const port = one('x-forwarded-port');
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw badForwardedPort(host);
  const named = one('x-forwarded-host');
  const own = forwarded.has('host') ? withPort(forwarded.get('host') ?? host, portOf(host)) : (named ?? host);
  const authority = port === undefined ? own : withPort(named === undefined ? own.replace(/:\d+$/, '') : own, port);
  const standard = proto === 'https' ? ':443' : proto === 'http' ? ':80' : undefined;
  const prefix = one('x-forwarded-prefix')?.replace(/\/+$/, '') ?? '';
  return `${proto}://${standard !== undefined && authority.endsWith(standard) ? authority.slice(0, -standard.length) : authority}${prefix}`;
}

/** RFC 7239, the first element. */
function forwardedPairs(text: string | undefined): ReadonlyMap<string, string> {
  const pairs = (text ?? '').split(';').map((pair) => /^\s*([a-z]+)\s*=\s*"?([^"]*?)"?\s*$/i.exec(pair));
  return new Map(pairs.flatMap((match) => (match === null ? [] : [[(match[1] ?? '').toLowerCase(), match[2] ?? ''] as const])));
}

const portOf = (host: string): string | undefined => /:(\d+)$/.exec(host)?.[1];

const withPort = (host: string, port: string | undefined): string => (port === undefined || /:\d+$/.test(host) ? host : `${host}:${port}`);

function badForwardedPort(host: string): BadRequest {
  const problem = 'Bad header value for X-Forwarded-Port';
  return new BadRequest(400, `HTTP ERROR 400 ${problem}\nURI: http://${host}/v1/statement\nSTATUS: 400\nMESSAGE: ${problem}\n`);
}
