import { damaged, SliceReader } from './sliceReader.ts';

const FORMAT = 0;
const BITS = 64;
const SIGN = 0x8000_0000_0000_0000n;
const HAS_LEFT = 1;
const HAS_RIGHT = 2;
const WEIGHT_MIN = 1e-5;

/** A range of 2^level values; `bits` are the values shifted so that they order without sign. */
interface Node {
  readonly bits: bigint;
  readonly level: number;
  count: number;
  left: Node | undefined;
  right: Node | undefined;
}

/** Integers by their distribution (Shrivastava's q-digest, without decay); its bytes are those of Trino's qdigest. */
export class QuantileDigest {
  readonly maxError: number;
  #min = 2n ** 63n - 1n;
  #max = -(2n ** 63n);
  #count = 0;
  #root: Node | undefined;

  constructor(maxError: number) {
    if (!(maxError >= 0 && maxError <= 1)) throw damaged('maxError must be in range [0, 1]');
    this.maxError = maxError;
  }

  /** GENERIC_INTERNAL_ERROR for bytes that are no digest. */
  static deserialize(bytes: Uint8Array): QuantileDigest {
    const reader = new SliceReader(bytes);
    if (reader.int8() !== FORMAT) throw damaged('Invalid format');
    const digest = new QuantileDigest(reader.float64());
    if (reader.float64() !== 0) throw damaged('a digest that decays is not supported');
    reader.int64();
    digest.#min = reader.int64();
    digest.#max = reader.int64();
    const nodes = reader.int32();
    const stack: Node[] = [];
    for (let i = 0; i < nodes; i++) {
      const structure = reader.uint8();
      const isBranch = (structure & (HAS_LEFT | HAS_RIGHT)) !== 0;
      const right = (structure & HAS_RIGHT) !== 0 ? stack.pop() : undefined;
      const left = (structure & HAS_LEFT) !== 0 ? stack.pop() : undefined;
      const count = reader.float64();
      stack.push({ bits: BigInt.asUintN(BITS, reader.int64()), level: (structure >> 2) + (isBranch ? 1 : 0), count, left, right });
      digest.#count += count;
    }
    if (nodes !== 0 && stack.length !== 1) throw damaged('Tree is corrupted. Expected a single root node');
    digest.#root = stack[0];
    return digest;
  }

  /** What another node would make of it: Trino sends the digests of parts of a group on to the one that unites them. */
  sent(): QuantileDigest {
    return QuantileDigest.deserialize(this.serialize());
  }

  get count(): number {
    return this.#count;
  }

