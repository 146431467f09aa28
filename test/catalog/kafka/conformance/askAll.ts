import { type Answer, StatementAsker } from '../../../sql/askServer.ts';
import type { GoldenCase } from '../../../sql/goldenCase.ts';
import type { Question } from './world.ts';

const AT_ONCE = 4;

/** The answers in the order of the questions. `hidden`: a place of this machine that error texts may name. */
export async function askAll(url: string, questions: readonly Question[], hidden: string): Promise<GoldenCase[]> {
  const asker = new StatementAsker(url);
  const answered: GoldenCase[] = [];
  let next = 0;
  const askNext = async (): Promise<void> => {
    for (let at = next++; at < questions.length; at = next++) {
      const question = questions[at];
      if (question === undefined) return;
      const session = { catalog: question.catalog, schema: 'default', tz: 'UTC' };
      answered[at] = { sql: question.sql, session, ...told(await asker.ask(question.sql, session), hidden) };
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, askNext));
    return answered;
  } finally {
    asker.close();
  }
}

function told({ columns, rows, error, updateCount }: Answer, hidden: string): Partial<GoldenCase> {
  const shown = columns === undefined ? {} : { columns };
  if (error !== undefined) return { ...shown, error: { errorName: error.errorName, message: error.message.replaceAll(hidden, '@dir@') } };
  return { ...shown, rows: rows?.toSorted(byText) ?? [], ...(updateCount === undefined ? {} : { updateCount }) };
}

/** Rows come in no order. */
function byText(left: unknown, right: unknown): number {
  const [a, b] = [JSON.stringify(left), JSON.stringify(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
