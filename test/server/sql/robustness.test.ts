import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatSql } from '../../../server/sql/formatter/formatter.ts';
import { parseStatement } from '../../../server/sql/parser/parser.ts';
import { KEYWORDS, SYMBOLS } from '../../../server/sql/tokens.ts';
import { TrinoError } from '../../../spi/trinoError.ts';

function outcome(sql: string): string {
  try {
    parseStatement(sql);
    return 'ok';
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
    return `${error.errorName}: ${error.message}`;
  }
}

/** Of CPU: other processes do not count. */
function milliseconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function best(work: () => void): number {
  return Math.min(milliseconds(work), milliseconds(work), milliseconds(work));
}

describe('nesting', () => {
  const TOO_LARGE = 'SYNTAX_ERROR: line 1:1: statement is too large (stack overflow while parsing)';
  const NESTED: readonly [string, string, string, string][] = [
    ['parentheses', '(', '1', ')'],
    ['calls', 'abs(', '1', ')'],
    ['subqueries', '(SELECT ', '1', ')'],
    ['arrays', '[', '1', ']'],
    ['CASE', 'CASE WHEN true THEN ', '1', ' END'],
    ['lambdas', 'x -> ', '1', ''],
    ['NOT', 'NOT ', 'true', ''],
    ['signs', '- ', 'x', ''],
    ['types', 'CAST(1 AS ', 'bigint', ')'],
    ['windows', 'f() OVER (ORDER BY ', '1', ')'],
  ];

  test.each(NESTED)('%s: 200 deep is read, 10,000 deep is refused', (_, open, inner, close) => {
    const nest = (depth: number) => `SELECT ${open.repeat(depth)}${inner}${close.repeat(depth)}`;
    expect(outcome(nest(open.startsWith('CAST') ? 1 : 200))).toBe('ok');
    expect(outcome(nest(10_000))).toMatch(open.startsWith('CAST') ? /^SYNTAX_ERROR: / : TOO_LARGE);
  });

  test('relations and types', () => {
    expect(outcome(`SELECT * FROM ${'('.repeat(10_000)}t${')'.repeat(10_000)}`)).toBe(TOO_LARGE);
    expect(outcome(`SELECT CAST(1 AS ${'array('.repeat(10_000)}bigint${')'.repeat(10_000)})`)).toBe(TOO_LARGE);
    expect(outcome(`SELECT CAST(1 AS ${'row(x '.repeat(10_000)}bigint${')'.repeat(10_000)})`)).toBe(TOO_LARGE);
  });

  test('300,000 parentheses without an end are refused at once', () => {
    expect(outcome(`SELECT ${'('.repeat(300_000)}`)).toBe(TOO_LARGE);
  });
});

describe('long statements', () => {
  const inList = (count: number) => `SELECT * FROM t WHERE a IN (${Array.from({ length: count }, (_, i) => i).join(', ')})`;

  test('an IN list of 100,000 literals takes linear time', () => {
    parseStatement(inList(10_000));
    const short = best(() => parseStatement(inList(25_000)));
    const long = best(() => parseStatement(inList(100_000)));
    expect(long).toBeLessThan(short * 16 + 100);
  });

  test('a statement of 1 MB is read and formatted', () => {
    const columns = Array.from({ length: 25_000 }, (_, i) => `coalesce(a${i}, b + ${i}) AS column_${i}`);
    const statement = parseStatement(`SELECT ${columns.join(', ')} FROM t`);
    expect(formatSql(statement).length).toBeGreaterThan(900_000);
  });

  test('chains of operators do not nest', () => {
    expect(outcome(`SELECT 1${' + 1'.repeat(50_000)}`)).toBe('ok');
    expect(outcome(`SELECT true${' AND true'.repeat(50_000)}`)).toBe('ok');
    expect(outcome(`SELECT 1${' UNION SELECT 1'.repeat(10_000)}`)).toBe('ok');
    expect(outcome(`SELECT a${'.b'.repeat(50_000)}`)).toBe('ok');
  });

  test('openings of comments and quotes without an end are not searched again and again', () => {
    expect(milliseconds(() => outcome(`SELECT ${'/*'.repeat(200_000)}`))).toBeLessThan(15_000);
    expect(milliseconds(() => outcome(`SELECT ${"'".repeat(200_001)}`))).toBeLessThan(15_000);
    expect(milliseconds(() => outcome(`SELECT ${'x"'.repeat(200_001)}`))).toBeLessThan(15_000);
  });
});

describe('faults that are costly to explain', () => {
  const COSTLY: readonly [string, string][] = [
    ['open parentheses', `SELECT ${'('.repeat(900)}1 x`],
    ['open subqueries', `SELECT ${'(SELECT '.repeat(300)}1 1`],
    ['open CASE', `SELECT ${'CASE WHEN a THEN '.repeat(300)}1 1`],
    ['lambdas', `SELECT ${'(x, y) -> '.repeat(400)}) )`],
    ['POSITION', `SELECT ${'position(a IN ('.repeat(300)}`],
    ['TRY_CAST', `SELECT ${'try_cast('.repeat(300)}1`],
    ['ROW types', `SELECT CAST(a AS ${'row(x '.repeat(300)}1`],
    ['a long list', `SELECT * FROM t WHERE a IN (${'1, '.repeat(100_000)}1) b`],
  ];

  test.each(COSTLY)('%s', (_, sql) => {
    let said = '';
    expect(milliseconds(() => (said = outcome(sql)))).toBeLessThan(15_000);
    expect(said).toMatch(/^SYNTAX_ERROR: line 1:\d+: mismatched input /);
  });
});

describe('random texts', () => {
  /** Mulberry32 */
  function randomFrom(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  const ATOMS = ['x', '"y"', "'s'", '1', '2.5', '1e3', "U&'q'", "X'ab'", '$$\nz$$', '`b`', '5a', '@', '"', "'", '/*', '--', '\n', '😀', ' '];
  const WORDS = [...KEYWORDS.keys(), ...SYMBOLS, ...ATOMS, ...SYMBOLS, ...ATOMS];

  test('are read or refused, and every refusal of grammar is explained', () => {
    const random = randomFrom(42);
    for (let i = 0; i < 1_500; i++) {
      const length = 1 + Math.floor(random() * 30);
      const words = Array.from({ length }, () => WORDS[Math.floor(random() * WORDS.length)]);
      const said = outcome(`${random() < 0.7 ? 'SELECT ' : ''}${words.join(random() < 0.9 ? ' ' : '')}`);
      if (said.includes('mismatched input')) expect(said).toContain('. Expecting: ');
    }
  });

  test('recorded statements with words taken out, doubled and exchanged', () => {
    const random = randomFrom(7);
    const statements = readFileSync(join(import.meta.dirname, 'corpus/statements.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): string => JSON.parse(line).sql);
    for (let i = 0; i < 1_500; i++) {
      const words = (statements[Math.floor(random() * statements.length)] ?? '').split(/\b/);
      const at = Math.floor(random() * words.length);
      const other = words[Math.floor(random() * words.length)] ?? '';
      words.splice(at, Math.floor(random() * 3), ...(random() < 0.7 ? [other] : []));
      const said = outcome(words.join(''));
      if (said.includes('mismatched input')) expect(said).toContain('. Expecting: ');
    }
  });

  test('characters of every kind', () => {
    const random = randomFrom(1);
    for (let i = 0; i < 1_000; i++) {
      const codes = Array.from({ length: 40 }, () => Math.floor(random() * (random() < 0.8 ? 128 : 0xffff)));
      expect(outcome(String.fromCharCode(...codes))).toBeTypeOf('string');
    }
  });
});
