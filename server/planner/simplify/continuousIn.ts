import type { Constant, Expression, In } from '../../../spi/expression.ts';
import { BOOLEAN, type Type } from '../../../spi/type.ts';

/**
 * A list of constants without gaps and with NULL: Trino makes a range of it and takes a NULL value for one of the list, so that
 * nothing is unknown (golden: sets.jsonl). A list without NULL means the same either way and stays as it is.
 */
export function continuousIn({ value, list }: In): Expression | undefined {
  if (value.kind === 'constant' || !isStepped(value.type)) return undefined;
  const constants = list.filter((item) => item.kind === 'constant');
  if (constants.length < list.length || !constants.some((item) => item.value === null)) return undefined;
  const numbers = new Map<bigint, Constant>();
  for (const item of constants) {
    if (typeof item.value === 'number' || typeof item.value === 'bigint') numbers.set(BigInt(item.value), item);
  }
  const ordered = [...numbers.keys()].sort((a, b) => (a < b ? -1 : 1));
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined || first === last || last - first !== BigInt(ordered.length - 1)) return undefined;
  const [min, max] = [numbers.get(first), numbers.get(last)];
  if (min === undefined || max === undefined) return undefined;
  return {
    kind: 'logical',
    operator: 'OR',
    type: BOOLEAN,
    terms: [
      { kind: 'is null', value, type: BOOLEAN },
      { kind: 'between', value, min, max, type: BOOLEAN },
    ],
  };
}

const STEPPED: readonly Type['kind'][] = ['tinyint', 'smallint', 'integer', 'bigint', 'date'];
const SHORT_DECIMAL = 18;

const isStepped = (type: Type): boolean => STEPPED.includes(type.kind) || (type.kind === 'decimal' && type.precision <= SHORT_DECIMAL);
