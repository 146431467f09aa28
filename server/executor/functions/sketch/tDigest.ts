import { damaged, SliceReader } from './sliceReader.ts';
import { sortedPositions } from './sortByMean.ts';

const FORMAT = 0;
const COMPRESSION_MIN = 10;
const COMPRESSION_DEFAULT = 100;

/** Values by their distribution (Dunning's merging t-digest); its bytes are those of Trino's tdigest. */
export class TDigest {
  #compression: number;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #totalWeight = 0;
  #means = new Float64Array(1);
  #weights = new Float64Array(1);
  #count = 0;
  /** Every other merge goes from the largest to the smallest. */
  #backwards = false;
  #needsMerge = false;

  constructor(compression = COMPRESSION_DEFAULT) {
    if (!(compression >= COMPRESSION_MIN)) throw damaged('compression factor too small (< 10)');
    this.#compression = compression;
  }

  /** GENERIC_INTERNAL_ERROR for bytes that are no digest. */
  static deserialize(bytes: Uint8Array): TDigest {
    if (bytes.length === 0) throw damaged('Internal error');
    const reader = new SliceReader(bytes);
    if (reader.int8() !== FORMAT) throw damaged('Invalid format');
    const [min, max] = [reader.float64(), reader.float64()];
    const digest = new TDigest(reader.float64());
    [digest.#min, digest.#max, digest.#totalWeight] = [min, max, reader.float64()];
    const count = reader.int32();
    if (count < 0) throw damaged(`${count}`);
    digest.#means = Float64Array.from({ length: count }, () => reader.float64());
    digest.#weights = Float64Array.from({ length: count }, () => reader.float64());
    digest.#count = count;
    return digest;
  }

  /** What another node would make of it: Trino sends the digests of parts of a group on to the one that unites them. */
  sent(): TDigest {
    return TDigest.deserialize(this.serialize());
  }

  get totalWeight(): number {
    return this.#totalWeight;
  }

  add(value: number, weight = 1): void {
    if (Number.isNaN(value)) throw damaged('value is NaN');
    if (!Number.isFinite(value)) throw damaged('value must be finite');
    if (this.#count === this.#means.length) {
      const size = Math.trunc(6 * (2 * this.#compression + 10));
      if (this.#means.length < size) this.#grow(Math.min(this.#means.length * 2, size));
      else this.#merge(2 * this.#compression);
    }
    this.#means[this.#count] = value;
    this.#weights[this.#count] = weight;
    this.#count++;
    this.#totalWeight += weight;
    this.#min = Math.min(value, this.#min);
    this.#max = Math.max(value, this.#max);
    this.#needsMerge = true;
  }

  mergeWith(other: TDigest): void {
    if (this.#count + other.#count > this.#means.length) {
      this.#merge(2 * this.#compression);
      other.#merge(2 * this.#compression);
      this.#grow(this.#count + other.#count);
    }
    this.#means.set(other.#means.subarray(0, other.#count), this.#count);
    this.#weights.set(other.#weights.subarray(0, other.#count), this.#count);
    this.#count += other.#count;
    this.#totalWeight += other.#totalWeight;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#needsMerge = true;
  }

  /** The values at quantiles of [0, 1] in increasing order. */
  valuesAt(quantiles: readonly number[]): number[] {
    for (const [i, quantile] of quantiles.entries()) {
      if (i > 0 && quantile < (quantiles[i - 1] ?? 0)) throw damaged('quantiles must be sorted in increasing order');
      if (quantile < 0 || quantile > 1) throw damaged('quantiles should be in [0, 1] range');
    }
    if (this.#count === 0) return quantiles.map(() => Number.NaN);
    if (this.#needsMerge) this.#merge(2 * this.#compression);
    this.#needsMerge = false;
    const { length } = quantiles;
    if (this.#count === 1) return quantiles.map(() => this.#mean(0));
    const offsets = quantiles.map((quantile) => quantile * this.#totalWeight);
    const values: number[] = [];
    const offset = (): number => offsets[values.length] ?? 0;
    const last = this.#count - 1;
    const [firstHalf, lastHalf] = [this.#weight(0) / 2, this.#weight(last) / 2];
    while (values.length < length && offset() < 1) values.push(this.#min);
    while (values.length < length && offset() < firstHalf) values.push(this.#min + interpolate(offset(), 1, this.#min, firstHalf, this.#mean(0)));
    const nearTop = (): number => this.#max + interpolate(this.#totalWeight - offset(), 1, this.#max, lastHalf, this.#mean(last));
    while (values.length < length && offset() <= this.#totalWeight - 1 && this.#totalWeight - offset() <= lastHalf && lastHalf > 1) values.push(nearTop());
    if (values.length < length && offset() >= this.#totalWeight - 1) return [...values, ...offsets.slice(values.length).map(() => this.#max)];
    let before = firstHalf;
    let centroid = 0;
    while (values.length < length) {
      let delta = (this.#weight(centroid) + this.#weight(centroid + 1)) / 2;
      while (centroid < last && before + delta <= offset()) {
        before += delta;
        centroid++;
        if (centroid < last) delta = (this.#weight(centroid) + this.#weight(centroid + 1)) / 2;
      }
      if (centroid === last) {
        while (values.length < length && offset() <= this.#totalWeight - 1 && lastHalf > 1) values.push(nearTop());
        return [...values, ...offsets.slice(values.length).map(() => this.#max)];
      }
      values.push(this.#between(centroid, offset() - before, delta));
    }
    return values;
  }

  serialize(): Buffer {
    this.#merge(this.#compression);
    const bytes = Buffer.alloc(37 + 16 * this.#count);
    bytes.writeInt8(FORMAT, 0);
    for (const [i, value] of [this.#min, this.#max, this.#compression, this.#totalWeight].entries()) bytes.writeDoubleLE(value, 1 + 8 * i);
    bytes.writeInt32LE(this.#count, 33);
    for (let i = 0; i < this.#count; i++) {
      bytes.writeDoubleLE(this.#mean(i), 37 + 8 * i);
      bytes.writeDoubleLE(this.#weight(i), 37 + 8 * (this.#count + i));
    }
    return bytes;
  }

  /** The value between two neighbours; one that stands for a single sample is exact around its place. */
  #between(left: number, offset: number, distance: number): number {
    const [leftMean, leftWeight] = [this.#mean(left), this.#weight(left)];
    const [rightMean, rightWeight] = [this.#mean(left + 1), this.#weight(left + 1)];
    if (leftWeight === 1 && offset < leftWeight / 2) return leftMean;
    if (rightWeight === 1 && offset >= leftWeight / 2) return rightMean;
    if (leftWeight === 1) return leftMean + interpolate(offset - leftWeight / 2, 0, leftMean, rightWeight / 2, rightMean);
    return leftMean + interpolate(offset, 0, leftMean, rightWeight === 1 ? leftWeight / 2 : distance, rightMean);
  }

  #mean(at: number): number {
    return this.#means[at] ?? 0;
  }

  #weight(at: number): number {
    return this.#weights[at] ?? 0;
  }

  #grow(size: number): void {
    if (this.#means.length >= size) return;
    const [means, weights] = [new Float64Array(size), new Float64Array(size)];
    means.set(this.#means);
    weights.set(this.#weights);
    [this.#means, this.#weights] = [means, weights];
  }

  #merge(compression: number): void {
    if (this.#count === 0) return;
    const order = sortedPositions(this.#means, this.#count);
    if (this.#backwards) order.reverse();
    const total = this.#totalWeight;
    const normalizer = compression / (4 * Math.log(total / compression) + 24);
    const share = (quantile: number): number => (quantile * (1 - quantile)) / normalizer;
    const means: number[] = [];
    const weights: number[] = [];
    let [mean, weight] = [this.#mean(order[0] ?? 0), this.#weight(order[0] ?? 0)];
    let before = 0;
    let shareHere = share(0);
    for (const position of order.subarray(1)) {
      const [nextMean, nextWeight] = [this.#mean(position), this.#weight(position)];
      const joint = weight + nextWeight;
      if (joint <= total * Math.min(shareHere, share(Math.min((before + joint) / total, 1)))) {
        mean += ((nextMean - mean) * nextWeight) / joint;
        weight = joint;
        continue;
      }
      means.push(mean);
      weights.push(weight);
      before += weight;
      shareHere = share(before / total);
      [mean, weight] = [nextMean, nextWeight];
    }
    means.push(mean);
    weights.push(weight);
    if (this.#backwards) {
      means.reverse();
      weights.reverse();
    }
    this.#backwards = !this.#backwards;
    this.#means.set(means);
    this.#weights.set(weights);
    this.#count = means.length;
  }
}

const interpolate = (x: number, x0: number, y0: number, x1: number, y1: number): number => ((x - x0) / (x1 - x0)) * (y1 - y0);
