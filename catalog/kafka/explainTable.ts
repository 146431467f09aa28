import type { ColumnHandle } from '../../spi/connector.ts';
import { keptRanges } from './cache/cachedScan.ts';
import type { SegmentCache } from './cache/segmentCache.ts';
import { asKafkaColumn, type KafkaTableHandle, type OffsetRange, type ScanConstraint } from './kafkaHandle.ts';
import { constrainedRanges } from './scanRanges.ts';
import { knownDecoderSpec } from './schemaText.ts';
import { judgingColumns } from './topicScan.ts';

const RANGES_SHOWN_MAX = 20;

/** What EXPLAIN says of a scan. */
export function explainTable(
  kafka: KafkaTableHandle,
  columns: readonly ColumnHandle[],
  { cache, internalColumnPrefix }: { readonly cache: SegmentCache | undefined; readonly internalColumnPrefix: string },
): readonly string[] {
  const lines = [`topic = ${kafka.topic}`];
  const constrained = constraintColumns(kafka.constraint, internalColumnPrefix);
  if (constrained.length > 0) lines.push(`constraint on [${constrained.join(', ')}]`);
  if (kafka.snapshot !== undefined) lines.push(`offsets = ${rangesText(constrainedRanges(kafka.snapshot, kafka))}`);
  if (kafka.only !== undefined) lines.push(`messages = ${kafka.only === 'dead' ? 'only those that cannot be decoded' : 'only those that can be decoded'}`);
  if (kafka.limit !== undefined) lines.push(`limit = ${kafka.limit}`);
  if (kafka.extremes !== undefined) lines.push(`aggregated = ${kafka.extremes.functions.map((name) => `${name}(offset)`).join(', ')}`);
  if (kafka.newest !== undefined) lines.push(`newest = ${kafka.newest.count} by ${kafka.newest.by}`);
  const kept = keptText(kafka, columns, cache);
  if (kept !== undefined) lines.push(`cached = ${kept}`);
  return lines;
}

/** undefined: the scan has nothing to do with the cache. */
function keptText(kafka: KafkaTableHandle, columns: readonly ColumnHandle[], cache: SegmentCache | undefined): string | undefined {
  const { snapshot, newest, change, only, extremes, limit } = kafka;
  if (cache === undefined || snapshot?.topicId === undefined) return undefined;
  if (newest !== undefined || change !== undefined || extremes !== undefined) return undefined;
  const read = columns.map(asKafkaColumn);
  const judging = judgingColumns(kafka, read);
  const decoded = [...read, ...judging];
  const [key, message] = [knownDecoderSpec('key', kafka.key, decoded), knownDecoderSpec('message', kafka.message, decoded)];
  if (key === undefined || message === undefined) return 'known when the schema is read';
  const ranges = constrainedRanges(snapshot, kafka);
  const { topicId, isolation } = snapshot;
  const messages = only === undefined ? {} : { only };
  const kept = keptRanges({ ...kafka.constraint, ...messages, topicId, isolation, ranges, columns: read, judging, key, message }, cache);
  // with a limit the topic itself is read unless enough is kept: nothing is told that may not come true
  return kept === undefined || limit !== undefined ? undefined : rangesText(kept);
}

function constraintColumns(constraint: ScanConstraint, prefix: string): string[] {
  const { partitions, partitionMin, partitionMax, offsetMin, offsetMax, timestampMin, timestampMax } = constraint;
  const any = (...values: readonly unknown[]): boolean => values.some((v) => v !== undefined);
  return [
    ...(any(partitions, partitionMin, partitionMax) ? [`${prefix}partition_id`] : []),
    ...(any(offsetMin, offsetMax) ? [`${prefix}partition_offset`] : []),
    ...(any(timestampMin, timestampMax) ? [`${prefix}timestamp`] : []),
  ];
}

function rangesText(ranges: readonly OffsetRange[]): string {
  const shown = ranges.slice(0, RANGES_SHOWN_MAX).map((r) => `${r.partition}: [${r.start}, ${r.end})`);
  return [...shown, ...(ranges.length > shown.length ? [`… ${ranges.length - shown.length} more`] : [])].join(', ') || 'none';
}
