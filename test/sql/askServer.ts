import http from 'node:http';
import { type GoldenCase, type GoldenError, type GoldenSession, parseExact } from './goldenCase.ts';

export type Answer = Pick<GoldenCase, 'columns' | 'rows' | 'error' | 'updateType' | 'updateCount'>;

const CAPABILITIES = 'PATH,PARAMETRIC_DATETIME,SESSION_AUTHORIZATION';
const TIMEOUT_MS = 60_000;

/** Asks a server (Lepton or Trino) over the plain protocol, on connections that are kept. */
export class StatementAsker {
  readonly #base: URL;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

  constructor(url: string) {
    this.#base = new URL(url);
  }

  async ask(sql: string, session: GoldenSession): Promise<Answer> {
    const headers: Record<string, string> = {
      'X-Trino-User': 'golden',
      'X-Trino-Source': 'golden',
      'X-Trino-Time-Zone': session.tz ?? 'UTC',
      'X-Trino-Client-Capabilities': CAPABILITIES,
      'Content-Type': 'text/plain; charset=utf-8',
    };
    if (session.catalog !== undefined) headers['X-Trino-Catalog'] = session.catalog;
    if (session.schema !== undefined) headers['X-Trino-Schema'] = session.schema;
    if (session.session !== undefined) headers['X-Trino-Session'] = session.session;
    if (session.path !== undefined) headers['X-Trino-Path'] = session.path;
    let page = await this.#request('POST', '/v1/statement', headers, sql);
    const rows: unknown[][] = [];
    let columns: Answer['columns'];
    for (;;) {
      columns ??= page.columns?.map(({ name, type }) => ({ name, type }));
      if (page.data !== undefined) rows.push(...page.data);
      if (page.nextUri === undefined) break;
      const { pathname, search } = new URL(page.nextUri);
      page = await this.#request('GET', pathname + search, headers);
    }
    const done = {
      ...(page.updateType === undefined ? {} : { updateType: page.updateType }),
      ...(page.updateCount === undefined ? {} : { updateCount: page.updateCount }),
    };
    const shown = columns === undefined ? {} : { columns };
    return page.error === undefined ? { ...shown, rows, ...done } : { ...shown, error: page.error, ...done };
  }

  close(): void {
    this.#agent.destroy();
  }

  #request(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Page> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        { host: this.#base.hostname, port: this.#base.port, method, path, headers, agent: this.#agent, timeout: TIMEOUT_MS },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if (response.statusCode === 200) resolve(parsePage(text));
            else reject(new Error(`HTTP ${response.statusCode}: ${text.slice(0, 500)}`));
          });
        },
      );
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.end(body);
    });
  }
}

interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: unknown[][];
  readonly error?: GoldenError;
  readonly updateType?: string;
  readonly updateCount?: number;
}

function parsePage(text: string): Page {
  const value = parseExact(text);
  if (typeof value !== 'object' || value === null) throw new Error(`not a page: ${text.slice(0, 100)}`);
  return value;
}
