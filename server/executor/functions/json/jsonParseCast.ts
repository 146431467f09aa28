import type { Cast } from '../../../../spi/expression.ts';
import { TrinoError } from '../../../../spi/trinoError.ts';
import { JSON_TYPE, typeId, VARCHAR } from '../../../../spi/type.ts';
import type { EmitContext } from '../implementation.ts';
import { jsonText, parseJson } from './jsonNode.ts';

/** CAST(json_parse(x) AS array …): Trino reads the text and casts in one step, so that a malformed text is an error of the cast. */
export function emitParsedCast({ value, type, safe }: Cast, context: EmitContext): string | undefined {
  const [text] = value.kind === 'call' ? value.arguments : [];
  if (value.kind !== 'call' || value.function.name !== 'json_parse' || text === undefined || safe) return undefined;
  if (type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'row') return undefined;
  const name = typeId(type);
  const parse = context.udf({
    name: `json_parse cast ${name}`,
    parameterTypes: [VARCHAR],
    returnType: JSON_TYPE,
    nulls: 'propagate',
    evaluate: (json) => {
      try {
        return jsonText(parseJson(String(json)));
      } catch (cause) {
        if (!(cause instanceof SyntaxError)) throw cause;
        throw new TrinoError('INVALID_CAST_ARGUMENT', undefined, `Cannot cast to ${name}.\n${String(json)}`, { cause });
      }
    },
  });
  return parse(context.emit(text));
}
