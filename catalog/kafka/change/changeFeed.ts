import type { FeedSource } from '../../../spi/connector.ts';
import type { Page } from '../../../spi/page.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { blockValue } from '../block/blockValue.ts';
import { ColumnBuilder, PAGE_ROWS } from '../block/columnBuilder.ts';
import topicFeed from '../feed.ts';
import type { FeedArgument } from '../feedArgument.ts';
import type { ChangeTable } from '../kafkaHandle.ts';
import { History, UnorderedHistory } from './history.ts';
import { type ChangesOptions, KEYS_MAX, type KeyedChange, LatestRows, tooManyKeys } from './latestRows.ts';
import { UnavailableValue } from './unavailableValue.ts';

/** How a column is made of the columns that are read: `either` takes the first that is there, `state` the row before a deletion, else the row after the change. */
export type ChangeOutput =
  | { readonly kind: 'plain'; readonly type: Type; readonly at: number }
  | { readonly kind: 'either'; readonly type: Type; readonly at: readonly number[] }
  | { readonly kind: 'state'; readonly type: Type; readonly after: readonly number[]; readonly before: readonly number[] }
  | { readonly kind: 'operation'; readonly type: Type };

export interface ChangeFeedArgument {
  readonly base: FeedArgument;
  readonly kind: ChangeTable['kind'];
  readonly envelope: ChangeTable['envelope'];
  readonly outputs: readonly ChangeOutput[];
  readonly key: readonly ChangeOutput[];
  readonly flattened?: FlattenedPlaces;
  /** Places of `op`, without and with the schema part; none for plain keyed messages. */
  readonly operation: readonly number[];
  /** Places of what changes of a key are ordered by; none: their offsets. */
  readonly order: readonly number[];
  /** What stands for a value that an UPDATE left out. */
  readonly unavailable: string;
  readonly length: number;
  readonly partition: number;
  readonly offset: number;
}

/** Of what tells deletions in rows without an envelope. */
interface FlattenedPlaces {
  readonly deleted: readonly number[];
  /** Of JSON: a schema part beside a payload that is null stands for no message at all. */
  readonly schema?: number;
  readonly payload?: number;
}

const PLACE_BITS = 64n;

const OPERATIONS: ReadonlyMap<Value, string> = new Map([
  ['c', 'insert'],
  ['r', 'snapshot'],
  ['u', 'update'],
  ['d', 'delete'],
  ['t', 'truncate'],
]);

const changeFeed: FeedSource = async (plain, sink) => {
  const argument = plain as ChangeFeedArgument; // our own scan() made it
  const { base, outputs, order } = argument;
  const options: ChangesOptions = {
    topic: base.topic,
    types: outputs.map((o) => o.type),
    unavailable: new UnavailableValue(argument.unavailable),
    lenient: base.message.decodeError === 'null',
  };
  const out = new Rows(outputs);
  if (argument.kind === 'current') await latestRows(argument, new LatestRows(options, order.length > 0), { out, sink });
  else if (order.length > 0) await unorderedHistory(argument, new UnorderedHistory(options), { out, sink });
  else {
    const history = new History(options);
    await readChanges(argument, sink.signal, (change) => out.add(history.note(change), sink));
  }
  await out.flush(sink);
};
export default changeFeed;

type Sink = Parameters<FeedSource>[1];

interface Output {
  readonly out: Rows;
  readonly sink: Sink;
}

async function latestRows(argument: ChangeFeedArgument, latest: LatestRows, { out, sink }: Output): Promise<void> {
  await readChanges(argument, sink.signal, (change) => {
    if (change.operation === 'truncate') latest.truncate(change.order);
    else latest.apply(change);
    return undefined;
  });
  for (const values of latest.current()) await out.add(values, sink);
}

async function unorderedHistory(argument: ChangeFeedArgument, history: UnorderedHistory, { out, sink }: Output): Promise<void> {
  await readChanges(argument, sink.signal, (change) => {
    if (change.operation === 'truncate') history.truncate(change.order);
    const values = history.note(change);
    return values === undefined ? undefined : out.add(values, sink);
  });
  if (history.isComplete) return;
  await readChanges(argument, sink.signal, (change) => {
    history.lend(change);
    return undefined;
  });
  for (const values of history.completed()) await out.add(values, sink);
}

async function readChanges(argument: ChangeFeedArgument, signal: AbortSignal, visit: (change: Change) => Promise<void> | undefined): Promise<void> {
  const reader = new ChangeReader(argument);
  const push = async (page: Page): Promise<void> => {
    for (let row = 0; row < page.rowCount; row++) {
      const change = reader.read(page, row);
      const visited = change === undefined ? undefined : visit(change);
      if (visited !== undefined) await visited;
    }
  };
  await topicFeed(argument.base, { signal, push });
}

interface Change extends KeyedChange {
  readonly operation: string;
}

/** What a message does to the row of its key. */
interface Told {
  readonly operation: string;
  /** Which of the places of a column: that without or that within a payload. */
  readonly payload: number;
  /** There is no message. */
  readonly tombstone: boolean;
}

class ChangeReader {
  private readonly argument: ChangeFeedArgument;
  private readonly deletedKeys = new Set<string>();

  constructor(argument: ChangeFeedArgument) {
    this.argument = argument;
  }

