import { TrinoError, unreachable } from '../../../spi/trinoError.ts';
import type { RowPattern } from '../../plan/rowPattern.ts';

/** Steps of the automaton. Of a split the first way is preferred. */
export type Instruction =
  | { readonly kind: 'label'; readonly label: number; readonly excluded: boolean }
  | { readonly kind: 'split'; readonly preferred: number; readonly other: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'anchor'; readonly type: 'START' | 'END' }
  | { readonly kind: 'done' };

/** Quantifiers and permutations are written out. */
const INSTRUCTIONS_MAX = 100_000;

export function compilePattern(pattern: RowPattern, labels: readonly string[]): readonly Instruction[] {
  const compiler = new PatternCompiler(labels);
  compiler.add(pattern, false);
  compiler.emit({ kind: 'done' });
  return compiler.program;
}

class PatternCompiler {
  readonly program: Instruction[] = [];
  readonly #labels: readonly string[];

  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  emit(instruction: Instruction): number {
    if (this.program.length >= INSTRUCTIONS_MAX)
      throw new TrinoError('NOT_SUPPORTED', undefined, `Row pattern of more than ${INSTRUCTIONS_MAX} steps is not supported`);
    this.program.push(instruction);
    return this.program.length - 1;
  }

  add(pattern: RowPattern, excluded: boolean): void {
    switch (pattern.kind) {
      case 'label':
        this.emit({ kind: 'label', label: this.#labels.indexOf(pattern.label), excluded });
        return;
      case 'empty':
        return;
      case 'anchor':
        this.emit(pattern);
        return;
      case 'excluded':
        return this.add(pattern.pattern, true);
      case 'concatenation':
        for (const part of pattern.patterns) this.add(part, excluded);
        return;
      case 'alternation':
        return this.#alternatives(pattern.patterns.map((part) => () => this.add(part, excluded)));
      case 'permutation':
        return this.#alternatives(
          permutations(pattern.patterns).map((order) => () => {
            for (const part of order) this.add(part, excluded);
          }),
        );
      case 'quantified':
        return this.#quantified(pattern, excluded);
      default:
        return unreachable(pattern);
    }
  }

  #alternatives(ways: readonly (() => void)[]): void {
    const exits: number[] = [];
    for (const [i, way] of ways.entries()) {
      const isLast = i === ways.length - 1;
      const split = isLast ? undefined : this.emit({ kind: 'jump', to: 0 });
      way();
      if (split === undefined) break;
      exits.push(this.emit({ kind: 'jump', to: 0 }));
      this.program[split] = { kind: 'split', preferred: split + 1, other: this.program.length };
    }
    for (const exit of exits) this.program[exit] = { kind: 'jump', to: this.program.length };
  }

  #quantified({ pattern, atLeast, atMost, greedy }: RowPattern & { kind: 'quantified' }, excluded: boolean): void {
    for (let i = 0; i < atLeast; i++) this.add(pattern, excluded);
    if (atMost === undefined) {
      const loop = this.emit({ kind: 'jump', to: 0 });
      this.add(pattern, excluded);
      this.emit({ kind: 'jump', to: loop });
      this.program[loop] = this.#split(loop + 1, this.program.length, greedy);
      return;
    }
    const splits: number[] = [];
    for (let i = atLeast; i < atMost; i++) {
      splits.push(this.emit({ kind: 'jump', to: 0 }));
      this.add(pattern, excluded);
    }
    for (const split of splits) this.program[split] = this.#split(split + 1, this.program.length, greedy);
  }

  #split(into: number, past: number, greedy: boolean): Instruction {
    return greedy ? { kind: 'split', preferred: into, other: past } : { kind: 'split', preferred: past, other: into };
  }
}

/** In the order of the list: the first stays first as long as possible. */
function permutations(parts: readonly RowPattern[]): readonly (readonly RowPattern[])[] {
  if (parts.length <= 1) return [parts];
  if (parts.length > PERMUTED_MAX) throw new TrinoError('NOT_SUPPORTED', undefined, `PERMUTE of more than ${PERMUTED_MAX} patterns is not supported`);
  return parts.flatMap((part, i) => permutations([...parts.slice(0, i), ...parts.slice(i + 1)]).map((rest) => [part, ...rest]));
}

const PERMUTED_MAX = 7;
