/** A bare client of the statement protocol, for tools and benchmarks that talk to Lepton and to Trino alike. */
export interface ServerSession {
  readonly url: string;
  readonly catalog?: string;
  readonly schema?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export type WireValue = null | boolean | number | string | readonly WireValue[] | { readonly [key: string]: WireValue };
export type WireRow = readonly WireValue[];

export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly WireRow[];
}

interface StatementResponse {
  readonly nextUri?: string;
  readonly columns?: Answer['columns'];
  readonly data?: readonly WireRow[];
  readonly error?: { readonly errorName: string; readonly message: string };
}

const RETRIED = new Set([502, 503, 504]);
const RETRIES_MAX = 50;
const STATEMENT_MS_MAX = 600_000;

/** Pages of rows as they come. A failed statement throws, naming the statement. */
export async function* pages(
  session: ServerSession,
  sql: string,
): AsyncGenerator<{ readonly columns: Answer['columns'] | undefined; readonly rows: readonly WireRow[] }> {
  const headers: Record<string, string> = { 'X-Trino-User': 'lepton', 'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME,PATH' };
  if (session.catalog !== undefined) headers['X-Trino-Catalog'] = session.catalog;
  if (session.schema !== undefined) headers['X-Trino-Schema'] = session.schema;
  if (session.properties !== undefined) headers['X-Trino-Session'] = new URLSearchParams(session.properties).toString().replaceAll('&', ',');
  const signal = AbortSignal.timeout(STATEMENT_MS_MAX);
  let response = await answer(() => fetch(`${session.url}/v1/statement`, { method: 'POST', body: sql, headers, signal }));
  for (;;) {
    if (response.error !== undefined) throw new Error(`${response.error.errorName}: ${response.error.message}\n  in: ${sql.slice(0, 500)}`);
    if (response.columns !== undefined || response.data !== undefined) yield { columns: response.columns, rows: response.data ?? [] };
    const { nextUri } = response;
    if (nextUri === undefined) return;
    response = await answer(() => fetch(nextUri, { headers, signal }));
  }
}

export async function run(session: ServerSession, sql: string): Promise<Answer> {
  let columns: Answer['columns'] = [];
  const rows: WireRow[] = [];
  for await (const page of pages(session, sql)) {
    columns = page.columns ?? columns;
    for (const row of page.rows) rows.push(row);
  }
  return { columns, rows };
}

async function answer(request: () => Promise<Response>): Promise<StatementResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await request();
    if (response.ok) return statementResponse(await response.json());
    if (!RETRIED.has(response.status) || attempt >= RETRIES_MAX) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function statementResponse(value: unknown): StatementResponse {
  if (typeof value !== 'object' || value === null) throw new Error('the answer of the statement resource is not an object');
  return value;
}
