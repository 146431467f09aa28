import type { IncomingHttpHeaders } from 'node:http';
import { BadRequest } from './badRequest.ts';

export interface RequestUser {
  readonly name: string;
  /** Who they were before SET SESSION AUTHORIZATION, or who they said they are by Basic authentication. */
  readonly original: string;
}

/** Who asks; a password needs TLS, and there is none here. */
export function requestUser(headers: IncomingHttpHeaders): RequestUser {
  const one = (name: string): string | undefined => {
    const value = headers[name];
    const text = (Array.isArray(value) ? value.join(',') : value)?.trim();
    return text === undefined || text === '' ? undefined : decodeLatin(text);
  };
  const user = one('x-trino-user');
  const { authorization } = headers;
  let basic: string | undefined;
  if (authorization?.startsWith('Basic ') === true) {
    const [name = '', ...password] = Buffer.from(authorization.slice(6), 'base64').toString('utf8').split(':');
    if (password.join(':') !== '') throw new BadRequest(401, 'Password not allowed for insecure authentication');
    basic = name === '' ? undefined : name;
  }
  const original = one('x-trino-original-user') ?? basic ?? user;
  if (original === undefined) throw new BadRequest(401, 'Basic authentication or X-Trino-Original-User or X-Trino-User must be sent');
  return { name: user ?? original, original };
}

/** Node gives header bytes as Latin-1; clients send UTF-8. */
export function decodeLatin(text: string): string {
  return /[\u0080-\u00ff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}
