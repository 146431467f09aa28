const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** The hash of a key by which Kafka's Java clients choose its partition: 0 to 2^31 - 1. */
export function keyHash(key: Buffer): number {
  const { length } = key;
  const whole = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    const mixed = Math.imul(key.readInt32LE(at), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(mixed ^ (mixed >>> 24), MULTIPLIER);
  }
  if (whole < length) hash = Math.imul(hash ^ key.readUIntLE(whole, length - whole), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) & 0x7fffffff;
}
