import type { Constant, Expression } from '../../../spi/expression.ts';
import { TrinoError, unreachable } from '../../../spi/trinoError.ts';
import { BIGINT, VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Navigation } from '../../plan/rowPattern.ts';
import { compilePattern, type Instruction } from './compilePattern.ts';
import { evaluateConstant } from '../evaluation/evaluateConstant.ts';
import { findMatch, type MatchProblem, type RowMatch } from './findMatch.ts';
import { emptyAggregate, type RunningAggregate } from './runningAggregate.ts';
import type { AggregateValue, ConditionBit, ConditionValue, LabelTask, OutputTask, PatternTask } from './patternTask.ts';

/** A task with its pattern compiled: used for every partition of a statement. */
export interface PreparedTask {
  readonly task: PatternTask;
  readonly program: readonly Instruction[];
  readonly isRowLocal: boolean;
}

export function prepareTask(task: PatternTask): PreparedTask {
  const program = compilePattern(
    task.pattern,
    task.labels.map(({ label }) => label),
  );
  return { task, program, isRowLocal: task.labels.every(({ condition }) => condition === undefined) };
}

export interface Partition {
  /** By row: a bit for each variable that is decided by the row alone. */
  readonly masks: readonly number[];
  /** By row, then column: what conditions on the match so far look at. */
  readonly rows: readonly (readonly Value[])[];
  /** By row, where frames are bounded: so many rows behind it belong to its frame. */
  readonly following?: readonly (bigint | null)[];
}

/** The rows of the result: position of the row (from 1), then a value for each output. */
export function matchPartition(prepared: PreparedTask, partition: Partition): readonly (readonly Value[])[] {
  return new PartitionMatcher(prepared, partition).run();
}

/** The engine will raise the error of the condition, or refuse it. */
class ConditionFailure extends Error {
  readonly label: number;
  readonly positions: readonly (bigint | null)[];

  constructor(label: number, positions: readonly (bigint | null)[]) {
    super('a condition cannot be computed');
    this.label = label;
    this.positions = positions;
  }
}

class PartitionMatcher {
  readonly #prepared: PreparedTask;
  readonly #partition: Partition;
  readonly #labelNames: readonly string[];
  readonly #results: (readonly Value[])[] = [];
  /** The rows that may be looked at: those of the frame, or of the partition. */
  #frame: { readonly start: number; readonly end: number };
  #matchNumber = 0n;
  /** What each aggregation was after each row of the match, as far as it was asked for. */
  readonly #aggregates = new Map<AggregateValue, RunningAggregate[]>();

  constructor(prepared: PreparedTask, partition: Partition) {
    this.#prepared = prepared;
    this.#partition = partition;
    this.#frame = { start: 0, end: partition.masks.length };
    this.#labelNames = prepared.task.labels.map(({ label }) => label);
  }

  run(): readonly (readonly Value[])[] {
    const { task } = this.#prepared;
    const padding = task.labels.some(({ failure }) => failure !== undefined) ? [null, []] : [];
    try {
      if (task.rowsPerMatch === 'WINDOW') this.#matchFrames();
      else this.#matchRows();
    } catch (error) {
      if (!(error instanceof ConditionFailure)) throw error;
      return [[1n, ...task.outputs.map((output) => (isList(output) ? [] : null)), BigInt(error.label), error.positions]];
    }
    return padding.length === 0 ? this.#results : this.#results.map((result) => [...result, ...padding]);
  }

