import type { FeedSource } from '../../../../spi/connector.ts';
import { TrinoError } from '../../../../spi/trinoError.ts';

export interface CountingJob {
  /** Pages of 1,000 numbers; 0: without end. */
  readonly pages: number;
  readonly after: 'end' | 'error' | 'die' | 'wait';
}

const ROWS = 1000;

const feed: FeedSource = async (argument, sink) => {
  const { pages, after } = argument as CountingJob;
  for (let p = 0; p < pages || pages === 0; p++) {
    const data = new BigInt64Array(ROWS);
    for (let i = 0; i < ROWS; i++) data[i] = BigInt(p * ROWS + i);
    await sink.push({ rowCount: ROWS, columns: [{ kind: 'fixed', data }] });
  }
  if (after === 'error') throw new TrinoError({ name: 'KAFKA_SPLIT_ERROR', code: 0x1000001, type: 'EXTERNAL' }, undefined, 'the broker is gone');
  if (after === 'die') process.exit(3);
  if (after === 'wait') await new Promise((_, reject) => sink.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }));
};

export default feed;
