import { type Answer, StatementAsker } from '../../../sql/askServer.ts';
import type { GoldenCase } from '../../../sql/goldenCase.ts';
import type { Question } from './world.ts';

const AT_ONCE = 4;

/** The answers in the order of the questions; what writes is asked first. `hidden`: a place of this machine that error texts may name. */
export async function askAll(url: string, questions: readonly Question[], hidden: string): Promise<GoldenCase[]> {
  const asker = new StatementAsker(url);
  const answered: GoldenCase[] = [];
  const ask = async (at: number): Promise<void> => {
    const question = questions[at];
    if (question === undefined) return;
    const session = { catalog: question.catalog, schema: 'default', tz: 'UTC' };
    answered[at] = { sql: question.sql, session, ...told(await asker.ask(question.sql, session), hidden) };
  };
  const [writing, reading] = [true, false].map((writes) => [...questions.keys()].filter((at) => questions[at]?.sql.startsWith('INSERT') === writes));
  const all = async (chosen: readonly number[]): Promise<void> => {
    let next = 0;
    const asking = async (): Promise<void> => {
      for (let at = chosen[next++]; at !== undefined; at = chosen[next++]) await ask(at);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, asking));
  };
  try {
    await all(writing ?? []);
    await all(reading ?? []);
    return answered;
  } finally {
    asker.close();
  }
}

function told({ columns, rows, error, updateCount }: Answer, hidden: string): Partial<GoldenCase> {
  if (error !== undefined) return { error: { errorName: error.errorName, message: error.message.replaceAll(hidden, '@dir@').replace(CLASS_LOADERS, '') } };
  const shown = rows?.map((row) => JSON.parse(JSON.stringify(row).replaceAll(hidden, '@dir@'))).toSorted(byText) ?? [];
  return { ...(columns === undefined ? {} : { columns }), rows: shown, ...(updateCount === undefined ? {} : { updateCount }) };
}

/** Java tells where the classes of a bad cast came from, and numbers their loaders. */
const CLASS_LOADERS = / \([^()]*\b(?:module|loader)\b.*\)$/;

/** Rows come in no order, nor do the keys of maps. */
function byText(left: unknown, right: unknown): number {
  const [a, b] = [canonical(left), canonical(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (isObject(part) ? Object.fromEntries(Object.entries(part).toSorted()) : part));

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
