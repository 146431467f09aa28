import type { Type } from '../../spi/type.ts';

export interface OutputColumn {
  readonly name: string;
  readonly type: Type;
}

/** A part of the result: rows as JSON arrays joined by commas, without the outer brackets. */
export interface ResultPage {
  readonly rowCount: number;
  /** They follow each other; a value may begin in one and end in the next. */
  readonly parts: readonly Uint8Array[];
  /** Of all parts. */
  readonly byteCount: number;
}

export interface ExecutionStatistics {
  readonly processedRows: number;
  readonly processedBytes: number;
  readonly cpuTimeMs: number;
  readonly peakMemoryBytes: number;
  /** 0–1, when it can be told. */
  readonly progress?: number;
}

/** A statement under way: rows are made when they are pulled. */
export interface Execution {
  readonly columns: readonly OutputColumn[];
  readonly updateType?: string;
  /** Known once the pages have ended. */
  updateCount(): bigint | undefined;
  /** undefined: the end. Raises TrinoError. */
  nextPage(): Promise<ResultPage | undefined>;
  /** The rest of the sources is left out: the statement ends with what it has read. Sources that cannot be stopped are read to their end. */
  stopReading(): void;
  statistics(): ExecutionStatistics;
  /** Frees everything, interrupting what still runs. */
  close(): Promise<void>;
}

export const NO_STATISTICS: ExecutionStatistics = { processedRows: 0, processedBytes: 0, cpuTimeMs: 0, peakMemoryBytes: 0 };

/** What is told of an execution that has ended, without what it held to run. */
export function endedExecution(execution: Execution): Execution {
  const { columns, updateType } = execution;
  const statistics = execution.statistics();
  return { ...emptyExecution(updateType, execution.updateCount()), columns, statistics: () => statistics };
}

/** For statements without rows: DDL, SET SESSION, …. */
export function emptyExecution(updateType: string | undefined, updateCount?: bigint): Execution {
  return {
    columns: [],
    ...(updateType === undefined ? {} : { updateType }),
    updateCount: () => updateCount,
    nextPage: () => Promise.resolve(undefined),
    stopReading: () => {},
    statistics: () => NO_STATISTICS,
    close: () => Promise.resolve(),
  };
}
