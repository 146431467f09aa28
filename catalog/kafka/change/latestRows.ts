import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { isUnavailable } from './unavailableValue.ts';

/** Keys held at a time: a bound for the worker's memory. */
const KEYS_MAX = 20_000_000;

export interface KeyedChange {
  readonly key: string;
  readonly deleted: boolean;
  readonly values: readonly Value[];
  /** Of two changes to a key the greater one is later; of equals, the one that is read later. */
  readonly order: bigint;
}

interface Kept {
  order: bigint;
  /** undefined: deleted. */
  values: Value[] | undefined;
  /** Columns whose value an update left out, with the order of the change that they were taken from; -1: none yet. */
  borrowed: Map<number, bigint> | undefined;
}

/** The latest row of each key. Values that an update left out are those of the change before it, in whatever order changes are read. */
export class LatestRows {
  private readonly topic: string;
  private readonly types: readonly Type[];
  /** Deleted keys are remembered: an older change may still be read. */
  private readonly unordered: boolean;
  private readonly rows = new Map<string, Kept>();
  private truncatedAt: bigint | undefined;
  /** A value that was taken from one change turned out to be that of another. */
  lentLate = false;

  constructor(topic: string, types: readonly Type[], unordered: boolean) {
    this.topic = topic;
    this.types = types;
    this.unordered = unordered;
  }

  /** undefined: deleted, or older than what is known. */
  apply(change: KeyedChange): Kept | undefined {
    const { key, order, deleted } = change;
    const kept = this.rows.get(key);
    if (kept !== undefined && order < kept.order) {
      if (this.lend(kept, change)) this.lentLate = true;
      return undefined;
    }
    if (deleted && !this.unordered) {
      this.rows.delete(key);
      return undefined;
    }
    const next: Kept = { order, values: deleted ? undefined : [...change.values], borrowed: undefined };
    if (!deleted) this.borrow(next, kept);
    this.rows.set(key, next);
    if (this.rows.size > KEYS_MAX) throw new TrinoError('EXCEEDED_LOCAL_MEMORY_LIMIT', undefined, `More than ${KEYS_MAX} keys in topic '${this.topic}'`);
    return next;
  }

  forget(key: string): void {
    this.rows.delete(key);
  }

  truncate(order: bigint): void {
    if (!this.unordered) this.rows.clear();
    else if (this.truncatedAt === undefined || order > this.truncatedAt) this.truncatedAt = order;
  }

  *current(lenient: boolean): IterableIterator<readonly Value[]> {
    for (const { values, borrowed, order } of this.rows.values()) {
      if (values === undefined || (this.truncatedAt !== undefined && order < this.truncatedAt)) continue;
      yield settled(this.topic, values, borrowed, lenient);
    }
  }

  private borrow(next: Kept, before: Kept | undefined): void {
    const { values } = next;
    if (values === undefined) return;
    for (const [column, type] of this.types.entries()) {
      if (!isUnavailable(values[column] ?? null, type)) continue;
      next.borrowed ??= new Map();
      const from = before?.borrowed?.get(column);
      next.borrowed.set(column, before?.values === undefined ? -1n : (from ?? before.order));
      values[column] = before?.values?.[column] ?? null;
    }
  }

  /** An older change is read after a newer one that lacks a value. */
  private lend({ values, borrowed }: Kept, { deleted, values: older, order }: KeyedChange): boolean {
    if (values === undefined || borrowed === undefined || deleted) return false;
    let lent = false;
    for (const [column, from] of borrowed) {
      const value = older[column] ?? null;
      const type = this.types[column];
      if (order < from || type === undefined || isUnavailable(value, type)) continue;
      values[column] = value;
      borrowed.set(column, order);
      lent = true;
    }
    return lent;
  }
}

export function settled(topic: string, values: readonly Value[], borrowed: ReadonlyMap<number, bigint> | undefined, lenient: boolean): readonly Value[] {
  if (borrowed === undefined || lenient || ![...borrowed.values()].includes(-1n)) return values;
  throw new TrinoError(
    'NOT_SUPPORTED',
    undefined,
    `An update in topic '${topic}' leaves out a value that it did not change, and no earlier message has it (REPLICA IDENTITY FULL writes it, "decodeError": "null" takes NULL for it)`,
  );
}
