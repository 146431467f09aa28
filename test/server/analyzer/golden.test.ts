import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { compare, type GoldenCase } from './goldenComparison.ts';
import { fakeMetadata } from './testMetadata.ts';

const metadata = fakeMetadata();
const cases = (file: string): readonly GoldenCase[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenCase);

const text = (golden: GoldenCase): string =>
  golden.error === undefined ? JSON.stringify(golden.columns) : `${golden.error.errorName}: ${golden.error.message}`;

test('names, types and errors of queries are those of a real Trino', () => {
  const differences = cases(path.join(import.meta.dirname, 'queries.jsonl')).flatMap((golden) => {
    const outcome = compare(golden, metadata);
    return outcome.kind === 'equal' ? [] : [{ sql: golden.sql, trino: text(golden), ours: 'ours' in outcome ? outcome.ours : outcome.kind }];
  });
  expect(differences).toEqual([]);
});

// what the analysis alone need not get right: refused functions, and candidates of an ambiguous operator in another order
const KNOWN = /\bST_|bing_tile|^SELECT (?:time '10:00:00'|null) - null$/i;

const recorded = path.join(import.meta.dirname, '../../sql/recorded');
/** Those whose faults are found before execution; functions fail when they run. */
const ANALYZED = ['agg', 'arith', 'cast', 'datetime', 'decimal', 'query', 'supertype', 'window'].map((name) => `${name}.jsonl`);
test.each(ANALYZED)('types and errors of %s are found before execution', (file) => {
  const differences = cases(path.join(recorded, file)).flatMap((golden) => {
    const outcome = compare(golden, metadata);
    return 'ours' in outcome && !KNOWN.test(golden.sql) ? [{ sql: golden.sql, trino: text(golden), ours: outcome.ours }] : [];
  });
  expect(differences).toEqual([]);
});
