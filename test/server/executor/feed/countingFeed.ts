import type { FeedSource } from '../../../../spi/connector.ts';
import { TrinoError } from '../../../../spi/trinoError.ts';

export interface CountingJob {
  /** Pages of 1,000 numbers; 0: without end. */
  readonly pages: number;
  readonly after: 'end' | 'error' | 'die' | 'wait';
  /** The number of the next page, of all runs together; absent: there is one run. */
  readonly next?: SharedArrayBuffer;
}

const ROWS = 1000;

const feed: FeedSource = async (argument, sink) => {
  const { pages, after, next } = argument as CountingJob;
  const counter = new Int32Array(next ?? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (let p = Atomics.add(counter, 0, 1); p < pages || pages === 0; p = Atomics.add(counter, 0, 1)) {
    const data = new BigInt64Array(ROWS);
    for (let i = 0; i < ROWS; i++) data[i] = BigInt(p * ROWS + i);
    await sink.push({ rowCount: ROWS, columns: [{ kind: 'fixed', data }] });
  }
  if (after === 'error') throw new TrinoError({ name: 'KAFKA_SPLIT_ERROR', code: 0x1000001, type: 'EXTERNAL' }, undefined, 'the broker is gone');
  if (after === 'die') process.exit(3);
  if (after === 'wait') await new Promise((_, reject) => sink.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }));
};

export default feed;
