import { randomUUID } from 'node:crypto';
import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../../spi/connector.ts';
import { inParallel } from '../inParallel.ts';
import { absorbSmall, type Coverage, coverage, type Wanted } from './coverage.ts';
import { namesIn, type Segment, TopicSegments } from './topicSegments.ts';

/** As many messages as a segment has at most when it was merged from smaller ones. */
const MERGED_MESSAGES_MAX = 1_000_000;
/** Files of an earlier process are read as a whole. */
const CHECKED_AT_ONCE = 4;

export interface SegmentCacheOptions {
  readonly dir: string;
  readonly bytesMax: number;
  /** Fewer offsets are not kept. */
  readonly messagesMin: number;
  readonly log: Logger;
}

/** Where a topic is, and from where on its messages are still there. */
export interface TopicIdentity {
  readonly topic: string;
  readonly topicId: string;
  /** By partition: the first offset that the broker still has. */
  readonly logStarts: ReadonlyMap<number, number>;
}

/** Whether a topic's log still has what these segments were made from; gives those that it has. */
export type LogCheck = (segments: readonly Segment[]) => Promise<readonly Segment[]>;

/** What queries have read of topics, on the local disk. One process at a time uses a folder. */
export class SegmentCache {
  readonly options: SegmentCacheOptions;
  /** Another one in each process. */
  readonly id = randomUUID();
  private readonly topics = new Map<string, TopicSegments>();
  private opened: Promise<void> | undefined;
  private readonly read = { kept: 0, fetched: 0 };
  private sweeping: Promise<void> = Promise.resolve();

  constructor(options: SegmentCacheOptions) {
    this.options = options;
  }

  /** As known since the last look at the folders. */
  get figures(): { readonly segments: number; readonly bytes: number; readonly keptMessages: number; readonly fetchedMessages: number } {
    const segments = this.listKnown();
    return {
      segments: segments.length,
      bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
      keptMessages: this.read.kept,
      fetchedMessages: this.read.fetched,
    };
  }

  /** A scan has ended that had so many messages from here and so many from the brokers. */
  countRead(kept: number, fetched: number): void {
    this.read.kept += kept;
    this.read.fetched += fetched;
  }

  topicDir(topicId: string): string {
    return path.join(this.options.dir, path.basename(topicId));
  }

  dataFile(segment: Segment): string {
    return this.topicOf(segment.topicId).dataFile(segment);
  }

  /** What of the wanted is there, ready to be read until `release`. */
  async take({ topic, topicId, logStarts }: TopicIdentity, wanted: Wanted, inLog: LogCheck): Promise<Coverage<Segment> & { release(): void }> {
    await this.open();
    await this.removeNamesakes(topic, topicId);
    const segments = this.topicOf(topicId);
    await segments.refresh();
    for (const segment of segments.list()) if (segment.end <= (logStarts.get(segment.partition) ?? 0) && segment.users === 0) await segments.remove(segment);
    for (;;) {
      const found = absorbSmall(coverage(segments.list(), wanted), this.options.messagesMin, MERGED_MESSAGES_MAX);
      const used = [...new Set(found.pieces.map((piece) => piece.segment))];
      // from here on nobody removes them
      for (const segment of used) segment.users++;
      const release = once(() => {
        for (const segment of used) segment.users--;
      });
      try {
        const sound = await this.soundOf(segments, used, inLog);
        if (sound.length === used.length) {
          const now = Date.now();
          await Promise.all(used.map((segment) => segments.touch(segment, now)));
          return { ...found, release };
        }
      } catch (error) {
        release();
        throw error;
      }
      release();
    }
  }

  /** Brings the cache back to its size, the least recently used first; also removes what newer segments contain. Failures are logged. */
  sweep(): Promise<void> {
    this.sweeping = this.sweeping
      .then(() => this.doSweep())
      .catch((error: unknown) => this.options.log.warn('the segment cache could not be cleaned', { error: String(error) }));
    return this.sweeping;
  }

  /** Makes `known` true to what an earlier process has left. A folder that cannot be read is logged. */
  async prepare(): Promise<void> {
    await this.open().catch((error: unknown) => this.options.log.warn('the segment cache could not be read', { error: String(error) }));
  }

  /** The topic's segments as of the last look at its folder. */
  known(topicId: string): readonly Segment[] {
    return this.topics.get(topicId)?.list() ?? [];
  }

  async list(): Promise<readonly Segment[]> {
    await this.open();
    await Promise.all([...this.topics.values()].map((topic) => topic.refresh()));
    return this.listKnown();
  }

  /** Without a topic: everything. What queries are reading stays until they have ended. */
  async drop(topic: string | undefined): Promise<void> {
    for (const segment of await this.list())
      if (segment.users === 0 && (topic === undefined || segment.topic === topic)) await this.topicOf(segment.topicId).remove(segment);
  }

  private listKnown(): readonly Segment[] {
    return [...this.topics.values()].flatMap((topic) => topic.list());
  }

  private topicOf(topicId: string): TopicSegments {
    const known = this.topics.get(topicId);
    if (known !== undefined) return known;
    const made = new TopicSegments(this.options.dir, path.basename(topicId), this.id);
    this.topics.set(topicId, made);
    return made;
  }

  /** The first use looks at everything that an earlier process has left. */
  private open(): Promise<void> {
    this.opened ??= this.readFolders().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  private async readFolders(): Promise<void> {
    for (const topicId of await namesIn(this.options.dir)) {
      const topic = this.topicOf(topicId);
      await topic.removeUnfinished();
      await topic.refresh();
    }
  }

  /** A topic of the same name with another id is gone, and its segments with it. */
  private async removeNamesakes(topic: string, topicId: string): Promise<void> {
    for (const segment of this.listKnown())
      if (segment.topic === topic && segment.topicId !== topicId && segment.users === 0) await this.topicOf(segment.topicId).remove(segment);
  }

  private async soundOf(topic: TopicSegments, used: readonly Segment[], inLog: LogCheck): Promise<readonly Segment[]> {
    const intact = await inParallel(used, CHECKED_AT_ONCE, (segment) => topic.check(segment));
    const here = used.filter((_, i) => intact[i] === true);
    const sound = await inLog(here);
    for (const segment of here) if (!sound.includes(segment)) await topic.remove(segment);
    return sound;
  }

  private async doSweep(): Promise<void> {
    const segments = await this.list();
    let bytes = 0;
    const newestFirst = segments.toSorted((a, b) => b.lastUsedMs - a.lastUsedMs);
    for (const segment of newestFirst) {
      bytes += segment.bytes;
      const superfluous = bytes > this.options.bytesMax || segments.some((other) => contains(other, segment));
      if (!superfluous || segment.users > 0) continue;
      bytes -= segment.bytes;
      await this.topicOf(segment.topicId).remove(segment);
    }
    for (const [topicId, topic] of this.topics) {
      if (topic.list().length > 0 || (await namesIn(topic.dir)).length > 0) continue;
      this.topics.delete(topicId);
      await rmdir(topic.dir).catch(() => undefined); // not there, or a recorder has just come
    }
  }
}

/** Of two equal ones the older goes. */
function contains(a: Segment, b: Segment): boolean {
  if (a === b || a.topicId !== b.topicId || a.partition !== b.partition || a.isolation !== b.isolation || a.messages !== b.messages) return false;
  if (a.start > b.start || a.end < b.end || !b.columns.every((id) => a.columns.includes(id))) return false;
  const equal = a.start === b.start && a.end === b.end && a.columns.length === b.columns.length;
  return !equal || a.createdMs > b.createdMs || (a.createdMs === b.createdMs && a.name > b.name);
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
