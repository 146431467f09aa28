const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Query ids in Trino's form: `20260131_235959_00042_abcde`, counted anew each day, with a suffix for this server. */
export class QueryIdGenerator {
  readonly #now: () => Date;
  readonly #suffix: string;
  #day = '';
  #count = 0;

  constructor(now: () => Date, random: () => number = Math.random) {
    this.#now = now;
    this.#suffix = Array.from({ length: 5 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
  }

  next(): string {
    const stamp = this.#now().toISOString().replaceAll(/[-:]/g, '');
    const day = stamp.slice(0, 8);
    if (day !== this.#day || this.#count > 99_999) {
      this.#day = day;
      this.#count = 0;
    }
    return `${day}_${stamp.slice(9, 15)}_${String(this.#count++).padStart(5, '0')}_${this.#suffix}`;
  }
}
