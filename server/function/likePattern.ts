import { TrinoError } from '../../spi/trinoError.ts';

/** What a pattern of LIKE matches. Raises Trino's errors for a bad escape. */
export function likeRegExp(pattern: string, escape: string | undefined): RegExp {
  return new RegExp(
    `^${[...elements(pattern, escape)].map((element) => (element.kind === 'text' ? literal(element.text) : element.kind === 'any' ? '.*' : '.')).join('')}$`,
    'su',
  );
}

/** The only text that a pattern without wildcards matches. Raises Trino's errors for a bad escape. */
export function likeText(pattern: string, escape: string | undefined): string | undefined {
  let text = '';
  for (const element of elements(pattern, escape)) {
    if (element.kind !== 'text') return undefined;
    text += element.text;
  }
  return text;
}

type LikeElement = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'any' } | { readonly kind: 'one' };

function* elements(pattern: string, escape: string | undefined): Generator<LikeElement> {
  if (escape !== undefined && [...escape].length !== 1)
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'Escape string must be a single character');
  let escaped = false;
  for (const point of pattern) {
    if (escaped) {
      if (point !== '%' && point !== '_' && point !== escape) throw badEscape();
      yield { kind: 'text', text: point };
      escaped = false;
    } else if (point === escape) escaped = true;
    else yield point === '%' ? { kind: 'any' } : point === '_' ? { kind: 'one' } : { kind: 'text', text: point };
  }
  if (escaped) throw badEscape();
}

const literal = (point: string): string => point.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const badEscape = (): TrinoError =>
  new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, "Escape character must be followed by '%', '_' or the escape character itself");
