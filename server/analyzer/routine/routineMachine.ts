import type { Expression } from '../../../spi/expression.ts';
import { unreachable } from '../../../spi/trinoError.ts';
import { BOOLEAN, INTEGER, row, type Type } from '../../../spi/type.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Symbol } from '../../plan/plan.ts';
import { bindValue } from '../expression/bindValue.ts';
import { functionCall, reference, whenClause } from '../expression/expressionBuilder.ts';
import { constant } from '../expression/literals.ts';
import type { RoutineLoop, RoutineStatement } from './routineStatements.ts';
import type { SymbolAllocator } from '../symbolAllocator.ts';

export interface MachineOptions {
  readonly parameters: readonly Symbol[];
  readonly returnType: Type;
  readonly symbols: SymbolAllocator;
}

/** Where a block goes on. */
type Exit =
  | { readonly kind: 'goto'; readonly block: number }
  | { readonly kind: 'branch'; readonly branches: readonly { readonly when: Expression; readonly block: number }[]; readonly otherwise: number }
  | { readonly kind: 'return'; readonly value: Expression };

/** As many assignments lie in one another in a step: with each the engine's binder takes twice as long. */
const ASSIGNMENTS_MAX = 3;

/** Assignments without a branch among them. */
interface Block {
  readonly assignments: { readonly variable: Symbol; readonly value: Expression }[];
  /** A step begins here: at a loop, and where a step would become too long. */
  readonly beginsStep: boolean;
  exit: Exit | undefined;
}

/** The number of a function that has returned. */
const RETURNED = -1;

/**
 * The statements as steps over a state, a row of the number of the block to be run next, the variables, and the value returned:
 * `$iterate(state, step)` repeats the step until the number is negative.
 */
export function routineMachine(body: RoutineStatement, options: MachineOptions): Expression {
  const { parameters, returnType, symbols } = options;
  const { blocks, variables } = new BlockBuilder(parameters).build(body);
  const stateType = row([{ type: INTEGER }, ...variables.map(({ type }) => ({ type })), { type: returnType }]);
  const state = symbols.newSymbol('state', stateType);
  const number: Expression = { kind: 'field', base: reference(state), index: 0, type: INTEGER };
  const steps = new StepBuilder({ blocks, state, variables, options });
  const first = steps.step(0);
  const whenClauses = steps.others().map(({ block, step }) => whenClause(isBlock(number, block), step));
  const lambda: Expression = {
    kind: 'lambda',
    parameters: [reference(state)],
    body: whenClauses.length === 0 ? first : { kind: 'case', whenClauses, otherwise: first, type: stateType },
    type: { kind: 'function', arguments: [stateType], result: stateType },
  };
  const given = new Set(parameters);
  const values = variables.map((variable) => (given.has(variable) ? reference(variable) : constant(variable.type, null)));
  const initial: Expression = { kind: 'row', items: [constant(INTEGER, 0), ...values, constant(returnType, null)], type: stateType };
  return { kind: 'field', base: functionCall('$iterate', [initial, lambda], stateType), index: variables.length + 1, type: returnType };
}

const isBlock = (number: Expression, block: number): Expression => ({
  kind: 'comparison',
  operator: '=',
  left: number,
  right: constant(INTEGER, block),
  type: BOOLEAN,
});

interface StepContext {
  readonly blocks: readonly Block[];
  readonly state: Symbol;
  readonly variables: readonly Symbol[];
  readonly options: MachineOptions;
}

type Values = ReadonlyMap<string, Expression>;

/** Amid a step: the variables' values, and how many were assigned on the way. */
interface StepState {
  readonly values: Values;
  readonly assigned: number;
}

/** Steps as expressions over the state. A step goes on through blocks until it comes to one that several ways lead to. */
class StepBuilder {
  readonly #context: StepContext;
  readonly #initial: Values;
  readonly #entries: ReadonlySet<number>;
  /** Blocks that steps stop before, in the order of their finding. */
  readonly #wanted = new Set<number>();

  constructor(context: StepContext) {
    this.#context = context;
    this.#initial = new Map(context.variables.map(({ name, type }, i) => [name, { kind: 'field', base: reference(context.state), index: i + 1, type }]));
    this.#entries = sharedBlocks(context.blocks);
  }

  step(block: number): Expression {
    return this.#from(block, { values: this.#initial, assigned: 0 });
  }

  /** The steps of all blocks but the first that any step stops before. */
  others(): readonly { readonly block: number; readonly step: Expression }[] {
    const steps: { readonly block: number; readonly step: Expression }[] = [];
    for (const block of this.#wanted) steps.push({ block, step: this.step(block) });
    return steps;
  }

  #from(number: number, before: StepState): Expression {
    const block = this.#context.blocks[number];
    if (block === undefined) throw new Error(`no block ${number} in the function`);
    const values = new Map(before.values);
    const bound: { readonly symbol: Symbol; readonly value: Expression }[] = [];
    for (const { variable, value } of block.assignments) {
      const symbol = this.#context.options.symbols.newSymbol(variable.name, variable.type);
      bound.push({ symbol, value: over(value, values) });
      values.set(variable.name, reference(symbol));
    }
    return bound.reduceRight(
      (inner, { symbol, value }) => bindValue(symbol, value, inner),
      this.#exit(block.exit, { values, assigned: before.assigned + bound.length }),
    );
  }

