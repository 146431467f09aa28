import { TrinoError } from '../../../../spi/trinoError.ts';
import { BIGINT, type Type, typeEquals, VARCHAR } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { type ScalarCall, type ScalarImplementation, type ScalarImplementations, bind, sqlString } from '../implementation.ts';
import { likeCondition } from './like.ts';
import { viaUdf } from '../viaUdf.ts';

type Sql = (...args: readonly string[]) => string;

/** SQL that means the same and raises nothing. */
const pure = (sql: Sql): ScalarImplementation => ({ mayFail: false, emit: (call) => sql(...call.arguments) });

type Evaluate = (...values: readonly string[]) => Value;

/** A function in TypeScript over texts and numbers. */
export function scripted(
  mayFail: boolean,
  evaluate: (...values: readonly Value[]) => Value,
  parameterTypes?: (call: ScalarCall) => readonly Type[],
): ScalarImplementation {
  return {
    mayFail,
    emit: (call, context) => {
      const types = parameterTypes?.(call) ?? call.argumentTypes;
      const udf = context.udf({ name: call.name, parameterTypes: types, returnType: call.returnType, nulls: 'propagate', evaluate });
      return trimmed(udf(...call.arguments.map((_, at) => padded(call, at))), call);
    },
  };
}

/** A char(n) without its trailing blanks, as it is held. */
const trimmed = (sql: string, call: ScalarCall): string => (call.returnType.kind === 'char' ? `rtrim(${sql}, ' ')` : sql);

const text = (mayFail: boolean, evaluate: Evaluate): ScalarImplementation =>
  scripted(mayFail, (...values) => evaluate(...values.map((value) => String(value))));

/** char(n) is held without its trailing blanks: functions of its length see them again. */
export function padded(call: ScalarCall, at = 0): string {
  const sql = call.arguments[at] ?? 'NULL';
  const type = call.argumentTypes[at];
  return type?.kind === 'char' ? `rpad(${sql}, ${type.length}, ' ')` : sql;
}

/** Trino's white space for trim. */
const BLANKS = sqlString(' \t\n\u000b\f\r\u001c\u001d\u001e\u001f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000');

const trim = (name: 'trim' | 'ltrim' | 'rtrim'): ScalarImplementation => ({
  mayFail: false,
  emit: (call) => {
    const set = call.arguments[1];
    const sql = `${name}(${call.arguments[0]}, ${set ?? BLANKS})`;
    // of char(n) a varchar is made, yet without trailing blanks
    return call.argumentTypes[0]?.kind === 'char' ? `rtrim(${sql}, ' ')` : sql;
  },
});

/** DuckDB takes no greater position. */
const SUBSTRING_MAX = 4294967295n;

const binarySubstring = viaUdf(
  ([value, start, length]) => {
    if (!(value instanceof Uint8Array)) throw new Error('not a varbinary');
    const size = BigInt(value.length);
    const from = BigInt(start as bigint);
    const count = length === undefined ? size : BigInt(length as bigint);
    if (from === 0n || from > size || from < -size || count <= 0n) return new Uint8Array();
    const first = from > 0n ? from - 1n : size + from;
    return value.slice(Number(first), Number(first + count < size ? first + count : size));
  },
  { mayFail: false },
);

/** Position 0 gives '', negative ones count from the end; beyond the start is ''. */
const substring: ScalarImplementation = {
  mayFail: false,
  emit: (call, context) => {
    if (call.returnType.kind === 'varbinary') return binarySubstring.emit(call, context);
    const [, start = '1', length] = call.arguments;
    const startExpression = call.expressions[1];
    const value = padded(call);
    const cut = (s: string, from: string) =>
      length === undefined
        ? `substring(${s}, ${from})`
        : `substring(${s}, ${from}, least(CASE WHEN ${length} < 0 THEN 0 ELSE ${length} END, ${SUBSTRING_MAX}))`;
    const wrap = (sql: string) => (call.returnType.kind === 'char' ? `rtrim(${sql}, ' ')` : sql);
    if (
      startExpression?.kind === 'constant' &&
      typeof startExpression.value === 'bigint' &&
      startExpression.value > 0n &&
      startExpression.value < SUBSTRING_MAX
    )
      return wrap(cut(value, start));
    return bind(context, value, (s) =>
      bind(context, start, (n) =>
        wrap(
          `CASE WHEN ${s} IS NULL OR ${n} IS NULL${length === undefined ? '' : ` OR ${length} IS NULL`} THEN NULL WHEN ${n} = 0 OR ${n} NOT BETWEEN -length(${s}) AND length(${s}) THEN '' ELSE ${cut(s, n)} END`,
        ),
      ),
    );
  },
};

