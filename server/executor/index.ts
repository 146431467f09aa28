import { Executor, type ExecutorOptions } from './executor.ts';

/**
 * The one door to the engine. `execute` gives rows as protocol bytes, pulled page by page; `engineTables` serves connectors that
 * keep their data in the engine. The engine itself starts with the first statement.
 */
export function createExecutor(options: ExecutorOptions): Executor {
  return new Executor(options);
}

export type { Executor, ExecutorOptions } from './executor.ts';
export type { AnalyzedExecution, ExecuteOptions, ExecutionColumn, ExecutionFigures, QueryExecution } from './queryExecution.ts';
export type { EncodedRows } from './resultEncoder.ts';