  /** undefined: a tombstone behind a deletion, which says nothing new. */
  read(page: Page, row: number): Change | undefined {
    const { envelope, outputs, key } = this.argument;
    const told = this.told(page, row);
    if (told === undefined) return undefined;
    const { operation, payload } = told;
    const deleted = operation === 'delete';
    const valueOf = (output: ChangeOutput): Value => {
      switch (output.kind) {
        case 'plain':
          return this.value(page, row, output.at);
        case 'either':
          return this.value(page, row, output.at.find((at) => this.value(page, row, at) !== null) ?? -1);
        case 'operation':
          return operation;
        case 'state':
          return this.value(page, row, (deleted ? output.before : output.after)[payload] ?? -1);
      }
    };
    const keys = key.map(valueOf);
    if (operation === 'truncate') this.checkTruncate(page, row);
    else if (envelope !== 'none' && keys.every((k) => k === null)) throw this.refused(page, row, 'does not tell the key of its row');
    const text = keys.map(keyText).join('\u0000');
    if (envelope === 'flattened' && this.isRepeated(text, told)) return undefined;
    return { operation, key: text, deleted, values: outputs.map(valueOf), order: this.order(page, row, payload) };
  }

  private told(page: Page, row: number): Told | undefined {
    const { envelope, operation: places, flattened } = this.argument;
    const tombstone = this.value(page, row, this.argument.length) === 0n;
    if (envelope === 'none') return { operation: tombstone ? 'delete' : 'upsert', payload: 0, tombstone };
    if (flattened !== undefined) return this.toldFlattened(page, row, { places: flattened, tombstone });
    if (tombstone) return undefined;
    const payload = places.findIndex((at) => this.value(page, row, at) !== null);
    const operation = payload < 0 ? undefined : OPERATIONS.get(this.value(page, row, places[payload] ?? -1));
    if (operation === undefined) throw this.refused(page, row, 'is not a change of one row');
    return { operation, payload, tombstone };
  }

  private toldFlattened(page: Page, row: number, { places, tombstone }: { readonly places: FlattenedPlaces; readonly tombstone: boolean }): Told {
    const at = (place: number | undefined): Value => (place === undefined ? null : this.value(page, row, place));
    const payload = at(places.schema) === null ? 0 : 1;
    if (tombstone || (payload === 1 && at(places.payload) === null)) return { operation: 'delete', payload, tombstone: true };
    if (at(places.deleted[payload]) === 'true') return { operation: 'delete', payload, tombstone: false };
    const named = at(this.argument.operation[payload]);
    const operation = named === null ? 'upsert' : OPERATIONS.get(named);
    if (operation === undefined) throw this.refused(page, row, 'is not a change of one row');
    return { operation, payload, tombstone: false };
  }

  /** A tombstone behind a row that is marked as deleted. */
  private isRepeated(key: string, { operation, tombstone }: Told): boolean {
    if (tombstone) return this.deletedKeys.has(key);
    if (operation === 'delete') this.deletedKeys.add(key);
    else this.deletedKeys.delete(key);
    if (this.deletedKeys.size > KEYS_MAX) throw tooManyKeys(this.argument.base.topic);
    return false;
  }

  private order(page: Page, row: number, payload: number): bigint {
    const at = this.argument.order[payload];
    if (at === undefined) return 0n; // the messages of a key lie in one partition, in their order
    const order = this.value(page, row, at);
    if (typeof order !== 'bigint') throw this.refused(page, row, `has no value of "orderBy"`);
    // equals in the order of the topic, whichever partition is read first
    const place = [this.argument.partition, this.argument.offset].map((column) => BigInt(String(this.value(page, row, column) ?? 0)));
    return place.reduce((sum, part) => (sum << PLACE_BITS) + part, order);
  }

  /** It stands in one partition, and says nothing of what comes before it in another. */
  private checkTruncate(page: Page, row: number): void {
    const { base, order, kind } = this.argument;
    if (kind === 'current' && order.length === 0 && base.ranges.length > 1)
      throw this.refused(page, row, 'is a TRUNCATE: in a topic of several partitions it needs "orderBy": "source.lsn"');
  }

  private value(page: Page, row: number, at: number): Value {
    const block = page.columns[at];
    const type = this.argument.base.columns[at]?.type;
    return block === undefined || type === undefined ? null : blockValue(block, row, type);
  }

  private refused(page: Page, row: number, why: string): TrinoError {
    const { partition, offset, base } = this.argument;
    const place = `partition ${String(this.value(page, row, partition))}, offset ${String(this.value(page, row, offset))}`;
    return new TrinoError('NOT_SUPPORTED', undefined, `The message of topic '${base.topic}' at ${place} ${why}`);
  }
}

function keyText(value: Value): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'null';
}

class Rows {
  private readonly builders: readonly ColumnBuilder[];
  private rows = 0;

  constructor(outputs: readonly ChangeOutput[]) {
    this.builders = outputs.map((o) => new ColumnBuilder(o.type));
  }

  async add(values: readonly Value[], sink: Sink): Promise<void> {
    this.builders.forEach((builder, i) => {
      builder.put(this.rows, values[i] ?? null);
    });
    if (++this.rows === PAGE_ROWS) await this.flush(sink);
  }

  async flush(sink: Sink): Promise<void> {
    if (this.rows === 0) return;
    const { rows } = this;
    this.rows = 0;
    await sink.push({ rowCount: rows, columns: this.builders.map((b) => b.finish(rows)) });
  }
}
