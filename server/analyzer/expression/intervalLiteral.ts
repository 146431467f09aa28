import type { Constant } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { INTERVAL_DAY_TO_SECOND, INTERVAL_YEAR_TO_MONTH } from '../../../spi/type.ts';
import type * as ast from '../../sql/ast.ts';

const FIELDS: readonly ast.IntervalField[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
const MILLIS: Readonly<Record<ast.IntervalField, bigint>> = { YEAR: 0n, MONTH: 0n, DAY: 86_400_000n, HOUR: 3_600_000n, MINUTE: 60_000n, SECOND: 1000n };
/** Joda reads the number of each field as an int. */
const FIELD_MAX = 2147483647n;

/** INTERVAL '1-2' YEAR TO MONTH: months; INTERVAL '1 02:03' DAY TO MINUTE: milliseconds. */
export function intervalLiteral(node: ast.IntervalLiteral): Constant {
  const end = node.endField ?? node.startField;
  const from = FIELDS.indexOf(node.startField);
  const to = FIELDS.indexOf(end);
  const qualifier = node.endField === undefined ? node.startField : `${node.startField} TO ${end}`;
  if (from > to || (from < 2 && to >= 2)) throw new TrinoError('INVALID_LITERAL', node.location, `Invalid interval qualifier: ${qualifier}`);
  const fields = FIELDS.slice(from, to + 1);
  const match = pattern(fields).exec(node.value);
  const numbers = fields.map((_, i) => BigInt(match?.[2 + i] ?? '0'));
  if (match === null || numbers.some((number) => number > FIELD_MAX)) {
    throw new TrinoError('INVALID_LITERAL', node.location, `Invalid INTERVAL ${qualifier} value: ${node.value}`);
  }
  const sign = (match[1] === '-' ? -1 : 1) * node.sign;
  if (from < 2) {
    const months = fields.reduce((sum, field, i) => sum + (numbers[i] ?? 0n) * (field === 'YEAR' ? 12n : 1n), 0n);
    if (months > FIELD_MAX + (match[1] === '-' ? 1n : 0n))
      throw new TrinoError('INVALID_LITERAL', node.location, `Invalid INTERVAL ${qualifier} value: ${node.value}`);
    const value = Number(months) * sign;
    if (value > FIELD_MAX) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Value ${value} exceeds MAX_INT for type interval year to month`);
    return { kind: 'constant', type: INTERVAL_YEAR_TO_MONTH, value };
  }
  const millis =
    fields.reduce((sum, field, i) => sum + (numbers[i] ?? 0n) * MILLIS[field], 0n) + BigInt((match[2 + fields.length] ?? '').padEnd(3, '0').slice(0, 3));
  return { kind: 'constant', type: INTERVAL_DAY_TO_SECOND, value: millis * BigInt(sign) };
}

/** The last fields may be missing. */
function pattern(fields: readonly ast.IntervalField[]): RegExp {
  let text = '';
  for (const field of fields.toReversed()) {
    const separator = field === fields[0] ? '' : field === 'MONTH' ? '-' : field === 'HOUR' ? ' ' : ':';
    const own = field === 'SECOND' ? '(\\d+)(?:\\.(\\d+))?' : '(\\d+)';
    text = `(?:${separator}${own}${text})?`;
  }
  return new RegExp(`^([+-]?)${text}$`);
}
