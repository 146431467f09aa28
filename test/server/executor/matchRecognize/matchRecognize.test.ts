import { afterAll, describe, expect, it } from 'vitest';
import type { ComparisonOperator, Expression } from '../../../../spi/expression.ts';
import { array, BIGINT, BOOLEAN, INTEGER, type Type, VARCHAR } from '../../../../spi/type.ts';
import type { PatternRecognitionNode, Symbol } from '../../../../server/plan/plan.ts';
import type { Navigation, PatternSpecification, PatternValue, RowPattern, SkipTo } from '../../../../server/plan/rowPattern.ts';
import { nextId, planOf, reference, rowsText, symbol, testExecutor, values } from '../support.ts';

const executor = testExecutor();
afterAll(() => executor.close());

const ID = symbol('id', INTEGER);
const O = symbol('o', INTEGER);
const X = symbol('x', INTEGER);
const ROWS = [90, 80, 70, 80, 90, 50, 40, 60].map((x, i) => [1, i + 1, x]);

const label = (name: string): RowPattern => ({ kind: 'label', label: name });
const sequence = (...patterns: RowPattern[]): RowPattern => ({ kind: 'concatenation', patterns });
const repeated = (pattern: RowPattern, atLeast: number, atMost?: number, greedy = true): RowPattern => ({
  kind: 'quantified',
  pattern,
  atLeast,
  greedy,
  ...(atMost === undefined ? {} : { atMost }),
});
const at = (labels: string, options: Partial<Navigation> = {}): Navigation => ({
  labels: labels === '' ? [] : labels.split(' '),
  anchor: 'LAST',
  running: true,
  logicalOffset: 0,
  physicalOffset: 0,
  ...options,
});
const x = (navigation: Navigation): PatternValue => ({ kind: 'column', column: X, navigation });

type Definition = PatternSpecification['definitions'][number];

/** `label`: x of the row `operator` the other value. */
function define(name: string, operator: ComparisonOperator, other: PatternValue | number): Definition {
  const own = symbol(`${name}_own`, INTEGER);
  const compared = symbol(`${name}_other`, INTEGER);
  const right: Expression = typeof other === 'number' ? { kind: 'constant', type: INTEGER, value: other } : reference(compared);
  return {
    label: name,
    condition: {
      values: [{ symbol: own, value: x(at(name)) }, ...(typeof other === 'number' ? [] : [{ symbol: compared, value: other }])],
      expression: { kind: 'comparison', operator, left: reference(own), right, type: BOOLEAN },
    },
  };
}

const FALLING = define('B', '<', x(at('B', { physicalOffset: -1 })));
const RISING = define('C', '>', x(at('C', { physicalOffset: -1 })));
const VEE = sequence(label('A'), repeated(label('B'), 1), repeated(label('C'), 1));

interface Case {
  readonly rowsPerMatch?: PatternSpecification['rowsPerMatch'];
  readonly skipTo?: SkipTo;
  readonly pattern?: RowPattern;
  readonly definitions?: readonly Definition[];
  readonly measures: readonly (readonly [Type, PatternValue])[];
}

const CLASSIFIER: readonly [Type, PatternValue] = [VARCHAR, { kind: 'classifier', navigation: at('') }];
const MATCH: readonly [Type, PatternValue] = [BIGINT, { kind: 'matchNumber' }];

async function answer({
  rowsPerMatch = 'ONE',
  skipTo = { position: 'PAST LAST' },
  pattern = VEE,
  definitions = [FALLING, RISING],
  measures,
}: Case): Promise<unknown> {
  const specification: PatternSpecification = {
    rowsPerMatch,
    skipTo,
    pattern,
    definitions,
    values: measures.map(([type, value], i) => ({ symbol: symbol(`m${i}`, type), value })),
  };
  const outputs: readonly Symbol[] = [...(rowsPerMatch === 'ONE' ? [] : [O]), ...specification.values.map((v) => v.symbol)];
  const node: PatternRecognitionNode = {
    kind: 'patternRecognition',
    id: nextId(),
    source: values([ID, O, X], ROWS),
    partitionBy: [ID],
    orderBy: [{ symbol: O, ascending: true, nullsFirst: false }],
    specification,
    outputs: [ID, ...outputs],
  };
  return JSON.parse(await rowsText(executor, planOf(node, outputs)));
}

// what Trino 476 answers for the same rows, patterns and measures
describe('ONE ROW PER MATCH', () => {
  it('sees the whole match', async () => {
    const measures = [[INTEGER, x(at('A', { anchor: 'FIRST' }))], [INTEGER, x(at('B'))], MATCH, CLASSIFIER, [INTEGER, x(at('C'))]] as const;
    expect(await answer({ measures })).toEqual([
      [90, 70, 1, 'C', 90],
      [50, 40, 2, 'C', 60],
    ]);
  });

  it('gives a row for an empty match', async () => {
    expect(await answer({ pattern: repeated(label('B'), 0), definitions: [FALLING], measures: [MATCH, CLASSIFIER, [INTEGER, x(at(''))]] })).toEqual([
      [1, null, null],
      [2, 'B', 70],
      [3, null, null],
      [4, null, null],
      [5, 'B', 40],
      [6, null, null],
    ]);
  });
});

