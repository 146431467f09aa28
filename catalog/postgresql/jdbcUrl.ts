import { createPrivateKey } from 'node:crypto';
import fs from 'node:fs';
import { TrinoError } from '../../spi/trinoError.ts';

export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** All that it takes to reach a server. Plain data: a worker thread opens connections of its own from it. */
export interface ConnectParameters {
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly sslMode: SslMode;
  /** PEM. */
  readonly sslRootCertificate?: string;
  readonly sslCertificate?: string;
  readonly sslKey?: string;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs?: number;
  readonly applicationName: string;
  readonly currentSchema?: string;
  readonly options?: string;
}

const PREFIX = 'jdbc:postgresql:';
const DEFAULT_PORT = 5432;
const DEFAULT_CONNECT_TIMEOUT_SECONDS = 10;

/** Reads the URL of PostgreSQL's JDBC driver: `jdbc:postgresql://host:port,host2/database?sslmode=require`. */
export function parseJdbcUrl(url: string): ConnectParameters {
  const parts = /^(?:\/\/([^/?]*)\/?)?\/?([^?]*)(?:\?(.*))?$/.exec(url.slice(PREFIX.length));
  if (parts === null || !url.startsWith(PREFIX)) throw invalid('Invalid JDBC URL for PostgreSQL connector');
  const [, authority = '', path = '', query = ''] = parts;
  const database = decodeURIComponent(path);
  const parameters = new URLSearchParams(query);
  const text = (key: string): string | undefined => parameters.get(key) ?? undefined;
  const file = (key: string): string | undefined => (text(key) === undefined ? undefined : fs.readFileSync(text(key) ?? '', 'utf8'));
  const sslRootCertificate = file('sslrootcert');
  const sslCertificate = file('sslcert');
  const sslKey = text('sslkey') === undefined ? undefined : privateKeyPem(text('sslkey') ?? '');
  const connectTimeoutMs = 1000 * Number(text('connectTimeout') ?? text('loginTimeout') ?? DEFAULT_CONNECT_TIMEOUT_SECONDS);
  const currentSchema = text('currentSchema');
  const options = text('options');
  const statementTimeoutMs = 1000 * Number(text('queryTimeout') ?? 0);
  return {
    hosts: parseHosts(authority),
    database: database === '' ? undefined : database,
    user: text('user'),
    password: text('password'),
    sslMode: parseSslMode(text('sslmode'), text('ssl')),
    connectTimeoutMs,
    applicationName: text('ApplicationName') ?? 'Lepton',
    ...(statementTimeoutMs > 0 ? { statementTimeoutMs } : {}),
    ...(sslRootCertificate === undefined ? {} : { sslRootCertificate }),
    ...(sslCertificate === undefined ? {} : { sslCertificate }),
    ...(sslKey === undefined ? {} : { sslKey }),
    ...(currentSchema === undefined ? {} : { currentSchema }),
    ...(options === undefined ? {} : { options }),
  };
}

function parseHosts(authority: string): ConnectParameters['hosts'] {
  if (authority === '') return [{ host: 'localhost', port: DEFAULT_PORT }];
  return authority.split(',').map((entry) => {
    const parts = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(entry);
    if (parts === null) throw invalid('Invalid JDBC URL for PostgreSQL connector');
    const host = parts[1] === '' ? 'localhost' : (parts[1] ?? '').replace(/^\[(.*)\]$/, '$1');
    return { host, port: Number(parts[2] ?? DEFAULT_PORT) };
  });
}

function parseSslMode(mode: string | undefined, ssl: string | undefined): SslMode {
  if (mode === undefined) return ssl === 'true' || ssl === '' ? 'verify-full' : 'prefer';
  const found = SSL_MODES.find((known) => known === mode);
  if (found === undefined) throw invalid(`Invalid sslmode value: ${mode}`);
  return found;
}

/** The driver's own form is PKCS#8 in DER; PEM is taken too. */
function privateKeyPem(path: string): string {
  const key = fs.readFileSync(path);
  if (key.includes('-----BEGIN')) return key.toString();
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }).toString();
}

const invalid = (message: string): TrinoError => new TrinoError('CONFIGURATION_INVALID', undefined, message);