  /** `value` of 64 bits. */
  add(value: bigint, weight: number): void {
    if (value > this.#max) this.#max = value;
    if (value < this.#min) this.#min = value;
    const before = this.#count;
    this.#insert(BigInt.asUintN(BITS, value) ^ SIGN, weight);
    const factor = this.#compressionFactor();
    if (Math.floor(before / factor) !== Math.floor(this.#count / factor)) this.#compress();
  }

  mergeWith(other: QuantileDigest): void {
    this.#root = this.#merged(this.#root, other.#root);
    if (other.#max > this.#max) this.#max = other.#max;
    if (other.#min < this.#min) this.#min = other.#min;
    this.#compress();
  }

  /** The upper bound of the values at a quantile of [0, 1]. */
  valueAt(quantile: number): bigint {
    if (!(quantile >= 0 && quantile <= 1)) throw damaged('quantile must be between [0,1]');
    let sum = 0;
    const limit = quantile * this.#count;
    for (const node of postOrder(this.#root)) {
      sum += node.count;
      if (sum > limit) {
        const bound = upperBound(node);
        return bound < this.#max ? bound : this.#max;
      }
    }
    return this.#max;
  }

  /** Which share of the values lies below; undefined: the value is outside of those that were added. */
  quantileAt(value: bigint): number | undefined {
    if (this.#count === 0 || value > this.#upper() || value < this.#lower()) return undefined;
    let sum = 0;
    for (const node of postOrder(this.#root)) {
      if (value <= upperBound(node)) break;
      sum += node.count;
    }
    return sum / this.#count;
  }

  serialize(): Buffer {
    this.#compress();
    const nodes = [...postOrder(this.#root)];
    const bytes = Buffer.alloc(45 + 17 * nodes.length);
    bytes.writeInt8(FORMAT, 0);
    bytes.writeDoubleLE(this.maxError, 1);
    bytes.writeBigInt64LE(this.#min, 25);
    bytes.writeBigInt64LE(this.#max, 33);
    bytes.writeInt32LE(nodes.length, 41);
    for (const [i, node] of nodes.entries()) {
      const structure = (Math.max(node.level - 1, 0) << 2) | (node.left === undefined ? 0 : HAS_LEFT) | (node.right === undefined ? 0 : HAS_RIGHT);
      bytes.writeUInt8(structure, 45 + 17 * i);
      bytes.writeDoubleLE(node.count, 46 + 17 * i);
      bytes.writeBigUInt64LE(node.bits, 54 + 17 * i);
    }
    return bytes;
  }

  #lower(): bigint {
    for (const node of postOrder(this.#root)) {
      if (node.count < WEIGHT_MIN) continue;
      const bound = lowerBound(node);
      return bound > this.#min ? bound : this.#min;
    }
    return this.#min;
  }

  #upper(): bigint {
    for (const node of postOrder(this.#root, true)) {
      if (node.count < WEIGHT_MIN) continue;
      const bound = upperBound(node);
      return bound < this.#max ? bound : this.#max;
    }
    return this.#max;
  }

  #compressionFactor(): number {
    if (this.#root === undefined) return 1;
    return Math.max(Math.min(Math.trunc((this.#root.level + 1) / this.maxError), 2147483647), 1);
  }

  #node(bits: bigint, level: number, count: number): Node {
    this.#count += count;
    return { bits, level, count, left: undefined, right: undefined };
  }

  #insert(bits: bigint, weight: number): void {
    if (weight < WEIGHT_MIN) return;
    let attach = (child: Node): void => {
      this.#root = child;
    };
    for (let node = this.#root; ; ) {
      if (node === undefined) {
        attach(this.#node(bits, 0, weight));
        return;
      }
      if (!inSameSubtree(bits, node.bits, node.level)) {
        attach(this.#siblings(node, this.#node(bits, 0, weight)));
        return;
      }
      if (node.level === 0) {
        node.count += weight;
        this.#count += weight;
        return;
      }
      const parent: Node = node;
      const toLeft = isLeft(bits, parent.level);
      attach = (child) => {
        if (toLeft) parent.left = child;
        else parent.right = child;
      };
      node = toLeft ? parent.left : parent.right;
    }
  }

  /** Both under a parent at the level where they part. */
  #siblings(first: Node, second: Node): Node {
    const level = (first.bits ^ second.bits).toString(2).length;
    const parent = this.#node(first.bits, level, 0);
    [parent.left, parent.right] = isLeft(first.bits, level) ? [first, second] : [second, first];
    return parent;
  }

  #merged(node: Node | undefined, other: Node | undefined): Node | undefined {
    if (other === undefined) return node;
    if (node === undefined) return this.#copied(other);
    if (!inSameSubtree(node.bits, other.bits, Math.max(node.level, other.level))) return this.#siblings(node, this.#copied(other));
    if (node.level > other.level) {
      if (isLeft(other.bits, node.level)) node.left = this.#merged(node.left, other);
      else node.right = this.#merged(node.right, other);
      return node;
    }
    if (node.level < other.level) {
      const toLeft = isLeft(node.bits, other.level);
      const left = toLeft ? this.#merged(node, other.left) : other.left && this.#copied(other.left);
      const right = toLeft ? other.right && this.#copied(other.right) : this.#merged(node, other.right);
      const result = this.#node(other.bits, other.level, other.count);
      [result.left, result.right] = [left, right];
      return result;
    }
    this.#count += other.count;
    node.count += other.count;
    node.left = this.#merged(node.left, other.left);
    node.right = this.#merged(node.right, other.right);
    return node;
  }

  #copied(other: Node): Node {
    const node = this.#node(other.bits, other.level, other.count);
    node.left = other.left && this.#copied(other.left);
    node.right = other.right && this.#copied(other.right);
    return node;
  }

  #compress(): void {
    const bound = Math.floor(this.#count / this.#compressionFactor());
    for (const node of [...postOrder(this.#root)]) {
      if (node.left === undefined && node.right === undefined) continue;
      const [leftCount, rightCount] = [node.left?.count ?? 0, node.right?.count ?? 0];
      const isLight = node.count + leftCount + rightCount < bound;
      if (node.left !== undefined && (isLight || leftCount < WEIGHT_MIN)) {
        node.left = this.#removed(node.left);
        node.count += leftCount;
      }
      if (node.right !== undefined && (isLight || rightCount < WEIGHT_MIN)) {
        node.right = this.#removed(node.right);
        node.count += rightCount;
      }
    }
    if (this.#root !== undefined && this.#root.count < WEIGHT_MIN) this.#root = this.#removed(this.#root);
  }

  /** What takes the node's place: itself without weight where it holds two children together. */
  #removed(node: Node): Node | undefined {
    if (node.left !== undefined && node.right !== undefined) {
      node.count = 0;
      return node;
    }
    return node.left ?? node.right;
  }
}

const inSameSubtree = (a: bigint, b: bigint, level: number): boolean => level === BITS || a >> BigInt(level) === b >> BigInt(level);
const isLeft = (bits: bigint, level: number): boolean => ((bits >> BigInt(level - 1)) & 1n) === 0n;
const upperBound = (node: Node): bigint => BigInt.asIntN(BITS, (node.bits | ((1n << BigInt(node.level)) - 1n)) ^ SIGN);
const lowerBound = (node: Node): bigint => BigInt.asIntN(BITS, (node.bits & ~((1n << BigInt(node.level)) - 1n)) ^ SIGN);

function* postOrder(node: Node | undefined, reverse = false): Generator<Node> {
  if (node === undefined) return;
  yield* postOrder(reverse ? node.right : node.left, reverse);
  yield* postOrder(reverse ? node.left : node.right, reverse);
  yield node;
}
