import type { Expression } from '../../../spi/expression.ts';
import { BIGINT, INTEGER, VARCHAR } from '../../../spi/type.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Ordering, PatternRecognitionNode, Symbol, WindowFunction } from '../../plan/plan.ts';
import type { Navigation, PatternValue } from '../../plan/rowPattern.ts';

/** A mask has so many bits: further conditions are evaluated while matching. */
const BITS_MAX = 31;

export interface RowConditions {
  /** By label: its bit. */
  readonly bits: ReadonlyMap<string, number>;
  /** The columns of rows before and after that conditions look at. */
  readonly neighbours: readonly WindowFunction[];
  /** Over the source and `neighbours`. */
  readonly mask: Expression;
}

/** Conditions that only look at the row itself and at rows a fixed distance away are left to the engine. */
export function rowConditions({ specification }: PatternRecognitionNode, newSymbol: (hint: string, type: Symbol['type']) => Symbol): RowConditions {
  const bits = new Map<string, number>();
  const neighbours = new Map<string, WindowFunction>();
  const parts: Expression[] = [];
  for (const { label, condition } of specification.definitions) {
    if (bits.size >= BITS_MAX || !condition.values.every(({ value }) => isOfRow(value, label))) continue;
    const values = new Map(condition.values.map(({ symbol, value }) => [symbol.name, ofRow(value, label, neighbours, newSymbol)]));
    const holds = replaceReferences(condition.expression, ({ name }) => values.get(name));
    const bit = integer(2 ** bits.size);
    // biome-ignore lint/suspicious/noThenProperty: a branch of CASE
    parts.push({ kind: 'case', type: INTEGER, whenClauses: [{ when: holds, then: bit }], otherwise: integer(0) });
    bits.set(label, bits.size);
  }
  const mask = parts.reduce<Expression | undefined>((sum, part) => (sum === undefined ? part : add(sum, part)), undefined);
  return { bits, neighbours: [...neighbours.values()], mask: mask ?? integer(0) };
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

function ofRow(
  value: PatternValue,
  label: string,
  neighbours: Map<string, WindowFunction>,
  newSymbol: (hint: string, type: Symbol['type']) => Symbol,
): Expression {
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
