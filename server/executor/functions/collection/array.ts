import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Value } from '../../../../spi/value.ts';
import { type EmitContext, type ScalarCall, type ScalarImplementation, type ScalarImplementations, bind } from '../implementation.ts';
import { scripted } from '../text/string.ts';
import { valueKey } from './valueKey.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

const listOf = (value: Value): readonly Value[] => {
  if (!Array.isArray(value)) throw new Error('not an array');
  return value;
};

/** The elements in order, each once. */
function distinct(values: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = valueKey(value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const keysOf = (values: readonly Value[]): ReadonlySet<string> => new Set(values.map(valueKey));

const intersect = scripted(false, (...lists) => {
  const [left = [], right = []] = lists.map(listOf);
  // the longer one gives the order, as in Trino
  const [longer, shorter] = left.length < right.length ? [right, left] : [left, right];
  const keys = keysOf(shorter);
  return distinct(longer).filter((value) => keys.has(valueKey(value)));
});

const except = scripted(false, (a, b) => {
  if (listOf(b).length === 0) return listOf(a);
  const other = keysOf(listOf(b));
  return distinct(listOf(a)).filter((value) => !other.has(valueKey(value)));
});

/** NULL when nothing is shared but a NULL is there. */
const overlap = scripted(false, (a, b) => {
  const [left, right] = [listOf(a), listOf(b)];
  const other = keysOf(right.filter((value) => value !== null));
  if (left.some((value) => value !== null && other.has(valueKey(value)))) return true;
  return (left.includes(null) && right.length > 0) || (right.includes(null) && left.length > 0) ? null : false;
});

const slice: ScalarImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const [list = '', start = '', length = ''] = call.arguments;
    const fail = (message: string) => context.fail('INVALID_FUNCTION_ARGUMENT', message, call.returnType);
    return bind(context, list, (l) =>
      bind(context, start, (s) =>
        bind(context, length, (count) =>
          bind(
            context,
            `least(${count}, CAST(len(${l}) AS BIGINT))`,
            (
              n,
            ) => `CASE WHEN ${l} IS NULL OR ${s} IS NULL OR ${count} IS NULL THEN NULL WHEN ${n} < 0 THEN ${fail("'length must be greater than or equal to 0'")}
WHEN ${s} = 0 THEN ${fail("'SQL array indices start at 1'")} WHEN ${s} > len(${l}) OR ${s} < -len(${l}) OR CAST(${count} AS HUGEINT) + CASE WHEN ${s} < 0 THEN len(${l}) + ${s} + 1 ELSE ${s} END > 9223372036854775807 THEN [] ELSE ${l}[CASE WHEN ${s} < 0 THEN len(${l}) + ${s} + 1 ELSE ${s} END : CASE WHEN ${s} < 0 THEN len(${l}) + ${s} + ${n} ELSE ${s} + ${n} - 1 END] END`,
          ),
        ),
      ),
    );
  },
};

const trimArray: ScalarImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const [list = '', count = ''] = call.arguments;
    const fail = (message: string) => context.fail('INVALID_FUNCTION_ARGUMENT', message, call.returnType);
    return bind(context, list, (l) =>
      bind(
        context,
        count,
        (n) =>
          `CASE WHEN ${l} IS NULL OR ${n} IS NULL THEN NULL WHEN ${n} < 0 THEN ${fail(`'size must not be negative: ' || CAST(${n} AS VARCHAR)`)} WHEN ${n} > len(${l}) THEN ${fail(`'size must not exceed array cardinality ' || CAST(len(${l}) AS VARCHAR) || ': ' || CAST(${n} AS VARCHAR)`)} ELSE ${l}[1 : len(${l}) - ${n}] END`,
      ),
    );
  },
};

const REPEAT_MAX = 10_000;

const repeat: ScalarImplementation = {
  mayFail: true,
  emit: (call: ScalarCall, context: EmitContext) => {
    const [value = '', count = ''] = call.arguments;
    const tooMany = context.fail(
      'INVALID_FUNCTION_ARGUMENT',
      `'count argument of repeat function must be less than or equal to ${REPEAT_MAX}'`,
      call.returnType,
    );
    const negative = context.fail('INVALID_FUNCTION_ARGUMENT', "'count argument of repeat function must be greater than or equal to 0'", call.returnType);
    return bind(
      context,
      count,
      (n) =>
        `CASE WHEN ${n} IS NULL THEN NULL WHEN ${n} > ${REPEAT_MAX} THEN ${tooMany} WHEN ${n} < 0 THEN ${negative} ELSE list_transform(range(0, CAST(${n} AS BIGINT)), lambda _i: ${value}) END`,
    );
  },
};

