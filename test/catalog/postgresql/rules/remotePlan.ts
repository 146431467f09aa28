import type { StatementAsker } from '../../../sql/askServer.ts';
import { parseStatementLine } from '../oracle/statements.ts';

/** A node of the plan, or what PostgreSQL gets for it, behind the lines that draw the tree. */
const SHOWN = /^[│└├─\s]*(Remote query:|[A-Z]\w*\[)/;

/** The nodes of a statement's plan, with what stays of it, and the query that PostgreSQL gets for each scan. */
export async function remotePlan(asker: StatementAsker, line: string): Promise<string> {
  const { sql, session } = parseStatementLine(line, 'rules');
  const { rows, error } = await asker.ask(`EXPLAIN ${sql}`, session);
  if (error !== undefined) return `${error.errorName}: ${error.message}`;
  return String(rows?.[0]?.[0])
    .split('\n')
    .filter((text) => SHOWN.test(text))
    .map((text) =>
      text
        .replaceAll(/[│└├─]/g, ' ')
        .replaceAll(/(table = postgresql:[\w.]+) [\w.]+/g, '$1')
        .replace(/^ {4}/, ''),
    )
    .join('\n');
}
