import { TrinoError } from '../../../../spi/trinoError.ts';
import { type Type, typeId, UNKNOWN, VARCHAR } from '../../../../spi/type.ts';
import type { MapValue, Value } from '../../../../spi/value.ts';
import { canCast } from '../../../function/cast.ts';
import { type CastSession, castValue } from '../../../function/castValue.ts';
import { valueText } from '../../../plan/constantText.ts';
import { compare, isPlainlyComparable, isScalar } from '../../comparison.ts';
import { emitCast } from '../cast/cast.ts';
import { type EmitContext, type ScalarCall, type ScalarImplementation, type ScalarImplementations, bind } from '../implementation.ts';
import { isSketch, sketchCardinality } from '../sketch/sketchFunctions.ts';
import { networkContains } from '../network.ts';
import { compareValues } from './valueOrder.ts';

type Sql = (...args: readonly string[]) => string;

const pure = (sql: Sql): ScalarImplementation => ({ mayFail: false, emit: (call) => sql(...call.arguments) });
const nullable = (sql: Sql): ScalarImplementation => ({
  mayFail: false,
  emit: (call) => `CASE WHEN ${call.arguments.map((argument) => `${argument} IS NULL`).join(' OR ')} THEN NULL ELSE ${sql(...call.arguments)} END`,
});

/** array[i] and map[key], with Trino's errors for what is not there. */
const subscript: ScalarImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const [base = '', index = ''] = call.arguments;
    const baseType = call.argumentTypes[0];
    if (baseType?.kind === 'map') return mapSubscript(call, context, base, index, baseType);
    const fail = (message: string) => context.fail('INVALID_FUNCTION_ARGUMENT', message, call.returnType);
    return bind(context, base, (list) =>
      bind(
        context,
        index,
        (
          i,
        ) => `CASE WHEN ${i} = 0 THEN ${fail("'SQL array indices start at 1'")} WHEN ${i} < 0 THEN ${fail(`'Array subscript is negative: ' || CAST(${i} AS VARCHAR)`)}
WHEN ${i} > len(${list}) THEN ${fail(`'Array subscript must be less than or equal to array length: ' || CAST(${i} AS VARCHAR) || ' > ' || CAST(len(${list}) AS VARCHAR)`)} ELSE ${list}[${i}] END`,
      ),
    );
  },
};

function mapSubscript(call: ScalarCall, context: EmitContext, base: string, key: string, type: Type & { readonly kind: 'map' }): string {
  const shown = canCast(type.key, VARCHAR) ? `': ' || ${emitCast(key, type.key, VARCHAR, context)}` : "''";
  const missing = context.fail('INVALID_FUNCTION_ARGUMENT', `'Key not present in map' || ${shown}`, call.returnType);
  return bind(
    context,
    base,
    (m) => `CASE WHEN ${m} IS NULL OR ${key} IS NULL THEN NULL WHEN NOT map_contains(${m}, ${key}) THEN ${missing} ELSE map_extract_value(${m}, ${key}) END`,
  );
}

const elementAt: ScalarImplementation = {
  mayFail: (call) => call.argumentTypes[0]?.kind === 'array',
  emit: (call, context) => {
    const [base = '', index = ''] = call.arguments;
    if (call.argumentTypes[0]?.kind === 'map') return `map_extract_value(${base}, ${index})`;
    const zero = context.fail('INVALID_FUNCTION_ARGUMENT', "'SQL array indices start at 1'", call.returnType);
    const overflow = context.fail('GENERIC_INTERNAL_ERROR', "'integer overflow'", call.returnType);
    return bind(context, base, (list) =>
      bind(
        context,
        index,
        (i) =>
          `CASE WHEN ${list} IS NULL THEN NULL WHEN ${i} = 0 THEN ${zero} WHEN ${i} = -9223372036854775808 THEN ${overflow} WHEN ${i} NOT BETWEEN -len(${list}) AND len(${list}) THEN NULL ELSE ${list}[${i}] END`,
      ),
    );
  },
};

const cardinality: ScalarImplementation = {
  mayFail: (call) => isSketch(call.argumentTypes[0]),
  emit: (call, context) =>
    isSketch(call.argumentTypes[0])
      ? sketchCardinality.emit(call, context)
      : `CAST(${call.argumentTypes[0]?.kind === 'map' ? 'cardinality' : 'len'}(${call.arguments[0]}) AS BIGINT)`,
};

