export const PRIME64_1 = 0x9e37_79b1_85eb_ca87n;
export const PRIME64_2 = 0xc2b2_ae3d_27d4_eb4fn;

/** A 64-bit word as two halves of 32 bits: BigInts take ten times as long. */
class Word {
  high: number;
  low: number;

  constructor(high: number, low: number) {
    this.high = high;
    this.low = low;
  }

  set(word: Word): void {
    this.high = word.high;
    this.low = word.low;
  }

  flip(high: number, low: number): void {
    this.high ^= high;
    this.low ^= low;
  }

  add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.low = sum | 0;
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
  }

  multiply(by: Word): void {
    const [a, b] = [this.low >>> 0, by.low >>> 0];
    const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
    const low = a0 * b0;
    const middle = a1 * b0 + (low >>> 16);
    const other = a0 * b1 + (middle & 0xffff);
    const carried = a1 * b1 + Math.floor(middle / 65536) + Math.floor(other / 65536);
    this.high = (Math.imul(this.high, b) + Math.imul(a, by.high) + carried) | 0;
    this.low = Math.imul(a, b);
  }

  /** `bits` of 1 to 31. */
  rotate(bits: number): void {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
  }

  /** By 1 to 63 bits to the right, and the result exclusive-or into the word. */
  fold(bits: number): void {
    if (bits >= 32) this.low ^= this.high >>> (bits - 32);
    else this.flip(this.high >>> bits, (this.low >>> bits) | (this.high << (32 - bits)));
  }

  toBigInt(): bigint {
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }
}

const P1 = new Word(0x9e3779b1, 0x85ebca87);
const P2 = new Word(0xc2b2ae3d, 0x27d4eb4f);
const P3 = new Word(0x165667b1, 0x9e3779f9);
const P4 = new Word(0x85ebca77, 0xc2b2ae63);
const P5 = new Word(0x27d4eb2f, 0x165667c5);

const hash = new Word(0, 0);
const input = new Word(0, 0);
const lanes = [new Word(0, 0), new Word(0, 0), new Word(0, 0), new Word(0, 0)] as const;
const LANE_ROTATIONS = [1, 7, 12, 18];

function round(accumulator: Word, word: Word): void {
  word.multiply(P2);
  accumulator.add(word.high, word.low);
  accumulator.rotate(31);
  accumulator.multiply(P1);
}

function read(view: DataView, at: number): Word {
  input.low = view.getInt32(at, true);
  input.high = view.getInt32(at + 4, true);
  return input;
}

/** `word` as the rest of a round on its own, into the hash. */
function mergeWord(word: Word): void {
  word.multiply(P2);
  word.rotate(31);
  word.multiply(P1);
  hash.flip(word.high, word.low);
}

function mixWord(word: Word): void {
  mergeWord(word);
  hash.rotate(27);
  hash.multiply(P1);
  hash.add(P4.high, P4.low);
}

function finish(): bigint {
  hash.fold(33);
  hash.multiply(P2);
  hash.fold(29);
  hash.multiply(P3);
  hash.fold(32);
  return hash.toBigInt();
}

function hashBlocks(view: DataView): void {
  const [a, b, c, d] = lanes;
  a.set(P1);
  a.add(P2.high, P2.low);
  b.set(P2);
  c.set(new Word(0, 0));
  d.set(new Word(~P1.high, ~P1.low));
  d.add(0, 1);
  for (let at = 0; at + 32 <= view.byteLength; at += 32) {
    round(a, read(view, at));
    round(b, read(view, at + 8));
    round(c, read(view, at + 16));
    round(d, read(view, at + 24));
  }
  hash.set(new Word(0, 0));
  for (const [i, lane] of lanes.entries()) {
    input.set(lane);
    input.rotate(LANE_ROTATIONS[i] ?? 0);
    hash.add(input.high, input.low);
  }
  for (const lane of lanes) {
    mergeWord(lane);
    hash.multiply(P1);
    hash.add(P4.high, P4.low);
  }
}

/** xxHash64 with seed 0; unsigned. */
export function xxHash64(data: Uint8Array): bigint {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = data.byteLength;
  if (length >= 32) hashBlocks(view);
  else hash.set(P5);
  hash.add(0, length);
  let at = length - (length % 32);
  for (; at + 8 <= length; at += 8) mixWord(read(view, at));
  if (at + 4 <= length) {
    input.high = 0;
    input.low = view.getInt32(at, true);
    input.multiply(P1);
    hash.flip(input.high, input.low);
    hash.rotate(23);
    hash.multiply(P2);
    hash.add(P3.high, P3.low);
    at += 4;
  }
  for (; at < length; at++) {
    input.high = 0;
    input.low = view.getUint8(at);
    input.multiply(P5);
    hash.flip(input.high, input.low);
    hash.rotate(11);
    hash.multiply(P1);
  }
  return finish();
}

/** Of a 64-bit integer in little-endian order. */
export function xxHash64OfLong(value: bigint): bigint {
  input.low = Number(BigInt.asIntN(32, value));
  input.high = Number(BigInt.asIntN(32, value >> 32n));
  hash.set(P5);
  hash.add(0, 8);
  mixWord(input);
  return finish();
}