  #exit(exit: Exit | undefined, state: StepState): Expression {
    const { values } = state;
    if (exit === undefined) throw new Error('a function without RETURN was analyzed');
    switch (exit.kind) {
      case 'return':
        return this.#stop(RETURNED, values, over(exit.value, values));
      case 'goto':
        return this.#goto(exit.block, state);
      case 'branch': {
        const whenClauses = exit.branches.map(({ when, block }) => whenClause(over(when, values), this.#goto(block, state)));
        return { kind: 'case', whenClauses, otherwise: this.#goto(exit.otherwise, state), type: this.#context.state.type };
      }
      default:
        return unreachable(exit);
    }
  }

  #goto(block: number, { values, assigned }: StepState): Expression {
    const more = this.#context.blocks[block]?.assignments.length ?? 0;
    if (!this.#entries.has(block) && assigned + more <= ASSIGNMENTS_MAX) return this.#from(block, { values, assigned });
    if (block !== 0) this.#wanted.add(block);
    return this.#stop(block, values, constant(this.#context.options.returnType, null));
  }

  #stop(next: number, values: Values, returned: Expression): Expression {
    const { variables, state } = this.#context;
    return {
      kind: 'row',
      items: [constant(INTEGER, next), ...variables.map(({ name, type }) => values.get(name) ?? constant(type, null)), returned],
      type: state.type,
    };
  }
}

const over = (value: Expression, values: Values): Expression => replaceReferences(value, ({ name }) => values.get(name));

/** Blocks that a loop comes back to, and those behind branches that join, unless they are short enough to be written twice. */
function sharedBlocks(blocks: readonly Block[]): ReadonlySet<number> {
  const ways = new Map<number, number>();
  const shared = new Set<number>();
  blocks.forEach(({ exit }, from) => {
    const targets = exit?.kind === 'goto' ? [exit.block] : exit?.kind === 'branch' ? [...exit.branches.map(({ block }) => block), exit.otherwise] : [];
    for (const target of targets) {
      ways.set(target, (ways.get(target) ?? 0) + 1);
      if (blocks[target]?.beginsStep === true || target <= from) shared.add(target);
    }
  });
  for (const [target, count] of ways) {
    const block = blocks[target];
    if (count > 1 && (block === undefined || block.exit?.kind === 'branch' || block.assignments.length > 2)) shared.add(target);
  }
  return shared;
}

/** The statements as blocks that go to one another by number; the first one is block 0. */
class BlockBuilder {
  readonly #blocks: Block[] = [];
  readonly #variables: Symbol[];
  readonly #loops = new Map<number, { readonly again: number; readonly end: number }>();
  #current = 0;

  constructor(parameters: readonly Symbol[]) {
    this.#variables = [...parameters];
  }

  build(body: RoutineStatement): { readonly blocks: readonly Block[]; readonly variables: readonly Symbol[] } {
    this.#current = this.#newBlock();
    this.#add(body);
    // what follows a RETURN is never run, and goes nowhere
    const never: Exit = { kind: 'goto', block: 0 };
    return { blocks: this.#blocks.map((block) => ({ ...block, exit: block.exit ?? never })), variables: this.#variables };
  }

  #newBlock(beginsStep = false): number {
    return this.#blocks.push({ assignments: [], beginsStep, exit: undefined }) - 1;
  }

  #leave(exit: Exit): void {
    const block = this.#blocks[this.#current];
    if (block !== undefined) block.exit ??= exit;
  }

  #add(statement: RoutineStatement): void {
    switch (statement.kind) {
      case 'assign':
        if (!this.#variables.includes(statement.variable)) this.#variables.push(statement.variable);
        this.#assign(statement);
        return;
      case 'block':
        for (const inner of statement.statements) this.#add(inner);
        return;
      case 'return':
        return this.#end({ kind: 'return', value: statement.value });
      case 'leave':
      case 'iterate': {
        const loop = this.#loops.get(statement.loop);
        if (loop === undefined) throw new Error('a loop that is not around was analyzed');
        return this.#end({ kind: 'goto', block: statement.kind === 'leave' ? loop.end : loop.again });
      }
      case 'if':
        return this.#addIf(statement);
      case 'loop':
        return this.#addLoop(statement);
      default:
        return unreachable(statement);
    }
  }

  #assign(assignment: Block['assignments'][number]): void {
    if ((this.#blocks[this.#current]?.assignments.length ?? 0) >= ASSIGNMENTS_MAX) {
      const next = this.#newBlock(true);
      this.#leave({ kind: 'goto', block: next });
      this.#current = next;
    }
    this.#blocks[this.#current]?.assignments.push(assignment);
  }

  /** What follows in the text begins a block that nothing goes to. */
  #end(exit: Exit): void {
    this.#leave(exit);
    this.#current = this.#newBlock();
  }

  #addIf({ branches, otherwise }: Extract<RoutineStatement, { kind: 'if' }>): void {
    const from = this.#current;
    const end = this.#newBlock();
    const part = (statements: readonly RoutineStatement[]): number => {
      if (statements.length === 0) return end;
      const start = this.#newBlock();
      this.#current = start;
      for (const inner of statements) this.#add(inner);
      this.#leave({ kind: 'goto', block: end });
      return start;
    };
    const targets = branches.map(({ when, statements }) => ({ when, block: part(statements) }));
    const other = part(otherwise);
    this.#current = from;
    this.#leave({ kind: 'branch', branches: targets, otherwise: other });
    this.#current = end;
  }

  #addLoop({ id, condition, until, statements }: RoutineLoop): void {
    const [again, end] = [this.#newBlock(true), this.#newBlock()];
    const body = condition === undefined ? again : this.#newBlock();
    this.#loops.set(id, { again, end });
    this.#leave({ kind: 'goto', block: again });
    if (condition !== undefined) {
      this.#current = again;
      this.#leave({ kind: 'branch', branches: [{ when: condition, block: body }], otherwise: end });
    }
    this.#current = body;
    for (const inner of statements) this.#add(inner);
    this.#leave(until === undefined ? { kind: 'goto', block: again } : { kind: 'branch', branches: [{ when: until, block: end }], otherwise: again });
    this.#current = end;
  }
}
