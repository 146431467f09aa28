import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { type UnavailableValue, unknownValue } from './unavailableValue.ts';

/** Keys held at a time: a bound for the worker's memory. */
export const KEYS_MAX = 20_000_000;
/** Before every change. */
export const NEVER = -(1n << 200n);

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
  /** Columns whose value an update left out, with the order of the change that they were taken from; NEVER: none yet. */
  borrowed: Map<number, bigint> | undefined;
  /** The latest deletion before it: nothing is borrowed across one. */
  deletedAt: bigint;
}

export interface ChangesOptions {
  readonly topic: string;
  readonly types: readonly Type[];
  readonly unavailable: UnavailableValue;
  /** A value that an update left out, and that cannot be found, is NULL and no error. */
  readonly lenient: boolean;
}

/** The latest row of each key. Values that an update left out are those of the change before it, in whatever order changes are read. */
export class LatestRows {
  private readonly options: ChangesOptions;
  /** Deleted keys are remembered: an older change may still be read. */
  private readonly unordered: boolean;
  private readonly rows = new Map<string, Kept>();
  private truncatedAt = NEVER;

  constructor(options: ChangesOptions, unordered: boolean) {
    this.options = options;
    this.unordered = unordered;
  }

  /** undefined: deleted, or older than what is known. */
  apply(change: KeyedChange): readonly Value[] | undefined {
    const { key, order, deleted } = change;
    const kept = this.rows.get(key);
    if (kept !== undefined && order < kept.order) {
      if (deleted) forgetLoans(kept, order);
      else this.lend(kept, change);
      return undefined;
    }
    if (deleted && !this.unordered) {
      this.rows.delete(key);
      return undefined;
    }
    const deletedAt = kept === undefined ? NEVER : kept.values === undefined ? kept.order : kept.deletedAt;
    const next: Kept = { order, values: deleted ? undefined : [...change.values], borrowed: undefined, deletedAt };
    if (!deleted) this.borrow(next, kept);
    this.rows.set(key, next);
    if (this.rows.size > KEYS_MAX) throw tooManyKeys(this.options.topic);
    return next.values;
  }

  forget(key: string): void {
    this.rows.delete(key);
  }

  truncate(order: bigint): void {
    if (!this.unordered) this.rows.clear();
    else if (order > this.truncatedAt) this.truncatedAt = order;
  }

  *current(): IterableIterator<readonly Value[]> {
    for (const { values, borrowed, order } of this.rows.values()) {
      if (values === undefined || order < this.truncatedAt) continue;
      for (const [column, from] of borrowed ?? []) {
        if (from > this.truncatedAt) continue;
        values[column] = this.unknown();
      }
      yield values;
    }
  }

  /** What was borrowed is unknown unless a change of this key has it. */
  unknownIn(key: string): boolean {
    return [...(this.rows.get(key)?.borrowed?.values() ?? [])].includes(NEVER);
  }

  private unknown(): null {
    if (this.options.lenient) return null;
    throw unknownValue(this.options.topic);
  }

  private borrow(next: Kept, before: Kept | undefined): void {
    const { values } = next;
    if (values === undefined) return;
    const { types, unavailable } = this.options;
    for (const [column, type] of types.entries()) {
      if (!unavailable.is(values[column] ?? null, type)) continue;
      next.borrowed ??= new Map();
      const from = before?.borrowed?.get(column);
      next.borrowed.set(column, before?.values === undefined ? NEVER : (from ?? before.order));
      values[column] = before?.values?.[column] ?? null;
    }
  }

  /** An older change is read after a newer one that lacks a value. */
  private lend({ values, borrowed, deletedAt }: Kept, { values: older, order }: KeyedChange): void {
    if (values === undefined || borrowed === undefined || order < deletedAt) return;
    for (const [column, from] of borrowed) {
      const value = older[column] ?? null;
      const type = this.options.types[column];
      if (order < from || type === undefined || this.options.unavailable.is(value, type)) continue;
      values[column] = value;
      borrowed.set(column, order);
    }
  }
}

/** A deletion is read late: what a newer change took from before it belonged to another row. */
function forgetLoans(kept: Kept, deletedAt: bigint): void {
  if (deletedAt < kept.deletedAt) return;
  kept.deletedAt = deletedAt;
  for (const [column, from] of kept.borrowed ?? []) {
    if (from > deletedAt) continue;
    kept.borrowed?.set(column, NEVER);
    if (kept.values !== undefined) kept.values[column] = null;
  }
}

export function tooManyKeys(topic: string): TrinoError {
  return new TrinoError('EXCEEDED_LOCAL_MEMORY_LIMIT', undefined, `More than ${KEYS_MAX} keys in topic '${topic}'`);
}
