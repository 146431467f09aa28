import { RandomStream } from './randomStream.ts';

const MULTIPLIER = 6364136223846793005n;
const SCALE_OF_64_BIT_KEYS = 30000;

/** A stream of keys: TPC-H changes to a 64-bit generator from scale factor 30,000 on. */
export interface RandomKeyStream {
  next(low: number, high: number): number;
  finishRow(): void;
  skipRows(rows: number): void;
}

export function randomKeyStream(scaleFactor: number, seed: number, drawsPerRow = 1): RandomKeyStream {
  return scaleFactor >= SCALE_OF_64_BIT_KEYS ? new Random64Stream(seed, drawsPerRow) : new RandomStream(seed, drawsPerRow);
}

/** Draws with 64 bits but jumps with the 32-bit generator's arithmetic, as dbgen does. */
class Random64Stream implements RandomKeyStream {
  private seed: bigint;
  private readonly drawsPerRow: number;
  private used = 0;

  constructor(seed: number, drawsPerRow: number) {
    this.seed = BigInt(seed);
    this.drawsPerRow = drawsPerRow;
  }

  next(low: number, high: number): number {
    this.seed = BigInt.asIntN(64, this.seed * MULTIPLIER + 1n);
    this.used++;
    const magnitude = this.seed < 0n ? -this.seed : this.seed;
    return low + Number(magnitude % BigInt(high - low + 1));
  }

  finishRow(): void {
    this.jump(BigInt(this.drawsPerRow - this.used));
    this.used = 0;
  }

  skipRows(rows: number): void {
    this.jump(BigInt(rows) * BigInt(this.drawsPerRow));
  }

  private jump(count: bigint): void {
    let multiplier = 16807n;
    for (let n = count; n > 0n; n /= 2n) {
      if (n % 2n === 1n) this.seed = BigInt.asIntN(64, multiplier * this.seed) % 2147483647n;
      multiplier = (multiplier * multiplier) % 2147483647n;
    }
  }
}
