/** Raw requests of the statement protocol, one at a time, for tests that look at every header and token. */
export interface ProtocolPage {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ProtocolBody;
  readonly text: string;
}

export interface ProtocolBody {
  readonly id?: string;
  readonly nextUri?: string;
  readonly infoUri?: string;
  readonly partialCancelUri?: string;
  readonly columns?: readonly { readonly name: string; readonly type: string; readonly typeSignature: unknown }[];
  readonly data?: readonly (readonly unknown[])[] | { readonly encoding: string; readonly segments: readonly Segment[] };
  readonly stats?: { readonly state: string };
  readonly error?: {
    readonly errorName: string;
    readonly errorCode: number;
    readonly errorType: string;
    readonly message: string;
    readonly errorLocation?: { lineNumber: number; columnNumber: number };
  };
  readonly updateType?: string;
  readonly updateCount?: number;
  readonly warnings?: readonly unknown[];
}

export interface Segment {
  readonly type: 'inline' | 'spooled';
  readonly data?: string;
  readonly uri?: string;
  readonly ackUri?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly metadata: { readonly segmentSize: number; readonly uncompressedSize?: number; readonly rowsCount: number; readonly rowOffset: number };
}

export type RequestHeaders = Readonly<Record<string, string>>;

export async function request(method: string, url: string, headers: RequestHeaders = {}, body?: string): Promise<ProtocolPage> {
  const response = await fetch(url, { method, headers: { 'X-Trino-User': 'test', ...headers }, redirect: 'manual', ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: response.headers.get('content-type')?.startsWith('application/json') === true ? parse(text) : {},
  };
}

function parse(text: string): ProtocolBody {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? value : {};
}

/** Every page of a statement, the first one included. */
export async function allPages(base: string, sql: string, headers: RequestHeaders = {}): Promise<readonly ProtocolPage[]> {
  const pages = [await request('POST', `${base}/v1/statement`, headers, sql)];
  for (let next = pages[0]?.body.nextUri; next !== undefined; next = pages.at(-1)?.body.nextUri) pages.push(await request('GET', next, headers));
  return pages;
}

export interface Outcome {
  readonly rows: readonly (readonly unknown[])[];
  readonly last: ProtocolPage;
  readonly pages: readonly ProtocolPage[];
}

export async function outcome(base: string, sql: string, headers: RequestHeaders = {}): Promise<Outcome> {
  const pages = await allPages(base, sql, headers);
  const last = pages.at(-1);
  if (last === undefined) throw new Error('no page');
  const rows = pages.flatMap(({ body }): readonly (readonly unknown[])[] => (body.data !== undefined && 'length' in body.data ? body.data : []));
  return { rows, last, pages };
}
