import type { Value } from '../../spi/value.ts';

/** A pattern of Trino's LIKE in PostgreSQL's form, where the backslash always escapes. undefined: not a text, or a wrong escape. */
export function likePattern(pattern: Value, escape: Value | undefined): string | undefined {
  if (typeof pattern !== 'string' || pattern.includes('\0')) return undefined;
  if (escape !== undefined && (typeof escape !== 'string' || [...escape].length !== 1)) return undefined;
  let text = '';
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (escape !== undefined && character === escape) {
      const next = characters[++i];
      if (next === undefined || (next !== '%' && next !== '_' && next !== escape)) return undefined;
      text += `\\${next}`;
    } else text += character === '\\' ? '\\\\' : character;
  }
  return text;
}