const ngrams = scripted(true, (list, n) => {
  const values = listOf(list);
  const size = Number(n);
  if (size <= 0) throw invalid('N must be positive');
  if (values.length <= size) return [values];
  return Array.from({ length: values.length - size + 1 }, (_, at) => values.slice(at, at + size));
});

const COMBINATION_LENGTH_MAX = 5;
const COMBINATIONS_MAX = 100_000;

/** n over k */
const countOf = (n: number, k: number): number => Array.from({ length: k }, (_, i) => i).reduce((count, i) => (count * (n - i)) / (i + 1), 1);

const combinations = scripted(true, (list, n) => {
  const values = listOf(list);
  const size = Number(n);
  if (size < 0) throw invalid(`combination size must not be negative: ${size}`);
  if (size > COMBINATION_LENGTH_MAX) throw invalid(`combination size must not exceed ${COMBINATION_LENGTH_MAX}: ${size}`);
  if (countOf(values.length, size) * Math.max(size, 1) > COMBINATIONS_MAX) throw invalid('combinations exceed max size');
  const result: Value[][] = [];
  // those of the first elements come first: by their last element, then by the one before it …
  const choose = (below: number, chosen: readonly Value[]): void => {
    if (chosen.length === size) {
      result.push([...chosen]);
      return;
    }
    for (let at = size - chosen.length - 1; at < below; at++) choose(at, [values[at] ?? null, ...chosen]);
  };
  choose(values.length, []);
  return result;
});

const containsSequence = scripted(false, (list, part) => {
  const [whole, wanted] = [listOf(list).map(valueKey), listOf(part).map(valueKey)];
  for (let at = 0; at + wanted.length <= whole.length; at++) if (wanted.every((key, i) => whole[at + i] === key)) return true;
  return false;
});

const histogram = scripted(false, (list) => {
  const counts = new Map<string, [Value, bigint]>();
  for (const value of listOf(list)) {
    if (value === null) continue;
    const entry = counts.get(valueKey(value)) ?? [value, 0n];
    counts.set(valueKey(value), [entry[0], entry[1] + 1n]);
  }
  return { entries: [...counts.values()] };
});

const shuffle: ScalarImplementation = {
  mayFail: false,
  emit: (call, context) => {
    const udf = context.udf({
      name: 'shuffle',
      parameterTypes: call.argumentTypes,
      returnType: call.returnType,
      nulls: 'propagate',
      volatile: true,
      evaluate: (list) => {
        const values = [...listOf(list)];
        for (let at = values.length - 1; at > 0; at--) {
          const other = Math.floor(Math.random() * (at + 1));
          [values[at], values[other]] = [values[other] ?? null, values[at] ?? null];
        }
        return values;
      },
    });
    return udf(...call.arguments);
  },
};

/** Σ over pairs, for two arrays of doubles of the same length. */
const paired = (name: string, evaluate: (a: readonly number[], b: readonly number[]) => number | null): ScalarImplementation =>
  scripted(true, (x, y) => {
    const [a, b] = [listOf(x), listOf(y)];
    if (a.length !== b.length) throw invalid(name === 'cosine' ? 'Both array arguments must have the same length' : 'The arguments must have the same length');
    if (name === 'cosine' && (a.includes(null) || b.includes(null))) return null;
    return evaluate(a.map(Number), b.map(Number));
  });

const sumOf = (a: readonly number[], b: readonly number[], term: (x: number, y: number) => number): number =>
  a.reduce((sum, x, i) => sum + term(x, b[i] ?? 0), 0);

export const arrayFunctions: ScalarImplementations = {
  array_distinct: scripted(false, (list) => distinct(listOf(list))),
  array_intersect: intersect,
  array_union: scripted(false, (a, b) => distinct([...listOf(a), ...listOf(b)])),
  array_except: except,
  array_histogram: histogram,
  arrays_overlap: overlap,
  slice,
  trim_array: trimArray,
  repeat,
  ngrams,
  combinations,
  contains_sequence: containsSequence,
  shuffle,
  dot_product: paired('dot', (a, b) => sumOf(a, b, (x, y) => x * y)),
  euclidean_distance: paired('euclidean', (a, b) => Math.sqrt(sumOf(a, b, (x, y) => (x - y) * (x - y)))),
};
