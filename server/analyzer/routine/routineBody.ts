import type { Expression } from '../../../spi/expression.ts';
import { unreachable } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Symbol } from '../../plan/plan.ts';
import type * as ast from '../../sql/ast.ts';
import { bindValue } from '../expression/bindValue.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { reference, whenClause } from '../expression/expressionBuilder.ts';
import { routineMachine } from './routineMachine.ts';
import { type RoutineStatement, routineStatements } from './routineStatements.ts';
import type { SymbolAllocator } from '../symbolAllocator.ts';

/** So many times may what follows a branch be written again; beyond it, the statements are carried out step by step. */
const COPIES_MAX = 32;

/** A function's body as one expression over its parameters. */
export function routineBody(analyzer: ExpressionAnalyzer, node: ast.ControlStatement, returnType: Type): Expression {
  const body = routineStatements(analyzer, node, returnType);
  const { symbols } = analyzer.context;
  if (branchEnds([body], 1) > COPIES_MAX) return routineMachine(body, { parameters: analyzer.scope.fields.map(({ symbol }) => symbol), returnType, symbols });
  return statement(body, { symbols, returnType, current: new Map() }, () => {
    throw new Error('a function without RETURN was analyzed');
  });
}

/** How many copies the end of the statements would have, when every branch carries on with what follows it; a loop has no end. */
function branchEnds(statements: readonly RoutineStatement[], before: number): number {
  let ends = before;
  for (const item of statements) {
    switch (item.kind) {
      case 'return':
        return 0;
      case 'assign':
        break;
      case 'block':
        ends = branchEnds(item.statements, ends);
        break;
      case 'if': {
        const each = [...item.branches.map((branch) => branch.statements), item.otherwise].map((branch) => branchEnds(branch, ends));
        if (each.some((count) => count > COPIES_MAX)) return Infinity;
        ends = each.reduce((sum, count) => sum + count, 0);
        break;
      }
      case 'loop':
      case 'leave':
      case 'iterate':
        return Infinity;
      default:
        return unreachable(item);
    }
    if (ends > COPIES_MAX) return Infinity;
    if (ends === 0) return 0;
  }
  return ends;
}

/** The variables' values just now: each assignment binds a new symbol. */
interface State {
  readonly symbols: SymbolAllocator;
  readonly returnType: Type;
  readonly current: ReadonlyMap<string, Symbol>;
}

/** What comes after a statement, over the variables as they are then. */
type Continuation = (state: State) => Expression;

const now = (value: Expression, { current }: State): Expression =>
  replaceReferences(value, ({ name }) => {
    const symbol = current.get(name);
    return symbol === undefined ? undefined : reference(symbol);
  });

/** Assignments bind names for what follows, branches carry on with what follows. */
function statement(node: RoutineStatement, state: State, next: Continuation): Expression {
  switch (node.kind) {
    case 'return':
      return now(node.value, state);
    case 'assign': {
      const { variable } = node;
      const changed = state.symbols.newSymbol(variable.name, variable.type);
      return bindValue(changed, now(node.value, state), next({ ...state, current: new Map([...state.current, [variable.name, changed]]) }));
    }
    case 'block':
      return sequence(node.statements, state, next);
    case 'if': {
      const whenClauses = node.branches.map(({ when, statements }) => whenClause(now(when, state), sequence(statements, state, next)));
      return { kind: 'case', whenClauses, otherwise: sequence(node.otherwise, state, next), type: state.returnType };
    }
    case 'loop':
    case 'leave':
    case 'iterate':
      throw new Error('a loop is no single expression');
    default:
      return unreachable(node);
  }
}

function sequence(nodes: readonly RoutineStatement[], state: State, next: Continuation): Expression {
  const [first, ...rest] = nodes;
  return first === undefined ? next(state) : statement(first, state, (after) => sequence(rest, after, next));
}
