import type { Answer } from './askServer.ts';
import { type GoldenCase, type GoldenSession, parseExact } from './goldenCase.ts';

/**
 * The form of test/sql/*.slt. Blocks are parted by empty lines:
 *
 *     # a comment
 *     session catalog=tpch schema=tiny tz=UTC      (for what follows)
 *
 *     SELECT 1 + 1
 *     ----
 *     _col0: integer
 *     [2]
 *
 *     SELECT x
 *     ----
 *     error COLUMN_NOT_FOUND 1:8 line 1:8: Column 'x' cannot be resolved
 *
 * Statements follow each other in order. Everything below `----` is written by `npm run golden:record`.
 */
export function readScript(text: string): GoldenCase[] {
  let session: GoldenSession = {};
  const cases: GoldenCase[] = [];
  for (const block of blocks(text)) {
    const lines = block.split('\n').filter((line) => !line.startsWith('#'));
    if (lines.length === 0) continue;
    if (lines[0]?.startsWith('session ') === true) {
      session = readSession(lines[0]);
      continue;
    }
    const rule = lines.indexOf('----');
    const sql = (rule < 0 ? lines : lines.slice(0, rule)).join('\n');
    cases.push({ sql, session, ...readAnswer(rule < 0 ? [] : lines.slice(rule + 1)) });
  }
  return cases;
}

export const blocks = (text: string): string[] =>
  text
    .split(/\n{2,}/)
    .map((block) => block.replace(/^\n+|\n+$/g, ''))
    .filter((block) => block !== '');

export function readSession(line: string): GoldenSession {
  return Object.fromEntries(
    line
      .split(/\s+/)
      .slice(1)
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

const ERROR = /^error ([A-Z][A-Z_0-9]+) (?:(\d+):(\d+) )?(.*)$/s;

function readAnswer(lines: readonly string[]): Answer {
  const [first = '', ...rest] = lines;
  const error = ERROR.exec(lines.join('\n'));
  if (error !== null) {
    const [, errorName = '', line, column, message = ''] = error;
    const place = line === undefined ? {} : { errorLocation: { lineNumber: Number(line), columnNumber: Number(column) } };
    return { error: { errorName, message, ...place } };
  }
  const columns =
    first === '' ? [] : first.split('\t').map((text) => ({ name: text.slice(0, text.lastIndexOf(': ')), type: text.slice(text.lastIndexOf(': ') + 2) }));
  return { columns, rows: rest.map((text) => parseRow(text)) };
}

function parseRow(text: string): readonly unknown[] {
  const row = parseExact(text);
  if (!Array.isArray(row)) throw new Error(`not a row: ${text}`);
  return row;
}

/** The text below `----`. */
export function formatAnswer(answer: Answer): string {
  const { error } = answer;
  if (error !== undefined) {
    const place = error.errorLocation === undefined ? '' : `${error.errorLocation.lineNumber}:${error.errorLocation.columnNumber} `;
    return `error ${error.errorName} ${place}${error.message}`;
  }
  const columns = (answer.columns ?? []).map(({ name, type }) => `${name}: ${type}`).join('\t');
  return [columns, ...(answer.rows ?? []).map((row) => JSON.stringify(row).replaceAll(/"(-?\d{16,})n"/g, '$1'))].join('\n');
}
