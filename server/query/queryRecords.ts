import type { HistoryFilter, QueryHistory } from './queryHistory.ts';
import type { QueryManager } from './queryManager.ts';
import { type QueryRecord, recordOf } from './queryRecord.ts';

/** The queries of this server: those it has at hand, and those that its history remembers. */
export class QueryRecords {
  readonly #queries: QueryManager;
  readonly #history: QueryHistory | undefined;
  /** How many of the ended ones a list shows. */
  readonly #listed: number;

  constructor(queries: QueryManager, history: QueryHistory | undefined, listed: number) {
    this.#queries = queries;
    this.#history = history;
    this.#listed = listed;
    if (history !== undefined) queries.onEnd((query) => history.add(recordOf(query)));
  }

  /** The oldest first. */
  list(): readonly QueryRecord[] {
    const live = this.#queries.all().map(recordOf);
    const known = new Set(live.map((record) => record.id));
    const remembered = this.#listed === 0 ? [] : (this.#history?.search({ limit: this.#listed }) ?? []);
    return [...remembered.filter((record) => !known.has(record.id)).reverse(), ...live];
  }

  get(id: string): QueryRecord | undefined {
    const query = this.#queries.get(id);
    return query === undefined ? this.#history?.get(id) : recordOf(query);
  }

  /** The newest first; the whole history. */
  search(filter: HistoryFilter): readonly QueryRecord[] {
    const live = this.#queries
      .all()
      .map(recordOf)
      .filter((record) => matches(record, filter));
    const known = new Set(live.map((record) => record.id));
    const remembered = (this.#history?.search(filter) ?? []).filter((record) => !known.has(record.id));
    return [...remembered, ...live].sort((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1)).slice(0, filter.limit);
  }
}

function matches({ id, state, session, sql, error, createdMs }: QueryRecord, filter: HistoryFilter): boolean {
  const { createdFromMs = 0, createdToMs = Number.POSITIVE_INFINITY } = filter;
  return (
    (filter.state === undefined || filter.state === state) &&
    (filter.user === undefined || filter.user === session.user) &&
    (filter.source === undefined || filter.source === session.source) &&
    (filter.errorName === undefined || filter.errorName === error?.errorName) &&
    (filter.text === undefined || `${id} ${sql} ${error?.message ?? ''}`.toLowerCase().includes(filter.text.toLowerCase())) &&
    createdMs >= createdFromMs &&
    createdMs <= createdToMs
  );
}
