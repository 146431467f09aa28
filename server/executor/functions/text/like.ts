import { TrinoError } from '../../../../spi/trinoError.ts';
import { BOOLEAN, VARCHAR } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { likeRegExp } from '../../../function/likePattern.ts';
import { type EmitContext, type ScalarCall, sqlString } from '../implementation.ts';

/** `value LIKE pattern ESCAPE e`: DuckDB's own LIKE for constant patterns, which are checked here. */
export function likeCondition(value: string, call: ScalarCall, context: EmitContext): string {
  const [, pattern = '', escape] = call.arguments;
  const [, patternExpression, escapeExpression] = call.expressions;
  const constantEscape = escape === undefined || (escapeExpression?.kind === 'constant' && typeof escapeExpression.value === 'string');
  if (patternExpression?.kind === 'constant' && typeof patternExpression.value === 'string' && constantEscape) {
    const escapeText = escapeExpression?.kind === 'constant' && typeof escapeExpression.value === 'string' ? escapeExpression.value : undefined;
    try {
      likeRegExp(patternExpression.value, escapeText);
    } catch (error) {
      if (!(error instanceof TrinoError)) throw error;
      // raised when a row is evaluated, as Trino does
      return `(${value} IS NOT NULL AND ${context.fail('INVALID_FUNCTION_ARGUMENT', sqlString(error.message), BOOLEAN)})`;
    }
    // without ESCAPE DuckDB takes no character for one, and searches with its fast matchers (5 to 8 times)
    if (escapeText === undefined || escapeText === '') return `(${value} LIKE ${sqlString(patternExpression.value)})`;
    return `(${value} LIKE ${sqlString(patternExpression.value)} ESCAPE ${sqlString(escapeText)})`;
  }
  const udf = context.udf({
    name: escape === undefined ? 'like' : 'like_escape',
    parameterTypes: escape === undefined ? [VARCHAR, VARCHAR] : [VARCHAR, VARCHAR, VARCHAR],
    returnType: BOOLEAN,
    nulls: 'propagate',
    evaluate: matches,
  });
  return udf(value, pattern, ...(escape === undefined ? [] : [escape]));
}

const CACHE_MAX = 1_000;
const cache = new Map<string, RegExp>();

function matches(value: Value, pattern: Value, escape?: Value): boolean {
  const key = JSON.stringify([pattern, escape]);
  let compiled = cache.get(key);
  if (compiled === undefined) {
    compiled = likeRegExp(String(pattern), escape === undefined ? undefined : String(escape));
    if (cache.size >= CACHE_MAX) cache.clear();
    cache.set(key, compiled);
  }
  return compiled.test(String(value));
}
