import { readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { DATA, DESCRIPTION, intactSince, readDescription, removeSegment, type SegmentDescription, UNFINISHED, unlessMissing } from './segmentFile.ts';

const TOUCH_MS = 60_000;

/** A segment that is there, and how it is used. */
export interface Segment extends SegmentDescription {
  readonly name: string;
  readonly dir: string;
  readonly topicId: string;
  readonly createdMs: number;
  lastUsedMs: number;
  /** When the data was written that agreed with its checksum; undefined: not looked at yet. */
  verifiedMs: number | undefined;
  /** Queries that read it. */
  users: number;
}

/** The segments of one topic, as its folder has them. */
export class TopicSegments {
  readonly topicId: string;
  readonly dir: string;
  private readonly cacheId: string;
  private segments: ReadonlyMap<string, Segment> = new Map();
  private reading: Promise<void> | undefined;

  /** `cacheId`: what this cache has written itself is known to be sound. */
  constructor(root: string, topicId: string, cacheId: string) {
    this.topicId = topicId;
    this.cacheId = cacheId;
    this.dir = path.join(root, topicId);
  }

  list(): readonly Segment[] {
    return [...this.segments.values()];
  }

  dataFile({ name }: Segment): string {
    return path.join(this.dir, `${name}${DATA}`);
  }

  /** Looks at the folder: recorders put new segments there, and anything may have been deleted. */
  async refresh(): Promise<void> {
    // who asks while the folder is being read might miss what was written meanwhile
    await this.reading;
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
  }

  /** Whether the data can be read; a segment of which that is not so is removed. */
  async check(segment: Segment): Promise<boolean> {
    segment.verifiedMs = await intactSince(this.dir, segment.name, segment, segment.verifiedMs);
    if (segment.verifiedMs === undefined) await this.remove(segment);
    return segment.verifiedMs !== undefined;
  }

  async touch(segment: Segment, nowMs: number): Promise<void> {
    if (nowMs - segment.lastUsedMs < TOUCH_MS) {
      segment.lastUsedMs = nowMs;
      return;
    }
    segment.lastUsedMs = nowMs;
    await unlessMissing(utimes(path.join(this.dir, `${segment.name}${DESCRIPTION}`), nowMs / 1000, nowMs / 1000));
  }

  async remove(segment: Segment): Promise<void> {
    this.segments = new Map([...this.segments].filter(([name]) => name !== segment.name));
    await removeSegment(this.dir, segment.name);
  }

  /** Files that a recorder was writing when the last process ended. */
  async removeUnfinished(): Promise<void> {
    const names = await namesIn(this.dir);
    await Promise.all(names.filter((name) => name.endsWith(UNFINISHED)).map((name) => rm(path.join(this.dir, name), { force: true })));
    const described = new Set(names.filter((name) => name.endsWith(DESCRIPTION)).map((name) => name.slice(0, -DESCRIPTION.length)));
    const orphans = names.filter((name) => name.endsWith(DATA) && !described.has(name.slice(0, -DATA.length)));
    await Promise.all(orphans.map((name) => rm(path.join(this.dir, name), { force: true })));
  }

  private async read(): Promise<void> {
    const names = (await namesIn(this.dir)).filter((name) => name.endsWith(DESCRIPTION)).map((name) => name.slice(0, -DESCRIPTION.length));
    const known = this.segments;
    const found = await Promise.all(names.map(async (name) => known.get(name) ?? (await this.load(name))));
    this.segments = new Map(found.flatMap((segment) => (segment === undefined ? [] : [[segment.name, segment]])));
  }

  private async load(name: string): Promise<Segment | undefined> {
    const description = await readDescription(this.dir, name);
    const file = await unlessMissing(stat(path.join(this.dir, `${name}${DESCRIPTION}`)));
    if (description === undefined || file === undefined) {
      await removeSegment(this.dir, name);
      return undefined;
    }
    const verifiedMs = description.writer === this.cacheId ? description.writtenMs : undefined;
    return { ...description, name, dir: this.dir, topicId: this.topicId, createdMs: file.birthtimeMs, lastUsedMs: file.mtimeMs, verifiedMs, users: 0 };
  }
}

/** Also of a folder that is not there. */
export async function namesIn(dir: string): Promise<readonly string[]> {
  return (await unlessMissing(readdir(dir))) ?? [];
}
