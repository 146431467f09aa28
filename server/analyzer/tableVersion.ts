import type { TableVersion } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { timestampWithTimeZone, typeId, VARCHAR } from '../../spi/type.ts';
import type { NullableValue } from '../../spi/value.ts';
import { type CastSession, castValue } from '../function/castValue.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './aggregation/collector.ts';
import { constantValue } from './expression/constants.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import type { QuerySurroundings } from './relationPlan.ts';
import { EMPTY_SCOPE } from './scope.ts';
import { EMPTY_WITH } from './with.ts';

/** FOR VERSION AS OF x, FOR TIMESTAMP AS OF x. */
export function tableVersion({ context }: Pick<QuerySurroundings, 'context'>, node: NonNullable<ast.TableReference['version']>): TableVersion {
  const analyzer = new ExpressionAnalyzer({ context, scope: EMPTY_SCOPE, collector: new Collector(), with: EMPTY_WITH });
  const value = constantValue(analyzer.analyze(node.value), context.options.session);
  if (value === undefined) throw new TrinoError('EXPRESSION_NOT_CONSTANT', node.value.location, 'Constant expression cannot contain column references');
  if (value.value === null) throw new TrinoError('INVALID_ARGUMENTS', node.location, 'Pointer value cannot be NULL');
  const { kind } = value.type;
  if (node.kind === 'VERSION') return { kind: 'version', value };
  if (kind !== 'timestamp' && kind !== 'timestamp with time zone' && kind !== 'date') {
    throw new TrinoError(
      'TYPE_MISMATCH',
      node.location,
      `Type ${typeId(value.type)} invalid. Temporal pointers must be of type Timestamp, Timestamp with Time Zone, or Date.`,
    );
  }
  const { session } = context.options;
  if (instantMicros(value, session) >= session.startMicros)
    throw new TrinoError(
      'INVALID_ARGUMENTS',
      node.location,
      `Pointer value '${String(castValue(value.value, value.type, VARCHAR, session))}' is not in the past`,
    );
  return { kind: 'timestamp', value };
}

function instantMicros({ type, value }: NullableValue, session: CastSession): bigint {
  const moment = castValue(value, type, timestampWithTimeZone(6), session);
  if (moment === null || typeof moment !== 'object' || !('epochMicros' in moment)) throw new Error('a moment is a timestamp with time zone');
  return moment.epochMicros;
}
