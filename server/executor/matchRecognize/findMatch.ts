import { TrinoError, unreachable } from '../../../spi/trinoError.ts';
import type { Instruction } from './compilePattern.ts';

/** The variables of the rows of a match, from its first row on. */
export interface RowMatch {
  readonly start: number;
  readonly labels: readonly number[];
  /** Rows within {- -}. */
  readonly excluded: readonly boolean[];
}

export interface MatchProblem {
  readonly program: readonly Instruction[];
  readonly rowCount: number;
  /** Whether the last of `labels`, tried for row `start + labels.length - 1`, may stand there; the first `kept` are those of the call before. */
  accepts(start: number, labels: readonly number[], kept: number): boolean;
  /** The answer of `accepts` depends on the row and its variable alone: then no way is tried twice. */
  readonly isRowLocal: boolean;
}

/** So many steps at most for one match: patterns can be such that the ways grow without measure. */
const STEPS_MAX = 50_000_000;

interface Way {
  readonly at: number;
  readonly length: number;
  /** Steps since the last row was taken: coming there again without a row would go on for ever. */
  readonly since: Visited | undefined;
}

interface Visited {
  readonly at: number;
  readonly before: Visited | undefined;
}

/** The preferred match that begins at the row; undefined: none. */
export function findMatch(problem: MatchProblem, start: number): RowMatch | undefined {
  const { program, rowCount } = problem;
  const labels: number[] = [];
  const excluded: boolean[] = [];
  let kept = 0;
  const tried = problem.isRowLocal ? new Set<number>() : undefined;
  const ways: Way[] = [{ at: 0, length: 0, since: undefined }];
  for (let steps = 0, way = ways.pop(); way !== undefined; steps++, way = ways.pop()) {
    if (steps > STEPS_MAX) throw new TrinoError('EXCEEDED_CPU_LIMIT', undefined, 'Row pattern matching exceeded its limit of steps');
    const { at, length, since } = way;
    labels.length = length;
    excluded.length = length;
    kept = Math.min(kept, length);
    if (tried !== undefined) {
      const key = at * (rowCount + 1) + start + length;
      if (tried.has(key)) continue;
      tried.add(key);
    }
    const instruction = program[at];
    if (instruction === undefined) throw new Error('the pattern has no end');
    switch (instruction.kind) {
      case 'done':
        return { start, labels, excluded };
      case 'label': {
        if (start + length >= rowCount) continue;
        labels.push(instruction.label);
        const accepted = problem.accepts(start, labels, kept);
        kept = labels.length;
        if (!accepted) continue;
        excluded.push(instruction.excluded);
        ways.push({ at: at + 1, length: length + 1, since: undefined });
        continue;
      }
      case 'anchor':
        if (start + length === (instruction.type === 'START' ? 0 : rowCount)) ways.push({ at: at + 1, length, since });
        continue;
      case 'jump':
        if (!wasAt(since, instruction.to)) ways.push({ at: instruction.to, length, since });
        continue;
      case 'split': {
        if (wasAt(since, at)) continue;
        const here = { at, before: since };
        ways.push({ at: instruction.other, length, since: here }, { at: instruction.preferred, length, since: here });
        continue;
      }
      default:
        return unreachable(instruction);
    }
  }
  return undefined;
}

function wasAt(visited: Visited | undefined, at: number): boolean {
  for (let step = visited; step !== undefined; step = step.before) if (step.at === at) return true;
  return false;
}