const concat: ScalarImplementation = {
  mayFail: false,
  emit: (call) => {
    if (call.returnType.kind === 'array') return collectionConcat(call);
    const joined = `(${call.arguments.map((_, at) => padded(call, at)).join(' || ')})`;
    return call.returnType.kind === 'char' ? `rtrim(${joined}, ' ')` : joined;
  },
};

/** Whether the argument is of the result's type, not one element of it. */
const isList = (call: ScalarCall, at: number): boolean => typeEquals(call.argumentTypes[at] ?? call.returnType, call.returnType);

/** array || array, array || element, element || array */
function collectionConcat(call: ScalarCall): string {
  const parts = call.arguments.map((argument, at) => (isList(call, at) ? argument : `[${argument}]`));
  // DuckDB takes a NULL list for an empty one
  const anyNull = call.arguments.map((argument) => `${argument} IS NULL`).join(' OR ');
  return `CASE WHEN ${anyNull} THEN NULL ELSE ${parts.reduce((left, right) => `list_concat(${left}, ${right})`)} END`;
}

const splitPart: ScalarImplementation = scripted(true, (value, delimiter, index) => {
  if (typeof index === 'bigint' && index <= 0n) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'Index must be greater than zero');
  const parts = delimiter === '' ? [...String(value)] : String(value).split(String(delimiter));
  return parts[Number(index) - 1] ?? null;
});

const split: ScalarImplementation = scripted(true, (value, delimiter, limit) => {
  const [whole, by] = [String(value), String(delimiter)];
  if (typeof limit === 'bigint' && limit <= 0n) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'Limit must be positive');
  if (typeof limit === 'bigint' && limit > 2147483647n) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'Limit is too large');
  if (by === '') throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'The delimiter may not be the empty string');
  const parts = whole.split(by);
  return limit === undefined || BigInt(parts.length) <= BigInt(Number(limit))
    ? parts
    : [...parts.slice(0, Number(limit) - 1), parts.slice(Number(limit) - 1).join(by)];
});

/** The start of the n-th occurrence in code points, from the end when n is negative; 0: there is none. */
const strpos: ScalarImplementation = {
  mayFail: (call) => call.arguments.length > 2,
  emit: (call, context) => {
    if (call.arguments.length === 2) return `CAST(strpos(${padded(call)}, ${call.arguments[1]}) AS BIGINT)`;
    const find = context.udf({ name: 'strpos', parameterTypes: [VARCHAR, VARCHAR, BIGINT], returnType: BIGINT, nulls: 'propagate', evaluate: nthPosition });
    return find(...call.arguments);
  },
};

function nthPosition(value: Value, part: Value, instance: Value): Value {
  if (instance === 0n || instance === -(2n ** 63n))
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, "'instance' must be a positive or negative number.");
  const [whole, wanted, n] = [String(value), String(part), Number(instance)];
  if (wanted === '') return 1n;
  let at = n > 0 ? -1 : whole.length;
  for (let i = 0; i < Math.abs(n); i++) {
    at = n > 0 ? whole.indexOf(wanted, at + 1) : at - 1 < 0 ? -1 : whole.lastIndexOf(wanted, at - 1);
    if (at < 0) return 0n;
  }
  // Trino counts UTF-16 units from the end
  return BigInt((n > 0 ? [...whole.slice(0, at)].length : at) + 1);
}

function padBytes(name: 'lpad' | 'rpad', value: Uint8Array, filling: Uint8Array, length: number): Uint8Array {
  if (length <= value.length) return value.slice(0, length);
  const fill = Buffer.alloc(length - value.length, filling);
  return Buffer.concat(name === 'lpad' ? [fill, value] : [value, fill]);
}

