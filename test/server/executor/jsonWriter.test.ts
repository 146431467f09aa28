import { describe, expect, it } from 'vitest';
import { JsonWriter } from '../../../server/executor/jsonWriter.ts';
import { doubleText } from '../../../server/function/javaNumberText.ts';

function shortDecimal(x: number): string | undefined {
  const out = new JsonWriter(4);
  return out.shortDecimal(x) ? Buffer.from(out.buffer.subarray(0, out.position)).toString() : undefined;
}

describe('a short decimal', () => {
  it('is written as Java does', () => {
    const texts = [1, -1, 0.5, 1234.56, -0.001, 9999999.9999, 0.07, 100.1, 1e6].map(shortDecimal);
    expect(texts).toEqual(['1.0', '-1.0', '0.5', '1234.56', '-0.001', '9999999.9999', '0.07', '100.1', '1000000.0']);
  });

  it('is none with more decimals, or too small to be written plainly', () => {
    expect([0, -0, 0.0009, 0.12345, 1 / 3, 1.0000000000000002, 5e-324].map(shortDecimal)).toEqual(Array(7).fill(undefined));
  });

  it('has the text of every other way to it', () => {
    let written = 0;
    for (let i = 1; i < 20_000; i++) {
      for (const x of [i / 10_000, i * 0.01, (i * 7919) / 1000, i / 64, i * 499.9999]) {
        const text = shortDecimal(x);
        if (text === undefined || x >= 1e7) continue;
        written++;
        if (text !== doubleText(x)) expect(text).toBe(doubleText(x));
      }
    }
    expect(written).toBeGreaterThan(50_000);
  });
});
