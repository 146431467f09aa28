const MAGIC_BYTES = 4;
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

/** Clients before Kafka 0.10 computed the checksum of an LZ4 frame's header over the wrong bytes (KAFKA-3160): a copy of the frame with the right one. */
export function withHeaderChecksum(frame: Buffer): Buffer {
  const flags = frame[MAGIC_BYTES] ?? 0;
  // flags and block size, then perhaps the size of the content and a dictionary's id
  const size = 2 + ((flags & 8) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4);
  const at = MAGIC_BYTES + size;
  if (at >= frame.length) return frame;
  const copy = Buffer.from(frame);
  copy[at] = (hashOfFew(frame.subarray(MAGIC_BYTES, at)) >>> 8) & 0xff;
  return copy;
}

/** XXH32 with seed 0 of fewer than 16 bytes. */
function hashOfFew(data: Buffer): number {
  let hash = (PRIME_5 + data.length) | 0;
  let at = 0;
  for (; at + 4 <= data.length; at += 4) hash = Math.imul(rotate((hash + Math.imul(data.readInt32LE(at), PRIME_3)) | 0, 17), PRIME_4);
  for (; at < data.length; at++) hash = Math.imul(rotate((hash + Math.imul(data[at] ?? 0, PRIME_5)) | 0, 11), PRIME_1);
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