/** Elements as true, false or NULL: whether they equal the value. A NULL within one, which leaves it open, is an error. */
function matches(list: string, value: string, call: ScalarCall, context: EmitContext): string {
  const type = call.argumentTypes[0]?.kind === 'array' ? call.argumentTypes[0].element : call.returnType;
  const item = context.freshName();
  const equal = compare('=', { sql: item }, { sql: value }, type, context);
  const message = `'${call.name} does not support arrays with elements that are null or contain null'`;
  const sure = isScalar(type) ? equal : `coalesce(${equal}, ${context.fail('NOT_SUPPORTED', message, { kind: 'boolean' })})`;
  return `list_transform(${list}, lambda ${item}: CASE WHEN ${item} IS NULL THEN NULL ELSE ${sure} END)`;
}

const nestedElements = (call: ScalarCall): boolean => call.argumentTypes[0]?.kind === 'array' && !isScalar(call.argumentTypes[0].element);

const searching = (body: (list: string, value: string, found: string) => string): ScalarImplementation => ({
  mayFail: nestedElements,
  emit: (call, context) => {
    const [list = '', value = ''] = call.arguments;
    return bind(context, list, (l) =>
      bind(context, value, (v) =>
        bind(context, matches(l, v, call, context), (found) => `CASE WHEN ${l} IS NULL OR ${v} IS NULL THEN NULL ELSE ${body(l, v, found)} END`),
      ),
    );
  },
});

/** NULL when it is not found but a NULL is there. */
const containsElement = searching(
  (_, __, found) => `CASE WHEN list_contains(${found}, true) THEN true WHEN list_count(${found}) < len(${found}) THEN NULL ELSE false END`,
);

const contains: ScalarImplementation = {
  mayFail: (call) => call.argumentTypes[0]?.kind === 'varchar' || nestedElements(call),
  emit: (call, context) => (call.argumentTypes[0]?.kind === 'varchar' ? networkContains : containsElement).emit(call, context),
};

const remove = searching(
  (list, _, found) => `list_transform(list_filter(range(1, len(${list}) + 1), lambda _i: ${found}[_i] IS DISTINCT FROM true), lambda _i: ${list}[_i])`,
);

const firstPosition = searching((_, __, found) => `CAST(coalesce(list_position(${found}, true), 0) AS BIGINT)`);

const position: ScalarImplementation = {
  mayFail: (call) => call.arguments.length > 2 || nestedElements(call),
  emit: (call, context) => {
    const [list = '', value = '', instance] = call.arguments;
    if (instance === undefined) return firstPosition.emit(call, context);
    const zero = context.fail('INVALID_FUNCTION_ARGUMENT', "'array_position cannot take a 0-valued instance argument.'", call.returnType);
    return bind(context, list, (l) =>
      bind(context, instance, (n) => {
        const places = bind(context, matches(l, value, call, context), (found) => `list_filter(range(1, len(${found}) + 1), lambda _i: ${found}[_i] = true)`);
        return `CASE WHEN ${l} IS NULL OR ${value} IS NULL OR ${n} IS NULL THEN NULL WHEN ${n} = 0 THEN ${zero} ELSE CAST(coalesce((${places})[${n}], 0) AS BIGINT) END`;
      }),
    );
  },
};

/** Elements as text, as CAST writes them. */
function elementText(item: Value, type: Type, session: CastSession): string | null {
  if (item === null) return null;
  try {
    const text = castValue(item, type, VARCHAR, session);
    return text === null ? null : String(text);
  } catch (cause) {
    if (!(cause instanceof TrinoError)) throw cause;
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Error casting array element to VARCHAR', { cause });
  }
}

const join: ScalarImplementation = {
  mayFail: (call) => call.argumentTypes[0]?.kind === 'array' && call.argumentTypes[0].element.kind === 'json',
  emit: (call, context) => {
    const [list] = call.argumentTypes;
    const element: Type = list?.kind === 'array' ? list.element : VARCHAR;
    if (element.kind !== 'unknown' && !canCast(element, VARCHAR))
      throw new TrinoError('OPERATOR_NOT_FOUND', call.location, `Cannot cast ${typeId(element)} to varchar`);
    const session = { timeZone: 'UTC', startMicros: 0n };
    const udf = context.udf({
      name: 'array_join',
      parameterTypes: call.argumentTypes,
      returnType: call.returnType,
      nulls: 'propagate',
      evaluate: (values, delimiter, replacement) =>
        Array.isArray(values)
          ? values
              .map((item: Value) => elementText(item, element, session) ?? (replacement === undefined ? null : String(replacement)))
              .filter((text) => text !== null)
              .join(String(delimiter))
          : null,
    });
    return udf(...call.arguments);
  },
};

