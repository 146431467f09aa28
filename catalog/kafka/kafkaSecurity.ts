import { readFileSync } from 'node:fs';
import type { ConnectorConfig, Logger } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { ISOLATION_LEVELS, type IsolationLevel, isIsolationLevel, type SaslOptions, type TlsOptions } from './wire/clusterOptions.ts';

/** What Kafka's own client properties say, of those that matter here. */
export interface ClientSettings {
  readonly tls?: TlsOptions;
  readonly sasl?: SaslOptions;
  readonly isolation: IsolationLevel;
  readonly clientId: string | undefined;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly recoveryTimeoutMs: number;
  readonly transactionTimeoutMs: number;
}

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
type Protocol = (typeof PROTOCOLS)[number];

/** What a file of `kafka.config.resources` may say; the rest is for Kafka's own client. */
const HEEDED: ReadonlySet<string> = new Set([
  'client.id',
  'default.api.timeout.ms',
  'isolation.level',
  'request.timeout.ms',
  'sasl.jaas.config',
  'sasl.mechanism',
  'security.protocol',
  'socket.connection.setup.timeout.ms',
  'ssl.endpoint.identification.algorithm',
  'ssl.key.password',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.keystore.type',
  'ssl.truststore.certificates',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'ssl.truststore.type',
  'transaction.timeout.ms',
]);
/** Brokers allow up to 15 minutes unless told otherwise. */
const TRANSACTION_TIMEOUT_MS = 600_000;

/** `kafka.security-protocol` and `kafka.ssl.*`, then the files of `kafka.config.resources`, which win. */
export function readClientSettings(config: ConnectorConfig, log: Logger): ClientSettings {
  const properties = new Map<string, string>();
  const protocol = config.oneOf('kafka.security-protocol', PROTOCOLS, 'PLAINTEXT');
  if (protocol !== 'PLAINTEXT' && protocol !== 'SSL') {
    throw invalid("Only PLAINTEXT and SSL security protocols are supported. See 'kafka.config.resources' if other security protocols are needed");
  }
  properties.set('security.protocol', protocol);
  readSslProperties(config, properties);
  for (const file of config.list('kafka.config.resources')) {
    for (const [key, value] of readPropertiesFile(file)) {
      properties.set(key, value);
      if (!HEEDED.has(key)) log.warn('a Kafka client property has no effect', { file, property: key });
    }
  }
  return clientSettings(properties);
}

function readSslProperties(config: ConnectorConfig, properties: Map<string, string>): void {
  for (const store of ['keystore', 'truststore'] as const) {
    const location = config.string(`kafka.ssl.${store}.location`);
    const password = config.string(`kafka.ssl.${store}.password`);
    const type = config.oneOf(`kafka.ssl.${store}.type`, ['JKS', 'PKCS12', 'PEM'], 'JKS');
    if (location === undefined) continue;
    if (password === undefined && type !== 'PEM') throw invalid(`kafka.ssl.${store}.password must be set when kafka.ssl.${store}.location is given`);
    properties.set(`ssl.${store}.location`, location);
    properties.set(`ssl.${store}.type`, type);
    if (password !== undefined) properties.set(`ssl.${store}.password`, password);
  }
  const keyPassword = config.string('kafka.ssl.key.password');
  if (keyPassword !== undefined) properties.set('ssl.key.password', keyPassword);
  const identification = config.oneOf('kafka.ssl.endpoint-identification-algorithm', ['HTTPS', 'DISABLED'], 'HTTPS');
  properties.set('ssl.endpoint.identification.algorithm', identification === 'HTTPS' ? 'https' : '');
}

function clientSettings(properties: ReadonlyMap<string, string>): ClientSettings {
  const named = properties.get('security.protocol')?.toUpperCase() ?? 'PLAINTEXT';
  const protocol: Protocol | undefined = PROTOCOLS.find((p) => p === named);
  if (protocol === undefined) throw invalid(`security.protocol '${named}': expected one of ${PROTOCOLS.join(', ')}`);
  const isolation = properties.get('isolation.level') ?? 'read_uncommitted';
  if (!isIsolationLevel(isolation)) throw invalid(`isolation.level '${isolation}': expected ${ISOLATION_LEVELS.join(' or ')}`);
  return {
    ...(protocol.endsWith('SSL') ? { tls: tlsOptions(properties) } : {}),
    ...(protocol.startsWith('SASL') ? { sasl: saslOptions(properties) } : {}),
    isolation,
    clientId: properties.get('client.id'),
    requestTimeoutMs: milliseconds(properties, 'request.timeout.ms', 30_000),
    connectTimeoutMs: milliseconds(properties, 'socket.connection.setup.timeout.ms', 10_000),
    recoveryTimeoutMs: milliseconds(properties, 'default.api.timeout.ms', 60_000),
    transactionTimeoutMs: milliseconds(properties, 'transaction.timeout.ms', TRANSACTION_TIMEOUT_MS),
  };
}

