import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Value } from '../../../../spi/value.ts';
import { ComparatorContractError, javaSort } from './javaSort.ts';

/** The positions, from 1, of `size` elements in their order by the answers of a comparator, which is asked for places from 0. */
export function sortedPositions(size: number, compare: (a: number, b: number) => Value): readonly bigint[] {
  try {
    return javaSort(size, (a, b) => checked(compare(a, b))).map((at) => BigInt(at + 1));
  } catch (cause) {
    if (!(cause instanceof ComparatorContractError)) throw cause;
    throw invalid('Lambda comparator violates the comparator contract');
  }
}

function checked(answer: Value): number {
  const number = Number(answer ?? Number.NaN);
  if (number === -1 || number === 0 || number === 1) return number;
  throw invalid('Lambda comparator must return either -1, 0, or 1');
}

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);
