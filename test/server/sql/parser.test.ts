import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatExpression, formatSql, formatType } from '../../../server/sql/formatter/formatter.ts';
import { formatPattern } from '../../../server/sql/formatter/formatWindows.ts';
import { parseExpression, parseRowPattern, parseStatement, parseType } from '../../../server/sql/parser/parser.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { recordedOutline, treeOutline } from './treeOutline.ts';

/** What the parser of Trino 476 said (test/tools/recordParser.ts). */
interface Recorded {
  readonly sql: string;
  readonly as?: 'expression' | 'type' | 'rowPattern';
  readonly formatted?: string;
  readonly nodes?: string;
  /** `line:column: message` */
  readonly error?: string;
  /** The message of an internal error. */
  readonly failure?: string;
}

type Answer = Omit<Recorded, 'sql' | 'as' | 'nodes'> & { readonly outline?: readonly string[] };

function parse(one: Recorded): Answer {
  try {
    return parseAs(one);
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
    if (error.location === undefined) return { failure: error.message };
    return { error: error.message.replace(/^line /, '') };
  }
}

function parseAs({ sql, as, nodes, formatted }: Recorded): Answer {
  if (as === 'expression') return { formatted: formatExpression(parseExpression(sql)) };
  if (as === 'type') return { formatted: formatType(parseType(sql)) };
  if (as === 'rowPattern') return { formatted: formatPattern(parseRowPattern(sql)) };
  const statement = parseStatement(sql);
  const text = formatSql(statement);
  // some statements Trino cannot format
  return { ...(formatted !== undefined && { formatted: text }), ...(nodes !== undefined && { outline: treeOutline(statement) }) };
}

function recorded({ sql: _, as: __, nodes, ...answer }: Recorded): Answer {
  return nodes === undefined || nodes === '' ? answer : { ...answer, outline: recordedOutline(nodes) };
}

const CORPUS = join(import.meta.dirname, 'corpus');

describe.each(readdirSync(CORPUS))('%s', (file) => {
  const cases = readFileSync(join(CORPUS, file), 'utf8').trimEnd().split('\n');

  test(`${cases.length} texts are read, refused and formatted as by Trino`, () => {
    for (const line of cases) {
      const one: Recorded = JSON.parse(line);
      expect({ sql: one.sql, ...parse(one) }).toEqual({ sql: one.sql, ...recorded(one) });
    }
  });
});
