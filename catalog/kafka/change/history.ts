import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { type KeyedChange, LatestRows, settled } from './latestRows.ts';
import { isUnavailable, mayBeLeftOut } from './unavailableValue.ts';

export interface HistoryOptions {
  readonly topic: string;
  readonly types: readonly Type[];
  /** A change may be read after a later one. */
  readonly unordered: boolean;
  /** What cannot be found out is NULL, and no error. */
  readonly lenient: boolean;
}

/** Fills in, in the history of a topic, the values that updates left out. Of the rows before only what may be left out is remembered. */
export class History {
  private readonly options: HistoryOptions;
  private readonly columns: readonly { readonly at: number; readonly type: Type }[];
  private readonly latest: LatestRows;

  constructor(options: HistoryOptions) {
    this.options = options;
    this.columns = options.types.flatMap((type, at) => (LONG_KINDS.has(type.kind) ? [{ at, type }] : []));
    this.latest = new LatestRows(
      options.topic,
      this.columns.map((c) => c.type),
      options.unordered,
    );
  }

  /** The values of the change, complete. */
  note(change: KeyedChange): readonly Value[] {
    const { columns, latest } = this;
    const { topic, unordered, lenient } = this.options;
    const values = columns.map(({ at }) => change.values[at] ?? null);
    if (!unordered && !columns.some(({ type }, i) => mayBeLeftOut(values[i] ?? null, type))) {
      latest.forget(change.key);
      return change.values;
    }
    const kept = latest.apply({ ...change, values });
    const missing = columns.flatMap(({ type }, i) => (isUnavailable(values[i] ?? null, type) ? [i] : []));
    if (latest.lentLate || (missing.length > 0 && kept?.values === undefined)) settled(topic, values, UNKNOWN, lenient);
    if (missing.length === 0) return change.values;
    settled(topic, values, kept?.borrowed, lenient);
    const complete = [...change.values];
    for (const i of missing) complete[columns[i]?.at ?? -1] = kept?.values?.[i] ?? null;
    return complete;
  }
}

const UNKNOWN: ReadonlyMap<number, bigint> = new Map([[0, -1n]]);
const LONG_KINDS: ReadonlySet<string> = new Set(['varchar', 'varbinary', 'array', 'map']);
