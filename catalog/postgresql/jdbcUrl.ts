import { createPrivateKey } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
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
  /** A certificate with its key in one PKCS#12 file, base64. */
  readonly sslStore?: { readonly bytes: string; readonly passphrase: string };
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs?: number;
  readonly applicationName: string;
  readonly currentSchema?: string;
  readonly options?: string;
  readonly readOnly?: boolean;
  /** The hosts are tried in another order each time. */
  readonly loadBalanceHosts?: boolean;
}

const PREFIX = 'jdbc:postgresql:';
const DEFAULT_PORT = 5432;
const DEFAULT_CONNECT_TIMEOUT_SECONDS = 10;

/** Reads the URL of PostgreSQL's JDBC driver: `jdbc:postgresql://host:port,host2/database?sslmode=require`. */
export function parseJdbcUrl(url: string): ConnectParameters {
  const parts = /^(?:\/\/([^/?]*)\/?)?\/?([^?]*)(?:\?(.*))?$/.exec(url.slice(PREFIX.length));
  if (parts === null || !url.startsWith(PREFIX)) throw invalid('Invalid JDBC URL for PostgreSQL connector');
  const [, authority = '', databasePart = '', query = ''] = parts;
  const database = decodeURIComponent(databasePart);
  const parameters = new URLSearchParams(query);
  const text = (key: string): string | undefined => parameters.get(key) ?? undefined;
  refuseUnsupported(parameters);
  const sslMode = parseSslMode(text('sslmode'), text('ssl'));
  const connectTimeoutMs = 1000 * Number(text('connectTimeout') ?? text('loginTimeout') ?? DEFAULT_CONNECT_TIMEOUT_SECONDS);
  const currentSchema = text('currentSchema');
  const options = text('options');
  const statementTimeoutMs = 1000 * Number(text('queryTimeout') ?? 0);
  return {
    hosts: parseHosts(authority),
    database: database === '' ? undefined : database,
    user: text('user'),
    password: text('password'),
    sslMode,
    ...sslFiles(sslMode, text),
    connectTimeoutMs,
    applicationName: text('ApplicationName') ?? 'Lepton',
    ...(statementTimeoutMs > 0 ? { statementTimeoutMs } : {}),
    ...(currentSchema === undefined ? {} : { currentSchema }),
    ...(options === undefined ? {} : { options }),
    ...(text('readOnly') === 'true' ? { readOnly: true } : {}),
    ...(text('loadBalanceHosts') === 'true' ? { loadBalanceHosts: true } : {}),
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

const SYSTEM_CERTIFICATES = 'org.postgresql.ssl.DefaultJavaSSLFactory';
const NO_VERIFICATION = 'org.postgresql.ssl.NonValidatingFactory';

/** Parameters of the driver that would change what a statement does, or whom it reaches, with the values that change nothing. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  authenticationPluginClassName: [],
  autosave: ['never'],
  gssEncMode: ['disable', 'allow', 'prefer'],
  hostnameverifier: ['', 'sslhostnameverifier'],
  localSocketAddress: [],
  preferQueryMode: ['extended'],
  replication: ['false'],
  requireAuth: [],
  service: [],
  socketFactory: [],
  sslfactory: [SYSTEM_CERTIFICATES, NO_VERIFICATION, 'org.postgresql.ssl.LibPQFactory'],
  sslhostnameverifier: [],
  sslnegotiation: ['postgres'],
  sslpasswordcallback: [],
  stringtype: ['varchar'],
  targetServerType: ['any'],
};

function refuseUnsupported(parameters: URLSearchParams): void {
  for (const [key, harmless] of Object.entries(UNSUPPORTED)) {
    const value = parameters.get(key);
    if (value !== null && !harmless.includes(value)) throw invalid(`The parameter ${key}=${value} of the connection URL is not supported`);
  }
}

type SslFiles = Pick<ConnectParameters, 'sslRootCertificate' | 'sslCertificate' | 'sslKey' | 'sslStore'>;

/** The driver looks below ~/.postgresql when the URL names no file. */
function sslFiles(mode: SslMode, text: (key: string) => string | undefined): SslFiles {
  if (mode === 'disable') return {};
  const verified = mode === 'verify-ca' || mode === 'verify-full';
  const trustsSystem = text('sslfactory') === SYSTEM_CERTIFICATES;
  const root = text('sslrootcert') ?? path.join(HOME_FOLDER, 'root.crt');
  const sslRootCertificate = verified && !trustsSystem ? readRootCertificate(root) : undefined;
  const certificate = text('sslcert') ?? existing(path.join(HOME_FOLDER, 'postgresql.crt'));
  const key = text('sslkey') ?? existing(path.join(HOME_FOLDER, 'postgresql.pk8'));
  const passphrase = text('sslpassword') ?? '';
  const trusted = sslRootCertificate === undefined ? {} : { sslRootCertificate };
  if (key !== undefined && /\.(p12|pfx)$/i.test(key)) return { ...trusted, sslStore: { bytes: fs.readFileSync(key).toString('base64'), passphrase } };
  if (certificate === undefined || key === undefined) return trusted;
  return { ...trusted, sslCertificate: fs.readFileSync(certificate, 'utf8'), sslKey: privateKeyPem(key, passphrase) };
}

const HOME_FOLDER = path.join(os.homedir(), '.postgresql');

const existing = (file: string): string | undefined => (fs.existsSync(file) ? file : undefined);

function readRootCertificate(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    throw invalid(`Could not open SSL root certificate file ${file}.`);
  }
}

/** The driver's own form is PKCS#8 in DER; PEM is taken too. */
function privateKeyPem(file: string, passphrase: string): string {
  const key = fs.readFileSync(file);
  const format = key.includes('-----BEGIN') ? ({ format: 'pem' } as const) : ({ format: 'der', type: 'pkcs8' } as const);
  try {
    return createPrivateKey({ key, ...format, passphrase })
      .export({ format: 'pem', type: 'pkcs8' })
      .toString();
  } catch (error) {
    throw invalid(`Could not read SSL key file ${file}: ${errorMessage(error)}`);
  }
}

const invalid = (message: string): TrinoError => new TrinoError('CONFIGURATION_INVALID', undefined, message);
