import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Value } from '../../../../spi/value.ts';
import { array, row, VARCHAR } from '../../../../spi/type.ts';
import { bind, type EmitContext, type ScalarCall, type ScalarImplementation, type ScalarImplementations, sqlString } from '../implementation.ts';
import { type JavaRegExp, javaRegExp } from './javaRegExp.ts';
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
    return script((value, pattern) => javaRegExp(pattern).regExp.test(value)).emit(call, context);
  },
};

function script(evaluate: (value: string, pattern: string, ...rest: readonly Value[]) => Value): ScalarImplementation {
  return scripted(true, (value, pattern, ...rest) => evaluate(String(value), String(pattern), ...rest));
}

interface Match {
  readonly index: number;
  /** The whole match and then the groups; undefined: the group is not part of it. */
  readonly groups: readonly (string | undefined)[];
}

const matchOf = (found: RegExpExecArray, groups: readonly number[]): Match => ({ index: found.index, groups: groups.map((at) => found[at]) });

/** All matches; an empty one moves on by a code point. */
function* matches(value: string, pattern: string, from = 0): Generator<Match> {
  const { regExp, groups } = javaRegExp(pattern);
  const compiled = new RegExp(regExp, 'gv');
  compiled.lastIndex = from;
  for (let found = compiled.exec(value); found !== null; found = compiled.exec(value)) {
    // an assertion may hold between the halves of a code point, where Java does not look
    if (isWithinCodePoint(value, found.index)) {
      compiled.lastIndex = found.index + 1;
      continue;
    }
    yield matchOf(found, groups);
    if (found[0] === '') compiled.lastIndex += (value.codePointAt(compiled.lastIndex) ?? 0) > 0xffff ? 2 : 1;
  }
}

const isWithinCodePoint = (value: string, at: number): boolean => at > 0 && (value.codePointAt(at - 1) ?? 0) > 0xffff;

const lengthOf = (match: Match): number => match.groups[0]?.length ?? 0;

function group(pattern: string, index: Value | undefined): number {
  const wanted = Number(index ?? 0);
  if (wanted < 0) throw invalid('Group cannot be negative');
  const count = javaRegExp(pattern).groups.length - 1;
  if (wanted > count) throw invalid(`Pattern has ${count} groups. Cannot access group ${wanted}`);
  return wanted;
}

const extract = script((value, pattern, index) => {
  const wanted = group(pattern, index);
  const { regExp, groups } = javaRegExp(pattern);
  const found = regExp.exec(value);
  return found === null ? null : (matchOf(found, groups).groups[wanted] ?? null);
});

const extractAll = script((value, pattern, index) => {
  const wanted = group(pattern, index);
  return [...matches(value, pattern)].map((match) => match.groups[wanted] ?? null);
});

const split = script((value, pattern) => {
  const parts: string[] = [];
  let from = 0;
  for (const match of matches(value, pattern)) {
    parts.push(value.slice(from, match.index));
    from = match.index + lengthOf(match);
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
  for (const match of matches(value, pattern, offset)) {
    if (++seen === wanted) return [...value.slice(0, match.index)].length + 1;
  }
  return -1;
});

type Part = string | { readonly group: number };

/** Java's replacement text: `$1`, `${name}`, `\$`. */
function replacementParts(replacement: string, { groups, names }: JavaRegExp): readonly Part[] {
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
      parts.push(...groupReference(match, groups.length - 1, names));
      at += match[0].length;
    }
  }
  return parts;
}

/** As many digits as make a group that there is. */
function groupReference(match: RegExpExecArray, groups: number, names: ReadonlyMap<string, number>): readonly Part[] {
  const [, name, digits = ''] = match;
  if (name !== undefined) {
    const named = names.get(name);
    if (named === undefined) throw invalid(`Illegal replacement sequence: unknown group { ${name} }`);
    return [{ group: named }];
  }
  for (let length = digits.length; length > 0; length--) {
    const number = Number(digits.slice(0, length));
    if (number <= groups) return [{ group: number }, ...digits.slice(length)];
  }
  throw invalid(`Illegal replacement sequence: unknown group ${digits[0]}`);
}

const STRINGS = array(VARCHAR);
const PIECES = row([{ type: STRINGS }, { type: array(STRINGS) }]);

/** The texts between the matches and the groups of each; the lambda runs over the groups; NULL for any match makes the whole NULL. */
function replaceByLambda(call: ScalarCall, context: EmitContext): string {
  const pieces = context.udf({
    name: 'regexp_pieces',
    parameterTypes: [VARCHAR, VARCHAR],
    returnType: PIECES,
    nulls: 'propagate',
    evaluate: (value, pattern) => {
      const text = String(value);
      const found = [...matches(text, String(pattern))];
      const ends = [0, ...found.map((match) => match.index + lengthOf(match))];
      const between = ends.map((from, i) => text.slice(from, found[i]?.index ?? text.length));
      return [between, found.map((match) => match.groups.slice(1).map((part) => part ?? null))];
    },
  });
  const joined = context.udf({
    name: 'regexp_joined',
    parameterTypes: [STRINGS, STRINGS],
    returnType: call.returnType,
    nulls: 'propagate',
    evaluate: (between, replacements) => {
      const [texts, by]: readonly (readonly Value[])[] = [between, replacements].map((list) => (Array.isArray(list) ? list : []));
      if (texts === undefined || by === undefined || by.includes(null)) return null;
      return texts.map((text, i) => String(text) + String(by[i] ?? '')).join('');
    },
  });
  const [value = '', pattern = '', lambda = ''] = call.arguments;
  return bind(context, pieces(value, pattern), (p) => joined(`struct_extract(${p}, 'f0')`, `list_transform(struct_extract(${p}, 'f1'), ${lambda})`));
}

const replace: ScalarImplementation = {
  mayFail: true,
  emit: (call, context) => {
    if (call.argumentTypes[2]?.kind === 'function') return replaceByLambda(call, context);
    const native = nativePattern(call);
    const text = call.expressions[2];
    const constant = call.arguments.length === 2 ? '' : text?.kind === 'constant' && typeof text.value === 'string' ? text.value : undefined;
    if (native !== undefined && constant !== undefined && !/[\\$]/.test(constant))
      return `regexp_replace(${call.arguments[0]}, ${native}, ${sqlString(constant)}, 'g')`;
    return script((value, pattern, replacement) => {
      // looked at with the first match
      let parts: readonly Part[] | undefined;
      let out = '';
      let from = 0;
      for (const match of matches(value, pattern)) {
        parts ??= replacementParts(String(replacement ?? ''), javaRegExp(pattern));
        out += value.slice(from, match.index) + parts.map((part) => (typeof part === 'string' ? part : (match.groups[part.group] ?? ''))).join('');
        from = match.index + lengthOf(match);
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
