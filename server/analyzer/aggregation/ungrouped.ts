import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';
import type { AnalysisContext } from '../analysisContext.ts';
import type { Collector } from './collector.ts';

/** Aggregations and window functions where no rows are grouped: Trino fails on them only when it plans. */
export function refuseUngrouped(context: AnalysisContext, { aggregates, windows, groupings }: Collector): void {
  const refuse = (message: string): void => context.reportLater(new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message));
  for (const { node } of windows.values()) refuse(`no resolved window for: ${formatExpression(node)}`);
  for (const { function: resolved } of aggregates.values()) {
    const signature = `(${resolved.argumentTypes.map(typeId).join(',')}):${typeId(resolved.returnType)}`.toLowerCase();
    refuse(`java.lang.RuntimeException: java.lang.IllegalArgumentException: ${signature} is not a scalar function`);
  }
  for (const { node } of groupings.values()) refuse(`no grouping for: ${formatExpression(node)}`);
}
