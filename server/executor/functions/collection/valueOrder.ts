import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';

/** Where a NaN stands among numbers. */
type NanOrder = 'first' | 'last';

/** The order of two values that are not NULL. A NULL within that would have to decide is an error. */
export function compareValues(type: Type, a: Value, b: Value, nan: NanOrder = 'last'): number {
  switch (type.kind) {
    case 'array': {
      const [left, right] = [itemsOf(a), itemsOf(b)];
      for (let at = 0; at < Math.min(left.length, right.length); at++) {
        const order = compareParts(type.element, left[at] ?? null, right[at] ?? null, {
          nan,
          message: 'ARRAY comparison not supported for arrays with null elements',
        });
        if (order !== 0) return order;
      }
      return left.length - right.length;
    }
    case 'row': {
      const [left, right] = [itemsOf(a), itemsOf(b)];
      for (const [at, field] of type.fields.entries()) {
        const order = compareParts(field.type, left[at] ?? null, right[at] ?? null, {
          nan,
          message: 'ROW comparison not supported for fields with null elements',
        });
        if (order !== 0) return order;
      }
      return 0;
    }
    default:
      return compareScalars(a, b, nan);
  }
}

function compareParts(type: Type, a: Value, b: Value, { nan, message }: { readonly nan: NanOrder; readonly message: string }): number {
  if (a === null || b === null) throw new TrinoError('NOT_SUPPORTED', undefined, message);
  return compareValues(type, a, b, nan);
}

const itemsOf = (value: Value): readonly Value[] => (Array.isArray(value) ? value : []);

const DAY_PICOS = 86_400_000_000_000_000n;

function compareScalars(a: Value, b: Value, nan: NanOrder): number {
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a) || Number.isNaN(b)) return (Number(Number.isNaN(a)) - Number(Number.isNaN(b))) * (nan === 'last' ? 1 : -1);
    return a - b === 0 || a === b ? 0 : a < b ? -1 : 1;
  }
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  const [left, right] = [instantOf(a), instantOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A number by which times and instants are ordered. */
function instantOf(value: Value): bigint {
  if (typeof value === 'object' && value !== null && 'epochMicros' in value) return value.epochMicros * 1_000_000n + BigInt(value.picosOfMicro);
  if (typeof value === 'object' && value !== null && 'offsetMinutes' in value)
    return (value.picos - BigInt(value.offsetMinutes) * 60_000_000_000_000n + DAY_PICOS) % DAY_PICOS;
  throw new Error('not a value with an order');
}
