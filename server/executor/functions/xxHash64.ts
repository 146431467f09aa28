const MASK = 0xffff_ffff_ffff_ffffn;
export const PRIME64_1 = 0x9e37_79b1_85eb_ca87n;
const PRIME64_2 = 0xc2b2_ae3d_27d4_eb4fn;
const PRIME64_3 = 0x1656_67b1_9e37_79f9n;
const PRIME64_4 = 0x85eb_ca77_c2b2_ae63n;
const PRIME64_5 = 0x27d4_eb2f_1656_67c5n;

const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;
const round = (accumulator: bigint, input: bigint): bigint => (rotate((accumulator + input * PRIME64_2) & MASK, 31n) * PRIME64_1) & MASK;
const mergeRound = (accumulator: bigint, value: bigint): bigint => ((accumulator ^ round(0n, value)) * PRIME64_1 + PRIME64_4) & MASK;

/** xxHash64 with seed 0; unsigned. */
export function xxHash64(data: Uint8Array): bigint {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = data.byteLength;
  let at = 0;
  let hash: bigint;
  if (length >= 32) {
    let [a, b, c, d] = [(PRIME64_1 + PRIME64_2) & MASK, PRIME64_2, 0n, (0n - PRIME64_1) & MASK];
    for (; at + 32 <= length; at += 32) {
      a = round(a, view.getBigUint64(at, true));
      b = round(b, view.getBigUint64(at + 8, true));
      c = round(c, view.getBigUint64(at + 16, true));
      d = round(d, view.getBigUint64(at + 24, true));
    }
    hash = (rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n)) & MASK;
    for (const value of [a, b, c, d]) hash = mergeRound(hash, value);
  } else hash = PRIME64_5;
  hash = (hash + BigInt(length)) & MASK;
  for (; at + 8 <= length; at += 8) hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME64_1 + PRIME64_4) & MASK;
  if (at + 4 <= length) {
    hash = (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * PRIME64_1) & MASK), 23n) * PRIME64_2 + PRIME64_3) & MASK;
    at += 4;
  }
  for (; at < length; at++) hash = (rotate(hash ^ ((BigInt(view.getUint8(at)) * PRIME64_5) & MASK), 11n) * PRIME64_1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * PRIME64_2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * PRIME64_3) & MASK;
  return hash ^ (hash >> 32n);
}

/** Of a 64-bit integer in little-endian order. */
export function xxHash64OfLong(value: bigint): bigint {
  const data = Buffer.alloc(8);
  data.writeBigInt64LE(BigInt.asIntN(64, value));
  return xxHash64(data);
}
