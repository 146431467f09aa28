import type { IncomingHttpHeaders } from 'node:http';
import type { ResourceEstimates, Session } from '../../spi/session.ts';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';
import type { SystemSessionProperties } from '../query/sessionProperties.ts';
import { parseDataSizeBytes, parseDurationMs } from '../config/units.ts';
import { parseStatement } from '../sql/parser/parser.ts';
import { isTimeZone } from '../query/tasks/timeZone.ts';
import { TRANSACTIONS } from '../query/statementRunner.ts';
import { BadRequest } from './badRequest.ts';
import { decodeLatin, requestUser } from './requestUser.ts';

export interface RequestFacts {
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string | undefined;
  readonly queryId: string;
  readonly nowMs: number;
  readonly sessionProperties: SystemSessionProperties;
  readonly groupsOf: (user: string) => readonly string[];
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
  const user = requestUser(headers);
  const catalog = text('catalog');
  const schema = text('schema');
  if (catalog === undefined && schema !== undefined) throw badRequest('Schema is set but catalog is not');
  const properties = splitProperties(keyValues(text('session'), 'X-Trino-Session'));
  const prepared = preparedStatements(text('prepared-statement'));
  const roles = keyValues(text('role'), 'X-Trino-Role');
  for (const role of roles.values()) if (!/^(ALL|NONE|ROLE\{.*\})$/.test(role)) throw badHeader('X-Trino-Role');
  const capabilities = new Set(list(text('client-capabilities')).map((name) => name.toUpperCase()));
  const transaction = text('transaction-id');
  if (transaction !== undefined) capabilities.add(TRANSACTIONS);
  if (/^ROLE\{/.test(roles.get('system') ?? '')) throw new BadRequest(500, roleRefused(roles.get('system') ?? ''));
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
  attempt(() => checkImpersonation(user), undefined);
  attempt(() => checkPath(text('path')), undefined);
  const session: Session = {
    queryId: facts.queryId,
    user: user.name,
    originalUser: user.original,
    groups: facts.groupsOf(user.name),
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
    transactionId: transactionId(transaction),
    preparedStatements: prepared,
    enabledRoles: roles,
    extraCredentials: keyValues(text('extra-credential'), 'X-Trino-Extra-Credential', true),
    resourceEstimates: resourceEstimates(keyValues(text('resource-estimate'), 'X-Trino-Resource-Estimate')),
    systemProperties: attempt(() => facts.sessionProperties.decode(properties.system), new Map()),
    catalogProperties: properties.catalogs,
  };
  return { session, failure: failures[0] };
}

function transactionId(text: string | undefined): string | undefined {
  if (text === undefined || text.toUpperCase() === 'NONE') return undefined;
  if (!/^[0-9a-f]{1,8}(?:-[0-9a-f]{1,4}){3}-[0-9a-f]{1,12}$/i.test(text)) throw badRequest(`Invalid UUID string: ${text}`);
  return text.toLowerCase();
}

function list(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** `name=value,name=value`, names and values URL-encoded. */
function keyValues(text: string | undefined, header: string, nameMayBeEmpty = false): Map<string, string> {
  const values = new Map<string, string>();
  for (const item of list(text)) {
    const at = item.indexOf('=');
    if (at < 0 || (at === 0 && !nameMayBeEmpty) || item.includes('=', at + 1)) throw badHeader(header);
    values.set(urlDecode(item.slice(0, at).trim(), header), urlDecode(item.slice(at + 1).trim(), header));
  }
  return values;
}

const roleRefused = (role: string) => `io.trino.spi.security.AccessDeniedException: Access Denied: Cannot set role ${role.slice('ROLE{'.length, -1)}`;

function checkImpersonation({ name, original }: { name: string; original: string }): void {
  if (name !== original) throw new TrinoError('PERMISSION_DENIED', undefined, `Access Denied: User ${original} cannot impersonate user ${name}`);
}

/** The text of a path has the form that SET PATH takes. */
function checkPath(text: string | undefined): void {
  if (text === undefined) return;
  const before = 'SET PATH ';
  try {
    parseStatement(`${before}${text}`);
  } catch (error) {
    if (!(error instanceof TrinoError) || error.location === undefined) throw error;
    const { line, column } = error.location;
    const message = error.message.replace(/^line \d+:\d+: /, '');
    throw new TrinoError('SYNTAX_ERROR', { line, column: line === 1 ? column - before.length : column }, message, { cause: error });
  }
}

const badHeader = (header: string, why = '') => badRequest(`Invalid ${header} header${why === '' ? '' : `: ${why}`}`);

function urlDecode(text: string, header: string): string {
  const malformed = /%(?![0-9a-fA-F]{2})(.?)(.?)/.exec(text);
  if (malformed !== null) throw badHeader(header, `java.lang.IllegalArgumentException: ${malformedEscape(malformed[1] ?? '', malformed[2] ?? '')}`);
  // bytes that are no UTF-8 become U+FFFD, as in Java
  const bytes = Buffer.from(text.replaceAll('+', ' '), 'utf8').toString('latin1');
  return Buffer.from(
    bytes.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}

function malformedEscape(first: string, second: string): string {
  if (second === '') return 'URLDecoder: Incomplete trailing escape (%) pattern';
  const wrong = /[0-9a-fA-F]/.test(first) ? second : first;
  return `URLDecoder: Illegal hex characters in escape (%) pattern - not a hexadecimal digit: "${wrong}" = ${wrong.charCodeAt(0)}`;
}

/** Each must be a statement, as Trino demands before it looks at the query. */
function preparedStatements(text: string | undefined): Map<string, string> {
  const statements = keyValues(text, 'X-Trino-Prepared-Statement');
  for (const sql of statements.values()) {
    try {
      parseStatement(sql);
    } catch (error) {
      throw badHeader('X-Trino-Prepared-Statement', errorMessage(error));
    }
  }
  return statements;
}

function resourceEstimates(texts: ReadonlyMap<string, string>): ResourceEstimates {
  const duration = (text: string): number => parsed(text, parseDurationMs(text), `duration is not a valid data duration string: ${text}`);
  const size = (text: string): number => parsed(text, parseDataSizeBytes(text), `size is not a valid data size string: ${text}`);
  let estimates: ResourceEstimates = {};
  for (const [name, text] of texts) {
    switch (name.toUpperCase()) {
      case 'EXECUTION_TIME':
        estimates = { ...estimates, executionTimeMs: duration(text) };
        break;
      case 'CPU_TIME':
        estimates = { ...estimates, cpuTimeMs: duration(text) };
        break;
      case 'PEAK_MEMORY':
        estimates = { ...estimates, peakMemoryBytes: size(text) };
        break;
      default:
        throw badRequest(`Unsupported resource name ${name}`);
    }
  }
  return estimates;
}

function parsed(text: string, value: number | undefined, why: string): number {
  if (value === undefined) throw badRequest(`Unsupported format for resource estimate '${text}': java.lang.IllegalArgumentException: ${why}`);
  return value;
}

const badRequest = (message: string) => new BadRequest(400, `Error 400 Bad Request: ${message}`);

function splitProperties(all: ReadonlyMap<string, string>): { system: Map<string, string>; catalogs: Map<string, Map<string, string>> } {
  const system = new Map<string, string>();
  const catalogs = new Map<string, Map<string, string>>();
  for (const [name, value] of all) {
    const at = name.lastIndexOf('.');
    if (at < 0) {
      system.set(name, value);
      continue;
    }
    const catalog = name.slice(0, at);
    if (catalog === '' || at === name.length - 1) throw new BadRequest(400, 'Error 400 Bad Request: Invalid X-Trino-Session header');
    const properties = catalogs.get(catalog) ?? new Map<string, string>();
    catalogs.set(catalog, properties.set(name.slice(at + 1), value));
  }
  return { system, catalogs };
}

function checkedZone(zone: string): string {
  if (!isTimeZone(zone)) throw new TrinoError('NOT_SUPPORTED', undefined, `Time zone not supported: ${zone}`);
  return zone;
}
