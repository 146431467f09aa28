import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GoldenSession } from '../../../sql/goldenCase.ts';
import { parsePlanFile } from '../../../plan/planFile.ts';

export interface PostgresStatement {
  readonly sql: string;
  readonly session: GoldenSession;
}

/** What is asked of one seed: its statements, the schema they start in, and the script that fills it. */
export interface StatementFile {
  /** Of the fixture that holds the answers. */
  readonly name: string;
  readonly schema: string;
  readonly statements: readonly PostgresStatement[];
  readonly seed: string;
}

const RULES = path.join(import.meta.dirname, '..', 'rules', 'rules.slt');
const read = (name: string): string => readFileSync(path.join(import.meta.dirname, name), 'utf8');

export const seedOf = (name: string): string => read(name === 'rules' ? 'rules.seed.sql' : 'seed.sql');

export function readStatementFile(name: string): StatementFile {
  const schema = name === 'rules' ? 'rules' : 'answers';
  const lines = name === 'rules' ? readRules().map(({ sql }) => sql) : read(`${name}.sql`).split('\n');
  return { name, schema, seed: seedOf(name), statements: lines.filter((line) => line !== '').map((line) => parseStatementLine(line, schema)) };
}

/** Each rule of pushdown: a statement, and what becomes of it. */
export const readRules = () => parsePlanFile(readFileSync(RULES, 'utf8'));
export const RULES_FILE = RULES;

/** `{name=value,…}` in front sets session properties. */
export function parseStatementLine(line: string, schema: string): PostgresStatement {
  const [, session, sql = ''] = /^(?:\{([^}]*)\})?(.*)$/.exec(line) ?? [];
  const where = { catalog: 'postgresql', schema, tz: 'UTC' };
  return { sql, session: session === undefined ? where : { ...where, session } };
}
