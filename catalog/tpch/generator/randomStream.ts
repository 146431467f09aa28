const MULTIPLIER = 16807;
const MODULUS = 2147483647;
const TWO_31 = 2147483648;

/**
 * One of TPC-H's random number streams: a Lehmer generator that has a fixed number of draws for each row, so that any
 * row can be reached by jumping and unused streams need not run at all.
 */
export class RandomStream {
  private seed: number;
  private readonly drawsPerRow: number;
  private used = 0;

  constructor(seed: number, drawsPerRow = 1) {
    this.seed = seed;
    this.drawsPerRow = drawsPerRow;
  }

  /** A number from low to high, both included. */
  next(low: number, high: number): number {
    this.step();
    this.used++;
    return low + Math.floor((this.seed / MODULUS) * (high - low + 1));
  }

  /** TPC-H's own draw over the whole int range, where its range overflows to -2^31. */
  nextBits(): number {
    this.step();
    this.used++;
    return Math.trunc((this.seed / MODULUS) * -TWO_31);
  }

  finishRow(): void {
    for (let i = this.used; i < this.drawsPerRow; i++) this.step();
    this.used = 0;
  }

  skipRows(rows: number): void {
    this.seed = Number((BigInt(this.seed) * power(BigInt(MULTIPLIER), BigInt(rows) * BigInt(this.drawsPerRow), BigInt(MODULUS))) % BigInt(MODULUS));
  }

  private step(): void {
    const product = this.seed * MULTIPLIER;
    const upper = Math.floor(product / TWO_31);
    // 2^31 ≡ 1 modulo 2^31 - 1
    const folded = product - upper * TWO_31 + upper;
    this.seed = folded >= MODULUS ? folded - MODULUS : folded;
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus) {
    if ((e & 1n) === 1n) result = (result * b) % modulus;
  }
  return result;
}
