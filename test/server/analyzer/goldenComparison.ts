import { analyzeStatement } from '../../../server/analyzer/index.ts';
import { outputNames } from '../../../server/analyzer/queryAnalyzer.ts';
import { functionResolver } from '../../../server/function/resolver.ts';
import type { Metadata } from '../../../server/metadata/metadata.ts';
import { parseStatement } from '../../../server/sql/parser/parser.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { sqlTypeName } from '../../../server/function/sqlTypeName.ts';
import { SESSION } from './testMetadata.ts';

/** What a real Trino answered to a statement. */
export interface GoldenCase {
  readonly sql: string;
  readonly session?: { readonly catalog?: string; readonly schema?: string; readonly tz?: string };
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly error?: { readonly errorName: string; readonly message: string };
}

export type Outcome =
  | { readonly kind: 'equal' }
  /** An error that only the execution could raise. */
  | { readonly kind: 'later' }
  | { readonly kind: 'refused' | 'different'; readonly ours: string };

/** Parses and analyzes, without executing anything. */
export function compare(golden: GoldenCase, metadata: Metadata): Outcome {
  const ours = analysisOf(golden, metadata);
  const theirs = golden.error === undefined ? columnsText(golden.columns ?? []) : errorText(golden.error.errorName, golden.error.message);
  if (ours.text === theirs || (golden.error === undefined && golden.columns === undefined && !ours.failed)) return { kind: 'equal' };
  if (golden.error !== undefined && !ours.failed && !/^line \d+:\d+: /.test(golden.error.message)) return { kind: 'later' };
  const refused = ours.errorName === 'NOT_SUPPORTED' && golden.error?.errorName !== 'NOT_SUPPORTED';
  return { kind: refused ? 'refused' : 'different', ours: ours.text };
}

const columnsText = (columns: NonNullable<GoldenCase['columns']>): string => columns.map(({ name, type }) => `${name} ${type}`).join(', ');
// what the parser would also have taken is the parser's test
const errorText = (name: string, message: string): string => `${name}: ${message.replace(/\. Expecting: .*$/s, '')}`;

function analysisOf(golden: GoldenCase, metadata: Metadata): { readonly text: string; readonly failed: boolean; readonly errorName?: string } {
  try {
    const { catalog, schema, tz } = golden.session ?? {};
    const session = { ...SESSION, catalog: catalog ?? SESSION.catalog, schema: schema ?? SESSION.schema, timeZone: tz ?? SESSION.timeZone };
    const { fields } = analyzeStatement(parseStatement(golden.sql), { session, metadata, functions: functionResolver });
    const names = outputNames(fields);
    return {
      text: columnsText(fields.map(({ symbol }, i) => ({ name: names[i] ?? '', type: sqlTypeName(symbol.type, { parametricDatetime: true, row: 'row' }) }))),
      failed: false,
    };
  } catch (error) {
    if (error instanceof TrinoError) return { text: errorText(error.errorName, error.message), failed: true, errorName: error.errorName };
    return { text: `BUG: ${error instanceof Error ? error.stack : String(error)}`, failed: true };
  }
}
