import { TrinoError } from '../../../spi/trinoError.ts';
import type { Ordering, Symbol, WindowFunction } from '../../plan/plan.ts';
import { argumentsOf } from '../aggregation/aggregationPlanner.ts';
import { extractWindows } from '../astWalk.ts';
import { type Collector, structuralKey, type WindowUse } from '../aggregation/collector.ts';
import type { PlanBuilder } from '../planBuilder.ts';
import type { BlockAnalysis } from '../querySpecification.ts';
import { planWindowPattern } from '../pattern/windowPatternPlanner.ts';

export function checkWindows({ node, collector }: BlockAnalysis): void {
  for (const { node: call, function: resolved, filter } of collector.windows.values()) {
    const [nested] = extractWindows(call.arguments);
    if (nested !== undefined) {
      throw new TrinoError('NESTED_WINDOW', nested.location, 'Cannot nest window functions or row pattern measures inside window function arguments');
    }
    if (filter !== undefined) throw new TrinoError('NOT_SUPPORTED', node.location, 'FILTER is not yet supported for window functions');
    if (resolved.kind !== 'aggregate' && resolved.kind !== 'window') {
      throw new TrinoError('FUNCTION_NOT_WINDOW', node.location, `Not a window function: ${call.name.parts.map(({ value }) => value).join('.')}`);
    }
  }
}

interface WindowGroup {
  readonly partitionBy: readonly Symbol[];
  readonly orderBy: readonly Ordering[];
  readonly functions: WindowFunction[];
}

/** One node for the functions that share partition and order. */
export function planWindows(builder: PlanBuilder, collector: Collector): void {
  const groups = new Map<string, WindowGroup>();
  for (const use of collector.windows.values()) {
    if (use.pattern !== undefined) continue;
    const partitionBy = [...new Map(builder.symbolsFor(use.partitionBy).map((symbol) => [symbol.name, symbol])).values()];
    const orderBy = builder.orderings(use.orderBy);
    const key = structuralKey([partitionBy, orderBy]);
    let group = groups.get(key);
    if (group === undefined) {
      group = { partitionBy, orderBy, functions: [] };
      groups.set(key, group);
    }
    group.functions.push(windowFunction(builder, use));
  }
  for (const { partitionBy, orderBy, functions } of groups.values()) {
    builder.push((source, id) => ({ kind: 'window', id, source, partitionBy, orderBy, functions }));
  }
  for (const { pattern } of collector.windowPatterns) {
    const uses = [...collector.windows.values()].filter((use) => use.pattern === pattern);
    const measures = [...collector.measures.values()].filter((use) => use.pattern === pattern);
    if (uses.length + measures.length > 0) planWindowPattern(builder, pattern, { uses, measures });
  }
}

function windowFunction(builder: PlanBuilder, use: WindowUse): WindowFunction {
  const { symbol, frame, ignoreNulls, distinct } = use;
  const startValue = frame.startValue && builder.symbolFor(frame.startValue);
  const endValue = frame.endValue && builder.symbolFor(frame.endValue);
  return {
    symbol,
    function: use.function,
    arguments: argumentsOf(builder, use.arguments),
    frame: { type: frame.type, start: frame.start, ...(startValue && { startValue }), end: frame.end, ...(endValue && { endValue }) },
    ignoreNulls,
    distinct,
    orderBy: builder.orderings(use.callOrderBy),
  };
}
