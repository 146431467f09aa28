import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AwsClient } from 'aws4fetch';
import { errorMessage, TrinoError } from '../../../spi/trinoError.ts';
import type { S3Location } from '../../config/spoolingConfig.ts';
import type { DirectLink, SegmentStorage } from './segmentStorage.ts';

const REQUEST_MS_MAX = 60_000;
const RETRY_MS = 50;

/** Segments as objects of a bucket in any store that speaks S3. */
export class S3Storage implements SegmentStorage {
  readonly #location: S3Location;
  readonly #client: AwsClient;
  readonly #abort = new AbortController();

  constructor(location: S3Location) {
    const { accessKey, secretKey, sessionToken, region, retriesMax } = location;
    this.#location = location;
    this.#client = new AwsClient({
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      service: 's3',
      region,
      retries: retriesMax,
      initRetryMs: RETRY_MS,
    });
  }

  async write(name: string, data: Buffer, key: Buffer): Promise<void> {
    const headers = { ...this.#location.uploadHeaders, ...this.#encryption(key), 'content-length': String(data.length) };
    await this.#request('PUT', this.#url(name), headers, data);
  }

  async read(name: string, key: Buffer): Promise<Readable> {
    const { body } = await this.#request('GET', this.#url(name), this.#encryption(key));
    return body === null ? Readable.from([]) : Readable.fromWeb(body);
  }

  async remove(name: string): Promise<void> {
    await this.#request('DELETE', this.#url(name), {});
  }

  async directLink(name: string, key: Buffer, ttlMs: number): Promise<DirectLink> {
    const url = new URL(this.#url(name));
    url.searchParams.set('X-Amz-Expires', String(Math.max(1, Math.floor(ttlMs / 1_000))));
    const headers = this.#encryption(key);
    const signed = await this.#client.sign(url.toString(), { method: 'GET', headers, aws: { signQuery: true, allHeaders: true } });
    return { uri: signed.url, headers: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, [value]])) };
  }

  async prune(olderThanMs: number): Promise<number> {
    const expired: string[] = [];
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix: this.#location.prefix });
      if (token !== undefined) query.set('continuation-token', token);
      const text = await (await this.#request('GET', `${this.#location.bucketUrl}/?${query}`, {})).text();
      for (const [, content = ''] of text.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
        const key = unescaped(/<Key>([\s\S]*?)<\/Key>/.exec(content)?.[1] ?? '');
        const modified = Date.parse(/<LastModified>([^<]*)<\/LastModified>/.exec(content)?.[1] ?? '');
        // what others have put there is not ours to remove
        if (SEGMENT_NAME.test(key.slice(this.#location.prefix.length)) && modified < olderThanMs) expired.push(key);
      }
      token = unescaped(/<NextContinuationToken>([^<]*)</.exec(text)?.[1] ?? '') || undefined;
    } while (token !== undefined);
    for (const key of expired) await this.remove(key.slice(this.#location.prefix.length));
    return expired.length;
  }

  close(): Promise<void> {
    this.#abort.abort();
    return Promise.resolve();
  }

  #url(name: string): string {
    const key = `${this.#location.prefix}${name}`.split('/').map(encodeURIComponent).join('/');
    return `${this.#location.bucketUrl}/${key}`;
  }

  /** The store encrypts with the customer's key (SSE-C), and forgets it. */
  #encryption(key: Buffer): Record<string, string> {
    if (!this.#location.encryption) return {};
    return {
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
      'x-amz-server-side-encryption-customer-key': key.toString('base64'),
      'x-amz-server-side-encryption-customer-key-md5': createHash('md5').update(key).digest('base64'),
    };
  }

  async #request(method: string, url: string, headers: Record<string, string>, body?: Buffer): Promise<Response> {
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(REQUEST_MS_MAX)]);
    const what = `${method} ${new URL(url).origin}${new URL(url).pathname}`;
    let response: Response;
    try {
      response = await this.#client.fetch(url, {
        method,
        headers,
        signal,
        aws: { allHeaders: true },
        ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      });
    } catch (cause) {
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Spooled segments cannot be reached: ${what}: ${errorMessage(cause)}`, { cause });
    }
    if (response.ok) return response;
    const code = /<Code>([^<]*)<\/Code>/.exec(await response.text())?.[1];
    throw new TrinoError(
      'GENERIC_INTERNAL_ERROR',
      undefined,
      `The store of spooled segments answers ${response.status}${code === undefined ? '' : ` ${code}`} to ${what}`,
    );
  }
}

/** As the SegmentStore names them. */
const SEGMENT_NAME = /^[0-9a-f]{32}$/;

const unescaped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
