import type { Readable } from 'node:stream';

/** Where the bytes of segments lie. Names are made by the SegmentStore. */
export interface SegmentStorage {
  /** `key`: the segment's own secret, for stores that encrypt. */
  write(name: string, data: Buffer, key: Buffer): Promise<void>;
  read(name: string, key: Buffer): Promise<Readable>;
  remove(name: string): Promise<void>;
  /** A link that a client can read by itself, with the headers that it must send; absent: the server hands out all segments. */
  directLink?(name: string, key: Buffer, ttlMs: number): Promise<DirectLink>;
  /** Removes what a server that is gone has left for longer than this. */
  prune?(olderThanMs: number): Promise<number>;
  close(): Promise<void>;
}

export interface DirectLink {
  readonly uri: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}
