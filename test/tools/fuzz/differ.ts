import { type Answer, StatementAsker } from '../../sql/askServer.ts';
import type { GoldenSession } from '../../sql/goldenCase.ts';
import { judge, type Verdict } from '../../sql/judge.ts';

export const SESSION: GoldenSession = { catalog: 'tpch', schema: 'tiny', tz: 'UTC' };

export interface Difference {
  readonly sql: string;
  /** `worded`: the same error in other words, or at another place; counted among the equal ones too. */
  readonly verdict: Verdict | 'worded';
  readonly why: string;
  /** The session's zone, when it was chosen. */
  readonly tz?: string;
}

/** Asks both servers, and counts what came of it. */
export class Differ {
  readonly counts: Record<Verdict | 'worded', number> = { equal: 0, refused: 0, failed: 0, lenient: 0, wrong: 0, worded: 0 };
  readonly lepton: StatementAsker;
  readonly trino: StatementAsker;

  constructor(leptonUrl: string, trinoUrl: string) {
    this.lepton = new StatementAsker(leptonUrl);
    this.trino = new StatementAsker(trinoUrl);
  }

  async both(sql: string, session: GoldenSession = SESSION): Promise<readonly [Answer, Answer]> {
    return Promise.all([this.trino.ask(sql, session), this.lepton.ask(sql, session)]);
  }

  async judgeSql(sql: string, session: GoldenSession = SESSION): Promise<Difference & { readonly verdict: Verdict }> {
    const [expected, got] = await this.both(sql, session);
    return { sql, ...judge({ ...expected, sql, session }, got) };
  }

  close(): void {
    this.lepton.close();
    this.trino.close();
  }
}

/** One column of an answer beside its first, which numbers the rows. */
export function columnOf(answer: Answer, at: number): Answer {
  const column = answer.columns?.[at];
  return { columns: column === undefined ? [] : [{ name: 'x', type: column.type }], rows: (answer.rows ?? []).map((row) => [row[0], row[at]]) };
}
