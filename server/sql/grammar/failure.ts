import { faultOfName } from '../parser/cursor.ts';
import type { TokenList } from '../tokenList.ts';
import type { TokenKind } from '../tokens.ts';
import type { Budget } from './budget.ts';
import { nextTokens, singleTokenChoice } from './lookahead.ts';
import type { Block, Network, Rule, State, Step } from './network.ts';
import { Predictor, type Situation } from './prediction.ts';

/** Where a parser that follows the grammar gives up. */
export type Failure = Mismatch | { readonly kind: 'name'; readonly token: number };

export interface Mismatch {
  readonly kind: 'mismatch';
  /** The token that its message points at. */
  readonly reported: number;
  /** The token and place from which what was expected is worked out, and the calls that were open there. */
  readonly token: number;
  readonly state: State;
  readonly frame: Frame | undefined;
  /** The furthest token that was looked at. */
  readonly furthest: number;
}

/** An open call of a rule. */
export interface Frame {
  readonly rule: Rule;
  /** The state behind the call; absent for the first rule. */
  readonly follow: State | undefined;
  readonly caller: Frame | undefined;
}

type Instruction =
  | Exclude<Step, { readonly kind: 'block' }>
  | { readonly kind: 'sync'; readonly state: State }
  /** Goes to the place of the alternative that one token tells; nowhere: fails, or goes on where `otherwise` is given. */
  | {
      readonly kind: 'switch';
      readonly state: State;
      readonly choices: readonly ReadonlySet<TokenKind>[];
      readonly places: number[];
      readonly otherwise?: number;
    }
  | { readonly kind: 'predict'; readonly state: State; readonly places: number[] }
  | { readonly kind: 'jump'; place: number }
  | { readonly kind: 'return' };

/** The network as a program with a stack of its own, so that deep nesting costs no call stack. */
export class FailureFinder {
  readonly #network: Network;
  readonly #programs = new Map<string, readonly Instruction[]>();
  readonly #predictor = new Predictor();

  constructor(network: Network) {
    this.#network = network;
  }

  /** undefined: the text has no fault. */
  find(tokens: TokenList, start: string, budget: Budget): Failure | undefined {
    return new Run(
      tokens,
      (name) => this.#rule(name),
      (rule) => this.#program(rule),
      this.#predictor,
      budget,
    ).run(start);
  }

  #rule(name: string): Rule {
    const rule = this.#network.rules.get(name);
    if (rule === undefined) throw new Error(`grammar: there is no rule ${name}`);
    return rule;
  }

  #program(rule: Rule): readonly Instruction[] {
    let program = this.#programs.get(rule.name);
    if (program === undefined) {
      const instructions: Instruction[] = [];
      compileBlock(rule.body, instructions);
      instructions.push({ kind: 'return' });
      program = instructions;
      this.#programs.set(rule.name, program);
    }
    return program;
  }
}

function compileSteps(steps: readonly Step[], program: Instruction[]): void {
  for (const step of steps) {
    if (step.kind === 'block') compileBlock(step.block, program);
    else program.push(step);
  }
}

/** Where one token decides, no further lookahead is made; that decides also which token an error is reported at. */
function compileBlock(block: Block, program: Instruction[]): void {
  const { repeat, entry, loopBack } = block;
  if (repeat === '' || entry === undefined) return compileAlternatives(block, program);
  program.push({ kind: 'sync', state: entry });
  if (repeat === '?') return compileChoice(entry, block.alternatives, program);
  if (loopBack === undefined) return;
  const again = program.length;
  if (repeat === '+') {
    compileAlternatives(block, program);
    program.push({ kind: 'sync', state: loopBack });
    const places = [again, program.length + 1];
    program.push(decide(loopBack, block.alternatives.length, places));
    return;
  }
  const places = [again + 1, 0];
  program.push(decide(entry, block.alternatives.length, places));
  compileAlternatives(block, program);
  program.push({ kind: 'sync', state: loopBack }, { kind: 'jump', place: again });
  places[1] = program.length;
}

/** One token decides about a loop only where its body has no alternatives. */
function decide(state: State, alternatives: number, places: number[]): Instruction {
  const [enter] = (alternatives === 1 ? singleTokenChoice(state) : undefined) ?? [];
  return enter === undefined ? { kind: 'predict', state, places } : { kind: 'switch', state, choices: [enter], places, otherwise: 1 };
}

function compileAlternatives({ alternatives, choice }: Block, program: Instruction[]): void {
  if (choice === undefined) return compileSteps(alternatives[0] ?? [], program);
  program.push({ kind: 'sync', state: choice });
  compileChoice(choice, alternatives, program);
}

function compileChoice(state: State, alternatives: readonly (readonly Step[])[], program: Instruction[]): void {
  const optional = state.transitions.length > alternatives.length;
  const choices = singleTokenChoice(state)?.slice(0, alternatives.length);
  const places: number[] = [];
  const last = alternatives.length;
  if (choices === undefined) program.push({ kind: 'predict', state, places });
  else program.push({ kind: 'switch', state, choices, places, ...(optional && { otherwise: last }) });
  const jumps: { kind: 'jump'; place: number }[] = [];
  for (const steps of alternatives) {
    places.push(program.length);
    compileSteps(steps, program);
    const jump: { kind: 'jump'; place: number } = { kind: 'jump', place: 0 };
    program.push(jump);
    jumps.push(jump);
  }
  places.push(program.length);
  for (const jump of jumps) jump.place = program.length;
}

