import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { STANDARD_ERROR_CODES } from '../../spi/errorCode.ts';

const TESTS = path.join(import.meta.dirname, '..');
const names = Object.keys(STANDARD_ERROR_CODES);

/** Recorded answers, scripts and tests, but for this one. */
function* testTexts(): Generator<string> {
  for (const entry of readdirSync(TESTS, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || entry.parentPath === import.meta.dirname) continue;
    if (/\.(ts|jsonl?|json|slt)$/.test(file)) yield readFileSync(file, 'utf8');
    else if (file.endsWith('.jsonl.gz')) yield gunzipSync(readFileSync(file)).toString();
  }
}

describe('names of errors', () => {
  const documented = readFileSync(path.join(TESTS, '../docs/errors.md'), 'utf8')
    .split('\n')
    .flatMap((line) => /^\| ([A-Z_, ]+) \|/.exec(line)?.[1]?.split(', ') ?? []);

  it('are those of Trino 476, with their numbers and types', () => {
    const recorded = readFileSync(path.join(import.meta.dirname, 'standardErrorCodes.txt'), 'utf8')
      .trim()
      .split('\n');
    const own = Object.entries(STANDARD_ERROR_CODES).map(([name, [number, type]]) => `${name} ${number} ${type}`);
    expect(own.sort()).toEqual(recorded.sort());
  });

  it('are each met by a test, or told why they cannot be', () => {
    const met = new Set<string>();
    for (const text of testTexts()) for (const [word] of text.matchAll(/\b[A-Z][A-Z0-9_]{4,}\b/g)) met.add(word);
    expect(names.filter((name) => !met.has(name) && !documented.includes(name))).toEqual([]);
    expect(documented.filter((name) => !names.includes(name))).toEqual([]);
  });
});
