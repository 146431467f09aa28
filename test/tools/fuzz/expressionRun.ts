import { type Type, typeId } from '../../../spi/type.ts';
import type { Answer } from '../../sql/askServer.ts';
import type { GoldenSession } from '../../sql/goldenCase.ts';
import { type Judgement, judge, sameError } from '../../sql/judge.ts';
import { AggregationGenerator } from './aggregations.ts';
import { type Column, columnsFor } from './columns.ts';
import { columnOf, type Differ, type Difference, SESSION } from './differ.ts';
import { type Expression, ExpressionGenerator, textOf } from './expressions.ts';
import { literal } from './literals.ts';
import { Random } from './random.ts';

const PER_SELECT = 20;
const ZONES = ['UTC', 'UTC', 'UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', '+05:30', 'Australia/Lord_Howe'];

/** Of which no sum of squares can be told: that is known (docs/differences.md), and would hide the rest. */
const OVERFLOWING = /'(1\.7976931348623157e308|3\.4028235e38)'/;

/** What the rows of VALUES are made into: a row each, a row for each group, or a row each with the rows around it. */
type Shape = 'rows' | 'groups' | 'windows';

interface Source {
  readonly shape: Shape;
  readonly columns: readonly Column[];
  /** Literals, by column and row. */
  readonly data: readonly (readonly string[])[];
  readonly session: GoldenSession;
}

/** The expressions of one seed, and what they read. */
function expressionsOf(seed: number): { readonly source: Source; readonly expressions: readonly Expression[] } {
  const random = new Random(seed);
  const shape = random.pick<Shape>(['rows', 'rows', 'rows', 'rows', 'groups', 'windows']);
  const columns = columnsFor(random);
  const rows = shape === 'rows' ? 6 : 8;
  const cell = (type: Type): string => {
    const value = random.chance(15) ? 'NULL' : literal(random, type);
    return shape !== 'rows' && OVERFLOWING.test(value) ? cell(type) : value;
  };
  const data = columns.map(({ type }) => Array.from({ length: rows }, () => cell(type)));
  const values = new ExpressionGenerator(random, columns);
  const aggregations = new AggregationGenerator(random, values);
  const next = (): Expression => (shape === 'rows' ? values.next() : shape === 'groups' ? aggregations.aggregate() : aggregations.window());
  const expressions = Array.from({ length: PER_SELECT }, next);
  return { source: { shape, columns, data, session: { ...SESSION, tz: random.pick(ZONES) } }, expressions };
}

/** One SELECT of some twenty expressions; in it each that fails, in either server, is asked alone. */
export async function runExpressions(differ: Differ, seed: number): Promise<readonly Difference[]> {
  const { source, expressions } = expressionsOf(seed);
  const { session } = source;
  const found: Difference[] = [];
  // what fails is found by asking the quicker server, and asked alone
  const failing = new Set(await failures(expressions));
  await compare(expressions.filter((expression) => !failing.has(expression)));
  for (const expression of failing) await compare([expression]);
  return found;

  async function failures(some: readonly Expression[]): Promise<readonly Expression[]> {
    if ((await differ.lepton.ask(selectOf(some, source), session)).error === undefined) return [];
    if (some.length === 1) return some;
    const middle = some.length >> 1;
    return [...(await failures(some.slice(0, middle))), ...(await failures(some.slice(middle)))];
  }

  async function compare(some: readonly Expression[]): Promise<void> {
    if (some.length === 0) return;
    const [expected, got] = await differ.both(selectOf(some, source), session);
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
    if (judgement.verdict !== 'equal') found.push({ ...(await minimise(differ, expression, judgement, source)), tz: session.tz ?? 'UTC' });
    else if (!sameError({ ...expected, sql: '', session }, got)) {
      differ.counts.worded++;
      const why = `${JSON.stringify([expected.error?.message, expected.error?.errorLocation])}, got ${JSON.stringify([got.error?.message, got.error?.errorLocation])}`;
      found.push({ sql: selectOf([expression], source), verdict: 'worded', why, tz: session.tz ?? 'UTC' });
    }
  }
}

const judgeBoth = (expected: Answer, got: Answer): Judgement => judge({ ...expected, sql: '', session: SESSION }, got);

function selectOf(expressions: readonly Expression[], { shape, columns, data }: Source, only?: number): string {
  const texts = expressions.map(textOf);
  const used = columns.map((column, at) => ({ ...column, at })).filter(({ name }) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
  const rows = Array.from({ length: data[0]?.length ?? 0 }, (_, id) => id).filter((id) => only === undefined || id === only);
  const values = rows.map((id, row) => {
    const cells = used.map(({ at, type }) => (row === 0 ? `CAST(${data[at]?.[id]} AS ${typeId(type)})` : data[at]?.[id]));
    return `(${[id, ...cells].join(', ')})`;
  });
  const items = texts.map((text, at) => `${text} AS e${at}`);
  const from = `FROM (VALUES ${values.join(', ')}) t(${['id', ...used.map(({ name }) => name)].join(', ')})`;
  return shape === 'groups' ? `SELECT id % 3 AS g, ${items.join(', ')} ${from} GROUP BY id % 3` : `SELECT id, ${items.join(', ')} ${from}`;
}

/** The innermost expression that still differs in the same way, over one row where one row shows it. */
async function minimise(differ: Differ, expression: Expression, judgement: Judgement, source: Source): Promise<Difference> {
  if (judgement.verdict === 'refused') return { sql: textOf(expression), ...judgement };
  const alone: Source = { ...source, shape: 'rows' };
  for (const part of expression.parts) {
    if (typeof part === 'string' || part.bound === true || part.parts.length === 1) continue;
    const [expected, got] = await differ.both(selectOf([part], alone), source.session);
    const inner = judgeBoth(expected, got);
    if (inner.verdict === judgement.verdict) return minimise(differ, part, inner, alone);
  }
  for (const [id] of (source.data[0] ?? []).entries()) {
    const one = await differ.judgeSql(selectOf([expression], source, id), source.session);
    if (one.verdict === judgement.verdict) return one;
  }
  return { sql: selectOf([expression], source), ...judgement };
}
