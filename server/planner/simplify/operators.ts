import type { ComparisonOperator } from '../../../spi/expression.ts';

/** `a < b` is `b > a`. */
export const FLIPPED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  'IS DISTINCT FROM': 'IS DISTINCT FROM',
};

/** `NOT (a < b)` is `a >= b`. */
export const NEGATED: Readonly<Partial<Record<ComparisonOperator, ComparisonOperator>>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
