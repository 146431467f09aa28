import type { Page } from '../../spi/page.ts';
import type { Type } from '../../spi/type.ts';
import type { ScanSource } from './scanTable.ts';

const QUEUED_PAGES_MAX = 16;
/** As long as data may be near, the event loop must go on without a pause to fetch it. */
const EAGER_TURNS = 32;
const PAUSE_MS_MAX = 1;

const never = new Int32Array(new SharedArrayBuffer(4));

/** Pulls an iterable ahead of the engine, a bounded number of pages. */
export class PagesSource implements ScanSource {
  readonly types: readonly Type[];
  readonly rowCount?: number;
  readonly #iterator: AsyncIterator<Page>;
  readonly #queue: Page[] = [];
  #state: 'open' | 'ended' | 'closed' = 'open';
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #emptyTurns = 0;
  readonly #pump: Promise<void>;
  #announce: () => void = () => {};
  readonly #first: Promise<void>;

  constructor(types: readonly Type[], pages: AsyncIterable<Page>, rowCount?: number) {
    this.types = types;
    if (rowCount !== undefined) this.rowCount = rowCount;
    this.#iterator = pages[Symbol.asyncIterator]();
    this.#first = new Promise((resolve) => {
      this.#announce = resolve;
    });
    this.#pump = this.#run();
  }

  /** Resolves when there is a page, an end or an error: small tables are then read without a filler row. */
  ready(): Promise<void> {
    return this.#first;
  }

  take(): Page | 'wait' | 'end' {
    const page = this.#queue.shift();
    if (page !== undefined) {
      this.#emptyTurns = 0;
      this.#wake?.();
      return page;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#state !== 'open') return 'end';
    this.#pause();
    return 'wait';
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    const ended = this.#state === 'ended';
    this.#state = 'closed';
    this.#queue.length = 0;
    this.#wake?.();
    // an iterator in the midst of next() queues the return behind it: its source ends that by the scan's signal
    if (!ended) await this.#iterator.return?.();
    await this.#pump;
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#iterator.next();
        if (this.#state === 'closed') return;
        if (done === true) break;
        this.#queue.push(value);
        this.#announce();
        while (this.#queue.length >= QUEUED_PAGES_MAX && this.#isOpen()) await this.#room();
        if (!this.#isOpen()) return;
      }
      this.#state = 'ended';
    } catch (error) {
      this.#failure = { error };
      if (this.#state === 'open') this.#state = 'ended';
    } finally {
      this.#announce();
    }
  }

  #isOpen(): boolean {
    return this.#state === 'open';
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** The engine asks again at once: without a pause an idle scan would cost a core. */
  #pause(): void {
    const turn = ++this.#emptyTurns - EAGER_TURNS;
    if (turn > 0) Atomics.wait(never, 0, 0, Math.min(PAUSE_MS_MAX, turn * 0.05));
  }
}
