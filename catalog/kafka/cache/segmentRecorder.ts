import { randomBytes } from 'node:crypto';
import { mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '../../../spi/page.ts';
import type { Type } from '../../../spi/type.ts';
import type { IsolationLevel } from '../wire/clusterOptions.ts';
import { ParquetFile } from './parquet/parquetFile.ts';
import { parquetType } from './parquet/parquetType.ts';
import { DATA, type SegmentDescription, UNFINISHED, writeDescription } from './segmentFile.ts';

const SEGMENT_MESSAGES_MAX = 1_000_000;
const SEGMENT_BYTES_MAX = 256 << 20;

/** What a scan is to keep, and where; plain data. */
export interface Recording {
  /** The folder of the topic's segments. */
  readonly dir: string;
  readonly topic: string;
  readonly isolation: IsolationLevel;
  /** Names the messages that the scan shows; absent: all. */
  readonly messages?: string;
  /** Which columns of the pages are kept, and as what. */
  readonly columns: readonly { readonly id: string; readonly type: Type; readonly index: number }[];
  /** Fewer offsets are not worth a file. */
  readonly messagesMin: number;
  /** All that this scan may write. */
  readonly bytesMax: number;
  /** The cache that keeps it. */
  readonly writer: string;
}

/** Shared by the recorders of one run of a feed. */
export interface RecordingTotals {
  /** What all runs of the scan have written. */
  readonly bytes: number;
  add(bytes: number): void;
  /** Nothing more is kept: enough is written, or something went wrong. Reading goes on. */
  ended: boolean;
  failure: unknown;
}

/** Keeps what is read of one partition in segments. */
export class SegmentRecorder {
  private readonly recording: Recording;
  private readonly totals: RecordingTotals;
  private readonly partition: number;
  private start: number;
  private position: number;
  private rows = 0;
  private leaderEpoch = -1;
  private file: ParquetFile | undefined;

  constructor(recording: Recording, totals: RecordingTotals, range: { readonly partition: number; readonly start: number }) {
    this.recording = recording;
    this.totals = totals;
    this.partition = range.partition;
    this.start = range.start;
    this.position = range.start;
  }

  /** The rows of everything from the last offset to `next`. `complete`: none of the messages there was left out. */
  async add(pages: readonly Page[], next: number, { complete, leaderEpoch }: { readonly complete: boolean; readonly leaderEpoch: number }): Promise<void> {
    await this.guarded(async () => {
      if (!complete) return this.restart(next);
      for (const page of pages) {
        if (!(await this.addPage(page))) {
          await this.discard();
          return this.begin(next);
        }
      }
      this.position = next;
      this.leaderEpoch = leaderEpoch;
      if (this.totals.bytes >= this.recording.bytesMax) {
        await this.restart(next);
        this.totals.ended = true;
      } else if (this.rows >= SEGMENT_MESSAGES_MAX || (this.file?.bytes ?? 0) >= SEGMENT_BYTES_MAX) await this.restart(next);
    });
  }

  /** The range has been read to its end. */
  async finish(end: number): Promise<void> {
    await this.guarded(async () => {
      this.position = end;
      await this.restart(end);
    });
  }

  /** The scan has ended before: what is there is kept if it is enough. */
  async stop(): Promise<void> {
    await this.guarded(() => this.restart(this.position));
  }

  private async addPage(page: Page): Promise<boolean> {
    this.rows += page.rowCount;
    if (this.recording.columns.length === 0) return true;
    if (this.file === undefined) {
      await mkdir(this.recording.dir, { recursive: true });
      const columns = this.recording.columns.flatMap(({ id, type, index }) => {
        const stored = parquetType(type);
        return stored === undefined ? [] : [{ name: id, type: stored, index }];
      });
      this.file = new ParquetFile(path.join(this.recording.dir, `${randomBytes(8).toString('hex')}${UNFINISHED}`), columns);
    }
    const before = this.file.bytes;
    const kept = await this.file.add(page);
    this.totals.add(this.file.bytes - before);
    return kept;
  }

  /** Ends the segment in progress at the present position; the next one begins at `next`. */
  private async restart(next: number): Promise<void> {
    if (this.position - this.start >= this.recording.messagesMin) await this.keep();
    else await this.discard();
    this.begin(next);
  }

  private begin(next: number): void {
    this.start = next;
    this.position = next;
    this.rows = 0;
  }

  private async keep(): Promise<void> {
    const { recording, partition, start, position: end, rows, leaderEpoch, file } = this;
    // offsets without a message, or from before there were epochs to check them by
    if (rows === 0 || leaderEpoch < 0) return this.discard();
    const name = `${partition}-${start}-${end}-${randomBytes(4).toString('hex')}`;
    const columns = recording.columns.map(({ id }) => id);
    const common: SegmentDescription = {
      topic: recording.topic,
      partition,
      start,
      end,
      rows,
      isolation: recording.isolation,
      ...(recording.messages === undefined ? {} : { messages: recording.messages }),
      columns,
      bytes: 0,
      crc: 0,
      leaderEpoch,
      writer: recording.writer,
      writtenMs: 0,
    };
    if (file === undefined) {
      await mkdir(recording.dir, { recursive: true });
      return writeDescription(recording.dir, name, common);
    }
    const before = file.bytes;
    await file.finish();
    this.totals.add(file.bytes - before);
    const data = path.join(recording.dir, `${name}${DATA}`);
    await rename(file.path, data);
    this.file = undefined;
    const { mtimeMs } = await stat(data);
    await writeDescription(recording.dir, name, { ...common, bytes: file.bytes, crc: file.crc, writtenMs: mtimeMs });
  }

  private async discard(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.discard();
  }

  /** A disk that is full must not fail a query. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await (this.totals.ended ? this.discard() : work());
    } catch (error) {
      this.totals.failure ??= error;
      this.totals.ended = true;
      await this.file?.discard().catch(() => undefined); // the first failure is the one to tell
      this.file = undefined;
    }
  }
}
