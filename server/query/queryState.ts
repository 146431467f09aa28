import { errorMessage, TrinoError } from '../../spi/trinoError.ts';

export type QueryState = 'QUEUED' | 'WAITING_FOR_RESOURCES' | 'DISPATCHING' | 'PLANNING' | 'STARTING' | 'RUNNING' | 'FINISHING' | 'FINISHED' | 'FAILED';

const ORDER: readonly QueryState[] = ['QUEUED', 'WAITING_FOR_RESOURCES', 'DISPATCHING', 'PLANNING', 'STARTING', 'RUNNING', 'FINISHING', 'FINISHED', 'FAILED'];

export const isQueryState = (text: string): text is QueryState => (ORDER as readonly string[]).includes(text);

const isDone = (state: QueryState): boolean => state === 'FINISHED' || state === 'FAILED';

/** The state of a query with the time of each step; states only move on, and the first end stays. */
export class QueryStateMachine {
  readonly createdMs: number;
  readonly #now: () => number;
  readonly #times = new Map<QueryState, number>();
  readonly #listeners = new Set<() => void>();
  #state: QueryState = 'QUEUED';
  #error: TrinoError | undefined;

  constructor(now: () => number) {
    this.#now = now;
    this.createdMs = now();
    this.#times.set('QUEUED', this.createdMs);
  }

  get state(): QueryState {
    return this.#state;
  }

  get error(): TrinoError | undefined {
    return this.#error;
  }

  get done(): boolean {
    return isDone(this.#state);
  }

  get endedMs(): number | undefined {
    return this.#times.get('FINISHED') ?? this.#times.get('FAILED');
  }

  timeOf(state: QueryState): number | undefined {
    return this.#times.get(state);
  }

  elapsedMs(): number {
    return (this.endedMs ?? this.#now()) - this.createdMs;
  }

  /** Time between the entry into `from` and the next state that was entered. */
  durationMs(from: QueryState): number {
    const start = this.#times.get(from);
    if (start === undefined) return 0;
    const entered = [...this.#times.keys()];
    const next = entered[entered.indexOf(from) + 1];
    return (next === undefined ? this.#now() : (this.#times.get(next) ?? start)) - start;
  }

  /** false: the query is already at or past this state. */
  advance(state: QueryState): boolean {
    if (this.done || ORDER.indexOf(state) <= ORDER.indexOf(this.#state)) return false;
    this.#state = state;
    this.#times.set(state, this.#now());
    for (const listener of [...this.#listeners]) listener();
    return true;
  }

  fail(error: unknown): boolean {
    if (this.done) return false;
    this.#error = toTrinoError(error);
    return this.advance('FAILED');
  }

  /** Resolves when the condition holds, checked at each change of state; at the latest after `timeoutMs`. */
  async wait(condition: () => boolean, timeoutMs: number): Promise<void> {
    if (condition() || timeoutMs <= 0) return;
    let listener = () => {};
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve) => {
        listener = () => {
          if (condition()) resolve();
        };
        this.#listeners.add(listener);
        timer = setTimeout(resolve, timeoutMs);
      });
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    }
  }
}

export function toTrinoError(error: unknown): TrinoError {
  if (error instanceof TrinoError) return error;
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new TrinoError('STACK_OVERFLOW', undefined, 'statement is too large (stack overflow during analysis)', { cause: error });
  }
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, errorMessage(error), { cause: error });
}
