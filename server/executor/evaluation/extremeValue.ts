import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { compareValues } from '../../planner/interpreter/compareValues.ts';

/** The least (-1) or greatest (1) of values that are not NULL; undefined: they are not compared here, or one of several is NaN. */
export function extremeValue(type: Type, values: readonly Value[], wanted: -1 | 1): Value | undefined {
  let [best = null] = values;
  for (const value of values.slice(1)) {
    const order = compareValues(type, value, best);
    // a NaN is in no order
    if (order === undefined || Number.isNaN(order)) return undefined;
    if (Math.sign(order) === wanted) best = value;
  }
  return best;
}