  /** Each row has the match of its frame, unless an earlier match skipped it. */
  #matchFrames(): void {
    const { program, isRowLocal, task } = this.#prepared;
    const rowCount = this.#partition.masks.length;
    const accepts: MatchProblem['accepts'] = (start, labels, kept) => this.#accepts(start, labels, kept);
    /** Rows before this one have no frame. */
    let next = 0;
    for (let row = 0; row < rowCount; row++) {
      const end = this.#frameEnd(row);
      this.#frame = { start: row, end };
      const last = task.seek ? end - 1 : row;
      let match: RowMatch | undefined;
      for (let start = row; match === undefined && start <= last && row >= next; start++) {
        match = findMatch({ program, rowCount: end, accepts, isRowLocal }, start);
      }
      if (match === undefined) {
        this.#addUnmatched(row);
        continue;
      }
      this.#addAt(row, match, match.labels.length - 1);
      if (match.labels.length > 0) next = task.skipTo.position === 'NEXT' ? row + 1 : this.#next(match);
    }
  }

  #frameEnd(row: number): number {
    const rowCount = this.#partition.masks.length;
    if (!this.#prepared.task.bounded) return rowCount;
    const following = this.#partition.following?.[row] ?? null;
    if (following === null || following < 0n) throw new TrinoError('INVALID_WINDOW_FRAME', undefined, 'Window frame offset value must not be negative or null');
    return following >= BigInt(rowCount - row) ? rowCount : row + Number(following) + 1;
  }

  #matchRows(): void {
    const { program, isRowLocal, task } = this.#prepared;
    const rowCount = this.#partition.masks.length;
    const accepts: MatchProblem['accepts'] = (start, labels, kept) => this.#accepts(start, labels, kept);
    /** Rows before this one were already shown in a match. */
    let shown = 0;
    for (let row = 0; row < rowCount; ) {
      this.#matchNumber++;
      const match = findMatch({ program, rowCount, accepts, isRowLocal }, row);
      if (match === undefined) {
        this.#matchNumber--;
        if (task.rowsPerMatch === 'ALL WITH UNMATCHED' && row >= shown) this.#addUnmatched(row);
        row++;
      } else if (match.labels.length === 0) {
        if (task.rowsPerMatch !== 'ALL OMIT EMPTY') this.#add(match, -1);
        row++;
      } else {
        this.#addMatch(match);
        shown = Math.max(shown, row + match.labels.length);
        row = this.#next(match);
      }
    }
  }

  #accepts(start: number, labels: readonly number[], kept: number): boolean {
    for (const states of this.#aggregates.values()) states.length = Math.min(states.length, kept);
    const current = labels.length - 1;
    const at = labels[current] ?? -1;
    const label = this.#prepared.task.labels[at];
    if (label === undefined) throw new Error('a variable of the pattern is unknown');
    if (label.bits === undefined && label.condition === undefined) return true;
    const match = { start, labels, excluded: [] };
    const answer = label.bits === undefined ? label.condition && this.#holds(label.condition, match) : this.#bit(label.bits, start + current);
    if (answer !== undefined) return answer;
    if (label.failure === undefined) {
      throw new TrinoError('NOT_SUPPORTED', undefined, 'This condition of DEFINE, which depends on other variables, is not supported');
    }
    throw new ConditionFailure(
      at,
      label.failure.map((navigation) => {
        const row = this.#resolve(navigation, match, current);
        return row === undefined ? null : BigInt(row + 1);
      }),
    );
  }

  /** undefined: the condition cannot be computed. */
  #bit(bits: readonly ConditionBit[], row: number): boolean | undefined {
    const seen = bits.findLast(({ before, behind }) => row - before >= this.#frame.start && row + behind < this.#frame.end);
    const mask = this.#partition.masks[row] ?? 0;
    if (seen?.failed !== undefined && (mask & (1 << seen.failed)) !== 0) return undefined;
    return seen !== undefined && (mask & (1 << seen.bit)) !== 0;
  }

  /** undefined: the condition cannot be computed. */
  #holds({ expression, values }: NonNullable<LabelTask['condition']>, match: RowMatch): boolean | undefined {
    const constants = new Map<string, ConditionValue>(values.map((value) => [value.name, value]));
    let complete = true;
    const replaced = replaceReferences(expression, (reference): Constant | undefined => {
      const asked = constants.get(reference.name);
      if (asked === undefined) return undefined;
      const value = this.#conditionValue(asked, match);
      complete &&= value !== undefined;
      return { kind: 'constant', type: reference.type, value: value ?? null };
    });
    const answer = complete ? evaluateConstant(replaced, this.#prepared.task) : undefined;
    return answer && answer.value === true;
  }

  #conditionValue(value: ConditionValue, match: RowMatch): Value | undefined {
    const current = match.labels.length - 1;
    switch (value.kind) {
      case 'column': {
        const row = this.#resolve(value.navigation, match, current);
        return row === undefined ? null : (this.#partition.rows[row]?.[value.index] ?? null);
      }
      case 'computed': {
        const row = this.#resolve(value.navigation, match, current);
        const single = row === undefined ? this.#partition.rows[0]?.[value.missing] : this.#partition.rows[row]?.[value.index];
        return Array.isArray(single) ? single[0] : undefined;
      }
      case 'aggregate':
        return this.#aggregate(value, match);
      case 'classifier':
        return this.#classifier(value.navigation, match, current);
      case 'matchNumber':
        return this.#matchNumber;
      default:
        return unreachable(value);
    }
  }

  #aggregate(value: AggregateValue, match: RowMatch): Value | undefined {
    const states = this.#aggregates.get(value) ?? [];
    this.#aggregates.set(value, states);
    let state = states.at(-1) ?? emptyAggregate(value.function);
    for (let i = states.length; i < match.labels.length; i++) {
      if (this.#isOneOf(value.labels, match.labels[i] ?? -1)) {
        const row = value.arguments.map((argument) => this.#argument(value, argument, match, i));
        if (row.includes(undefined)) return undefined;
        state = state.add(row.map((item) => item ?? null));
      }
      states.push(state);
    }
    return state.value();
  }

  #argument(value: AggregateValue, argument: Expression, match: RowMatch, i: number): Value | undefined {
    // most are plain columns
    const column = argument.kind === 'reference' ? value.columns.find(({ name }) => name === argument.name) : undefined;
    if (column !== undefined) return this.#partition.rows[match.start + i]?.[column.index] ?? null;
    return evaluateConstant(this.#ofRow(value, argument, match, i), this.#prepared.task)?.value;
  }

  #ofRow({ columns, classifier, matchNumber }: AggregateValue, argument: Expression, match: RowMatch, i: number): Expression {
    return replaceReferences(argument, ({ name, type }): Constant | undefined => {
      if (name === classifier) return { kind: 'constant', type, value: this.#labelNames[match.labels[i] ?? -1] ?? null };
      if (name === matchNumber) return { kind: 'constant', type, value: this.#matchNumber };
      const column = columns.find((candidate) => candidate.name === name);
      return column && { kind: 'constant', type, value: this.#partition.rows[match.start + i]?.[column.index] ?? null };
    });
  }

  /** No names stand for every variable. */
  #isOneOf(names: readonly string[], label: number): boolean {
    return names.length === 0 || names.includes(this.#labelNames[label] ?? '');
  }

  /** The row of the partition; undefined: none. */
  #resolve({ labels, anchor, running, logicalOffset, physicalOffset }: Navigation, match: RowMatch, current: number): number | undefined {
    const last = running ? current : match.labels.length - 1;
    let left = logicalOffset;
    const [from, to, step] = anchor === 'LAST' ? [last, -1, -1] : [0, match.labels.length, 1];
    for (let i = from; i !== to; i += step) {
      if (!this.#isOneOf(labels, match.labels[i] ?? -1) || left-- > 0) continue;
      const row = match.start + i + physicalOffset;
      return row >= this.#frame.start && row < this.#frame.end ? row : undefined;
    }
    return undefined;
  }

  #classifier(navigation: Navigation, match: RowMatch, current: number): Value {
    const row = this.#resolve(navigation, match, current);
    const label = row === undefined ? undefined : match.labels[row - match.start];
    return label === undefined ? null : (this.#labelNames[label] ?? null);
  }

  #addMatch(match: RowMatch): void {
    if (this.#prepared.task.rowsPerMatch === 'ONE') return this.#add(match, match.labels.length - 1);
    for (const i of match.labels.keys()) if (match.excluded[i] !== true) this.#add(match, i);
  }

  /** `current`: the row within the match; -1 for an empty match. */
  #add(match: RowMatch, current: number): void {
    this.#addAt(match.start + Math.max(0, current), match, current);
  }

  #addAt(row: number, match: RowMatch, current: number): void {
    this.#results.push([BigInt(row + 1), ...this.#prepared.task.outputs.map((output) => this.#output(output, match, current))]);
  }

  #output(output: OutputTask, match: RowMatch, current: number): Value {
    switch (output.kind) {
      case 'position': {
        const row = this.#resolve(output.navigation, match, current);
        return row === undefined ? null : BigInt(row + 1);
      }
      case 'classifier':
        return this.#classifier(output.navigation, match, current);
      case 'matchNumber':
        return this.#matchNumber;
      case 'matched':
        return true;
      case 'positions':
        return this.#aggregated(output, match, current).map((i) => BigInt(match.start + i + 1));
      case 'classifiers':
        return this.#aggregated(output, match, current).map((i) => this.#labelNames[match.labels[i] ?? -1] ?? null);
      default:
        return unreachable(output);
    }
  }

  /** The rows of the match, from 0, over which an aggregation goes. */
  #aggregated({ labels, running }: { readonly labels: readonly string[]; readonly running: boolean }, match: RowMatch, current: number): readonly number[] {
    const last = running ? current : match.labels.length - 1;
    const found: number[] = [];
    for (let i = 0; i <= last; i++) if (this.#isOneOf(labels, match.labels[i] ?? -1)) found.push(i);
    return found;
  }

  #addUnmatched(row: number): void {
    this.#results.push([BigInt(row + 1), ...this.#prepared.task.outputs.map((output) => (isList(output) ? [] : null))]);
  }

  #next({ start, labels }: RowMatch): number {
    const { position, labels: wanted = [] } = this.#prepared.task.skipTo;
    if (position === 'PAST LAST') return start + labels.length;
    if (position === 'NEXT') return start + 1;
    const isOne = (label: number): boolean => wanted.includes(this.#labelNames[label] ?? '');
    const at = position === 'FIRST' ? labels.findIndex(isOne) : labels.findLastIndex(isOne);
    if (at < 0) throw new TrinoError('GENERIC_USER_ERROR', undefined, 'AFTER MATCH SKIP failed: pattern variable is not present in match');
    if (at === 0) throw new TrinoError('GENERIC_USER_ERROR', undefined, 'AFTER MATCH SKIP failed: cannot skip to first row of match');
    return start + at;
  }
}

const isList = ({ kind }: OutputTask): boolean => kind === 'positions' || kind === 'classifiers';

/** Of an output in the engine's function. */
export function outputType(output: OutputTask) {
  switch (output.kind) {
    case 'position':
    case 'matchNumber':
      return BIGINT;
    case 'classifier':
      return VARCHAR;
    case 'matched':
      return { kind: 'boolean' } as const;
    case 'positions':
      return { kind: 'array', element: BIGINT } as const;
    case 'classifiers':
      return { kind: 'array', element: VARCHAR } as const;
    default:
      return unreachable(output);
  }
}