const pad = (name: 'lpad' | 'rpad'): ScalarImplementation =>
  scripted(true, (value, size, filling) => {
    const [length, by] = [Number(size), filling instanceof Uint8Array ? [...filling] : [...String(filling)]];
    if (length < 0 || length > 2147483647) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'Target length must be in the range [0..2147483647]');
    if (by.length === 0)
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Padding ${value instanceof Uint8Array ? 'bytes' : 'string'} must not be empty`);
    if (value instanceof Uint8Array && filling instanceof Uint8Array) return padBytes(name, value, filling, length);
    const points = [...String(value)];
    const missing = length - points.length;
    if (missing <= 0) return points.slice(0, length).join('');
    const fill = Array.from({ length: missing }, (_, at) => by[at % by.length]).join('');
    return name === 'lpad' ? fill + points.join('') : points.join('') + fill;
  });

const replace: ScalarImplementation = {
  mayFail: false,
  emit: (call, context) => {
    const [value = '', search = '', replacement = "''"] = call.arguments;
    const searched = call.expressions[1];
    if (searched?.kind === 'constant' && searched.value !== '') return `replace(${value}, ${search}, ${replacement})`;
    const udf = context.udf({
      name: 'replace',
      parameterTypes: [VARCHAR, VARCHAR, VARCHAR],
      returnType: call.returnType,
      nulls: 'propagate',
      evaluate: (whole, from, to) =>
        from === '' ? [...String(whole)].map((c) => String(to) + c).join('') + String(to) : String(whole).replaceAll(String(from), () => String(to)),
    });
    return udf(value, search, replacement);
  },
};

const levenshtein = text(false, (a, b) => {
  const [left, right] = [[...a], [...b]];
  let previous = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (const [i, x] of left.entries()) {
    const current = [i + 1];
    for (const [j, y] of right.entries()) current.push(Math.min((current[j] ?? 0) + 1, (previous[j + 1] ?? 0) + 1, (previous[j] ?? 0) + (x === y ? 0 : 1)));
    previous = current;
  }
  return BigInt(previous.at(-1) ?? 0);
});

const hamming = text(true, (a, b) => {
  const [left, right] = [[...a], [...b]];
  if (left.length !== right.length)
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'The input strings to hamming_distance function must have the same length');
  return BigInt(left.filter((c, at) => c !== right[at]).length);
});

const like: ScalarImplementation = {
  mayFail: true,
  emit: (call, context) => likeCondition(padded(call), call, context),
};

const lower = (name: 'lower' | 'upper', change: (value: string) => string): ScalarImplementation => ({
  mayFail: false,
  emit: (call, context) => {
    // DuckDB's own mapping differs from Java's in a few letters: it serves where the text is plain ASCII
    const udf = context.udf({ name, parameterTypes: [VARCHAR], returnType: VARCHAR, nulls: 'propagate', evaluate: (value) => change(String(value)) });
    return bind(context, call.arguments[0] ?? 'NULL', (s) => `CASE WHEN strlen(${s}) = length(${s}) THEN ${name}(${s}) ELSE ${udf(s)} END`);
  },
});

/** One code point to one code point, as Trino maps case: never ß to SS. */
const mapCase =
  (change: (point: string) => string) =>
  (value: string): string =>
    [...value].map((point) => ([...change(point)].length === 1 ? change(point) : point)).join('');

const translate = text(true, (value, from, to) => {
  const [source, target] = [[...from], [...to]];
  const map = new Map<string, string>();
  for (const [at, point] of source.entries()) if (!map.has(point)) map.set(point, target[at] ?? '');
  return [...value].map((point) => map.get(point) ?? point).join('');
});

const codepoint = text(true, (value) => {
  const points = [...value];
  if (points.length !== 1) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'Input string must be a single character string');
  return points[0]?.codePointAt(0) ?? 0;
});

const chr = scripted(true, (code) => {
  const point = Number(code);
  if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Not a valid Unicode code point: ${point}`);
  return String.fromCodePoint(point);
});

const concatWs: ScalarImplementation = {
  mayFail: false,
  emit: (call, context) => {
    const [separator = "''", ...values] = call.arguments;
    if (values.length === 0) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', call.location, 'There must be two or more arguments');
    const list = call.argumentTypes[1]?.kind === 'array' ? values[0] : `[${values.join(', ')}]`;
    // inside of a lambda the engine joins by a constant separator alone
    if (call.expressions[0]?.kind !== 'constant') {
      return bind(context, `list_filter(${list}, lambda x: x IS NOT NULL)`, (parts) =>
        bind(
          context,
          separator,
          (s) =>
            `CASE WHEN ${s} IS NULL OR ${parts} IS NULL THEN NULL WHEN len(${parts}) = 0 THEN '' ELSE list_reduce(${parts}, lambda _a, _b: _a || ${s} || _b) END`,
        ),
      );
    }
    return `CASE WHEN ${separator} IS NULL OR ${list} IS NULL THEN NULL ELSE coalesce(array_to_string(list_filter(${list}, lambda x: x IS NOT NULL), ${separator}), '') END`;
  },
};

const badArgument = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

function checkDelimiters(entry: string, key: string): void {
  if (entry === '') throw badArgument('entryDelimiter is empty');
  if (key === '') throw badArgument('keyValueDelimiter is empty');
  if (entry === key) throw badArgument('entryDelimiter and keyValueDelimiter must not be the same');
}

