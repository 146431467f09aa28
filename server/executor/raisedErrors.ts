import duckdb from '@duckdb/node-bindings';

/** Errors that Trino's TRY turns into NULL; every other one goes through it. */
const FORGIVEN_BY_TRY = /^@(?:#\d+:)?(?:DIVISION_BY_ZERO|INVALID_CAST_ARGUMENT|INVALID_FUNCTION_ARGUMENT|NUMERIC_VALUE_OUT_OF_RANGE)@/;

interface Raised {
  last?: string;
  unforgiven?: string;
}

/**
 * What functions raised while a statement ran, by the engine's number of its connection: texts as `ErrorLedger` writes them. The engine's
 * own TRY turns every error into NULL, and a stream that breaks loses its error: here both are still to be had.
 */
export class RaisedErrors {
  readonly #byConnection = new Map<number, Raised>();
  readonly #interrupted = new Set<number>();

  /** A statement begins to run. What was raised before, while it was planned, is not an error of any row. */
  begin(connection: number): void {
    this.#byConnection.delete(connection);
  }

  /** `tried`: within TRY, where the optimizer tries nothing out. Every other error of a row ends the statement by itself. */
  note(connection: number, text: string, { tried }: { readonly tried: boolean }): void {
    const raised = this.#byConnection.get(connection) ?? {};
    this.#byConnection.set(connection, raised);
    raised.last = text;
    if (tried && !FORGIVEN_BY_TRY.test(text)) raised.unforgiven ??= text;
  }

  last(connection: number): string | undefined {
    return this.#byConnection.get(connection)?.last;
  }

  /** Functions that go on for long are to end. */
  interrupt(connection: number): void {
    this.#interrupted.add(connection);
  }

  isInterrupted(connection: number): boolean {
    return this.#interrupted.has(connection);
  }

  /** The connection is no more. */
  forget(connection: number): void {
    this.#byConnection.delete(connection);
    this.#interrupted.delete(connection);
  }

  /** The first error that even TRY lets through. */
  unforgiven(connection: number): string | undefined {
    return this.#byConnection.get(connection)?.unforgiven;
  }
}

/** For the data of a function's binding: whose statement calls it. */
export interface BoundTo {
  readonly connection: number;
}

export function boundTo(context: duckdb.ClientContext): BoundTo {
  return { connection: duckdb.client_context_get_connection_id(context) };
}
