import { type ConnectorErrorCode, errorMessage, TrinoError } from '../../spi/trinoError.ts';

/** Trino's JdbcErrorCode. */
const JDBC_ERROR: ConnectorErrorCode = { name: 'JDBC_ERROR', code: 0x0400_0000, type: 'EXTERNAL' };

export const jdbcError = (message: string, cause?: unknown): TrinoError => new TrinoError(JDBC_ERROR, undefined, message, cause === undefined ? {} : { cause });

export const LOST_CONNECTION = 'An I/O error occurred while sending to the backend.';

/** What a failed statement says: the server's own words in the form of PostgreSQL's JDBC driver, which Trino passes on. */
export function remoteError(error: unknown, prefix = ''): TrinoError {
  if (error instanceof TrinoError) return error;
  if (isServerError(error)) return jdbcError(prefix + (isLostSnapshot(error) ? LOST_CONNECTION : serverText(error)), error);
  if (isSystemError(error)) return jdbcError(prefix + systemText(error), error);
  const message = errorMessage(error);
  return jdbcError(prefix + (isLostConnection(message) ? LOST_CONNECTION : message), error);
}

/** The connection that holds the query's snapshot is gone. */
const isLostSnapshot = ({ message }: ServerError): boolean => /^snapshot "[^"]*" does not exist$/.test(message);

interface ServerError {
  readonly severity: string;
  readonly message: string;
  readonly code: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: string | undefined;
  readonly where?: string | undefined;
}

export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && typeof error.severity === 'string' && 'code' in error && typeof error.code === 'string';
}

/** The SQLSTATE of an error of the server. */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof TrinoError) return sqlState(error.cause);
  return isServerError(error) ? error.code : undefined;
}

function serverText({ severity, message, detail, hint, position, where }: ServerError): string {
  const lines = [`${severity}: ${message}`];
  if (detail !== undefined) lines.push(`Detail: ${detail}`);
  if (hint !== undefined) lines.push(`Hint: ${hint}`);
  if (position !== undefined) lines.push(`Position: ${position}`);
  // COPY adds the line of its stream, which means nothing to the user
  const context = where?.replace(/(^|\n)COPY .*, line \d+[\s\S]*$/, '') ?? '';
  if (context !== '') lines.push(`Where: ${context}`);
  return lines.join('\n  ');
}

interface SystemError {
  readonly code: string;
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

function systemText(error: SystemError): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return `Connection to ${error.address ?? 'the server'}:${error.port ?? ''} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return 'The connection attempt failed.';
    default:
      return LOST_CONNECTION;
  }
}

function isLostConnection(message: string): boolean {
  return /^Connection terminated|^Client has encountered a connection error|^Connection error|^Client was closed/.test(message);
}
