import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One statement and what a real Trino said to it. */
export interface GoldenCase {
  readonly sql: string;
  readonly session: GoldenSession;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly truncated?: boolean;
  readonly nondet?: boolean;
  readonly updateType?: string;
  readonly updateCount?: number;
  readonly error?: GoldenError;
  readonly http?: unknown;
  readonly timeout?: boolean;
}

export interface GoldenSession {
  readonly catalog?: string;
  readonly schema?: string;
  readonly tz?: string;
  readonly session?: string;
  readonly path?: string;
}

export interface GoldenError {
  readonly errorName: string;
  readonly errorCode?: number;
  readonly errorType?: string;
  readonly message: string;
  readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number };
}

/** JSON lines, as `recordGolden` and the oracle's scripts write them; `.gz` is read too. */
export function readGoldenFile(file: string): GoldenCase[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseCase(line));
}

function parseCase(line: string): GoldenCase {
  const parsed = parseExact(line);
  if (typeof parsed !== 'object' || parsed === null || !('sql' in parsed) || typeof parsed.sql !== 'string')
    throw new Error(`not a golden case: ${line.slice(0, 100)}`);
  return { session: {}, ...parsed, sql: parsed.sql };
}

/** Answers that can be compared: what Trino itself would not answer the same twice, or did not answer whole, cannot. */
export const isComparable = (golden: GoldenCase): boolean =>
  golden.nondet !== true && golden.truncated !== true && golden.http === undefined && golden.timeout !== true;

/** JSON in which integers beyond 2^53 stay exact, as texts such as `9223372036854775807n`. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_, parsed: unknown, context?: { readonly source?: string }) =>
    typeof parsed === 'number' && Number.isInteger(parsed) && !Number.isSafeInteger(parsed) && context?.source !== undefined && /^-?\d+$/.test(context.source)
      ? `${context.source}n`
      : parsed,
  );
}
