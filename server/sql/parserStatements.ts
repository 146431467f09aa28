import type { Statement } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRootQuery } from './parserQueries.ts';

export function parseStatement(cursor: Cursor): Statement {
  return parseRootQuery(cursor);
}
