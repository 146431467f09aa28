import { outcome, request } from '../../rig/statementProtocol.ts';

/** One request with its headers, and what a real Trino answers; recorded by test/tools/recordRequestHeaders.ts. */
export interface RequestHeaderCase {
  readonly headers: Readonly<Record<string, string>>;
  readonly sql: string;
  /** The text of a refusal; `ERROR_NAME: message` of a failed query; or where nextUri points. */
  readonly answer: string;
}

/** `SERVER` stands for where the server listens, `STATEMENT` for what follows /v1/statement. */
export async function answerTo(base: string, { headers, sql }: Pick<RequestHeaderCase, 'headers' | 'sql'>): Promise<string> {
  const host = new URL(base).host;
  const forwarded = Object.keys(headers).some((name) => /forwarded/i.test(name));
  if (forwarded) {
    const first = await request('POST', `${base}/v1/statement`, headers, sql);
    const port = new URL(base).port;
    const shown = (first.body.nextUri ?? `${first.status} ${first.text}`).replace(/\/v1\/statement\/.*/, '/STATEMENT').replaceAll(host, 'SERVER');
    return shown.replaceAll(`:${port}`, ':PORT');
  }
  const { rows, last } = await outcome(base, sql, headers);
  if (last.status !== 200) return `${last.status} ${last.text.split('\n')[0]}`;
  const { error } = last.body;
  return error === undefined ? JSON.stringify(rows) : `${error.errorName}: ${error.message}`;
}
