const MASK = 0xffff_ffff_ffff_ffffn;
const CONSTANT = 0xdead_beef_dead_beefn;
const SHORT_MAX = 192;
const BLOCK = 96;
const WORDS = 12;

const MIX_ROTATIONS = [11n, 32n, 43n, 31n, 17n, 28n, 39n, 57n, 55n, 54n, 22n, 46n];
const END_ROTATIONS = [44n, 15n, 34n, 21n, 38n, 33n, 10n, 13n, 38n, 53n, 42n, 54n];
const SHORT_MIX_ROTATIONS = [50n, 52n, 30n, 41n, 54n, 48n, 38n, 37n, 62n, 34n, 5n, 36n];
const SHORT_END_ROTATIONS = [15n, 52n, 26n, 51n, 28n, 9n, 47n, 54n, 32n, 25n, 63n];

const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;

/** The first half of Bob Jenkins' SpookyHash V2 of 128 bits with seeds 0; unsigned. */
export function spookyHash(data: Uint8Array): bigint {
  return data.byteLength < SHORT_MAX ? shortHash(data) : longHash(data);
}

/** Words that are numbered around: `at(state, 13)` of 12 words is the second. */
class Words {
  readonly #words: bigint[];

  constructor(words: readonly bigint[]) {
    this.#words = [...words];
  }

  get(at: number): bigint {
    return this.#words[at % this.#words.length] ?? 0n;
  }

  add(at: number, value: bigint): void {
    this.#words[at % this.#words.length] = (this.get(at) + value) & MASK;
  }

  flip(at: number, value: bigint): void {
    this.#words[at % this.#words.length] = this.get(at) ^ value;
  }

  rotate(at: number, bits: bigint): void {
    this.#words[at % this.#words.length] = rotate(this.get(at), bits);
  }
}

function shortMix(h: Words): void {
  for (const [i, bits] of SHORT_MIX_ROTATIONS.entries()) {
    h.rotate(i + 2, bits);
    h.add(i + 2, h.get(i + 3));
    h.flip(i, h.get(i + 2));
  }
}

function shortEnd(h: Words): void {
  for (const [i, bits] of SHORT_END_ROTATIONS.entries()) {
    h.flip(i + 3, h.get(i + 2));
    h.rotate(i + 2, bits);
    h.add(i + 3, h.get(i + 2));
  }
}

function shortHash(data: Uint8Array): bigint {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const h = new Words([0n, 0n, CONSTANT, CONSTANT]);
  let at = 0;
  const addPair = (word: number): void => {
    h.add(word, view.getBigUint64(at, true));
    h.add(word + 1, view.getBigUint64(at + 8, true));
    at += 16;
  };
  while (data.byteLength - at >= 32) {
    addPair(2);
    shortMix(h);
    addPair(0);
  }
  if (data.byteLength - at >= 16) {
    addPair(2);
    shortMix(h);
  }
  h.add(3, (BigInt(data.byteLength) << 56n) & MASK);
  if (at === data.byteLength) {
    h.add(2, CONSTANT);
    h.add(3, CONSTANT);
  } else {
    const rest = new DataView(new ArrayBuffer(16));
    for (let i = at; i < data.byteLength; i++) rest.setUint8(i - at, data[i] ?? 0);
    h.add(2, rest.getBigUint64(0, true));
    h.add(3, rest.getBigUint64(8, true));
  }
  shortEnd(h);
  return h.get(0);
}

function longHash(data: Uint8Array): bigint {
  const h = new Words(Array.from({ length: WORDS }, (_, i) => (i % 3 === 2 ? CONSTANT : 0n)));
  const whole = data.byteLength - (data.byteLength % BLOCK);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < whole; at += BLOCK) {
    for (const [i, bits] of MIX_ROTATIONS.entries()) {
      h.add(i, view.getBigUint64(at + 8 * i, true));
      h.flip(i + 2, h.get(i + 10));
      h.flip(i + 11, h.get(i));
      h.rotate(i, bits);
      h.add(i + 11, h.get(i + 1));
    }
  }
  const rest = new DataView(new ArrayBuffer(BLOCK));
  for (let i = whole; i < data.byteLength; i++) rest.setUint8(i - whole, data[i] ?? 0);
  rest.setUint8(BLOCK - 1, data.byteLength - whole);
  for (let i = 0; i < WORDS; i++) h.add(i, rest.getBigUint64(8 * i, true));
  for (let turn = 0; turn < 3; turn++) {
    for (const [i, bits] of END_ROTATIONS.entries()) {
      h.add(i + 11, h.get(i + 1));
      h.flip(i + 2, h.get(i + 11));
      h.rotate(i + 1, bits);
    }
  }
  return h.get(0);
}
