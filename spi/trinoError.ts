import { type ErrorType, STANDARD_ERROR_CODES, type StandardErrorName } from './errorCode.ts';

/** A place in the text of a statement: both 1-based, columns in code points as Trino counts them. */
export interface Location {
  readonly line: number;
  readonly column: number;
}

/** A code that a connector brings along, as Trino's connectors do (KAFKA_SPLIT_ERROR, JDBC_ERROR, …). */
export interface ConnectorErrorCode {
  readonly name: string;
  readonly code: number;
  readonly type: ErrorType;
}

/**
 * An error the user sees. `message` is Trino's text without the `line 1:2: ` prefix: the prefix is put in
 * front when a location is given, as Trino's TrinoException and ParsingException do.
 */
export class TrinoError extends Error {
  readonly errorName: string;
  readonly errorCode: number;
  readonly errorType: ErrorType;
  readonly location: Location | undefined;

  constructor(code: StandardErrorName | ConnectorErrorCode, location: Location | undefined, message: string, options?: { cause?: unknown }) {
    super(location === undefined ? message : `line ${location.line}:${location.column}: ${message}`, options);
    this.name = 'TrinoError';
    this.location = location;
    if (typeof code === 'string') {
      const [number, type] = STANDARD_ERROR_CODES[code];
      this.errorName = code;
      this.errorCode = number;
      this.errorType = type;
    } else {
      this.errorName = code.name;
      this.errorCode = code.code;
      this.errorType = code.type;
    }
  }
}

/** The text of whatever was thrown. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** For the end of a `switch` over kinds: the compiler proves that no kind was left out. */
export function unreachable(value: never): never {
  throw new Error(`unexpected kind: ${JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v))}`);
}
