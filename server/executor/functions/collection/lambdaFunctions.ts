import type { Expression } from '../../../../spi/expression.ts';
import { array, BIGINT, VARCHAR } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { mayFail } from '../../../plan/expressionProperties.ts';
import { RUNNING } from '../../engineConnection.ts';
import { physicalType } from '../../physicalType.ts';
import { CHECKPOINT_FUNCTION } from '../../udfRegistry.ts';
import { isPlain } from './collection.ts';
import { bind, type EmitContext, type ScalarCall, type ScalarImplementation, type ScalarImplementations, sqlString } from '../implementation.ts';
import { capturedBy, NotComputedError, readComparator, writeComparator } from './comparator.ts';
import { sortedPositions } from './comparatorSort.ts';
import { applyLambda, lambdaOf } from './lambda.ts';
import { compareValues } from './valueOrder.ts';

type Emit = (call: ScalarCall, context: EmitContext) => string;

/** The body of a lambda may raise anything. */
const over = (emit: Emit): ScalarImplementation => ({
  mayFail: true,
  // DuckDB breaks over its lambda functions of a constant NULL
  emit: (call, context) => (isNull(call.expressions[0]) ? `CAST(NULL AS ${physicalType(call.returnType)})` : emit(call, context)),
});

const isNull = (expression: Expression | undefined): boolean =>
  (expression?.kind === 'constant' && expression.value === null) || (expression?.kind === 'cast' && isNull(expression.value));

const argument = (call: ScalarCall, at: number): string => call.arguments[at] ?? 'NULL';

/** Whether some element gives what decides the match; the first one ends it, so that none behind it can raise an error. */
const matching = (deciding: boolean, decided: boolean): ScalarImplementation =>
  over((call, context) => {
    const [list, lambda] = [argument(call, 0), lambdaOf(call, 1)];
    const [type] = call.argumentTypes;
    const outcome = (found: string, unknown: string): string => `WHEN ${found} THEN ${decided} WHEN ${unknown} THEN NULL ELSE ${!decided} END`;
    const [, expression] = call.expressions;
    if (expression === undefined || !mayFail(expression) || type?.kind !== 'array')
      return bind(context, `list_transform(${list}, ${argument(call, 1)})`, (results) => {
        const hasNull = `len(list_filter(${results}, lambda r: r IS NULL)) > 0`;
        return `CASE WHEN ${results} IS NULL THEN NULL ${outcome(`list_contains(${results}, ${deciding})`, hasNull)}`;
      });
    // state: 0 nothing yet, 1 decided, 2 unknown so far
    const struct = (element: string, state: string): string => `{'e': CAST(${element} AS ${physicalType(type.element)}), 's': CAST(${state} AS TINYINT)}`;
    const items = `list_transform(${list}, lambda _e: ${struct('_e', '0')})`;
    const test = applyLambda(lambda, ['_b.e']);
    const next = `list_transform([${test}], lambda _t: CASE WHEN _t IS NULL THEN 2 WHEN _t = ${deciding} THEN 1 ELSE _a.s END)[1]`;
    const folded = `list_reduce(${items}, lambda _a, _b: ${struct('NULL', `CASE WHEN _a.s = 1 THEN 1 ELSE ${next} END`)}, ${struct('NULL', '0')}).s`;
    return bind(context, folded, (state) => `CASE WHEN ${state} IS NULL THEN NULL ${outcome(`${state} = 1`, `${state} = 2`)}`);
  });

const reduce = over((call) => {
  const [list, initial] = [argument(call, 0), argument(call, 1)];
  const [elementType, stateType] = [call.argumentTypes[0], call.argumentTypes[1]];
  if (elementType?.kind !== 'array' || stateType === undefined) throw new Error('reduce takes an array');
  const [element, state] = [physicalType(elementType.element), physicalType(stateType)];
  // list_reduce wants one type for elements and state: both travel in one struct
  const items = `list_transform(${list}, lambda _e: {'e': CAST(_e AS ${element}), 's': CAST(NULL AS ${state})})`;
  const step = applyLambda(lambdaOf(call, 2), ['_a.s', '_b.e']);
  const folded = `list_reduce(${items}, lambda _a, _b: {'e': CAST(NULL AS ${element}), 's': CAST(${step} AS ${state})}, {'e': CAST(NULL AS ${element}), 's': CAST(${initial} AS ${state})}).s`;
  return `CASE WHEN ${list} IS NULL THEN NULL ELSE ${applyLambda(lambdaOf(call, 3), [folded])} END`;
});