function milliseconds(properties: ReadonlyMap<string, string>, key: string, fallback: number): number {
  const text = properties.get(key);
  if (text === undefined) return fallback;
  if (!/^[0-9]{1,9}$/.test(text)) throw invalid(`${key} '${text}': expected a number of milliseconds`);
  return Number(text);
}

function tlsOptions(properties: ReadonlyMap<string, string>): TlsOptions {
  const ca = pem(properties, 'truststore');
  const own = pem(properties, 'keystore');
  const passphrase = properties.get('ssl.key.password') ?? properties.get('ssl.keystore.password');
  return {
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(own === undefined ? {} : { cert: own, key: own }),
    ...(own === undefined || passphrase === undefined ? {} : { passphrase }),
    checkServerIdentity: properties.get('ssl.endpoint.identification.algorithm') !== '',
  };
}

function pem(properties: ReadonlyMap<string, string>, store: 'keystore' | 'truststore'): string | undefined {
  const inline =
    store === 'truststore'
      ? properties.get('ssl.truststore.certificates')
      : joined(properties.get('ssl.keystore.key'), properties.get('ssl.keystore.certificate.chain'));
  if (inline !== undefined) return inline;
  const location = properties.get(`ssl.${store}.location`);
  if (location === undefined) return undefined;
  const content = readFile(location);
  if (content.includes('-----BEGIN')) return content.toString('utf8');
  throw invalid(
    `ssl.${store}.location: ${location} is not in PEM form. Convert it (keytool -importkeystore … -deststoretype PKCS12; openssl pkcs12 -in … -nodes) and set ssl.${store}.type to PEM`,
  );
}

function joined(key: string | undefined, chain: string | undefined): string | undefined {
  return key === undefined || chain === undefined ? undefined : `${key}\n${chain}`;
}

function saslOptions(properties: ReadonlyMap<string, string>): SaslOptions {
  const mechanism = properties.get('sasl.mechanism') ?? 'GSSAPI';
  const jaas = properties.get('sasl.jaas.config') ?? '';
  const option = (name: string): string | undefined =>
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`)
      .exec(jaas)
      ?.slice(1)
      .find((v) => v !== undefined)
      ?.replace(/\\(.)/g, '$1');
  switch (mechanism) {
    case 'PLAIN':
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512': {
      const username = option('username');
      const password = option('password');
      if (username === undefined || password === undefined)
        throw invalid(`sasl.jaas.config: expected a login module with username="…" and password="…" for ${mechanism}`);
      return { mechanism, username, password };
    }
    case 'OAUTHBEARER': {
      const token = option('token');
      if (token === undefined) throw invalid('sasl.jaas.config: expected token="…" (a bearer token) for OAUTHBEARER');
      return { mechanism, token };
    }
    default:
      throw invalid(`sasl.mechanism '${mechanism}' is not supported: expected PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER`);
  }
}

/** Java's properties syntax: continued lines, escapes, `=` or `:` or a blank between key and value. */
function readPropertiesFile(file: string): Map<string, string> {
  const found = new Map<string, string>();
  const lines = readFile(file)
    .toString('utf8')
    .replace(/\\\r?\n[ \t]*/g, '')
    .split(/\r?\n/);
  for (const line of lines) {
    if (/^\s*(?:[#!].*)?$/.test(line)) continue;
    const m = /^\s*((?:[^\s:=\\]|\\.)+)\s*[:=]?\s*(.*)$/.exec(line);
    if (m !== null) found.set(unescape(m[1] ?? ''), unescape(m[2] ?? ''));
  }
  return found;
}

function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escape: string) => {
    if (escape.length === 5) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return { n: '\n', t: '\t', r: '\r', f: '\f' }[escape] ?? escape;
  });
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new TrinoError('CONFIGURATION_INVALID', undefined, `file does not exist: ${file}`, { cause });
  }
}

function invalid(message: string): TrinoError {
  return new TrinoError('CONFIGURATION_INVALID', undefined, message);
}
