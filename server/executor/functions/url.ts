import { TrinoError } from '../../../spi/trinoError.ts';
import type { ScalarImplementation, ScalarImplementations } from './implementation.ts';
import { scripted } from './text/string.ts';

/** RFC 2396, as java.net.URI reads it: what does not match is no URL and gives NULL. */
const URI = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const FORBIDDEN = /[\s"<>\\^`{|}\p{Cc}\p{Z}]|%(?![0-9A-Fa-f]{2})/u;
const IPV6_AUTHORITY = /^(?:[^@[\]]*@)?\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?\](?::\d*)?$/;

interface UrlParts {
  readonly protocol: string | undefined;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

function parse(url: string): UrlParts | undefined {
  const match = FORBIDDEN.test(url) ? null : URI.exec(url);
  if (match === null) return undefined;
  const [, protocol, authority, path = '', query, fragment] = match;
  const parts = { protocol, authority, path, query, fragment };
  return isWellFormed(parts) ? parts : undefined;
}

/** What java.net.URI refuses although the parts can be told from each other. */
function isWellFormed(parts: UrlParts): boolean {
  const { protocol, authority, path, query, fragment } = parts;
  if (protocol === undefined && authority === undefined && /^[^/]*:/.test(path)) return false;
  if (authority === '' && path === '' && query === undefined && fragment === undefined) return false;
  if (protocol !== undefined && authority === undefined && path === '' && query === undefined) return false;
  if (authority !== undefined && /[[\]]/.test(authority) && !IPV6_AUTHORITY.test(authority)) return false;
  return isOpaque(parts) || !/[[\]]/.test(path);
}

const part = (read: (parts: UrlParts) => string | bigint | null | undefined): ScalarImplementation =>
  scripted(false, (url) => {
    const parts = parse(String(url));
    return parts === undefined ? null : (read(parts) ?? null);
  });

const SERVER = /^(?:[^@]*@)?(\[[^\]]*\]|[A-Za-z0-9.-]*)(?::(\d*))?$/;

/** URI.getPath() and its like give the decoded text; a malformed sequence becomes U+FFFD. */
const decoded = (text: string | undefined): string | undefined =>
  text?.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escaped) => Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8'));

const isOpaque = ({ protocol, authority, path }: UrlParts): boolean => protocol !== undefined && authority === undefined && !path.startsWith('/');

const parameter = scripted(false, (url, name) => {
  const parts = parse(String(url));
  const query = parts?.query;
  if (query === undefined || (parts !== undefined && isOpaque(parts))) return null;
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const key = at < 0 ? pair : pair.slice(0, at);
    if (decoded(key.replaceAll('+', ' ')) === name) return at < 0 ? '' : (decoded(pair.slice(at + 1).replaceAll('+', ' ')) ?? '');
  }
  return null;
});

const decode = scripted(true, (value) => {
  const text = String(value).replaceAll('+', ' ');
  const wrong = /%(?![0-9A-Fa-f]{2})(.?)(.?)/su.exec(text);
  if (wrong !== null) {
    const [, first = '', second = ''] = wrong;
    if (first === '' || second === '') throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'URLDecoder: Incomplete trailing escape (%) pattern');
    const bad = /[0-9A-Fa-f]/.test(first) ? second : first;
    throw new TrinoError(
      'INVALID_FUNCTION_ARGUMENT',
      undefined,
      `URLDecoder: Illegal hex characters in escape (%) pattern - not a hexadecimal digit: "${bad}" = ${bad.codePointAt(0)}`,
    );
  }
  return decoded(text) ?? '';
});

const encode = scripted(false, (value) =>
  [...Buffer.from(String(value), 'utf8')]
    .map((byte) => {
      const c = String.fromCharCode(byte);
      if (/[A-Za-z0-9*_.-]/.test(c)) return c;
      return c === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join(''),
);

export const urlFunctions: ScalarImplementations = {
  url_extract_protocol: part(({ protocol }) => protocol ?? ''),
  url_extract_host: part(({ authority }) => SERVER.exec(authority ?? '')?.[1] ?? ''),
  url_extract_port: part(({ authority }) => {
    const port = SERVER.exec(authority ?? '')?.[2];
    return port === undefined || port === '' ? null : BigInt(port);
  }),
  url_extract_path: part((parts) => (isOpaque(parts) ? '' : decoded(parts.path))),
  url_extract_query: part((parts) => (isOpaque(parts) ? '' : (decoded(parts.query) ?? ''))),
  url_extract_fragment: part(({ fragment }) => decoded(fragment) ?? ''),
  url_extract_parameter: parameter,
  url_encode: encode,
  url_decode: decode,
};
