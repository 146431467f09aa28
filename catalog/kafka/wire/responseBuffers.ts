/** Room for a Fetch answer of the usual size and its frame. */
const BLOCK_BYTES = (1 << 20) + (64 << 10);
const SMALL_BYTES = 256 << 10;
const FREE_MAX = 16;

const free: ArrayBuffer[] = [];
const lent = new WeakSet<ArrayBuffer>();

/**
 * Memory for an answer of so many bytes. Large answers share a few blocks that come back by `recycleResponse`: fresh memory for each of
 * them brings full garbage collections, a fifth of the CPU of a scan.
 */
export function responseBuffer(bytes: number): Buffer {
  if (bytes <= SMALL_BYTES || bytes > BLOCK_BYTES) return Buffer.allocUnsafeSlow(bytes);
  const block = free.pop() ?? new ArrayBuffer(BLOCK_BYTES);
  lent.add(block);
  return Buffer.from(block, 0, bytes);
}

/** Nobody may look at the answer any more. One that does not come back is left to the garbage collector. */
export function recycleResponse({ buffer }: Buffer): void {
  if (!(buffer instanceof ArrayBuffer) || !lent.delete(buffer)) return;
  if (free.length < FREE_MAX) free.push(buffer);
}
