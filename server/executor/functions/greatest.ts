import type { Type } from '../../../spi/type.ts';
import { compare } from '../comparison.ts';
import { bind, type ScalarImplementation, type ScalarImplementations } from './implementation.ts';
import { compareValues } from './collection/valueOrder.ts';
import { viaUdf } from './viaUdf.ts';

const isNested = (type: Type): boolean => type.kind === 'array' || type.kind === 'row';

/** Where NaN may be within. */
const hasFloats = (type: Type): boolean =>
  type.kind === 'double' ||
  type.kind === 'real' ||
  (type.kind === 'array' && hasFloats(type.element)) ||
  (type.kind === 'row' && type.fields.some((field) => hasFloats(field.type)));

/** A NaN within is less than numbers for greatest, and more for least. */
const nestedExtreme = (name: 'greatest' | 'least'): ScalarImplementation =>
  viaUdf(
    ([first = null, ...others], { returnType }) =>
      others.reduce((best, value) => {
        const order = name === 'greatest' ? compareValues(returnType, value, best, 'first') : -compareValues(returnType, value, best, 'last');
        return order > 0 ? value : best;
      }, first),
    { mayFail: true },
  );

/** The one that no other exceeds; of equal ones the first. NaN only where there is nothing else. */
const extreme = (name: 'greatest' | 'least'): ScalarImplementation => ({
  mayFail: (call) => isNested(call.returnType),
  emit: (call, context) => {
    const [only = 'NULL'] = call.arguments;
    const type = call.returnType;
    if (call.arguments.length === 1) return only;
    if (isNested(type) && hasFloats(type)) return nestedExtreme(name).emit(call, context);
    const floating = type.kind === 'double' || type.kind === 'real';
    const [best, next] = [context.freshName(), context.freshName()];
    const better = compare(name === 'greatest' ? '>' : '<', { sql: next }, { sql: best }, type, context);
    const takes = floating ? `isnan(${best}) OR ${better}` : better;
    return bind(context, `[${call.arguments.join(', ')}]`, (list) => {
      const found = `list_reduce(${list}, lambda ${best}, ${next}: CASE WHEN ${takes} THEN ${next} ELSE ${best} END)`;
      return `CASE WHEN list_count(${list}) < ${call.arguments.length} THEN NULL ELSE ${found} END`;
    });
  },
});

export const greatestFunctions: ScalarImplementations = { greatest: extreme('greatest'), least: extreme('least') };
