import { readFileSync } from 'node:fs';
import { FIRST_SEED, SENTENCE_BYTES_MAX, SentenceWriter } from './sentenceWriter.ts';

export const TEXT_POOL_BYTES = 300 * 1024 * 1024;
const PAGE_BYTES = 4096;
const PAGE_COUNT = TEXT_POOL_BYTES / PAGE_BYTES;
const KEEP_MS = 60_000;

/**
 * The text that every comment is cut from: 300 MB of sentences, the same at every scale. Only the pages that are asked
 * for are written; an index shipped with the code says at which sentence and seed each page begins.
 */
export class TextPool {
  /** Can be shared between threads: whoever writes a page writes the same. */
  readonly memory: SharedArrayBuffer;
  readonly bytes: Uint8Array;
  private readonly written: Uint8Array;
  private readonly scratch = new SentenceWriter(new Uint8Array(PAGE_BYTES + 2 * SENTENCE_BYTES_MAX), FIRST_SEED);
  private readonly index = readTextPoolIndex();

  constructor(memory = new SharedArrayBuffer(TEXT_POOL_BYTES + PAGE_COUNT)) {
    this.memory = memory;
    this.bytes = new Uint8Array(memory, 0, TEXT_POOL_BYTES);
    this.written = new Uint8Array(memory, TEXT_POOL_BYTES, PAGE_COUNT);
  }

  /** Makes `bytes` valid from `start` to `end`. */
  need(start: number, end: number): void {
    for (let page = Math.floor(start / PAGE_BYTES); page * PAGE_BYTES < end; page++) {
      if (this.written[page] === 0) this.writePage(page);
    }
  }

  private writePage(page: number): void {
    const { seeds, leads } = this.index;
    const lead = leads[page] ?? 0;
    const writer = this.scratch;
    writer.seed = seeds[page] ?? 0;
    writer.position = 0;
    while (writer.position < lead + PAGE_BYTES) writer.writeSentence();
    this.bytes.set(writer.target.subarray(lead, lead + PAGE_BYTES), page * PAGE_BYTES);
    // after the bytes, for other threads too
    Atomics.store(this.written, page, 1);
  }
}

/** For each page the seed of the sentence that runs into it, and how many bytes before the page that sentence begins. */
export interface TextPoolIndex {
  readonly seeds: Uint32Array;
  readonly leads: Uint16Array;
}

export const TEXT_POOL_INDEX_FILE = new URL('./textPool.index', import.meta.url);

function readTextPoolIndex(): TextPoolIndex {
  const file = new Uint8Array(readFileSync(TEXT_POOL_INDEX_FILE));
  return { seeds: new Uint32Array(file.buffer, 0, PAGE_COUNT), leads: new Uint16Array(file.buffer, PAGE_COUNT * 4, PAGE_COUNT) };
}

/** What `textPool.index` is made from: two seconds of writing the whole text. */
export function computeTextPoolIndex(): TextPoolIndex {
  const seeds = new Uint32Array(PAGE_COUNT);
  const leads = new Uint16Array(PAGE_COUNT);
  const writer = new SentenceWriter(new Uint8Array(SENTENCE_BYTES_MAX * 2), FIRST_SEED);
  let offset = 0;
  let page = 0;
  while (page < PAGE_COUNT) {
    const { seed } = writer;
    writer.position = 0;
    writer.writeSentence();
    const end = offset + writer.position;
    for (; page < PAGE_COUNT && page * PAGE_BYTES < end; page++) {
      seeds[page] = seed;
      leads[page] = page * PAGE_BYTES - offset;
    }
    offset = end;
  }
  return { seeds, leads };
}

let shared: TextPool | undefined;
let release: NodeJS.Timeout | undefined;

/** The pool of this thread, on the memory given or its own; it is given back some time after its last use. */
export function textPool(memory?: SharedArrayBuffer): TextPool {
  if (shared === undefined || (memory !== undefined && shared.memory !== memory)) shared = new TextPool(memory);
  clearTimeout(release);
  release = setTimeout(() => {
    shared = undefined;
  }, KEEP_MS);
  release.unref();
  return shared;
}
