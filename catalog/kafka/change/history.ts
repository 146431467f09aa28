import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { type ChangesOptions, KEYS_MAX, type KeyedChange, LatestRows, NEVER, tooManyKeys } from './latestRows.ts';
import { mayBeLeftOut, unknownValue } from './unavailableValue.ts';

interface LongColumn {
  readonly at: number;
  readonly type: Type;
}

const LONG_KINDS: ReadonlySet<string> = new Set(['varchar', 'varbinary', 'array', 'map']);

function longColumns(types: readonly Type[]): readonly LongColumn[] {
  return types.flatMap((type, at) => (LONG_KINDS.has(type.kind) ? [{ at, type }] : []));
}

/** Fills in, in the history of a topic, the values that updates left out. Of the rows before only what may be left out is remembered. */
export class History {
  private readonly options: ChangesOptions;
  private readonly columns: readonly LongColumn[];
  private readonly latest: LatestRows;

  constructor(options: ChangesOptions) {
    this.options = options;
    this.columns = longColumns(options.types);
    this.latest = new LatestRows({ ...options, types: this.columns.map((c) => c.type) }, false);
  }

  /** The values of the change, complete. */
  note(change: KeyedChange): readonly Value[] {
    const { columns, latest } = this;
    const { topic, unavailable, lenient } = this.options;
    const values = columns.map(({ at }) => change.values[at] ?? null);
    if (!columns.some(({ type }, i) => mayBeLeftOut(values[i] ?? null, type))) {
      latest.forget(change.key);
      return change.values;
    }
    const kept = latest.apply({ ...change, values });
    const missing = columns.flatMap(({ type }, i) => (unavailable.is(values[i] ?? null, type) ? [i] : []));
    if (missing.length === 0) return change.values;
    if (!lenient && (kept === undefined || latest.unknownIn(change.key))) throw unknownValue(topic);
    const complete = [...change.values];
    for (const i of missing) complete[columns[i]?.at ?? -1] = kept?.[i] ?? null;
    return complete;
  }
}

interface Incomplete {
  readonly order: bigint;
  readonly values: Value[];
  /** Columns that are missing, with the order of the latest change before it that has a value of them. */
  readonly missing: Map<number, bigint>;
  /** The latest deletion before it. */
  deletedAt: bigint;
}

/**
 * The history of a topic in which a change may be read after a later one. Changes that leave out a value wait until everything has been read, and are
 * completed by a second reading.
 */
export class UnorderedHistory {
  private readonly options: ChangesOptions;
  private readonly columns: readonly LongColumn[];
  private readonly waiting = new Map<string, Incomplete[]>();
  private readonly truncations: bigint[] = [];

  constructor(options: ChangesOptions) {
    this.options = options;
    this.columns = longColumns(options.types);
  }

  /** undefined: it waits. */
  note(change: KeyedChange): readonly Value[] | undefined {
    const missing = this.columns.filter(({ at, type }) => this.options.unavailable.is(change.values[at] ?? null, type));
    if (missing.length === 0) return change.values;
    const own = this.waiting.get(change.key) ?? [];
    own.push({ order: change.order, values: [...change.values], missing: new Map(missing.map(({ at }) => [at, NEVER])), deletedAt: NEVER });
    this.waiting.set(change.key, own);
    if (this.waiting.size > KEYS_MAX) throw tooManyKeys(this.options.topic);
    return undefined;
  }

  truncate(order: bigint): void {
    this.truncations.push(order);
  }

  get isComplete(): boolean {
    return this.waiting.size === 0;
  }

  /** Of the second reading. */
  lend({ key, order, deleted, values }: KeyedChange): void {
    for (const later of this.waiting.get(key) ?? []) {
      if (order >= later.order) continue;
      if (deleted) {
        if (order > later.deletedAt) later.deletedAt = order;
        continue;
      }
      for (const [column, from] of later.missing) {
        const value = values[column] ?? null;
        const type = this.options.types[column];
        if (order < from || type === undefined || this.options.unavailable.is(value, type)) continue;
        later.values[column] = value;
        later.missing.set(column, order);
      }
    }
  }

  *completed(): IterableIterator<readonly Value[]> {
    const { topic, lenient } = this.options;
    for (const { order, values, missing, deletedAt } of [...this.waiting.values()].flat()) {
      const emptiedAt = this.truncations.reduce((latest, at) => (at < order && at > latest ? at : latest), deletedAt);
      for (const [column, from] of missing) {
        if (from > emptiedAt) continue;
        if (!lenient) throw unknownValue(topic);
        values[column] = null;
      }
      yield values;
    }
  }
}
