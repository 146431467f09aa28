import type { IncomingHttpHeaders } from 'node:http';
import type { Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { systemProperties } from '../query/sessionProperties.ts';
import { isTimeZone } from '../query/tasks/timeZone.ts';
import { TRANSACTIONS } from '../query/statementRunner.ts';
import { BadRequest } from './badRequest.ts';

export interface RequestFacts {
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string | undefined;
  readonly queryId: string;
  readonly nowMs: number;
}

/** A session, and why its query must fail at once if what the client sent cannot be used. */
export interface RequestedSession {
  readonly session: Session;
  readonly failure: unknown;
}

const OWN_TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Reads the X-Trino-* headers. What Trino answers with a status of its own is raised as BadRequest. */
export function requestedSession(facts: RequestFacts): RequestedSession {
  const { headers } = facts;
  const text = (name: string): string | undefined => {
    const value = headers[`x-trino-${name}`];
    const joined = Array.isArray(value) ? value.join(',') : value;
    return joined === undefined || joined.trim() === '' ? undefined : decodeLatin(joined.trim());
  };
  const user = authenticatedUser(headers, text('user'), text('original-user'));
  const catalog = text('catalog');
  const schema = text('schema');
  if (catalog === undefined && schema !== undefined) throw new BadRequest(400, 'Schema is set but catalog is not');
  const properties = splitProperties(keyValues(text('session'), 'X-Trino-Session', true));
  const prepared = keyValues(text('prepared-statement'), 'X-Trino-Prepared-Statement', true);
  const roles = keyValues(text('role'), 'X-Trino-Role', true);
  keyValues(text('resource-estimate'), 'X-Trino-Resource-Estimate', true);
  for (const role of roles.values()) if (!/^(ALL|NONE|ROLE\{.*\})$/.test(role)) throw new BadRequest(400, 'Invalid X-Trino-Role header');
  const capabilities = new Set(list(text('client-capabilities')).map((name) => name.toUpperCase()));
  const transaction = text('transaction-id');
  if (transaction !== undefined) capabilities.add(TRANSACTIONS);
  const failures: unknown[] = [];
  const attempt = <T>(make: () => T, fallback: T): T => {
    try {
      return make();
    } catch (failure) {
      failures.push(failure);
      return fallback;
    }
  };
  const zone = properties.system.get('time_zone_id') ?? text('time-zone') ?? OWN_TIME_ZONE;
  const session: Session = {
    queryId: facts.queryId,
    user: user.name,
    originalUser: user.original,
    source: text('source'),
    catalog: catalog?.toLowerCase(),
    schema: schema?.toLowerCase(),
    path: text('path'),
    timeZone: attempt(() => checkedZone(zone), 'UTC'),
    language: text('language') ?? 'en-US',
    clientInfo: text('client-info'),
    clientTags: list(text('client-tags')),
    clientCapabilities: capabilities,
    traceToken: text('trace-token'),
    remoteAddress: facts.remoteAddress,
    userAgent: headers['user-agent'],
    startMicros: BigInt(Math.floor(facts.nowMs)) * 1000n,
    transactionId: transaction === undefined || transaction.toUpperCase() === 'NONE' ? undefined : transaction,
    preparedStatements: prepared,
    enabledRoles: roles,
    extraCredentials: keyValues(text('extra-credential'), 'X-Trino-Extra-Credential', true),
    systemProperties: attempt(() => systemProperties(properties.system), new Map()),
    catalogProperties: properties.catalogs,
  };
  return { session, failure: failures[0] };
}

/** Node gives header bytes as Latin-1; clients send UTF-8. */
function decodeLatin(text: string): string {
  return /[\u0080-\u00ff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

function authenticatedUser(headers: IncomingHttpHeaders, user: string | undefined, original: string | undefined): { name: string; original: string } {
  const authorization = headers.authorization;
  let basic: string | undefined;
  if (authorization?.startsWith('Basic ') === true) {
    const [name = '', ...password] = Buffer.from(authorization.slice(6), 'base64').toString('utf8').split(':');
    if (password.join(':') !== '') throw new BadRequest(401, 'Password not allowed for insecure authentication');
    basic = name === '' ? undefined : name;
  }
  const principal = original ?? basic ?? user;
  if (principal === undefined) throw new BadRequest(401, 'Basic authentication or X-Trino-Original-User or X-Trino-User must be sent');
  return { name: user ?? principal, original: principal };
}

function list(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** `name=value,name=value`, values URL-encoded. */
function keyValues(text: string | undefined, header: string, encoded: boolean): Map<string, string> {
  const values = new Map<string, string>();
  for (const item of list(text)) {
    const at = item.indexOf('=');
    if (at <= 0) throw new BadRequest(400, `Invalid ${header} header`);
    values.set(urlDecode(item.slice(0, at).trim(), encoded, header), urlDecode(item.slice(at + 1).trim(), encoded, header));
  }
  return values;
}

function urlDecode(text: string, encoded: boolean, header: string): string {
  if (!encoded) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new BadRequest(400, `Invalid ${header} header`); // a URIError has nothing to add
  }
}

function splitProperties(all: ReadonlyMap<string, string>): { system: Map<string, string>; catalogs: Map<string, Map<string, string>> } {
  const system = new Map<string, string>();
  const catalogs = new Map<string, Map<string, string>>();
  for (const [name, value] of all) {
    const at = name.indexOf('.');
    if (at < 0) {
      system.set(name, value);
      continue;
    }
    const catalog = name.slice(0, at);
    const properties = catalogs.get(catalog) ?? new Map<string, string>();
    catalogs.set(catalog, properties.set(name.slice(at + 1), value));
  }
  return { system, catalogs };
}

function checkedZone(zone: string): string {
  if (!isTimeZone(zone)) throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Time zone not supported: ${zone}`);
  return zone;
}
