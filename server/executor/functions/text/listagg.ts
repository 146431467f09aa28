import { array, VARCHAR } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import type { AggregateImplementation, AggregateImplementations } from '../implementation.ts';

/** The length in bytes from which on a text overflows. */
const LENGTH_MAX = 1_048_576;

/** As many of the texts as there is room for, what stands for the others, and how many they are. */
function truncated(texts: readonly Value[], separator: string, filler: string, withCount: boolean): string {
  let length = 0;
  const fits = texts.findIndex((text, i) => {
    length += Buffer.byteLength(String(text)) + (i > 0 ? Buffer.byteLength(separator) : 0);
    return length > LENGTH_MAX;
  });
  if (fits < 0) return texts.join(separator);
  return [...texts.slice(0, fits), `${filler}${withCount ? `(${texts.length - fits})` : ''}`].join(separator);
}

const listagg: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const [value = '', separator = "''", , filler = "''"] = call.arguments;
    const [, , overflowError, , withCount] = call.expressions;
    if (overflowError?.kind !== 'constant' || overflowError.value !== false) {
      const text = call.apply('string_agg', [value, separator]);
      const message = `'Concatenated string has the length in bytes larger than the maximum output length ${LENGTH_MAX}'`;
      return `CASE WHEN strlen(${text}) > ${LENGTH_MAX} THEN ${context.fail('EXCEEDED_FUNCTION_MEMORY_LIMIT', message, call.returnType)} ELSE ${text} END`;
    }
    const counted = withCount?.kind === 'constant' && withCount.value === true;
    const udf = context.udf({
      name: counted ? 'listagg_counted' : 'listagg_truncated',
      parameterTypes: [array(VARCHAR), VARCHAR, VARCHAR],
      returnType: call.returnType,
      nulls: 'propagate',
      evaluate: (texts, by, rest) => truncated(Array.isArray(texts) ? texts : [], String(by), String(rest), counted),
    });
    return udf(call.apply('list', [value], { where: `${value} IS NOT NULL` }), separator, filler);
  },
};

export const listaggAggregates: AggregateImplementations = { listagg };
