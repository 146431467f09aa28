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

/** How a column is made of the columns that are read: `state` takes the row before a deletion, else the row after the change. */
export type ChangeOutput =
  | { readonly kind: 'plain'; readonly type: Type; readonly at: number }
  | { readonly kind: 'state'; readonly type: Type; readonly after: readonly number[]; readonly before: readonly number[] }
  | { readonly kind: 'operation'; readonly type: Type };

export interface ChangeFeedArgument {
  readonly base: FeedArgument;
  readonly kind: ChangeTable['kind'];
  readonly envelope: ChangeTable['envelope'];
  readonly outputs: readonly ChangeOutput[];
  readonly key: readonly ChangeOutput[];
  /** Places of `op`, without and with the schema part; none for plain keyed messages. */
  readonly operation: readonly number[];
  readonly length: number;
  readonly partition: number;
  readonly offset: number;
}

/** Rows held at a time: a bound for the worker's memory. */
const KEYS_MAX = 20_000_000;
const OPERATIONS: ReadonlyMap<Value, string> = new Map([
  ['c', 'insert'],
  ['r', 'snapshot'],
  ['u', 'update'],
  ['d', 'delete'],
]);

const changeFeed: FeedSource = async (plain, sink) => {
  const argument = plain as ChangeFeedArgument; // our own scan() made it
  const changes = new Changes(argument);
  const out = new Rows(argument.outputs);
  await topicFeed(argument.base, {
    signal: sink.signal,
    push: async (page) => {
      for (let row = 0; row < page.rowCount; row++) {
        const change = changes.read(page, row);
        if (change === undefined) continue;
        if (argument.kind === 'changes') await out.add(change.values, sink);
        else changes.keep(change);
      }
    },
  });
  for (const values of changes.current()) await out.add(values, sink);
  await out.flush(sink);
};
export default changeFeed;

interface Change {
  readonly key: string;
  readonly deleted: boolean;
  readonly values: readonly Value[];
}

class Changes {
  private readonly argument: ChangeFeedArgument;
  private readonly rows = new Map<string, readonly Value[]>();

  constructor(argument: ChangeFeedArgument) {
    this.argument = argument;
  }

  /** undefined: a tombstone behind a deletion, which says nothing new. */
  read(page: Page, row: number): Change | undefined {
    const { envelope, outputs, key } = this.argument;
    const tombstone = this.value(page, row, this.argument.length) === 0n;
    let operation: string;
    let payload = 0;
    if (envelope === 'none') operation = tombstone ? 'delete' : 'upsert';
    else {
      if (tombstone) return undefined;
      payload = this.argument.operation.findIndex((at) => this.value(page, row, at) !== null);
      const known = payload < 0 ? undefined : OPERATIONS.get(this.value(page, row, this.argument.operation[payload] ?? -1));
      if (known === undefined) throw this.notAChange(page, row);
      operation = known;
    }
    const deleted = operation === 'delete';
    const valueOf = (output: ChangeOutput): Value => {
      switch (output.kind) {
        case 'plain':
          return this.value(page, row, output.at);
        case 'operation':
          return operation;
        case 'state':
          return this.value(page, row, (deleted ? output.before : output.after)[payload] ?? -1);
      }
    };
    return { key: key.map((k) => keyText(valueOf(k))).join('\u0000'), deleted, values: outputs.map(valueOf) };
  }

  /** The messages of a key lie in one partition, in their order. */
  keep({ key, deleted, values }: Change): void {
    if (deleted) this.rows.delete(key);
    else this.rows.set(key, values);
    if (this.rows.size > KEYS_MAX)
      throw new TrinoError('EXCEEDED_LOCAL_MEMORY_LIMIT', undefined, `More than ${KEYS_MAX} keys in topic '${this.argument.base.topic}'`);
  }

  current(): IterableIterator<readonly Value[]> {
    return this.rows.values();
  }

  private value(page: Page, row: number, at: number): Value {
    const block = page.columns[at];
    const type = this.argument.base.columns[at]?.type;
    return block === undefined || type === undefined ? null : blockValue(block, row, type);
  }

  private notAChange(page: Page, row: number): TrinoError {
    const { partition, offset, base } = this.argument;
    const place = `partition ${String(this.value(page, row, partition))}, offset ${String(this.value(page, row, offset))}`;
    return new TrinoError('NOT_SUPPORTED', undefined, `The message of topic '${base.topic}' at ${place} is not a change of one row`);
  }
}

function keyText(value: Value): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'null';
}

type Sink = Parameters<FeedSource>[1];

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
