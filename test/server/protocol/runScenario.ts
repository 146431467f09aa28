import { decoded, type Headers, type RawAnswer, type RequestStep, type Scenario, send, type StatementStep } from './exchange.ts';
import {
  anonymous,
  anonymousJson,
  isObject,
  type Json,
  type JsonObject,
  normalizedError,
  normalizedHeaders,
  normalizedRows,
  normalizedStats,
  segmentRows,
} from './normalized.ts';

const POLLS_MAX = 200;
const USER: Headers = { 'X-Trino-User': 'test' };

/** What a server answers to each step of a scenario, in a form that two servers can be compared by. */
export async function runScenario(base: string, { steps }: Scenario): Promise<readonly Json[]> {
  const told = new Map<string, string>();
  const answers: Json[] = [];
  for (const step of steps) answers.push(step.kind === 'request' ? await runRequest(base, step, told) : await runStatement(base, step, told));
  return answers;
}

const filled = (text: string, told: ReadonlyMap<string, string>): string => text.replaceAll(/\{(\w+)\}/g, (all, name: string) => told.get(name) ?? all);

function filledHeaders(headers: Headers | undefined, told: ReadonlyMap<string, string>): Headers {
  const all = Object.entries({ ...USER, ...headers }).filter(([, value]) => value !== '-');
  return Object.fromEntries(all.map(([name, value]) => [name, filled(value, told)]));
}

async function runRequest(base: string, step: RequestStep, told: Map<string, string>): Promise<JsonObject> {
  const headers = filledHeaders(step.headers, told);
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    const answer = await send(base, step.method, filled(step.path, told), headers, step.body);
    const page = await pageOf(answer);
    remember(page, answer, told);
    const next = told.get('next');
    if (step.until === undefined || next === undefined || (next.includes('/executing/') && step.path !== '/v1/statement'))
      return await requestAnswer(answer, page);
  }
  throw new Error(`${step.path} does not come to its stage`);
}

function remember(page: JsonObject | undefined, { headers }: RawAnswer, told: Map<string, string>): void {
  const keep = (name: string, value: Json | undefined): void => {
    if (typeof value === 'string') told.set(name, value);
  };
  const transaction = headers['x-trino-started-transaction-id'];
  keep('transaction', transaction);
  if (page === undefined) return;
  const before = told.get('next');
  if (before !== undefined) told.set('previous', before);
  keep('next', page.nextUri);
  keep('partial', page.partialCancelUri);
  keep('id', page.id);
}

async function pageOf(answer: RawAnswer): Promise<JsonObject | undefined> {
  if (answer.headers['content-type'] !== 'application/json' || answer.body.length === 0) return undefined;
  const value: Json = JSON.parse((await decoded(answer)).toString('utf8'));
  return isObject(value) ? value : undefined;
}

async function requestAnswer(answer: RawAnswer, page: JsonObject | undefined): Promise<JsonObject> {
  const head = { status: answer.status, headers: normalizedHeaders(answer) };
  if (page === undefined) return { ...head, body: anonymous((await decoded(answer)).toString('utf8')) };
  return page.stats === undefined ? { ...head, keys: Object.keys(page).toSorted() } : { ...head, page: normalizedPage(page) };
}

/** Whether rows are on a page that was asked for alone is a matter of time. */
function normalizedPage({ stats, error, data: _, ...rest }: JsonObject): JsonObject {
  return {
    ...anonymousJson(rest),
    stats: isObject(stats) ? { keys: normalizedStats(stats), ...(error === undefined ? {} : { state: stats.state ?? null }) } : null,
    ...(isObject(error) ? { error: normalizedError(error) } : {}),
  };
}

interface Statement {
  readonly columns: Set<string>;
  readonly rows: Json[];
  readonly keys: { readonly queued: Set<string>; readonly executing: Set<string> };
  readonly nextUris: Set<string>;
  readonly headers: Set<string>;
  readonly segments: { readonly encodings: Set<string>; readonly inline: Set<string>; readonly spooled: Set<string> };
}

