import { type Answer, StatementAsker } from '../../../sql/askServer.ts';
import type { GoldenSession } from '../../../sql/goldenCase.ts';
import { judge } from '../../../sql/judge.ts';
import type { FuzzStatement } from './statements.ts';
import { COLUMNS } from './tables.ts';

/**
 * equal · pushdown (Lepton answers otherwise than over its own copy, and Trino does not agree) · engine (both of Lepton's answers are alike, Trino's
 * differ) · theirs (Trino agrees over its own copy: what differs is Trino's pushdown) · refused (NOT_SUPPORTED).
 */
export type PushdownVerdict = 'equal' | 'pushdown' | 'engine' | 'theirs' | 'refused';

export interface Finding {
  readonly verdict: PushdownVerdict;
  readonly why: string;
  readonly tz: string;
}

const PROPERTIES = ['array_mapping=AS_ARRAY', 'decimal_mapping=ALLOW_OVERFLOW', 'decimal_default_scale=3', 'decimal_rounding_mode=HALF_UP'];

/** Asks the source and copies of its tables, of both servers. */
export class PushdownDiffer {
  readonly counts: Record<PushdownVerdict, number> = { equal: 0, pushdown: 0, engine: 0, theirs: 0, refused: 0 };
  readonly #lepton: StatementAsker;
  readonly #trino: StatementAsker;
  readonly #schema: string;

  constructor(lepton: string, trino: string, schema: string) {
    this.#lepton = new StatementAsker(lepton);
    this.#trino = new StatementAsker(trino);
    this.#schema = schema;
  }

  async copyTables(): Promise<void> {
    const columns = ['id', ...COLUMNS.map(({ name }) => name)].join(', ');
    await this.dropCopies();
    for (const server of [this.#lepton, this.#trino]) {
      await done(server, `CREATE SCHEMA memory.${this.#schema}`, {});
      for (const table of ['many', 'few'])
        await done(server, `CREATE TABLE memory.${this.#schema}.${table} AS SELECT ${columns} FROM ${table}`, this.#session('postgresql', 'UTC', []));
    }
  }

  async dropCopies(): Promise<void> {
    for (const server of [this.#lepton, this.#trino]) {
      for (const table of ['many', 'few']) await done(server, `DROP TABLE IF EXISTS memory.${this.#schema}.${table}`, {});
      await done(server, `DROP SCHEMA IF EXISTS memory.${this.#schema}`, {});
    }
  }

  async judge(statement: FuzzStatement, tz: string): Promise<Finding> {
    const finding = { ...(await this.#compare(statement, tz)), tz };
    this.counts[finding.verdict]++;
    return finding;
  }

  async #compare({ sql, session }: FuzzStatement, tz: string): Promise<Pick<Finding, 'verdict' | 'why'>> {
    const source = this.#session('postgresql', tz, session);
    const copy = this.#session('memory', tz, []);
    const [theirs, ours, own] = await Promise.all([this.#trino.ask(sql, source), this.#lepton.ask(sql, source), this.#lepton.ask(sql, copy)]);
    const beside = compare(sql, theirs, ours);
    const pushed = compare(sql, own, ours);
    if (beside === '') return { verdict: 'equal', why: '' };
    if (ours.error?.errorName === 'NOT_SUPPORTED') return { verdict: 'refused', why: ours.error.message };
    if (theirs.error?.errorName === 'JDBC_ERROR' && own.error === undefined) return { verdict: 'theirs', why: theirs.error.message };
    const theirCopy = await this.#trino.ask(sql, copy);
    const unpushed = compare(sql, theirCopy, ours);
    const why = `over PostgreSQL: ${beside || 'equal'}\n  Lepton's copy: ${pushed || 'equal'}\n  Trino's copy: ${unpushed || 'equal'}`;
    if (unpushed === '') return { verdict: pushed === '' ? 'theirs' : 'engine', why };
    return { verdict: pushed === '' ? 'engine' : 'pushdown', why };
  }

  close(): void {
    this.#lepton.close();
    this.#trino.close();
  }

  #session(catalog: string, tz: string, properties: readonly string[]): GoldenSession {
    return { catalog, schema: this.#schema, tz, session: [...PROPERTIES, ...properties].map((property) => `postgresql.${property}`).join(',') };
  }
}

/** '' when both say the same; the names of errors that the source raises are its own. */
function compare(sql: string, expected: Answer, got: Answer): string {
  if (expected.error !== undefined && got.error !== undefined) return '';
  const { verdict, why } = judge({ ...expected, sql, session: {} }, got);
  return verdict === 'equal' ? '' : `${verdict}: ${why}`;
}

async function done(server: StatementAsker, sql: string, session: GoldenSession): Promise<void> {
  const { error } = await server.ask(sql, session);
  if (error !== undefined) throw new Error(`${sql}: ${error.message}`);
}
