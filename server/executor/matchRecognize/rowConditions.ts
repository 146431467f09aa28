import type { Expression } from '../../../spi/expression.ts';
import { BIGINT, INTEGER, VARCHAR } from '../../../spi/type.ts';
import { isDeterministic, mayFail } from '../../plan/expressionProperties.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Ordering, PatternRecognitionNode, Symbol, WindowFunction } from '../../plan/plan.ts';
import type { Navigation, PatternCondition, PatternValue } from '../../plan/rowPattern.ts';
import type { ConditionBit } from './patternTask.ts';

/** A mask has so many bits: further conditions are evaluated while matching. */
const BITS_MAX = 31;

export interface RowConditions {
  /** By label. */
  readonly bits: ReadonlyMap<string, readonly ConditionBit[]>;
  /** The columns of rows before and after that conditions look at. */
  readonly neighbours: readonly WindowFunction[];
  /** Over the source and `neighbours`. */
  readonly mask: Expression;
}

type NewSymbol = (hint: string, type: Symbol['type']) => Symbol;

/** Conditions that only look at the row itself and at rows a fixed distance away are left to the engine. */
export function rowConditions({ specification }: PatternRecognitionNode, newSymbol: NewSymbol): RowConditions {
  const bits = new Map<string, readonly ConditionBit[]>();
  const neighbours = new Map<string, WindowFunction>();
  const parts: Expression[] = [];
  let bitCount = 0;
  for (const { label, condition } of specification.definitions) {
    if (!condition.values.every(({ value }) => isOfRow(value, label))) continue;
    const reaches = specification.frame === undefined ? [EVERYWHERE] : reachesOf(condition);
    const fallible = mayFail(condition.expression) && isDeterministic(condition.expression);
    if (bitCount + reaches.length * (fallible ? 2 : 1) > BITS_MAX) continue;
    const own = reaches.map((reach) => {
      const values = condition.values.map(({ symbol, value }): [string, Expression] => [
        symbol.name,
        isWithin(value, reach) ? ofRow(value, label, neighbours, newSymbol) : { kind: 'constant', type: symbol.type, value: null },
      ]);
      const byName = new Map(values);
      const holds = replaceReferences(condition.expression, ({ name }) => byName.get(name));
      const bit = bitCount++;
      // biome-ignore lint/suspicious/noThenProperty: a branch of CASE
      const part: Expression = { kind: 'case', type: INTEGER, whenClauses: [{ when: holds, then: integer(2 ** bit) }], otherwise: integer(0) };
      if (!fallible) {
        parts.push(part);
        return { bit, ...reach };
      }
      const failed = bitCount++;
      parts.push({ kind: 'coalesce', type: INTEGER, operands: [{ kind: 'try', type: INTEGER, value: part }, integer(2 ** failed)] });
      return { bit, failed, ...reach };
    });
    bits.set(label, own);
  }
  const mask = parts.reduce<Expression | undefined>((sum, part) => (sum === undefined ? part : add(sum, part)), undefined);
  return { bits, neighbours: [...neighbours.values()], mask: mask ?? integer(0) };
}

type Reach = Pick<ConditionBit, 'before' | 'behind'>;

/** The rows of the partition are all there. */
const EVERYWHERE: Reach = { before: 0, behind: 0 };

/** In a frame rows beyond its ends are NULL: which rows the condition can see, in ways that differ, the narrowest first. */
function reachesOf({ values }: PatternCondition): readonly Reach[] {
  const offsets = values.map(({ value }) => (value.kind === 'column' ? value.navigation.physicalOffset : 0));
  const distances = (found: readonly number[]): readonly number[] => [...new Set([0, ...found])].sort((a, b) => a - b);
  const before = distances(offsets.filter((offset) => offset < 0).map((offset) => -offset));
  const behind = distances(offsets.filter((offset) => offset > 0));
  return before.flatMap((rows) => behind.map((others) => ({ before: rows, behind: others })));
}

function isWithin(value: PatternValue, reach: Reach): boolean {
  if (value.kind !== 'column' || reach === EVERYWHERE) return true;
  const offset = value.navigation.physicalOffset;
  return -offset <= reach.before && offset <= reach.behind;
}

const integer = (value: number): Expression => ({ kind: 'constant', type: INTEGER, value });

function add(left: Expression, right: Expression): Expression {
  const fn = { name: '$add', kind: 'scalar' as const, argumentTypes: [INTEGER, INTEGER], returnType: INTEGER, deterministic: true };
  return { kind: 'call', function: fn, arguments: [left, right], type: INTEGER };
}

/** The navigation starts from the row that is tried for the variable. */
function startsHere({ labels, anchor, running, logicalOffset }: Navigation, label: string): boolean {
  return anchor === 'LAST' && running && logicalOffset === 0 && (labels.length === 0 || labels.includes(label));
}

function isOfRow(value: PatternValue, label: string): boolean {
  if (value.kind === 'column') return startsHere(value.navigation, label);
  return value.kind === 'classifier' && value.navigation.physicalOffset === 0 && startsHere(value.navigation, label);
}

function ofRow(value: PatternValue, label: string, neighbours: Map<string, WindowFunction>, newSymbol: NewSymbol): Expression {
  if (value.kind !== 'column') return { kind: 'constant', type: VARCHAR, value: label };
  const { column, navigation } = value;
  const offset = navigation.physicalOffset;
  if (offset === 0) return { kind: 'reference', ...column };
  const key = `${column.name} ${offset}`;
  let neighbour = neighbours.get(key);
  if (neighbour === undefined) {
    const fn = {
      name: offset < 0 ? 'lag' : 'lead',
      kind: 'window' as const,
      argumentTypes: [column.type, BIGINT],
      returnType: column.type,
      deterministic: true,
    };
    neighbour = {
      symbol: newSymbol(column.name, column.type),
      function: fn,
      arguments: [
        { kind: 'reference', ...column },
        { kind: 'constant', type: BIGINT, value: BigInt(Math.abs(offset)) },
      ],
      frame: { type: 'RANGE', start: 'UNBOUNDED PRECEDING', end: 'CURRENT ROW' },
      ignoreNulls: false,
      distinct: false,
      orderBy: [],
    };
    neighbours.set(key, neighbour);
  }
  return { kind: 'reference', ...neighbour.symbol };
}

export const ascending = (symbol: Symbol): Ordering => ({ symbol, ascending: true, nullsFirst: false });
