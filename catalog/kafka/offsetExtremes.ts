import type { AggregationPushdown, AggregationPushdownResult, ColumnHandle, FeedSource, PagesScan } from '../../spi/connector.ts';
import type { Page } from '../../spi/page.ts';
import { BIGINT } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import type { FeedArgument } from './feedArgument.ts';
import { isInternal, type KafkaColumnHandle, type KafkaTableHandle, type OffsetExtremes } from './kafkaHandle.ts';

interface ExtremeColumn extends ColumnHandle {
  readonly kind: 'extreme';
  readonly index: number;
}

/** Only the first and the last message of each partition need be read. Offsets alone would not do: the outermost may be control records. */
export function applyOffsetExtremes(table: KafkaTableHandle, { aggregates, groupBy, assignments }: AggregationPushdown): AggregationPushdownResult | undefined {
  const { timestampMin, timestampMax } = table.constraint;
  if (table.limit !== undefined || table.newest !== undefined || table.extremes !== undefined || table.only !== undefined) return undefined;
  if (timestampMin !== undefined || timestampMax !== undefined || aggregates.length === 0) return undefined;
  const byPartition = groupBy.length === 1 && isInternal(groupBy[0], 'partition_id');
  if (groupBy.length > 0 && !byPartition) return undefined;
  const functions = aggregates.flatMap(({ name, arguments: [argument, ...others], distinct, filter }): ('min' | 'max')[] => {
    const ofOffset = argument?.kind === 'reference' && others.length === 0 && isInternal(assignments.get(argument.name), 'partition_offset');
    return ofOffset && !distinct && filter === undefined && (name === 'min' || name === 'max') ? [name] : [];
  });
  if (functions.length < aggregates.length) return undefined;
  const extremes: KafkaTableHandle = { ...table, extremes: { functions, byPartition } };
  return { table: extremes, columns: functions.map((name, index): ExtremeColumn => ({ kind: 'extreme', name: `${name}_offset_${index}`, index })) };
}

/** `argument`: a scan of the table's ranges; its columns do not matter. */
export function extremesScan(
  { functions, byPartition }: OffsetExtremes,
  columns: readonly ColumnHandle[],
  argument: FeedArgument,
  signal: AbortSignal,
): PagesScan {
  const pages = async function* (): AsyncGenerator<Page> {
    const found = await outermost(argument, functions, signal);
    const groups = byPartition ? found.map((partition) => [partition]) : [found];
    yield { rowCount: groups.length, columns: columns.map((column) => ({ kind: 'values', values: groups.map((group) => value(column, group, functions)) })) };
  };
  return { kind: 'pages', pages: pages() };
}

interface Outermost {
  readonly partition: number;
  readonly min: bigint;
  readonly max: bigint;
}

function value(column: ColumnHandle, group: readonly Outermost[], functions: OffsetExtremes['functions']): Value {
  const [first] = group;
  if (first === undefined) return null;
  if (!isExtreme(column)) return BigInt(first.partition);
  return functions[column.index] === 'min'
    ? group.reduce((least, { min }) => (min < least ? min : least), first.min)
    : group.reduce((most, { max }) => (max > most ? max : most), first.max);
}

function isExtreme(column: ColumnHandle): column is ExtremeColumn {
  return 'kind' in column && column.kind === 'extreme';
}

/** Of a partition without messages: nothing. What no function asks for is not read, and not told. */
async function outermost(argument: FeedArgument, functions: OffsetExtremes['functions'], signal: AbortSignal): Promise<readonly Outermost[]> {
  const found = new Map<number, Outermost>();
  const meet = (partition: number, offset: bigint): void => {
    const { min, max } = found.get(partition) ?? { min: offset, max: offset };
    found.set(partition, { partition, min: offset < min ? offset : min, max: offset > max ? offset : max });
  };
  if (functions.includes('min')) await visitOffsets({ ...argument, firstOfEach: true }, meet, signal);
  if (functions.includes('max')) await visitOffsets({ ...argument, newest: { by: 'offset', count: 1 } }, meet, signal);
  return [...found.values()].toSorted((a, b) => a.partition - b.partition);
}

async function visitOffsets(argument: FeedArgument, visit: (partition: number, offset: bigint) => void, signal: AbortSignal): Promise<void> {
  // a few messages of each partition: not worth a thread
  const { default: feed }: { default: FeedSource } = await import('./feed.ts');
  const push = ({ rowCount, columns: [partitions, offsets] }: Page): Promise<void> => {
    if (partitions?.kind !== 'fixed' || offsets?.kind !== 'fixed') throw new Error('numbers come in a fixed layout');
    for (let row = 0; row < rowCount; row++) visit(Number(partitions.data[row]), BigInt(offsets.data[row] ?? 0));
    return Promise.resolve();
  };
  await feed({ ...argument, columns: [PARTITION, OFFSET], visibleColumns: 2 } satisfies FeedArgument, { push, signal });
}

const PARTITION: KafkaColumnHandle = { kind: 'internal', name: 'partition_id', type: BIGINT, id: 'partition_id' };
const OFFSET: KafkaColumnHandle = { kind: 'internal', name: 'partition_offset', type: BIGINT, id: 'partition_offset' };