/** Rows side by side, the shorter list padded with NULL. */
function zipped(context: EmitContext, lists: readonly string[], row: (items: readonly string[]) => string): string {
  const names = lists.map(() => context.freshName());
  const at = context.freshName();
  const anyNull = names.map((name) => `${name} IS NULL`).join(' OR ');
  const size = `greatest(${names.map((name) => `len(${name})`).join(', ')})`;
  const body = `CASE WHEN ${anyNull} THEN NULL ELSE list_transform(range(1, ${size} + 1), lambda ${at}: ${row(names.map((name) => `${name}[${at}]`))}) END`;
  return lists.reduceRight((inner, list, i) => `list_transform([${list}], lambda ${names[i]}: ${inner})[1]`, body);
}

const zip = over((call, context) => zipped(context, call.arguments, (items) => `{${items.map((item, i) => `'f${i}': ${item}`).join(', ')}}`));

const zipWith = over((call, context) => zipped(context, call.arguments.slice(0, 2), (items) => applyLambda(lambdaOf(call, 2), items)));

function sorted(call: ScalarCall, context: EmitContext): string {
  const [type] = call.argumentTypes;
  if (type?.kind !== 'array' || isPlain(type.element)) return `list_sort(${argument(call, 0)}, 'ASC', 'NULLS LAST')`;
  const { element } = type;
  const udf = context.udf({
    name: 'array_sort',
    parameterTypes: [type],
    returnType: type,
    nulls: 'propagate',
    evaluate: (values) => {
      const items: readonly Value[] = Array.isArray(values) ? values : [];
      return [...items.filter((item) => item !== null).sort((a, b) => compareValues(element, a, b)), ...items.filter((item) => item === null)];
    },
  });
  return udf(argument(call, 0));
}

/** What a comparator cannot be asked for here the engine answers, for every pair: Java's way of sorting looks the answers up. */
const arraySort = over((call, context) => {
  const list = argument(call, 0);
  if (call.arguments.length === 1) return sorted(call, context);
  const byPairs = context.udf({ name: 'array_sort order', parameterTypes: [array(BIGINT)], returnType: array(BIGINT), nulls: 'propagate', evaluate: orderOf });
  return bind(context, list, (l) => {
    const compared = applyLambda(lambdaOf(call, 1), [`${l}[_i]`, `${l}[_j]`]);
    const pairs = `flatten(list_transform(range(1, len(${l}) + 1), lambda _i: list_transform(range(1, len(${l}) + 1), lambda _j: CAST(CASE WHEN _i <> _j THEN ${compared} ELSE 0 END AS BIGINT))))`;
    const ordered = (order: string): string => `list_transform(${order}, lambda _s: ${l}[_s])`;
    const computed = orderHere(call, l, context);
    const whole =
      computed === undefined
        ? ordered(byPairs(pairs))
        : bind(context, computed, (order) => `CASE WHEN ${order} IS NULL THEN ${ordered(byPairs(pairs))} ELSE ${ordered(order)} END`);
    return `CASE WHEN len(${l}) < 2 THEN ${l} ELSE ${whole} END`;
  });
});

/** Positions from 1, NULL where the comparator is not computed here; undefined: it never is. */
function orderHere(call: ScalarCall, list: string, context: EmitContext): string | undefined {
  const [type] = call.argumentTypes;
  const lambda = call.expressions[1];
  const captured = lambda?.kind === 'lambda' ? capturedBy(lambda) : undefined;
  if (type?.kind !== 'array' || lambda?.kind !== 'lambda' || captured === undefined) return undefined;
  const udf = context.udf({
    name: 'array_sort by comparator',
    parameterTypes: [type, VARCHAR, ...captured.map((reference) => reference.type)],
    returnType: array(BIGINT),
    nulls: 'handled',
    evaluate: (items, comparator, ...values) => {
      if (!Array.isArray(items) || items.length < 2) return null;
      const compare = readComparator(String(comparator), values);
      try {
        return sortedPositions(items.length, (a, b) => compare(items[a] ?? null, items[b] ?? null));
      } catch (error) {
        if (error instanceof NotComputedError) return null;
        throw error;
      }
    },
  });
  return udf(list, sqlString(writeComparator(lambda, captured, context.session)), ...captured.map((reference) => context.emit(reference)));
}

/** Positions from 1, by what the comparator said of each pair. */
function orderOf(answers: Value): Value {
  const pairs: readonly Value[] = Array.isArray(answers) ? answers : [];
  const size = Math.sqrt(pairs.length);
  return sortedPositions(size, (a, b) => pairs[a * size + b] ?? null);
}

const entries = (map: string): string => `map_entries(${map})`;

const mapFilter = over((call) => {
  const test = applyLambda(lambdaOf(call, 1), ['_m.key', '_m.value']);
  return `map_from_entries(list_filter(${entries(argument(call, 0))}, lambda _m: ${test}))`;
});