describe('ALL ROWS PER MATCH', () => {
  it('sees the match up to the row, or FINAL', async () => {
    const positions = (labels: string): readonly [Type, PatternValue] => [
      array(INTEGER),
      { kind: 'rows', column: X, labels: labels === '' ? [] : labels.split(' '), running: true },
    ];
    const measures = [
      CLASSIFIER,
      [INTEGER, x(at('B'))],
      [INTEGER, x(at('B', { running: false }))],
      positions('B'),
      [INTEGER, x(at('', { anchor: 'FIRST', logicalOffset: 1 }))],
    ] as const;
    expect(await answer({ rowsPerMatch: 'ALL SHOW EMPTY', measures })).toEqual([
      [1, 'A', null, 70, [], 80],
      [2, 'B', 80, 70, [80], 80],
      [3, 'B', 70, 70, [80, 70], 80],
      [4, 'C', 70, 70, [80, 70], 80],
      [5, 'C', 70, 70, [80, 70], 80],
      [6, 'A', null, 40, [], 40],
      [7, 'B', 40, 40, [40], 40],
      [8, 'C', 40, 40, [40], 40],
    ]);
  });

  it('navigates from row to row, also out of the match', async () => {
    const classifierBefore: PatternValue = { kind: 'classifier', navigation: at('', { physicalOffset: -1 }) };
    const measures = [
      [INTEGER, x(at('', { physicalOffset: -1 }))],
      [INTEGER, x(at('A B', { logicalOffset: 1 }))],
      [VARCHAR, classifierBefore],
    ] as const;
    expect(await answer({ rowsPerMatch: 'ALL SHOW EMPTY', measures })).toEqual([
      [1, null, null, null],
      [2, 90, 90, 'A'],
      [3, 80, 80, 'B'],
      [4, 70, 80, 'B'],
      [5, 80, 80, 'C'],
      [6, 90, null, null],
      [7, 50, 50, 'A'],
      [8, 40, 50, 'B'],
    ]);
  });

  it('leaves out what is excluded, and shows unmatched rows when told to', async () => {
    const excluding = sequence(label('A'), { kind: 'excluded', pattern: repeated(label('B'), 1) }, repeated(label('C'), 1));
    expect(await answer({ rowsPerMatch: 'ALL SHOW EMPTY', pattern: excluding, measures: [CLASSIFIER] })).toEqual([
      [1, 'A'],
      [4, 'C'],
      [5, 'C'],
      [6, 'A'],
      [8, 'C'],
    ]);
    const unmatched = await answer({
      rowsPerMatch: 'ALL WITH UNMATCHED',
      pattern: repeated(label('B'), 1),
      definitions: [FALLING],
      measures: [MATCH, CLASSIFIER, [BOOLEAN, { kind: 'matched' }]],
    });
    expect(unmatched).toEqual([
      [1, null, null, null],
      [2, 1, 'B', true],
      [3, 1, 'B', true],
      [4, null, null, null],
      [5, null, null, null],
      [6, 2, 'B', true],
      [7, 2, 'B', true],
      [8, null, null, null],
    ]);
  });
});

describe('patterns', () => {
  const classifiers = async (pattern: RowPattern, definitions: readonly Definition[]): Promise<string> => {
    const rows = await answer({ rowsPerMatch: 'ALL SHOW EMPTY', pattern, definitions, measures: [CLASSIFIER] });
    return Array.isArray(rows) ? rows.map((row) => (Array.isArray(row) ? `${row[0]}${row[1]}` : '')).join(' ') : '';
  };

  it('permute, anchor and prefer', async () => {
    const permuted: RowPattern = { kind: 'permutation', patterns: [label('A'), label('B'), label('C')] };
    expect(await classifiers(permuted, [define('A', '=', 80), define('B', '=', 90)])).toBe('1B 2A 3C 4A 5B 6C');
    const anchored = sequence({ kind: 'anchor', type: 'START' }, label('A'), label('B'));
    expect(await classifiers(anchored, [define('B', '<', x(at('A')))])).toBe('1A 2B');
    const high = define('A', '>', 75);
    const low = define('B', '<', 75);
    const either: RowPattern = { kind: 'alternation', patterns: [label('A'), label('B')] };
    expect(await classifiers(repeated(either, 2, 3, false), [high, low])).toBe('1A 2A 3B 4A 5A 6B 7B 8B');
    expect(await classifiers(sequence(repeated(repeated(label('A'), 0, 1), 0), label('B')), [high, low])).toBe('1A 2A 3B 4A 5A 6B 7B 8B');
  });

  it('look back at other variables', async () => {
    expect(await classifiers(VEE, [FALLING, define('C', '>', x(at('B')))])).toBe('1A 2B 3B 4C 5C 6A 7B 8C');
  });
});

describe('AFTER MATCH SKIP', () => {
  const count = async (skipTo: SkipTo): Promise<unknown> => answer({ skipTo, measures: [MATCH, CLASSIFIER] });

  it('goes on where it is told', async () => {
    expect(await count({ position: 'FIRST', labels: ['C'] })).toEqual([
      [1, 'C'],
      [2, 'C'],
    ]);
    expect(await count({ position: 'LAST', labels: ['C'] })).toEqual([
      [1, 'C'],
      [2, 'C'],
    ]);
    expect(await count({ position: 'NEXT' })).toEqual([
      [1, 'C'],
      [2, 'C'],
      [3, 'C'],
      [4, 'C'],
    ]);
  });

  it('refuses to stay', async () => {
    await expect(count({ position: 'FIRST', labels: ['A'] })).rejects.toThrow('AFTER MATCH SKIP failed: cannot skip to first row of match');
    const missing = answer({
      skipTo: { position: 'FIRST', labels: ['D'] },
      pattern: sequence(label('A'), repeated(label('B'), 1), repeated(label('D'), 0, 1)),
      definitions: [FALLING, define('D', '<', 0)],
      measures: [MATCH],
    });
    await expect(missing).rejects.toThrow('AFTER MATCH SKIP failed: pattern variable is not present in match');
  });
});
