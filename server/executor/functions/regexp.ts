import { TrinoError } from '../../../spi/trinoError.ts';
import type { Value } from '../../../spi/value.ts';
import { type ScalarCall, type ScalarImplementation, type ScalarImplementations, sqlString } from './implementation.ts';
import { javaRegExp } from './javaRegExp.ts';
import { scripted } from './string.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

/** Patterns that mean the same to DuckDB's engine: no `$`, no lazy or possessive quantifier, no look-around, ASCII. */
const NATIVE =
  /^(?:[A-Za-z0-9 _@#%&=:;,<>~`'"!/-]|\\[dws.\\/-]|\[\^?(?:[A-Za-z0-9 _.@,:;]|[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|\\[dws])+\]|[.()|^]|[*+?](?![*+?])|\(\?:)*$/;

function nativePattern(call: ScalarCall): string | undefined {
  const pattern = call.expressions[1];
  if (pattern?.kind !== 'constant' || typeof pattern.value !== 'string' || !NATIVE.test(pattern.value)) return undefined;
  try {
    javaRegExp(pattern.value);
    return sqlString(pattern.value);
  } catch {
    return undefined; // raised with Trino's text when a row is evaluated
  }
}

const like: ScalarImplementation = {
  mayFail: (call) => nativePattern(call) === undefined,
  emit: (call, context) => {
    const native = nativePattern(call);
    if (native !== undefined) return `regexp_matches(${call.arguments[0]}, ${native})`;
    return script((value, pattern) => javaRegExp(pattern).test(value)).emit(call, context);
  },
};

function script(evaluate: (value: string, pattern: string, ...rest: readonly Value[]) => Value): ScalarImplementation {
  return scripted(true, (value, pattern, ...rest) => evaluate(String(value), String(pattern), ...rest));
}

/** All matches; an empty one moves on by a code point. */
function* matches(value: string, pattern: string): Generator<RegExpExecArray> {
  const compiled = new RegExp(javaRegExp(pattern), 'gv');
  for (let match = compiled.exec(value); match !== null; match = compiled.exec(value)) {
    yield match;
    if (match[0] === '') compiled.lastIndex += (value.codePointAt(compiled.lastIndex) ?? 0) > 0xffff ? 2 : 1;
  }
}

const groupCount = (pattern: string): number => (new RegExp(`${javaRegExp(pattern).source}|`, 'v').exec('')?.length ?? 1) - 1;

function group(pattern: string, index: Value | undefined): number {
  const wanted = Number(index ?? 0);
  if (wanted < 0) throw invalid('Group cannot be negative');
  const count = groupCount(pattern);
  if (wanted > count) throw invalid(`Pattern has ${count} groups. Cannot access group ${wanted}`);
  return wanted;
}

const extract = script((value, pattern, index) => {
  const wanted = group(pattern, index);
  return javaRegExp(pattern).exec(value)?.[wanted] ?? null;
});

const extractAll = script((value, pattern, index) => {
  const wanted = group(pattern, index);
  return [...matches(value, pattern)].map((match) => match[wanted] ?? null);
});

const split = script((value, pattern) => {
  const parts: string[] = [];
  let from = 0;
  for (const match of matches(value, pattern)) {
    parts.push(value.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return [...parts, value.slice(from)];
});

const position = script((value, pattern, start, occurrence) => {
  const [from, wanted] = [Number(start ?? 1), Number(occurrence ?? 1)];
  if (from < 1) throw invalid('start position cannot be smaller than 1');
  if (wanted < 1) throw invalid('occurrence cannot be smaller than 1');
  const points = [...value];
  if (from > points.length) return -1;
  const offset = points.slice(0, from - 1).join('').length;
  let seen = 0;
  for (const match of matches(value, pattern)) {
    if (match.index < offset) continue;
    if (++seen === wanted) return [...value.slice(0, match.index)].length + 1;
  }
  return -1;
});

type Part = string | { readonly group: number | string };

/** Java's replacement text: `$1`, `${name}`, `\$`. */
function replacementParts(replacement: string, groups: number): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < replacement.length; at++) {
    const c = replacement[at] ?? '';
    if (c === '\\') {
      if (++at >= replacement.length) throw invalid(`Illegal replacement sequence: ${replacement}`);
      parts.push(replacement[at] ?? '');
    } else if (c !== '$') parts.push(c);
    else {
      const match = /^(?:\{([A-Za-z0-9_]+)\}|(\d+))/.exec(replacement.slice(at + 1));
      if (match === null) throw invalid(`Illegal replacement sequence: ${replacement}`);
      parts.push(...groupReference(match, groups));
      at += match[0].length;
    }
  }
  return parts;
}

/** As many digits as make a group that there is. */
function groupReference(match: RegExpExecArray, groups: number): readonly Part[] {
  const [, name, digits = ''] = match;
  if (name !== undefined) return [{ group: name }];
  for (let length = digits.length; length > 0; length--) {
    const number = Number(digits.slice(0, length));
    if (number <= groups) return [{ group: number }, ...digits.slice(length)];
  }
  throw invalid(`Illegal replacement sequence: unknown group ${digits[0]}`);
}

const replace: ScalarImplementation = {
  mayFail: true,
  emit: (call, context) => {
    if (call.argumentTypes[2]?.kind === 'function') throw new TrinoError('NOT_SUPPORTED', call.location, 'regexp_replace with a lambda is not supported');
    const native = nativePattern(call);
    const text = call.expressions[2];
    const constant = call.arguments.length === 2 ? '' : text?.kind === 'constant' && typeof text.value === 'string' ? text.value : undefined;
    if (native !== undefined && constant !== undefined && !/[\\$]/.test(constant))
      return `regexp_replace(${call.arguments[0]}, ${native}, ${sqlString(constant)}, 'g')`;
    return script((value, pattern, replacement) => {
      const parts = replacementParts(String(replacement ?? ''), groupCount(pattern));
      let out = '';
      let from = 0;
      for (const match of matches(value, pattern)) {
        out +=
          value.slice(from, match.index) +
          parts
            .map((part) => (typeof part === 'string' ? part : ((typeof part.group === 'number' ? match[part.group] : match.groups?.[part.group]) ?? '')))
            .join('');
        from = match.index + match[0].length;
      }
      return out + value.slice(from);
    }).emit(call, context);
  },
};

export const regexpFunctions: ScalarImplementations = {
  regexp_like: like,
  regexp_extract: extract,
  regexp_extract_all: extractAll,
  regexp_split: split,
  regexp_count: script((value, pattern) => BigInt([...matches(value, pattern)].length)),
  regexp_position: position,
  regexp_replace: replace,
};
