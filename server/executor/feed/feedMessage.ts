import type { Page } from '../../../spi/page.ts';

/** What the engine's thread and a feed worker say to each other about one scan. The numbers lie in shared memory. */
export interface FeedStart {
  readonly module: string;
  readonly argument: unknown;
  readonly control: SharedArrayBuffer;
  /** MessagePort; FeedMessages come through it. */
  readonly port: unknown;
  /** Bytes that may be under way before `push` waits. */
  readonly capacityBytes: number;
}

export type FeedMessage =
  | { readonly kind: 'page'; readonly page: Page; readonly bytes: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: FeedError };

/** An error as it crosses the threads: classes do not. */
export interface FeedError {
  readonly message: string;
  readonly stack: string | undefined;
  readonly trino?: { readonly name: string; readonly code: number; readonly type: string };
}

/** Places in the control words. */
export const CONTROL = {
  /** Bytes sent and not yet taken. */
  bytes: 0,
  /** Messages sent. */
  sent: 1,
  /** Pages taken; rises once more when the scan is closed. */
  taken: 2,
  /** 1: the scan was closed. */
  closed: 3,
} as const;

export const CONTROL_BYTES = 16;
