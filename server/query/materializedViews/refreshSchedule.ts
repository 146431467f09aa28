import type { Logger } from '../../../spi/connector.ts';
import { REFRESH_INTERVAL, refreshIntervalMs } from '../../metadata/views/materializedViewProperties.ts';
import type { ViewStore } from '../../metadata/views/viewStore.ts';
import type { QueryManager } from '../queryManager.ts';
import { quoted } from '../rewrite/sqlText.ts';
import { serverSession } from './serverSession.ts';

export interface RefreshScheduleOptions {
  readonly views: ViewStore;
  readonly queries: QueryManager;
  readonly newQueryId: () => string;
  readonly groupsOf: (user: string) => readonly string[];
  readonly hasCatalog: (name: string) => boolean;
  readonly now: () => number;
  readonly log: Logger;
}

const TICK_MS = 1_000;
const PAGE_WAIT_MS = 1_000;
/** Refreshes that the server runs at once. */
const RUNNING_MAX = 2;

/** Refreshes the materialized views that have a refresh_interval, as their owner. A refresh is a query like any other: it is listed and can be killed. */
export class RefreshSchedule {
  readonly #options: RefreshScheduleOptions;
  /** By name: when it was begun last. */
  readonly #begun = new Map<string, number>();
  readonly #running = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RefreshScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tick().finally(() => {
        if (!this.#closed) this.start();
      });
    }, TICK_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#ticking;
    await Promise.all(this.#running.values());
  }

  async #tick(): Promise<void> {
    const { views, now, hasCatalog, log } = this.#options;
    try {
      for (const { catalog, name, definition } of await views.materializedViews()) {
        const interval = refreshIntervalMs(definition.properties.get(REFRESH_INTERVAL));
        const text = [catalog, name.schema, name.table].map(quoted).join('.');
        const last = Math.max(this.#begun.get(text) ?? 0, definition.refresh?.atMs ?? 0);
        if (interval === undefined || now() - last < interval || this.#running.has(text) || !hasCatalog(catalog)) continue;
        if (this.#closed || this.#running.size >= RUNNING_MAX) return;
        this.#begun.set(text, now());
        const run = this.#refresh(text, definition.owner ?? 'lepton').finally(() => this.#running.delete(text));
        this.#running.set(text, run);
      }
    } catch (error) {
      log.warn('materialized views could not be looked through', { error: String(error) });
    }
  }

  /** What becomes of it stands in the log, as for every query. */
  async #refresh(name: string, owner: string): Promise<void> {
    const { queries, newQueryId, groupsOf, now } = this.#options;
    const query = queries.submit(serverSession(owner, groupsOf(owner), newQueryId(), now()), `REFRESH MATERIALIZED VIEW ${name}`);
    while (!query.states.done) {
      query.touch();
      await query.takePage(0);
      await query.states.wait(() => query.states.done, PAGE_WAIT_MS);
    }
  }
}
