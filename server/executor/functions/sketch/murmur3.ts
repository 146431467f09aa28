const MASK = 0xffff_ffff_ffff_ffffn;
const C1 = 0x87c3_7b91_1142_53d5n;
const C2 = 0x4cf5_ad43_2745_937fn;

const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;
const mixFirst = (k: bigint): bigint => (rotate((k * C1) & MASK, 31n) * C2) & MASK;
const mixSecond = (k: bigint): bigint => (rotate((k * C2) & MASK, 33n) * C1) & MASK;

function finish(hash: bigint): bigint {
  let k = ((hash ^ (hash >> 33n)) * 0xff51_afd7_ed55_8ccdn) & MASK;
  k = ((k ^ (k >> 33n)) * 0xc4ce_b9fe_1a85_ec53n) & MASK;
  return k ^ (k >> 33n);
}

/** MurmurHash3 x64 128 with seed 0: its two 64-bit halves, unsigned. */
export function murmur3(data: Uint8Array): readonly [bigint, bigint] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const blocks = data.byteLength - (data.byteLength % 16);
  let [a, b] = [0n, 0n];
  for (let at = 0; at < blocks; at += 16) {
    a = ((rotate(a ^ mixFirst(view.getBigUint64(at, true)), 27n) + b) * 5n + 0x52dc_e729n) & MASK;
    b = ((rotate(b ^ mixSecond(view.getBigUint64(at + 8, true)), 31n) + a) * 5n + 0x3849_5ab5n) & MASK;
  }
  const rest = new DataView(new ArrayBuffer(16));
  for (let at = blocks; at < data.byteLength; at++) rest.setUint8(at - blocks, data[at] ?? 0);
  const length = BigInt(data.byteLength);
  a ^= mixFirst(rest.getBigUint64(0, true)) ^ length;
  b ^= mixSecond(rest.getBigUint64(8, true)) ^ length;
  a = (a + b) & MASK;
  b = (b + a) & MASK;
  a = finish(a);
  b = finish(b);
  a = (a + b) & MASK;
  return [a, (b + a) & MASK];
}

/** The first half, by which Trino's sketches know a value. */
export const murmur3Hash64 = (data: Uint8Array): bigint => murmur3(data)[0];

/** Of a 64-bit integer in little-endian order. */
export function murmur3Hash64OfLong(value: bigint): bigint {
  const data = Buffer.alloc(8);
  data.writeBigInt64LE(BigInt.asIntN(64, value));
  return murmur3Hash64(data);
}