/** What follows the last delimiter counts only if there is something. */
function entriesOf(value: string, delimiter: string): readonly string[] {
  const parts = value.split(delimiter);
  return parts.at(-1) === '' ? parts.slice(0, -1) : parts;
}

const splitToMap = (kind: 'first' | 'multi'): ScalarImplementation =>
  scripted(true, (value, entryDelimiter, keyDelimiter) => {
    const entries = new Map<string, string[]>();
    checkDelimiters(String(entryDelimiter), String(keyDelimiter));
    for (const entry of entriesOf(String(value), String(entryDelimiter))) {
      const at = entry.indexOf(String(keyDelimiter));
      if (at < 0 || entry.indexOf(String(keyDelimiter), at + String(keyDelimiter).length) >= 0) {
        throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Key-value delimiter must appear exactly once in each entry. Bad input: '${entry}'`);
      }
      const [key, item] = [entry.slice(0, at), entry.slice(at + String(keyDelimiter).length)];
      if (entries.has(key) && kind === 'first') throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Duplicate keys (${key}) are not allowed`);
      entries.set(key, [...(entries.get(key) ?? []), item]);
    }
    return { entries: [...entries].map(([key, items]) => [key, kind === 'first' ? (items[0] ?? '') : items] as const) };
  });

const normalize = scripted(false, (value, form) => String(value).normalize(String(form ?? 'NFC')));

const SOUNDEX: Readonly<Record<string, string>> = {
  B: '1',
  F: '1',
  P: '1',
  V: '1',
  C: '2',
  G: '2',
  J: '2',
  K: '2',
  Q: '2',
  S: '2',
  X: '2',
  Z: '2',
  D: '3',
  T: '3',
  L: '4',
  M: '5',
  N: '5',
  R: '6',
};

const soundex = text(true, (value) => {
  // letters beyond the basic plane are none for Java's char
  const letters = value.replaceAll(/\P{L}|[\u{10000}-\u{10ffff}]/gu, '').toUpperCase();
  const unmapped = /[^A-Z]/u.exec(letters);
  if (unmapped !== null) throw badArgument(`The character is not mapped: ${unmapped[0]} (index=${(unmapped[0].codePointAt(0) ?? 0) - 65})`);
  if (letters === '') return '';
  let code = letters[0] ?? '';
  let last = SOUNDEX[code];
  for (const letter of letters.slice(1)) {
    const digit = SOUNDEX[letter];
    if (digit !== undefined && digit !== last) code += digit;
    if (letter !== 'H' && letter !== 'W') last = digit;
  }
  return `${code}000`.slice(0, 4);
});

const length = (call: ScalarCall): string => (call.argumentTypes[0]?.kind === 'varbinary' ? `octet_length(${call.arguments[0]})` : `length(${padded(call)})`);

export const stringFunctions: ScalarImplementations = {
  length: { mayFail: false, emit: (call) => `CAST(${length(call)} AS BIGINT)` },
  lower: lower(
    'lower',
    mapCase((c) => (c === 'İ' ? 'i' : c.toLowerCase())),
  ),
  upper: lower(
    'upper',
    mapCase((c) => c.toUpperCase()),
  ),
  trim: trim('trim'),
  ltrim: trim('ltrim'),
  rtrim: trim('rtrim'),
  substr: substring,
  substring,
  concat,
  concat_ws: concatWs,
  split_part: splitPart,
  split,
  split_to_map: splitToMap('first'),
  split_to_multimap: splitToMap('multi'),
  strpos,
  lpad: pad('lpad'),
  rpad: pad('rpad'),
  replace,
  reverse: {
    mayFail: false,
    emit: (call, context) => {
      if (call.returnType.kind === 'array') return `list_reverse(${call.arguments[0]})`;
      if (call.returnType.kind === 'varbinary') {
        const udf = context.udf({
          name: 'reverse',
          parameterTypes: call.argumentTypes,
          returnType: call.returnType,
          nulls: 'propagate',
          evaluate: (value) => (value instanceof Uint8Array ? Uint8Array.from(value).reverse() : null),
        });
        return udf(...call.arguments);
      }
      const udf = context.udf({
        name: 'reverse',
        parameterTypes: [VARCHAR],
        returnType: VARCHAR,
        nulls: 'propagate',
        evaluate: (value) => [...String(value)].reverse().join(''),
      });
      return trimmed(udf(padded(call)), call);
    },
  },
  starts_with: pure((value, part) => `starts_with(${value}, ${part})`),
  levenshtein_distance: levenshtein,
  hamming_distance: hamming,
  translate,
  codepoint,
  chr,
  normalize,
  soundex,
  $like: like,
};
