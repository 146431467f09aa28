import net from 'node:net';
import pg from 'pg';
import type { ConnectParameters } from './jdbcUrl.ts';
import { jdbcError, remoteError } from './remoteError.ts';

const CANCEL_TIMEOUT_MS = 5_000;
const CANCEL_REQUEST_CODE = 80877102;

/** What texts look like must not depend on the server's settings: they are Trino's. */
const SESSION_SETTINGS =
  "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 3; SET bytea_output = 'hex'";

/** A connection that is ready for statements. Several hosts are tried in their order. */
export async function openConnection(parameters: ConnectParameters): Promise<pg.Client> {
  let failure: unknown;
  for (const { host, port } of parameters.loadBalanceHosts === true ? shuffled(parameters.hosts) : parameters.hosts) {
    try {
      return await connect(parameters, host, port);
    } catch (error) {
      failure = refusalNaming(error, host, port);
    }
  }
  throw failure;
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

async function connect(parameters: ConnectParameters, host: string, port: number): Promise<pg.Client> {
  const withTls = parameters.sslMode !== 'disable' && parameters.sslMode !== 'allow';
  try {
    return await connectOnce(parameters, { host, port, withTls });
  } catch (error) {
    const refused = error instanceof Error && error.message === 'The server does not support SSL connections';
    if (refused && parameters.sslMode === 'prefer') return connectOnce(parameters, { host, port, withTls: false });
    if (refused) throw jdbcError('The server does not support SSL.', error);
    if (parameters.sslMode === 'allow') return connectOnce(parameters, { host, port, withTls: true });
    throw error;
  }
}

async function connectOnce(
  parameters: ConnectParameters,
  where: { readonly host: string; readonly port: number; readonly withTls: boolean },
): Promise<pg.Client> {
  const { user, password, database, connectTimeoutMs, applicationName, statementTimeoutMs, options, currentSchema } = parameters;
  const client = new pg.Client({
    host: where.host,
    port: where.port,
    user,
    // never from the environment or a password file
    password: password ?? '',
    database: database ?? user,
    ssl: where.withTls ? tlsOptions(parameters, where.host) : false,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: applicationName,
    keepAlive: true,
    client_encoding: 'UTF8',
    ...(statementTimeoutMs === undefined ? {} : { statement_timeout: statementTimeoutMs }),
    ...(options === undefined ? {} : { options }),
  });
  // each statement reports its own failure; what comes between two statements shows at the next one
  client.on('error', () => {});
  await client.connect();
  const searchPath = currentSchema === undefined ? '' : `; SET search_path = ${currentSchema.split(',').map(pg.escapeIdentifier).join(', ')}`;
  const readOnly = parameters.readOnly === true ? '; SET default_transaction_read_only = on' : '';
  await client.query(SESSION_SETTINGS + searchPath + readOnly);
  return client;
}

function tlsOptions(parameters: ConnectParameters, host: string) {
  const verified = parameters.sslMode === 'verify-ca' || parameters.sslMode === 'verify-full';
  return {
    rejectUnauthorized: verified,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...(parameters.sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(parameters.sslRootCertificate === undefined ? {} : { ca: parameters.sslRootCertificate }),
    ...(parameters.sslCertificate === undefined ? {} : { cert: parameters.sslCertificate }),
    ...(parameters.sslKey === undefined ? {} : { key: parameters.sslKey }),
    ...(parameters.sslStore === undefined ? {} : { pfx: Buffer.from(parameters.sslStore.bytes, 'base64'), passphrase: parameters.sslStore.passphrase }),
  };
}

const CERTIFICATE_ERROR = /CERT|SIGNATURE|ISSUER|^ERR_(SSL|TLS)/;

function refusalNaming(error: unknown, host: string, port: number): unknown {
  if (error instanceof AggregateError || (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) {
    return jdbcError(
      `Connection to ${host}:${port} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.`,
      error,
    );
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return jdbcError(`The hostname ${host} could not be verified by hostnameverifier PgjdbcHostnameVerifier.`, error);
  if (error instanceof Error && CERTIFICATE_ERROR.test(code)) return jdbcError(`SSL error: ${error.message}`, error);
  if (error instanceof Error && /^timeout expired|Connection terminated due to connection timeout/.test(error.message))
    return jdbcError('The connection attempt failed.', error);
  return remoteError(error);
}

/** Asks the server to end what this connection is doing. Best effort: the connection may have ended meanwhile. */
export function cancelOnServer(client: pg.Client): Promise<void> {
  const { processID, secretKey } = keysOf(client);
  if (processID === undefined || secretKey === undefined) return Promise.resolve();
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(CANCEL_REQUEST_CODE, 4);
  packet.writeInt32BE(processID, 8);
  packet.writeInt32BE(secretKey, 12);
  return new Promise((resolve) => {
    // answered by the postmaster before it asks for TLS or a password
    const socket = net.connect({ host: client.host, port: client.port }, () => socket.end(packet));
    socket.setTimeout(CANCEL_TIMEOUT_MS, () => socket.destroy());
    socket.once('error', () => resolve());
    socket.once('close', () => resolve());
    socket.resume();
  });
}

function keysOf(client: pg.Client): { readonly processID?: number; readonly secretKey?: number } {
  const { processID, secretKey }: { processID?: unknown; secretKey?: unknown } = Object.fromEntries(Object.entries(client));
  return typeof processID === 'number' && typeof secretKey === 'number' ? { processID, secretKey } : {};
}

/** Ends a connection without a farewell: whatever runs on it fails. */
export function destroyConnection(client: pg.Client): void {
  // `end` would wait for the statement in progress
  streamOf(client)?.destroy();
  void client.end().catch(() => {
    // it is gone already
  });
}

function streamOf(client: pg.Client): net.Socket | undefined {
  const connection: unknown = 'connection' in client ? client.connection : undefined;
  if (typeof connection !== 'object' || connection === null || !('stream' in connection)) return undefined;
  return connection.stream instanceof net.Socket ? connection.stream : undefined;
}
