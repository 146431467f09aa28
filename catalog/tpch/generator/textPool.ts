import { readFileSync } from 'node:fs';
import { FIRST_SEED, SentenceWriter, TOKENS } from './sentenceWriter.ts';

export const TEXT_POOL_BYTES = 300 * 1024 * 1024;
const PAGE_BYTES = 4096;
const PAGE_COUNT = TEXT_POOL_BYTES / PAGE_BYTES;
/** A page goes on so far behind its end that no comment needs the next one. */
const OVERLAP_BYTES = 256;
/** No page has more tokens, and no sentence. */
const PAGE_TOKENS_MAX = 656;
const SENTENCE_TOKENS_MAX = 64;
const PLACE_BYTES = 64;
const PLACES = PAGE_BYTES / PLACE_BYTES;
/** A place is the number of a token, and how many bytes of it lie before. */
const BEFORE_BITS = 5;
const BEFORE_MASK = (1 << BEFORE_BITS) - 1;
/** Of a token, as words of four bytes. */
const TOKEN_WORDS = 8;
const KEEP_MS = 60_000;

const TOKEN_BYTES = Uint8Array.from(TOKENS, ({ length }) => length);
const TOKEN_TEXTS = new Int32Array(TOKENS.length * TOKEN_WORDS);
for (const [i, text] of TOKENS.entries()) new TextEncoder().encodeInto(text, new Uint8Array(TOKEN_TEXTS.buffer, i * TOKEN_WORDS * 4));

/**
 * The text that every comment is cut from: 300 MB of sentences, the same at every scale, kept as the numbers of its words. Only the pages that
 * are asked for are written; an index shipped with the code says at which sentence and seed each page begins.
 */
export class TextPool {
  /** Can be shared between threads: whoever writes a page writes the same. */
  readonly memory: SharedArrayBuffer;
  private readonly places: Uint16Array;
  private readonly tokens: Uint8Array;
  private readonly written: Uint8Array;
  private readonly scratch = new SentenceWriter(new Uint8Array(PAGE_TOKENS_MAX + SENTENCE_TOKENS_MAX), FIRST_SEED);
  private readonly index = readTextPoolIndex();

  constructor(memory = new SharedArrayBuffer(PAGE_COUNT * (PLACES * 2 + PAGE_TOKENS_MAX + 1))) {
    this.memory = memory;
    this.places = new Uint16Array(memory, 0, PAGE_COUNT * PLACES);
    this.tokens = new Uint8Array(memory, PAGE_COUNT * PLACES * 2, PAGE_COUNT * PAGE_TOKENS_MAX);
    this.written = new Uint8Array(memory, PAGE_COUNT * (PLACES * 2 + PAGE_TOKENS_MAX), PAGE_COUNT);
  }

  /** Writes the text from `start` on to `at`, up to OVERLAP_BYTES of it. The bytes of a token around it are overwritten too: 32 on both sides. */
  copy(start: number, length: number, target: DataView, at: number): void {
    const { places, tokens } = this;
    const page = Math.floor(start / PAGE_BYTES);
    if (this.written[page] === 0) this.writePage(page);
    const offset = start - page * PAGE_BYTES;
    const place = places[page * PLACES + Math.floor(offset / PLACE_BYTES)] ?? 0;
    let token = page * PAGE_TOKENS_MAX + (place >> BEFORE_BITS);
    let to = at - (offset % PLACE_BYTES) - (place & BEFORE_MASK);
    for (let next = to + (TOKEN_BYTES[tokens[token] ?? 0] ?? 0); next <= at; next += TOKEN_BYTES[tokens[token] ?? 0] ?? 0) {
      to = next;
      token++;
    }
    const end = at + length;
    while (to < end) {
      const number = tokens[token++] ?? 0;
      const bytes = TOKEN_BYTES[number] ?? 0;
      const from = number * TOKEN_WORDS;
      target.setInt32(to, TOKEN_TEXTS[from] ?? 0, true);
      target.setInt32(to + 4, TOKEN_TEXTS[from + 1] ?? 0, true);
      target.setInt32(to + 8, TOKEN_TEXTS[from + 2] ?? 0, true);
      for (let i = 3; i * 4 < bytes; i++) target.setInt32(to + i * 4, TOKEN_TEXTS[from + i] ?? 0, true);
      to += bytes;
    }
  }

  private writePage(page: number): void {
    const { seeds, leads } = this.index;
    const lead = leads[page] ?? 0;
    const writer = this.scratch;
    writer.seed = seeds[page] ?? 0;
    writer.count = 0;
    writer.bytes = 0;
    while (writer.bytes < lead + PAGE_BYTES + OVERLAP_BYTES) writer.writeSentence();
    if (writer.count > PAGE_TOKENS_MAX) throw new Error(`page ${page} of the text has ${writer.count} tokens`);
    this.tokens.set(writer.target.subarray(0, writer.count), page * PAGE_TOKENS_MAX);
    // the blank in front of the first word lies before the sentence
    let end = -lead - 1;
    let place = 0;
    for (let token = 0; place < PLACES; token++) {
      const from = end;
      end += TOKEN_BYTES[writer.target[token] ?? 0] ?? 0;
      for (; place < PLACES && end > place * PLACE_BYTES; place++) {
        this.places[page * PLACES + place] = (token << BEFORE_BITS) | (place * PLACE_BYTES - from);
      }
    }
    // after all else, for other threads too
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
  const writer = new SentenceWriter(new Uint8Array(SENTENCE_TOKENS_MAX), FIRST_SEED);
  let offset = 0;
  let page = 0;
  while (page < PAGE_COUNT) {
    const { seed } = writer;
    writer.count = 0;
    writer.bytes = 0;
    writer.writeSentence();
    const end = offset + writer.bytes;
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
