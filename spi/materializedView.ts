import type { SchemaTableName, ViewDefinition } from './connector.ts';
import type { Value } from './value.ts';

export interface MaterializedViewDefinition extends ViewDefinition {
  /** How long after a refresh rows that are no longer fresh may still be read, milliseconds; absent: for ever. */
  readonly gracePeriodMs?: number;
  /** What WITH and SET PROPERTIES have set. */
  readonly properties: ReadonlyMap<string, Value>;
  /** Absent: never refreshed. */
  readonly refresh?: MaterializedRefresh;
}

/** What the last successful refresh has left. */
export interface MaterializedRefresh {
  /** The table that holds the rows: its columns are those of the view, in order, and then `appended`'s. */
  readonly storage: { readonly catalog: string } & SchemaTableName;
  /** Before the sources were looked at; milliseconds since 1970. */
  readonly atMs: number;
  readonly sources: readonly SourceVersion[];
  readonly appended?: AppendedRows;
}

/** When refreshes append, each row has the number of its refresh. It counts when that is no larger than `upTo` and not among the `undone`. */
export interface AppendedRows {
  readonly column: string;
  readonly upTo: number;
  readonly undone: readonly number[];
}

/** A table or view that the query reads, or a stored function that it calls, and what it was at the refresh; no version: the source cannot tell. */
export interface SourceVersion {
  readonly kind?: 'function';
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  readonly version?: string;
}
