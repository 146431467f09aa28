import type { ResolvedFunction } from '../../../spi/expression.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { divideHalfUp, fitsPrecision } from '../../function/numberText.ts';
import { extremeValue } from '../evaluation/extremeValue.ts';

const BIGINT_MAX = 2n ** 63n;

/** An aggregation over the rows so far. It is never changed: matching goes back to an earlier one. */
export interface RunningAggregate {
  /** With one row more, given by the values of the arguments. */
  add(row: readonly Value[]): RunningAggregate;
  /** undefined: it raises, or is not computed here. */
  value(): Value | undefined;
}

/** The aggregation over no rows. */
export function emptyAggregate({ name, argumentTypes, returnType }: ResolvedFunction): RunningAggregate {
  const [type] = argumentTypes;
  if (name === 'count') return counted(0n, (value) => type === undefined || value !== null);
  if (argumentTypes.length !== 1 || type === undefined) return NOT_COMPUTED;
  switch (name) {
    case 'array_agg':
      return collected(undefined);
    case 'count_if':
      return counted(0n, (value) => value === true);
    case 'arbitrary':
    case 'any_value':
      return folded((first: Value | undefined, value) => first ?? value, same);
    case 'bool_and':
    case 'every':
      return folded((all: boolean | undefined, value) => all !== false && value === true, same);
    case 'bool_or':
      return folded((any: boolean | undefined, value) => any === true || value === true, same);
    case 'min':
      return extreme(type, -1);
    case 'max':
      return extreme(type, 1);
    case 'sum':
      return sum(returnType);
    case 'avg':
      return average(returnType);
    default:
      return NOT_COMPUTED;
  }
}

const NOT_COMPUTED: RunningAggregate = { add: () => NOT_COMPUTED, value: () => undefined };

function counted(count: bigint, counts: (value: Value | undefined) => boolean): RunningAggregate {
  const here: RunningAggregate = { add: ([value]) => (counts(value) ? counted(count + 1n, counts) : here), value: () => count };
  return here;
}

interface Collected {
  readonly item: Value;
  readonly before: Collected | undefined;
}

function collected(last: Collected | undefined): RunningAggregate {
  const items = (): Value => {
    const found: Value[] = [];
    for (let at = last; at !== undefined; at = at.before) found.push(at.item);
    return found.reverse();
  };
  return { add: ([item = null]) => collected({ item, before: last }), value: () => (last === undefined ? null : items()) };
}

/** Over the values that are not NULL; NULL when there are none. */
function folded<S>(add: (state: S | undefined, value: Value) => S, result: (state: S) => Value | undefined, state?: S): RunningAggregate {
  const here: RunningAggregate = {
    add: ([value = null]) => (value === null ? here : folded(add, result, add(state, value))),
    value: () => (state === undefined ? null : result(state)),
  };
  return here;
}

const same = (state: Value): Value => state;

/** undefined within: one of the values is in no order. */
interface Extreme {
  readonly best: Value | undefined;
}

function extreme(type: Type, wanted: -1 | 1): RunningAggregate {
  const add = (state: Extreme | undefined, value: Value): Extreme => {
    if (state === undefined) return { best: value };
    return state.best === undefined ? state : { best: extremeValue(type, [state.best, value], wanted) };
  };
  return folded(add, ({ best }) => best);
}

interface Total<T> {
  readonly total: T;
  readonly count: number;
}

const addNumber = (state: Total<number> | undefined, value: Value): Total<number> => ({
  total: (state?.total ?? 0) + Number(value),
  count: (state?.count ?? 0) + 1,
});

const addBigint = (state: Total<bigint> | undefined, value: Value): Total<bigint> => {
  if (typeof value !== 'bigint') throw new Error('a whole number is a bigint');
  return { total: (state?.total ?? 0n) + value, count: (state?.count ?? 0) + 1 };
};

const rounded = (value: number, { kind }: Type): number => (kind === 'real' ? Math.fround(value) : value);

function sum(type: Type): RunningAggregate {
  switch (type.kind) {
    case 'double':
    case 'real':
      return folded(addNumber, ({ total }) => rounded(total, type));
    case 'bigint':
      return folded(addBigint, ({ total }) => (total >= -BIGINT_MAX && total < BIGINT_MAX ? total : undefined));
    case 'decimal':
      return folded(addBigint, ({ total }) => (fitsPrecision(total, type.precision) ? total : undefined));
    default:
      return NOT_COMPUTED;
  }
}

function average(type: Type): RunningAggregate {
  switch (type.kind) {
    case 'double':
    case 'real':
      return folded(addNumber, ({ total, count }) => rounded(total / count, type));
    case 'decimal':
      return folded(addBigint, ({ total, count }) => divideHalfUp(total, BigInt(count)));
    default:
      return NOT_COMPUTED;
  }
}