const mapConstructor: ScalarImplementation = {
  mayFail: true,
  emit: (call, context) => {
    if (call.arguments.length === 0) return 'MAP {}';
    const keyType: Type = call.returnType.kind === 'map' ? call.returnType.key : UNKNOWN;
    const build = context.udf({
      name: 'map',
      parameterTypes: call.argumentTypes,
      returnType: call.returnType,
      nulls: 'propagate',
      evaluate: (keys, values) => buildMap(keys, values, keyType),
    });
    return build(...call.arguments);
  },
};

const isMap = (value: Value): value is MapValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'entries' in value && Array.isArray(value.entries);

function hasNull(value: Value): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(hasNull);
  return isMap(value) && value.entries.some(([, item]) => hasNull(item));
}

function buildMap(keys: Value, values: Value, keyType: Type): Value {
  if (!Array.isArray(keys) || !Array.isArray(values)) return null;
  if (keys.length !== values.length) throw mapError('Key and value arrays must be the same length');
  const seen = new Set<string>();
  const entries = keys.map((key: Value, at): readonly [Value, Value] => {
    if (key === null) throw mapError('map key cannot be null');
    if (hasNull(key)) throw mapError(`map key cannot be indeterminate: ${valueText(keyType, key)}`);
    const id = keyId(key);
    if (seen.has(id)) throw mapError(`Duplicate map keys (${valueText(keyType, key)}) are not allowed`);
    seen.add(id);
    return [key, (values[at] ?? null) as Value];
  });
  return { entries };
}

/** Equal for equal keys: NaN is one of them, and instants are equal whatever their zone. */
const keyId = (key: Value): string =>
  JSON.stringify(key, (name, part: unknown) => {
    if (name === 'zone') return undefined;
    return typeof part === 'bigint' ? `${part}n` : typeof part === 'number' ? String(part) : part;
  });

const mapError = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

export const collectionFunctions: ScalarImplementations = {
  $subscript: subscript,
  element_at: elementAt,
  cardinality,
  contains,
  map: mapConstructor,
  map_keys: pure((m) => `map_keys(${m})`),
  map_values: pure((m) => `map_values(${m})`),
  array_max: { mayFail: true, emit: (call, context) => extreme(call, context, 'list_max') },
  array_min: { mayFail: true, emit: (call, context) => extreme(call, context, 'list_min') },
  array_join: join,
  array_position: position,
  array_remove: remove,
  flatten: nullable((list) => `flatten(${list})`),
  map_entries: pure((m) => `list_transform(map_entries(${m}), lambda _e: {'f0': _e.key, 'f1': _e.value})`),
};

/** Whether DuckDB orders the elements as Trino does, without an error for NULLs within. */
export const isPlain = (type: Type): boolean => isScalar(type) && isPlainlyComparable(type);

/** NULL as soon as one element is NULL; NaN only when there is nothing else. */
function extreme(call: ScalarCall, context: EmitContext, name: 'list_max' | 'list_min'): string {
  const type = call.argumentTypes[0];
  const floating = type?.kind === 'array' && (type.element.kind === 'double' || type.element.kind === 'real');
  if (type?.kind === 'array' && !isPlain(type.element)) {
    const { element } = type;
    const sign = name === 'list_max' ? -1 : 1;
    const udf = context.udf({
      name,
      parameterTypes: [type],
      returnType: call.returnType,
      nulls: 'propagate',
      evaluate: (values) =>
        Array.isArray(values) && !values.includes(null)
          ? ((values as readonly Value[]).reduce<Value | undefined>(
              (best, item) => (best === undefined || compareValues(element, item, best) * sign < 0 ? item : best),
              undefined,
            ) ?? null)
          : null,
    });
    return udf(...call.arguments);
  }
  return bind(context, call.arguments[0] ?? 'NULL', (list) => {
    const best = floating ? `coalesce(${name}(list_filter(${list}, lambda _e: NOT isnan(_e))), ${name}(${list}))` : `${name}(${list})`;
    return `CASE WHEN len(list_filter(${list}, lambda _e: _e IS NULL)) > 0 THEN NULL ELSE ${best} END`;
  });
}
