import type { SessionEffects } from '../query/sessionEffects.ts';

type Headers = Record<string, string | string[]>;

/** What the client must change in its session, as X-Trino-* headers. */
export function sessionResponseHeaders(effects: SessionEffects): Headers {
  const headers: Headers = {};
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined) headers[`X-Trino-${name}`] = value;
  };
  const setAll = (name: string, values: Iterable<string> | undefined) => {
    const list = [...(values ?? [])];
    if (list.length > 0) headers[`X-Trino-${name}`] = list;
  };
  const pairs = (map: ReadonlyMap<string, string> | undefined) => [...(map ?? [])].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  set('Set-Catalog', effects.setCatalog);
  set('Set-Schema', effects.setSchema);
  set('Set-Path', effects.setPath);
  setAll('Set-Session', pairs(effects.setSessionProperties));
  setAll('Clear-Session', effects.resetSessionProperties);
  setAll('Set-Role', pairs(effects.setRoles));
  setAll('Added-Prepare', pairs(effects.addedPreparedStatements));
  setAll('Deallocated-Prepare', [...(effects.deallocatedPreparedStatements ?? [])].map(encode));
  set('Started-Transaction-Id', effects.startedTransactionId);
  if (effects.clearTransactionId === true) set('Clear-Transaction-Id', 'true');
  set('Set-Authorization-User', effects.setAuthorizationUser);
  if (effects.resetAuthorizationUser === true) set('Reset-Authorization-User', 'true');
  return headers;
}

/** Java's URLEncoder: blanks become `+`, and more is escaped than encodeURIComponent does. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
