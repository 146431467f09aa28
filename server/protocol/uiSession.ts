import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const COOKIE = 'Trino-UI-Token';
const ATTRIBUTES = 'Version=1;Path=/ui';

/** Who is signed in to /ui: a signed cookie, as Trino's page has it. */
export class UiSessions {
  readonly #secret: Buffer;
  readonly #now: () => number;
  readonly #timeoutMs: number;
  /** With web-ui.authentication.type=fixed everybody is this user. */
  readonly #fixedUser: string | undefined;

  constructor(options: { readonly secret: Buffer; readonly now: () => number; readonly timeoutMs: number; readonly fixedUser: string | undefined }) {
    this.#secret = options.secret;
    this.#now = options.now;
    this.#timeoutMs = options.timeoutMs;
    this.#fixedUser = options.fixedUser;
  }

  /** The value of Set-Cookie that signs the user in. */
  cookieFor(user: string): string {
    const expires = Math.floor((this.#now() + this.#timeoutMs) / 1_000);
    const signed = `${encoded({ alg: 'HS256' })}.${encoded({ sub: user, exp: expires, aud: ['trino-ui'] })}`;
    return `${COOKIE}=${signed}.${this.#signature(signed)};${ATTRIBUTES};HttpOnly`;
  }

  get endOfSession(): string {
    return `${COOKIE}=delete;${ATTRIBUTES};Max-Age=0;HttpOnly`;
  }

  user(headers: IncomingHttpHeaders): string | undefined {
    if (this.#fixedUser !== undefined) return this.#fixedUser;
    const token = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(headers.cookie ?? '')?.[1];
    if (token === undefined) return undefined;
    const at = token.lastIndexOf('.');
    const given = Buffer.from(token.slice(at + 1));
    const expected = Buffer.from(this.#signature(token.slice(0, at)));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const claims: unknown = JSON.parse(Buffer.from(token.slice(token.indexOf('.') + 1, at), 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('sub' in claims) || !('exp' in claims)) return undefined;
    return typeof claims.sub === 'string' && typeof claims.exp === 'number' && claims.exp * 1_000 > this.#now() ? claims.sub : undefined;
  }

  #signature(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url');
  }
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
