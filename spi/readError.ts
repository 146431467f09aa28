import { type ConnectorErrorCode, TrinoError } from './trinoError.ts';

/** A value of a row that could not be read: the column's place in its scan, and what asking for it raises. */
export interface ReadError {
  readonly column: number;
  readonly error: TrinoError;
}

/** The cell of `readErrors` for a row. */
export function readErrorsText(errors: readonly ReadError[]): string {
  return JSON.stringify(errors.map(({ column, error: { errorName, errorCode, errorType, message } }) => [column, errorName, errorCode, errorType, message]));
}

/** What asking for the column raises, by such a cell; undefined: the column could be read. */
export function readErrorOf(text: string, column: number): TrinoError | undefined {
  const errors = JSON.parse(text) as readonly (readonly [number, string, number, ConnectorErrorCode['type'], string])[];
  const found = errors.find(([place]) => place === column);
  if (found === undefined) return undefined;
  const [, name, code, type, message] = found;
  return new TrinoError({ name, code, type }, undefined, message);
}