const transformValues = over((call) => {
  const value = applyLambda(lambdaOf(call, 1), ['_m.key', '_m.value']);
  return `CAST(map_from_entries(list_transform(${entries(argument(call, 0))}, lambda _m: {'key': _m.key, 'value': ${value}})) AS ${physicalType(call.returnType)})`;
});

const transformKeys = over((call, context) => {
  const key = applyLambda(lambdaOf(call, 1), ['_m.key', '_m.value']);
  const duplicate = context.fail('INVALID_FUNCTION_ARGUMENT', "'Duplicate keys are not allowed'", call.returnType);
  const nullKey = context.fail('INVALID_FUNCTION_ARGUMENT', "'map key cannot be null'", call.returnType);
  return bind(context, `list_transform(${entries(argument(call, 0))}, lambda _m: {'key': ${key}, 'value': _m.value})`, (list) => {
    const keys = `list_transform(${list}, lambda _k: _k.key)`;
    return `CASE WHEN ${list} IS NULL THEN NULL WHEN len(list_filter(${keys}, lambda _k: _k IS NULL)) > 0 THEN ${nullKey} WHEN len(list_distinct(${keys})) < len(${keys}) THEN ${duplicate} ELSE CAST(map_from_entries(${list}) AS ${physicalType(call.returnType)}) END`;
  });
});

const mapZipWith = over((call, context) =>
  bind(context, argument(call, 0), (a) =>
    bind(context, argument(call, 1), (b) => {
      const value = applyLambda(lambdaOf(call, 2), ['_k', `map_extract_value(${a}, _k)`, `map_extract_value(${b}, _k)`]);
      const keys = `list_concat(map_keys(${a}), list_filter(map_keys(${b}), lambda _x: NOT map_contains(${a}, _x)))`;
      return `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE CAST(map_from_entries(list_transform(${keys}, lambda _k: {'key': _k, 'value': ${value}})) AS ${physicalType(call.returnType)}) END`;
    }),
  ),
);

/** Steps that one list carries, and how many lists lie in one another: some 134 million steps in all. */
const STEPS_OF_LIST = 512;
const LISTS_DEEP = 3;

/**
 * $iterate(state, step): the step again and again, until the first field of the state is negative. The engine has no loop within an
 * expression, but list_reduce carries a state through a list, and list_reduce of list_reduce of list_reduce through as many steps as
 * it takes. The list is a constant, which costs nothing; the rest of the list of a row that is done only hands the state on. Not more
 * lists in one another: the engine's binder takes twice as long with each.
 */
const iterate = over((call, context) => {
  const state = physicalType(call.returnType);
  const step = lambdaOf(call, 1);
  const list = `list_resize(CAST([] AS ${state}[]), ${STEPS_OF_LIST})`;
  const level = (depth: number, initial: string): string => {
    const name = depth === 1 ? (step.parameters[0] ?? '') : context.freshName();
    const next = depth === 1 ? step.body : level(depth - 1, name);
    const number = depth === 2 ? `${CHECKPOINT_FUNCTION}(${name}.f0)` : `${name}.f0`;
    return `list_reduce(${list}, lambda ${name}, ${context.freshName()}: CASE WHEN ${number} >= 0 THEN CAST(${next} AS ${state}) ELSE ${name} END, ${initial})`;
  };
  // what has only constants is not to be worked out while it is planned
  const start = `CASE WHEN ${RUNNING} THEN CAST(${argument(call, 0)} AS ${state}) END`;
  const end = context.freshName();
  const endless = context.fail('NOT_SUPPORTED', "'A function of so many steps is not supported'", call.returnType);
  return `list_transform([${level(LISTS_DEEP, start)}], lambda ${end}: CASE WHEN ${end}.f0 >= 0 THEN ${endless} ELSE ${end} END)[1]`;
});

export const lambdaFunctions: ScalarImplementations = {
  // a value under a name
  $bind: { mayFail: true, emit: (call) => applyLambda(lambdaOf(call, 1), [argument(call, 0)]) },
  $iterate: iterate,
  transform: over((call) => `list_transform(${argument(call, 0)}, ${argument(call, 1)})`),
  filter: over((call) => `list_filter(${argument(call, 0)}, ${argument(call, 1)})`),
  reduce,
  any_match: matching(true, true),
  all_match: matching(false, false),
  none_match: matching(true, false),
  zip,
  zip_with: zipWith,
  array_sort: arraySort,
  map_filter: mapFilter,
  transform_values: transformValues,
  transform_keys: transformKeys,
  map_zip_with: mapZipWith,
};
