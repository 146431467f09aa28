import type { FeedSource } from '../spi/connector.ts';

interface Job {
  readonly pages: number;
  readonly rows: number;
  readonly pauseMs: number;
}

/** Pages of a bigint and a text, at a given pace. */
const feed: FeedSource = async (argument, sink) => {
  const { pages, rows, pauseMs } = argument as Job;
  const text = Buffer.from('some words of text that are not short');
  for (let p = 0; p < pages && !sink.signal.aborted; p++) {
    const numbers = new BigInt64Array(rows);
    const slots = new Uint32Array(rows * 4);
    const heap = new Uint8Array(rows * text.length);
    for (let i = 0; i < rows; i++) {
      numbers[i] = BigInt(p * rows + i);
      heap.set(text, i * text.length);
      slots.set([text.length, text.readUInt32LE(0), i * text.length, 0], i * 4);
    }
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await sink.push({
      rowCount: rows,
      columns: [
        { kind: 'fixed', data: numbers },
        { kind: 'bytes', slots, heap },
      ],
    });
  }
};

export default feed;
