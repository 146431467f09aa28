import http from 'node:http';

export interface RawAnswer {
  readonly requests: number;
  readonly bytes: number;
}

const HEADERS = { 'X-Trino-User': 'bench', 'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME' };
/** Trino writes nextUri before the data. */
const HEAD_BYTES = 8_192;
const SEGMENT_URI = /"uri":"([^"]+)"/g;
const NEXT_URI = /"nextUri":"([^"]+)"/;

/** Reads answers without parsing their rows, over one kept connection. */
export class RawReader {
  readonly #url: string;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  readonly #headers: Readonly<Record<string, string>>;

  /** `encoding`: what the rows are asked for as; their spooled segments are then downloaded too. */
  constructor(url: string, encoding?: string) {
    this.#url = url;
    this.#headers = encoding === undefined ? HEADERS : { ...HEADERS, 'X-Trino-Query-Data-Encoding': encoding };
  }

  async run(sql: string): Promise<RawAnswer> {
    let [requests, bytes] = [0, 0];
    let next: string | undefined = `${this.#url}/v1/statement`;
    let body: string | undefined = sql;
    while (next !== undefined) {
      const answer: Buffer = await this.#request(next, body);
      const head: string = answer.toString('latin1', 0, HEAD_BYTES);
      body = undefined;
      requests++;
      bytes += answer.length;
      if (this.#headers !== HEADERS) bytes += await this.#segments(answer.toString('latin1'));
      next = NEXT_URI.exec(head)?.[1] ?? (answer.length > HEAD_BYTES ? NEXT_URI.exec(answer.toString('latin1', answer.length - HEAD_BYTES))?.[1] : undefined);
      if (next === undefined && answer.includes('"error":{')) throw new Error(`${sql}: ${answer.toString('utf8').slice(0, 2_000)}`);
    }
    return { requests, bytes };
  }

  async #segments(page: string): Promise<number> {
    let bytes = 0;
    for (const [, uri = ''] of page.matchAll(SEGMENT_URI)) bytes += (await this.#request(uri, undefined)).length;
    return bytes;
  }

  close(): void {
    this.#agent.destroy();
  }

  #request(url: string, body: string | undefined): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const request = http.request(url, { agent: this.#agent, method: body === undefined ? 'GET' : 'POST', headers: this.#headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks);
          if (response.statusCode === 200) resolve(answer);
          else reject(new Error(`${url}: HTTP ${response.statusCode}: ${answer.toString('utf8')}`));
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}
