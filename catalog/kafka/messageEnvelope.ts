import type { Page } from '../../spi/page.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { MapValue, Value } from '../../spi/value.ts';
import { blockValue } from './block/blockValue.ts';
import { INSERTABLE, type InternalColumnId } from './table/internalColumns.ts';
import type { Encoding, KafkaColumnHandle } from './kafkaHandle.ts';

interface Place {
  readonly partition?: number;
  readonly headers?: Map<Buffer, Buffer | undefined>;
}

/** What INSERT may not name: what only the broker knows, and the bytes that the table's own columns make. */
export function checkWritten(columns: readonly KafkaColumnHandle[], encodings: { readonly key: Encoding; readonly message: Encoding }): void {
  for (const column of columns) {
    if (column.kind !== 'internal') continue;
    if (!INSERTABLE.has(column.id)) throw new TrinoError('NOT_SUPPORTED', undefined, `Column '${column.name}' cannot be written`);
    if ((column.id === 'key' || column.id === 'message') && encodings[column.id].fields.length > 0)
      throw new TrinoError('NOT_SUPPORTED', undefined, `Column '${column.name}' cannot be written: the table has columns of its own for the ${column.id}`);
  }
}

/** The internal columns of the rows that INSERT writes; those that are NULL or not named are left to the producer. */
export class MessageEnvelope {
  private readonly topic: string;
  private readonly partitions: ReadonlySet<number>;
  private readonly places: ReadonlyMap<InternalColumnId, { readonly at: number; readonly column: KafkaColumnHandle }>;

  constructor({
    topic,
    columns,
    partitions,
  }: { readonly topic: string; readonly columns: readonly KafkaColumnHandle[]; readonly partitions: ReadonlySet<number> }) {
    this.topic = topic;
    this.partitions = partitions;
    this.places = new Map(columns.flatMap((column, at) => (column.kind === 'internal' ? [[column.id, { at, column }] as const] : [])));
  }

  /** The key or message as the statement gives it, where the table has no columns for it. */
  text(id: 'key' | 'message', page: Page, row: number): Buffer | undefined {
    const value = this.value(id, page, row);
    return typeof value === 'string' ? Buffer.from(value) : undefined;
  }

  place(page: Page, row: number): Place {
    if (this.places.size === 0) return {};
    const partition = this.value('partition_id', page, row);
    const headers = this.value('headers', page, row);
    return {
      ...(typeof partition === 'bigint' ? { partition: this.known(partition) } : {}),
      ...(isMap(headers) ? { headers: headerEntries(headers) } : {}),
    };
  }

  private known(partition: bigint): number {
    const number = Number(partition);
    if (this.partitions.has(number)) return number;
    throw new TrinoError('CONSTRAINT_VIOLATION', undefined, `Topic '${this.topic}' has no partition ${partition}`);
  }

  private value(id: InternalColumnId, page: Page, row: number): Value {
    const place = this.places.get(id);
    const block = place === undefined ? undefined : page.columns[place.at];
    return place === undefined || block === undefined ? null : blockValue(block, row, place.column.type);
  }
}

/** A name with several values is written as often. */
function headerEntries({ entries }: MapValue): Map<Buffer, Buffer | undefined> {
  const headers = new Map<Buffer, Buffer | undefined>();
  for (const [name, values] of entries) {
    if (typeof name !== 'string' || !Array.isArray(values))
      throw new TrinoError('CONSTRAINT_VIOLATION', undefined, 'A header cannot be without a list of values');
    // each name is a buffer of its own, so that it may come again
    for (const value of values as readonly Value[]) headers.set(Buffer.from(name), value instanceof Uint8Array ? Buffer.from(value) : undefined);
  }
  return headers;
}

const isMap = (value: Value): value is MapValue => value !== null && typeof value === 'object' && Object.hasOwn(value, 'entries');
