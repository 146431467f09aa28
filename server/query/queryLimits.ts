import { TrinoError } from '../../spi/trinoError.ts';
import { parseDataSizeBytes, parseDurationMs } from '../config/units.ts';
import type { QueryConfig } from '../config/serverConfig.ts';
import type { Query } from './query.ts';

/** Why the query must end now by its own limits; undefined: it may go on. */
export function exceededLimit(query: Query, config: QueryConfig, nowMs: number): TrinoError | undefined {
  const { states } = query;
  if (nowMs - query.lastContactMs > config.clientTimeoutMs) return abandoned(query, nowMs);
  const run = durationLimit(query, 'query_max_run_time');
  if (nowMs - states.createdMs > run.ms) return exceededTime(`Query exceeded maximum time limit of ${run.text}`);
  const planned = states.timeOf('PLANNING');
  const running = states.timeOf('RUNNING');
  const planning = durationLimit(query, 'query_max_planning_time');
  if (planned !== undefined && (running ?? nowMs) - planned > planning.ms) {
    return exceededTime(`Query exceeded the maximum planning time limit of ${planning.text}`);
  }
  const execution = durationLimit(query, 'query_max_execution_time');
  if (running !== undefined && nowMs - running > execution.ms) return exceededTime(`Query exceeded the maximum execution time limit of ${execution.text}`);
  return exceededResource(query, config);
}

/** The configuration bounds what a session may raise. */
function exceededResource(query: Query, config: QueryConfig): TrinoError | undefined {
  const cpu = shorter(durationLimit(query, 'query_max_cpu_time'), durationLimitOf(config.cpuTimeMax));
  if (query.cpuTimeMs > cpu.ms) return new TrinoError('EXCEEDED_CPU_LIMIT', undefined, `Exceeded CPU limit of ${cpu.text}`);
  const scan = smaller(sizeLimit(query, 'query_max_scan_physical_bytes'), sizeLimitOf(config.scanPhysicalBytesMax));
  if (scan !== undefined && query.statistics().processedBytes > scan.bytes) {
    return new TrinoError('EXCEEDED_SCAN_LIMIT', undefined, `Exceeded scan limit of ${scan.text}`);
  }
  const memory = smaller(sizeLimit(query, 'query_max_memory'), sizeLimitOf(config.memoryMax));
  if (memory !== undefined && query.memoryBytes() > memory.bytes) {
    return new TrinoError('EXCEEDED_GLOBAL_MEMORY_LIMIT', undefined, `Query exceeded distributed user memory limit of ${memory.text}`);
  }
  const total = smaller(sizeLimit(query, 'query_max_total_memory'), sizeLimitOf(config.totalMemoryMax));
  if (total !== undefined && query.memoryBytes() > total.bytes) {
    return new TrinoError('EXCEEDED_GLOBAL_MEMORY_LIMIT', undefined, `Query exceeded distributed total memory limit of ${total.text}`);
  }
  return undefined;
}

interface DurationLimit {
  readonly ms: number;
  /** In the unit that it was given in. */
  readonly text: string;
}

interface SizeLimit {
  readonly bytes: number;
  readonly text: string;
}

/** `90s` as `90.00s`. undefined: not a duration. */
function durationLimitOf(text: string): DurationLimit | undefined {
  const ms = parseDurationMs(text);
  const [, value, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(text) ?? [];
  return ms === undefined || value === undefined ? undefined : { ms, text: `${Number(value).toFixed(2)}${unit}` };
}

function sizeLimitOf(text: string | undefined): SizeLimit | undefined {
  if (text === undefined) return undefined;
  const bytes = parseDataSizeBytes(text);
  return bytes === undefined ? undefined : { bytes, text: text.trim().replaceAll(/\s/g, '') };
}

function durationLimit(query: Query, name: string): DurationLimit {
  const value = query.session.systemProperties.get(name);
  return (typeof value === 'string' ? durationLimitOf(value) : undefined) ?? { ms: Number.POSITIVE_INFINITY, text: '' };
}

function sizeLimit(query: Query, name: string): SizeLimit | undefined {
  const value = query.session.systemProperties.get(name);
  return typeof value === 'string' ? sizeLimitOf(value) : undefined;
}

const shorter = (a: DurationLimit, b: DurationLimit | undefined): DurationLimit => (b !== undefined && b.ms < a.ms ? b : a);

function smaller(a: SizeLimit | undefined, b: SizeLimit | undefined): SizeLimit | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.bytes < a.bytes ? b : a;
}

const exceededTime = (message: string) => new TrinoError('EXCEEDED_TIME_LIMIT', undefined, message);

function abandoned(query: Query, nowMs: number): TrinoError {
  const last = new Date(query.lastContactMs).toISOString();
  const now = new Date(nowMs).toISOString();
  return new TrinoError(
    'ABANDONED_QUERY',
    undefined,
    `Query ${query.id} was abandoned by the client, as it may have exited or stopped checking for query results. Query results have not been accessed since ${last}: currentTime ${now}`,
  );
}
