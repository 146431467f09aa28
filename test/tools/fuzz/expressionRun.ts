import { typeId } from '../../../spi/type.ts';
import type { Answer } from '../../sql/askServer.ts';
import { type Judgement, judge } from '../../sql/judge.ts';
import { columnOf, type Differ, type Difference, SESSION } from './differ.ts';
import { type Expression, ExpressionGenerator, textOf } from './expressions.ts';
import { literal } from './literals.ts';
import { Random } from './random.ts';
import { COLUMNS } from './vocabulary.ts';

const ROWS = 6;
const PER_SELECT = 20;

/** One SELECT of some twenty expressions; in it each that fails, in either server, is asked alone. */
export async function runExpressions(differ: Differ, seed: number): Promise<readonly Difference[]> {
  const random = new Random(seed);
  const data = COLUMNS.map(({ type }) => Array.from({ length: ROWS }, () => (random.chance(15) ? 'NULL' : literal(random, type))));
  const generator = new ExpressionGenerator(random);
  const expressions = Array.from({ length: PER_SELECT }, () => generator.next());
  const found: Difference[] = [];
  // what fails is found by asking the quicker server, and asked alone
  const failing = new Set(await failures(expressions));
  await compare(expressions.filter((expression) => !failing.has(expression)));
  for (const expression of failing) await compare([expression]);
  return found;

  async function failures(some: readonly Expression[]): Promise<readonly Expression[]> {
    if ((await differ.lepton.ask(selectOf(some, data), SESSION)).error === undefined) return [];
    if (some.length === 1) return some;
    const middle = some.length >> 1;
    return [...(await failures(some.slice(0, middle))), ...(await failures(some.slice(middle)))];
  }

  async function compare(some: readonly Expression[]): Promise<void> {
    if (some.length === 0) return;
    const sql = selectOf(some, data);
    const [expected, got] = await differ.both(sql);
    if (expected.error !== undefined || got.error !== undefined) {
      const [only] = some;
      if (some.length === 1 && only !== undefined) await note(only, expected, got);
      else {
        const middle = some.length >> 1;
        await compare(some.slice(0, middle));
        await compare(some.slice(middle));
      }
      return;
    }
    for (const [at, expression] of some.entries()) await note(expression, columnOf(expected, at + 1), columnOf(got, at + 1));
  }

  async function note(expression: Expression, expected: Answer, got: Answer): Promise<void> {
    const judgement = judgeBoth(expected, got);
    differ.counts[judgement.verdict]++;
    if (judgement.verdict !== 'equal') found.push(await minimise(differ, expression, judgement, data));
  }
}

const judgeBoth = (expected: Answer, got: Answer): Judgement => judge({ ...expected, sql: '', session: SESSION }, got);

function selectOf(expressions: readonly Expression[], data: readonly (readonly string[])[], only?: number): string {
  const texts = expressions.map(textOf);
  const used = COLUMNS.map((column, at) => ({ ...column, at })).filter(({ name }) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
  const rows = Array.from({ length: ROWS }, (_, id) => id).filter((id) => only === undefined || id === only);
  const values = rows.map((id, row) => {
    const cells = used.map(({ at, type }) => (row === 0 ? `CAST(${data[at]?.[id]} AS ${typeId(type)})` : data[at]?.[id]));
    return `(${[id, ...cells].join(', ')})`;
  });
  const items = texts.map((text, at) => `${text} AS e${at}`);
  return `SELECT id, ${items.join(', ')} FROM (VALUES ${values.join(', ')}) t(${['id', ...used.map(({ name }) => name)].join(', ')})`;
}

/** The innermost expression that still differs in the same way, over one row where one row shows it. */
async function minimise(differ: Differ, expression: Expression, judgement: Judgement, data: readonly (readonly string[])[]): Promise<Difference> {
  if (judgement.verdict === 'refused') return { sql: textOf(expression), ...judgement };
  for (const part of expression.parts) {
    if (typeof part === 'string' || part.bound === true || part.parts.length === 1) continue;
    const [expected, got] = await differ.both(selectOf([part], data));
    const inner = judgeBoth(expected, got);
    if (inner.verdict === judgement.verdict) return minimise(differ, part, inner, data);
  }
  for (let id = 0; id < ROWS; id++) {
    const one = await differ.judgeSql(selectOf([expression], data, id));
    if (one.verdict === judgement.verdict) return one;
  }
  return { sql: selectOf([expression], data), ...judgement };
}
