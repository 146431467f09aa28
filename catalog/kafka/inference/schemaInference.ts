import type { TableDescription } from '../description/tableDescription.ts';
import { INTERNAL_COLUMNS } from '../table/internalColumns.ts';
import { inferKey, inferMessage } from './inferGroup.ts';
import type { MessageSample } from './sampleMessages.ts';
import type { TableInference } from './tableInference.ts';

export const SAMPLE_MESSAGES = 1_000;
const TOPICS_MAX = 10_000;

/** The description with the columns that the messages seem to have; without any where they give none. */
export function inferDescription(description: TableDescription, sample: MessageSample, internalColumnPrefix: string): TableDescription {
  const taken = new Set(INTERNAL_COLUMNS.map(({ id }) => `${internalColumnPrefix}${id}`));
  const name = (wanted: string): string => {
    const base = wanted.toLowerCase();
    let free = base;
    for (let n = 2; taken.has(free); n++) free = `${base}_${n}`;
    taken.add(free);
    return free;
  };
  const message = inferMessage(sample.messages, name);
  const key = inferKey(sample.keys, (wanted) => name(taken.has(wanted.toLowerCase()) ? `key_${wanted}` : wanted));
  return { ...description, ...(key === undefined ? {} : { key }), ...(message === undefined ? {} : { message }) };
}

interface Inferred {
  readonly atMs: number;
  readonly topicId: string | undefined;
  readonly description: Promise<TableDescription>;
}

/** What was inferred stays for a while, so that the columns of a table do not change from one query to the next. */
export class InferredSchemas {
  readonly inference: TableInference;
  private readonly refreshMs: number;
  private readonly now: () => number;
  private readonly known = new Map<string, Inferred>();

  constructor(inference: TableInference, refreshMs: number, now: () => number = Date.now) {
    this.inference = inference;
    this.refreshMs = refreshMs;
    this.now = now;
  }

  async of(topic: string, topicId: string | undefined, infer: () => Promise<TableDescription>): Promise<TableDescription> {
    const known = this.known.get(topic);
    if (known !== undefined && known.topicId === topicId && this.now() - known.atMs < this.refreshMs) return known.description;
    const entry: Inferred = { atMs: this.now(), topicId, description: infer() };
    this.known.delete(topic);
    this.known.set(topic, entry);
    const [oldest] = this.known.keys();
    if (this.known.size > TOPICS_MAX && oldest !== undefined) this.known.delete(oldest);
    const forget = (): void => {
      if (this.known.get(topic) === entry) this.known.delete(topic);
    };
    try {
      const description = await entry.description;
      if (description.message === undefined) forget(); // the topic may be empty: the next look may find more
      return description;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