class Found {
  readonly failure: Failure;
  constructor(failure: Failure) {
    this.failure = failure;
  }
}

interface Activation {
  readonly frame: Frame;
  readonly program: readonly Instruction[];
  at: number;
  /** The precedence it was called with; undefined for rules without operators. */
  readonly precedence: number | undefined;
}

class Run {
  readonly #tokens: TokenList;
  readonly #rule: (name: string) => Rule;
  readonly #program: (rule: Rule) => readonly Instruction[];
  readonly #predictor: Predictor;
  readonly #budget: Budget;
  readonly #activations: Activation[] = [];
  readonly #precedences: number[] = [];
  #position = 0;
  #furthest = 0;
  /** The first place since the last sure token where the rule might also have ended; errors are explained from there. */
  #pending: { readonly state: State; readonly frame: Frame } | undefined;

  constructor(tokens: TokenList, rule: (name: string) => Rule, program: (rule: Rule) => readonly Instruction[], predictor: Predictor, budget: Budget) {
    this.#tokens = tokens;
    this.#rule = rule;
    this.#program = program;
    this.#predictor = predictor;
    this.#budget = budget;
  }

  run(start: string): Failure | undefined {
    this.#call(start, undefined, 0);
    try {
      for (let activation = this.#activations.at(-1); activation !== undefined; activation = this.#activations.at(-1)) {
        const instruction = activation.program[activation.at++];
        if (instruction !== undefined) this.#execute(instruction, activation);
      }
      return undefined;
    } catch (found) {
      if (found instanceof Found) return found.failure;
      throw found;
    }
  }

  get #kind(): TokenKind {
    return this.#tokens.kind(this.#position);
  }

  #call(name: string, follow: State | undefined, precedence: number): void {
    const rule = this.#rule(name);
    const frame = { rule, follow, caller: this.#activations.at(-1)?.frame };
    this.#activations.push({ frame, program: this.#program(rule), at: 0, precedence: rule.leftRecursive ? precedence : undefined });
    if (rule.leftRecursive) this.#precedences.push(precedence);
  }

  #execute(instruction: Instruction, activation: Activation): void {
    this.#budget.execute();
    switch (instruction.kind) {
      case 'jump':
        activation.at = instruction.place;
        return;
      case 'return':
        if (activation.frame.rule.name === 'identifier') this.#checkName(this.#position - 1);
        if (activation.precedence !== undefined) this.#precedences.pop();
        this.#activations.pop();
        return;
      case 'sync':
        return this.#sync(instruction.state, activation.frame);
      case 'match':
        if (!instruction.tokens.has(this.#kind)) this.#mismatch(instruction.state, activation.frame);
        this.#position++;
        return;
      case 'call': {
        const [transition] = instruction.state.transitions;
        this.#call(instruction.rule, transition?.kind === 'call' ? transition.follow : undefined, instruction.precedence);
        return;
      }
      case 'precedence':
        if (instruction.precedence < this.#precedence) this.#fail(instruction.state, activation.frame, this.#position, this.#position);
        return;
      case 'switch': {
        const choice = instruction.choices.findIndex((tokens) => tokens.has(this.#kind));
        const place = instruction.places[choice < 0 ? (instruction.otherwise ?? -1) : choice];
        if (place === undefined) this.#fail(instruction.state, activation.frame, this.#position, this.#position);
        else activation.at = place;
        return;
      }
      case 'predict':
        activation.at = this.#predict(instruction.state, instruction.places, activation.frame);
        return;
    }
  }

  get #precedence(): number {
    return this.#precedences.at(-1) ?? -1;
  }

  #predict(state: State, places: readonly number[], frame: Frame): number {
    const situation: Situation = {
      kindAt: (token) => {
        this.#furthest = Math.max(this.#furthest, token);
        return this.#tokens.kind(token);
      },
      position: this.#position,
      precedence: this.#precedence,
      callers: () => callersOf(frame),
    };
    const outcome = this.#predictor.predict(state, situation, this.#budget);
    if ('deadEnd' in outcome) this.#fail(state, frame, outcome.deadEnd, this.#position);
    const place = places[outcome.alternative - 1];
    if (place === undefined) throw new Error('grammar: an alternative without a place');
    return place;
  }

  #sync(state: State, frame: Frame): void {
    const next = nextTokens(state);
    if (next.tokens.has(this.#kind)) this.#pending = undefined;
    else if (next.reachesEnd) this.#pending ??= { state, frame };
    else this.#fail(state, frame, this.#position, this.#position);
  }

  #mismatch(state: State, frame: Frame): never {
    const from = this.#pending ?? { state, frame };
    this.#fail(from.state, from.frame, this.#position, this.#position);
  }

  #fail(state: State, frame: Frame, reported: number, token: number): never {
    throw new Found({ kind: 'mismatch', reported, token, state, frame, furthest: Math.max(this.#furthest, this.#position) });
  }

  /** A name that is none ends the parse as soon as it was read. */
  #checkName(token: number): void {
    if (faultOfName(this.#tokens.kind(token), this.#tokens.text(token)) !== undefined) throw new Found({ kind: 'name', token });
  }
}

function callersOf(frame: Frame): readonly State[] {
  const callers: State[] = [];
  for (let at: Frame | undefined = frame; at?.follow !== undefined; at = at.caller) callers.push(at.follow);
  return callers.reverse();
}