async function runStatement(base: string, step: StatementStep, told: Map<string, string>): Promise<JsonObject> {
  const headers = filledHeaders(step.headers, told);
  const seen: Statement = {
    columns: new Set(),
    rows: [],
    keys: { queued: new Set(), executing: new Set() },
    nextUris: new Set(),
    headers: new Set(),
    segments: { encodings: new Set(), inline: new Set(), spooled: new Set() },
  };
  let answer = await send(base, 'POST', '/v1/statement', headers, step.sql);
  const first = await pageOf(answer);
  if (first === undefined) return await requestAnswer(answer, first);
  let executing = false;
  let page = first;
  for (;;) {
    remember(page, answer, told);
    await look(page, executing, seen);
    if (typeof page.nextUri !== 'string') break;
    seen.headers.add(JSON.stringify(normalizedHeaders(answer)));
    executing = page.nextUri.includes('/executing/');
    answer = await send(base, 'GET', page.nextUri, headers);
    const next = await pageOf(answer);
    if (next === undefined) throw new Error(`no page: ${answer.status} ${answer.body.toString('utf8')}`);
    page = next;
  }
  return summary(seen, answer, page, step.unordered === true);
}

async function look(page: JsonObject, executing: boolean, seen: Statement): Promise<void> {
  for (const key of Object.keys(page)) if (key !== 'nextUri' && key !== 'partialCancelUri') seen.keys[executing ? 'executing' : 'queued'].add(key);
  if (page.columns !== undefined) seen.columns.add(JSON.stringify(page.columns));
  if (typeof page.nextUri === 'string') seen.nextUris.add(anonymous(page.nextUri).replace(/\d+$/, '<token>'));
  const { data } = page;
  if (Array.isArray(data)) for (const row of data as readonly Json[]) seen.rows.push(row);
  else if (isObject(data)) await lookIntoSegments(data, seen);
}

async function lookIntoSegments(data: JsonObject, { segments, rows }: Statement): Promise<void> {
  const encoding = String(data.encoding);
  segments.encodings.add(`${encoding}: ${Object.keys(data).toSorted().join()}`);
  for (const segment of Array.isArray(data.segments) ? (data.segments as readonly Json[]) : []) {
    if (!isObject(segment) || !isObject(segment.metadata)) throw new Error('a segment without metadata');
    const size = segment.metadata.uncompressedSize;
    const inline = segment.type === 'inline';
    const keys = [...Object.keys(segment), ...Object.keys(segment.metadata).map((key) => `metadata.${key}`)].toSorted();
    segments[inline ? 'inline' : 'spooled'].add(keys.join(' '));
    const bytes = inline ? Buffer.from(String(segment.data), 'base64') : (await send(String(segment.uri), 'GET', '', {})).body;
    if (typeof segment.ackUri === 'string') await send(segment.ackUri, 'GET', '', {});
    rows.push(...(await segmentRows(bytes, encoding, typeof size === 'number' ? size : undefined)));
  }
}

function successful(seen: Statement, unordered: boolean): JsonObject {
  return {
    nextUris: [...seen.nextUris].toSorted(),
    keys: { queued: [...seen.keys.queued].toSorted(), executing: [...seen.keys.executing].toSorted() },
    columns: [...seen.columns].map((text): Json => JSON.parse(text)),
    rows: normalizedRows(seen.rows, unordered),
  };
}

/** Whether a failure is told by a queued or by an executing page, and after which columns, is a matter of time. */
function withoutRace({ columns: _columns, updateType: _updateType, ...rest }: JsonObject): JsonObject {
  const { stats } = rest;
  if (!isObject(stats)) return rest;
  const { rootStage: _rootStage, ...flat } = stats;
  return { ...rest, stats: flat };
}

function summary(seen: Statement, last: RawAnswer, page: JsonObject, unordered: boolean): JsonObject {
  const { segments } = seen;
  return {
    status: last.status,
    headers: normalizedHeaders(last),
    earlierHeaders: [...seen.headers].toSorted().map((text): Json => JSON.parse(text)),
    ...(isObject(page.error) ? {} : successful(seen, unordered)),
    ...(segments.encodings.size === 0
      ? {}
      : { encodings: [...segments.encodings], inlineSegments: [...segments.inline].toSorted(), spooledSegments: [...segments.spooled].toSorted() }),
    last: normalizedPage(isObject(page.error) ? withoutRace(page) : page),
  };
}
