import { TrinoError } from '../../../../spi/trinoError.ts';
import { array, type Type } from '../../../../spi/type.ts';
import type { MapValue, Value } from '../../../../spi/value.ts';
import type { AggregateCall, AggregateImplementation, AggregateImplementations, EmitContext, ScalarImplementations } from '../implementation.ts';
import { scripted } from '../text/string.ts';
import { valueText } from '../../../plan/constantText.ts';
import { isMapValue, valueKey } from './valueKey.ts';
import { viaUdf } from '../viaUdf.ts';

const entriesOf = (value: Value): readonly (readonly [Value, Value])[] => {
  if (!isMapValue(value)) throw new Error('not a map');
  return value.entries;
};

const pairsOf = (value: Value): (readonly [Value, Value])[] => {
  if (!Array.isArray(value)) throw new Error('not an array');
  return value.map((row: Value) => {
    if (row === null) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'map entry cannot be null');
    if (!Array.isArray(row)) throw new Error('not a row');
    return [(row[0] ?? null) as Value, (row[1] ?? null) as Value];
  });
};

function keyed(pairs: readonly (readonly [Value, Value])[], merge: (old: Value | undefined, value: Value, key: Value) => Value): MapValue {
  const entries = new Map<string, [Value, Value]>();
  for (const [key, value] of pairs) {
    const id = valueKey(key);
    const old = entries.get(id);
    entries.set(id, [old?.[0] ?? key, merge(old?.[1], value, key)]);
  }
  return { entries: [...entries.values()] };
}

function requireKey(pairs: readonly (readonly [Value, Value])[]): void {
  if (pairs.some(([key]) => key === null)) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'map key cannot be null');
}

const fromEntries = viaUdf(
  ([list = null], { returnType }) => {
    if (returnType.kind !== 'map') throw new Error('map_from_entries gives a map');
    const pairs = pairsOf(list);
    requireKey(pairs);
    return keyed(pairs, (old, value, key) => {
      if (old !== undefined)
        throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Duplicate map keys (${valueText(returnType.key, key)}) are not allowed`);
      return value;
    });
  },
  { mayFail: true },
);

const multimapFromEntries = scripted(true, (list) => {
  const pairs = pairsOf(list);
  requireKey(pairs);
  return keyed(pairs, (old, value) => [...(Array.isArray(old) ? (old as Value[]) : []), value]);
});

/** Collects rows of the arguments in one list, which a function in TypeScript turns into the result. */
function collected(
  call: AggregateCall,
  context: EmitContext,
  items: string,
  itemType: Type,
  evaluate: (items: readonly Value[]) => Value,
  where?: string,
): string {
  const udf = context.udf({
    name: call.name,
    parameterTypes: [array(itemType)],
    returnType: call.returnType,
    nulls: 'propagate',
    evaluate: (list) => evaluate(Array.isArray(list) ? list : []),
  });
  return udf(call.apply('list', [items], where === undefined ? {} : { where }));
}

const pairRow = (call: AggregateCall): { sql: string; type: Type } => {
  const [keyType, valueType] = call.argumentTypes;
  if (keyType === undefined || valueType === undefined) throw new Error('two arguments were due');
  return { sql: `{'f0': ${call.arguments[0]}, 'f1': ${call.arguments[1]}}`, type: { kind: 'row', fields: [{ type: keyType }, { type: valueType }] } };
};

const mapAgg: AggregateImplementation = {
  emit: (call, context) => {
    const { sql, type } = pairRow(call);
    return collected(
      call,
      context,
      sql,
      type,
      (items) => keyed(pairsOf([...items]), (old, value) => (old === undefined ? value : old)),
      `${call.arguments[0]} IS NOT NULL`,
    );
  },
};

const multimapAgg: AggregateImplementation = {
  emit: (call, context) => {
    const { sql, type } = pairRow(call);
    const merge = (old: Value | undefined, value: Value): Value => [...(Array.isArray(old) ? (old as Value[]) : []), value];
    return collected(call, context, sql, type, (items) => keyed(pairsOf([...items]), merge), `${call.arguments[0]} IS NOT NULL`);
  },
};

const mapUnion: AggregateImplementation = {
  emit: (call, context) => {
    const [type] = call.argumentTypes;
    if (type === undefined) throw new Error('an argument was due');
    const merge = (items: readonly Value[]) =>
      items.some((item) => entriesOf(item).length > 0) ? keyed(items.flatMap(entriesOf), (old, value) => (old === undefined ? value : old)) : null;
    return collected(call, context, call.arguments[0] ?? '', type, merge, `${call.arguments[0]} IS NOT NULL`);
  },
};

export const mapAggregates: AggregateImplementations = { map_agg: mapAgg, multimap_agg: multimapAgg, map_union: mapUnion };

export const mapFunctions: ScalarImplementations = {
  map_concat: scripted(true, (...maps) => {
    if (maps.length < 2) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'There must be two or more concatenation arguments to map_concat');
    return keyed(maps.flatMap(entriesOf), (_, value) => value);
  }),
  map_from_entries: fromEntries,
  multimap_from_entries: multimapFromEntries,
};
