import { TrinoError } from '../../spi/trinoError.ts';
import type { AnalysisContext } from './analysisContext.ts';
import type { Collector } from './collector.ts';

/** Aggregations and window functions where no rows are grouped: Trino fails on them only when it plans. */
export function refuseUngrouped(context: AnalysisContext, { aggregates, windows, groupings }: Collector): void {
  const [use] = [...aggregates.values(), ...windows.values(), ...groupings.values()];
  if (use === undefined) return;
  const name = 'function' in use ? use.function.name : 'grouping';
  context.reportLater(new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `${name} is not a scalar function`));
}
