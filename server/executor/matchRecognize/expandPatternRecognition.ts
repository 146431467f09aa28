import type { Expression, ResolvedFunction, WhenClause } from '../../../spi/expression.ts';
import type { Session } from '../../../spi/session.ts';
import { unreachable } from '../../../spi/trinoError.ts';
import { array, BIGINT, BOOLEAN, INTEGER, row, type Type, VARCHAR } from '../../../spi/type.ts';
import { isDeterministic, mayFail } from '../../plan/expressionProperties.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Aggregation, PatternRecognitionNode, PlanNode, Symbol } from '../../plan/plan.ts';
import { outputSymbols } from '../../plan/planNodes.ts';
import {
  columnsOf,
  type Navigation,
  type PatternCondition,
  type PatternSpecification,
  type PatternValue,
  type RowPattern,
  rowsType,
} from '../../plan/rowPattern.ts';
import { type LateCondition, lateCondition, type LateValue } from './lateConditions.ts';
import { MATCH_FUNCTION } from './matchFunction.ts';
import { outputType } from './matchPartition.ts';
import { type ConditionValue, type LabelTask, type OutputTask, type PatternTask, writeTask } from './patternTask.ts';
import { ascending, type RowConditions, rowConditions } from './rowConditions.ts';

/**
 * MATCH_RECOGNIZE in nodes that the engine has: the rows of a partition become an array, a function of ours finds the matches in it
 * and answers with positions, and the values are taken from the array by position.
 */
export function expandPatternRecognition(node: PatternRecognitionNode, session: Session): PlanNode {
  return new Expansion(node, session).expand();
}

/** In place of an argument that is not needed. */
const NOTHING: Expression = { kind: 'array', type: array(BIGINT), items: [] };

const reference = (symbol: Symbol): Expression => ({ kind: 'reference', ...symbol });
const call = (fn: ResolvedFunction, ...args: Expression[]): Expression => ({ kind: 'call', function: fn, arguments: args, type: fn.returnType });
const scalar = (name: string, argumentTypes: readonly Type[], returnType: Type): ResolvedFunction => ({
  name,
  kind: 'scalar',
  argumentTypes,
  returnType,
  deterministic: true,
});

class Expansion {
  readonly #node: PatternRecognitionNode;
  readonly #session: Session;
  readonly #specification: PatternSpecification;
  readonly #conditions: RowConditions;
  /** By label. */
  readonly #late: ReadonlyMap<string, LateCondition>;
  /** The columns that are needed of single rows, in their order in the array's rows. */
  readonly #columns: readonly Symbol[];
  #symbols = 0;
  #nodes = 0;

  constructor(node: PatternRecognitionNode, session: Session) {
    this.#node = node;
    this.#session = session;
    this.#specification = node.specification;
    this.#conditions = rowConditions(node, (hint, type) => this.#newSymbol(hint, type));
    const late = this.#specification.definitions.filter(({ label }) => !this.#conditions.bits.has(label));
    this.#late = new Map(late.map(({ label, condition }) => [label, lateCondition(condition, (hint, type) => this.#newSymbol(hint, type))]));
    this.#columns = this.#neededColumns();
  }

  expand(): PlanNode {
    const outputs = this.#specification.values.map(({ symbol, value }) => ({ symbol, value, task: outputTask(value) }));
    const task = this.#task(outputs.map(({ task: output }) => output));
    const rowSymbol = this.#newSymbol('row', BIGINT);
    const positions = outputs.map(({ symbol, task: output }) => this.#newSymbol(symbol.name, outputType(output)));
    const failures = task.labels.some(({ failure }) => failure !== undefined)
      ? { label: this.#newSymbol('failed', BIGINT), positions: this.#newSymbol('failed_at', array(BIGINT)) }
      : undefined;
    const found = [rowSymbol, ...positions, ...(failures === undefined ? [] : [failures.label, failures.positions])];
    const results = this.#newSymbol('results', array(row(found.map(({ type }) => ({ type })))));
    const { source, masks, rows, following } = this.#arrays();
    const needsRows = task.labels.some(({ condition }) => condition !== undefined);
    const inputs = [reference(masks), needsRows ? reference(rows) : NOTHING, following === undefined ? NOTHING : reference(following)];
    const matched: PlanNode = {
      kind: 'project',
      id: this.#nextId(),
      source,
      assignments: [
        ...[...this.#node.partitionBy, rows].map((symbol) => ({ symbol, expression: reference(symbol) })),
        {
          symbol: results,
          expression: call(scalar(MATCH_FUNCTION, [...inputs.map(({ type }) => type), VARCHAR], results.type), ...inputs, {
            kind: 'constant',
            type: VARCHAR,
            value: writeTask(task),
          }),
        },
      ],
    };
    const unnested: PlanNode = {
      kind: 'unnest',
      id: this.#nextId(),
      source: matched,
      replicate: [...this.#node.partitionBy, rows],
      mappings: [{ input: results, outputs: found }],
      type: 'INNER',
    };
    const values = new Map(outputs.map(({ symbol, value }, i) => [symbol.name, this.#value(value, positions[i], rows)]));
    const keys = new Set(this.#node.partitionBy.map(({ name }) => name));
    const assignments = this.#node.outputs.map((symbol) => ({
      symbol,
      expression: values.get(symbol.name) ?? (keys.has(symbol.name) ? reference(symbol) : this.#field(rows, reference(rowSymbol), symbol)),
    }));
    const checked: PlanNode =
      failures === undefined ? unnested : { kind: 'filter', id: this.#nextId(), source: unnested, predicate: this.#raised(task, rows, failures) };
    return { kind: 'project', id: this.#nextId(), source: checked, assignments };
  }

  /** True, or the error of the condition that could not be computed. */
  #raised(task: PatternTask, rows: Symbol, failed: { readonly label: Symbol; readonly positions: Symbol }): Expression {
    const label = reference(failed.label);
    const branches = task.labels.flatMap(({ label: name, failure }, i) => {
      const condition = this.#specification.definitions.find((definition) => definition.label === name)?.condition;
      if (failure === undefined || condition === undefined) return [];
      const values = new Map(condition.values.map(({ symbol, value }, k) => [symbol.name, this.#failedValue(value, rows, failed.positions, k)]));
      const holds = replaceReferences(condition.expression, (item) => values.get(item.name));
      const here: Expression = { kind: 'comparison', operator: '=', left: label, right: { kind: 'constant', type: BIGINT, value: BigInt(i) }, type: BOOLEAN };
      // the message hangs on the condition, so that this is evaluated first
      const whether = (how: string): Expression => text(`This condition of DEFINE, which ${how}, is not supported`);
      const message: Expression = { kind: 'case', type: VARCHAR, whenClauses: [whenClause(holds, whether('holds'))], otherwise: whether('does not hold') };
      return [whenClause(here, call(scalar('$fail', [VARCHAR, VARCHAR], BOOLEAN), text('NOT_SUPPORTED'), message))];
    });
    const none: Expression = { kind: 'is null', type: BOOLEAN, value: label };
    const yes: Expression = { kind: 'constant', type: BOOLEAN, value: true };
    return { kind: 'case', type: BOOLEAN, whenClauses: [whenClause(none, yes), ...branches], otherwise: yes };
  }

  #failedValue(value: PatternValue, rows: Symbol, positions: Symbol, k: number): Expression {
    if (value.kind !== 'column') throw new Error(`${value.kind} is looked at in no row`);
    const at: Expression = { kind: 'constant', type: BIGINT, value: BigInt(k + 1) };
    return this.#field(rows, call(scalar('$subscript', [positions.type, BIGINT], BIGINT), reference(positions), at), value.column);
  }

  #newSymbol(hint: string, type: Type): Symbol {
    return { name: `${hint}$p${this.#node.id}_${this.#symbols++}`, type };
  }

  #nextId(): string {
    return `${this.#node.id}.${this.#nodes++}`;
  }

  #neededColumns(): readonly Symbol[] {
    const keys = new Set(this.#node.partitionBy.map(({ name }) => name));
    const valueNames = new Set(this.#specification.values.map(({ symbol }) => symbol.name));
    const sourceNames = new Set(outputSymbols(this.#node.source).map(({ name }) => name));
    const columns = new Map(
      this.#node.outputs.filter(({ name }) => !keys.has(name) && !valueNames.has(name) && sourceNames.has(name)).map((symbol) => [symbol.name, symbol]),
    );
    for (const { value } of this.#specification.values) for (const column of columnsOf(value)) columns.set(column.name, column);
    for (const { label, condition } of this.#specification.definitions) {
      if (this.#late.has(label) || failureOf(condition) !== undefined) {
        for (const { value } of condition.values) for (const column of columnsOf(value)) columns.set(column.name, column);
      }
    }
    for (const { computed } of this.#late.values()) for (const { symbol } of computed) columns.set(symbol.name, symbol);
    return [...columns.values()];
  }

  /** One row for each partition: its rows, and a mask for each, in order. */
  #arrays(): { readonly source: PlanNode; readonly masks: Symbol; readonly rows: Symbol; readonly following?: Symbol } {
    const { partitionBy, orderBy, source } = this.#node;
    const bound = this.#specification.frame?.following;
    const number = this.#newSymbol('number', BIGINT);
    const frame = { type: 'RANGE', start: 'UNBOUNDED PRECEDING', end: 'CURRENT ROW' } as const;
    const rowNumber: ResolvedFunction = { name: 'row_number', kind: 'window', argumentTypes: [], returnType: BIGINT, deterministic: true };
    const numberCall = { symbol: number, function: rowNumber, arguments: [], frame, ignoreNulls: false, distinct: false, orderBy: [] };
    let below: PlanNode = { kind: 'window', id: this.#nextId(), source, partitionBy, orderBy, functions: [numberCall] };
    if (this.#conditions.neighbours.length > 0) {
      below = { kind: 'window', id: this.#nextId(), source: below, partitionBy, orderBy: [ascending(number)], functions: this.#conditions.neighbours };
    }
    const mask = this.#newSymbol('mask', INTEGER);
    const computed = new Map([...this.#late.values()].flatMap((late) => late.computed).map(({ symbol, expression }) => [symbol.name, expression]));
    const fields = this.#columns.map((symbol) => computed.get(symbol.name) ?? reference(symbol));
    // a row has at least one field
    const single = row((fields.length === 0 ? [INTEGER] : this.#columns.map(({ type }) => type)).map((type) => ({ type })));
    const rowValue = this.#newSymbol('value', single);
    const projected: PlanNode = {
      kind: 'project',
      id: this.#nextId(),
      source: below,
      assignments: [
        ...[...partitionBy, number, ...(bound === undefined ? [] : [bound])].map((symbol) => ({ symbol, expression: reference(symbol) })),
        { symbol: mask, expression: this.#conditions.mask },
        { symbol: rowValue, expression: { kind: 'row', type: single, items: fields.length === 0 ? [{ kind: 'constant', type: INTEGER, value: 0 }] : fields } },
      ],
    };
    const masks = this.#newSymbol('masks', array(INTEGER));
    const rows = this.#newSymbol('rows', array(single));
    const collect = (symbol: Symbol, of: Symbol): Aggregation => ({
      symbol,
      function: { name: 'array_agg', kind: 'aggregate', argumentTypes: [of.type], returnType: symbol.type, deterministic: true },
      arguments: [reference(of)],
      distinct: false,
      orderBy: [ascending(number)],
    });
    const following = bound && this.#newSymbol('following', array(bound.type));
    const aggregations = [
      collect(masks, mask),
      collect(rows, rowValue),
      ...(bound === undefined || following === undefined ? [] : [collect(following, bound)]),
    ];
    return {
      source: { kind: 'aggregation', id: this.#nextId(), source: projected, groupingKeys: partitionBy, groupingOperations: [], aggregations },
      masks,
      rows,
      ...(following && { following }),
    };
  }

  /** `column` of the row at the position; NULL for none. */
  #field(rows: Symbol, position: Expression, column: Symbol): Expression {
    const single = rows.type.kind === 'array' ? rows.type.element : rows.type;
    const index = this.#columns.findIndex(({ name }) => name === column.name);
    if (index < 0) throw new Error(`column ${column.name} is not kept`);
    const one = call(scalar('$subscript', [rows.type, BIGINT], single), reference(rows), position);
    return { kind: 'field', base: one, index, type: column.type };
  }

  #value(value: PatternValue, position: Symbol | undefined, rows: Symbol): Expression {
    if (position === undefined) throw new Error('a value has no position');
    if (value.kind === 'column') return this.#field(rows, reference(position), value.column);
    if (value.kind !== 'rows') return reference(position);
    const at: Symbol = this.#newSymbol('at', BIGINT);
    const type = rowsType(value.column.type);
    const lambda: Type = { kind: 'function', arguments: [BIGINT], result: type.element };
    const item = this.#field(rows, reference(at), value.column);
    return call(scalar('transform', [position.type, lambda], type), reference(position), {
      kind: 'lambda',
      parameters: [{ kind: 'reference', ...at }],
      body: value.column.type.kind === 'row' ? { kind: 'row', type: type.element, items: [item] } : item,
      type: lambda,
    });
  }

  #task(outputs: readonly OutputTask[]): PatternTask {
    const { rowsPerMatch, frame, skipTo, pattern, definitions } = this.#specification;
    const labels = [...new Set([...labelsOf(pattern), ...definitions.map(({ label }) => label)])];
    const tasks = labels.map((label): LabelTask => {
      const condition = definitions.find((definition) => definition.label === label)?.condition;
      if (condition === undefined) return { label };
      const failure = failureOf(condition);
      const bits = this.#conditions.bits.get(label);
      const late = this.#late.get(label);
      return {
        label,
        ...(bits && { bits }),
        ...(late && { condition: { expression: late.expression, values: late.values.map((value) => this.#conditionValue(value)) } }),
        ...(failure && { failure }),
      };
    });
    const { timeZone, startMicros } = this.#session;
    return {
      timeZone,
      startMicros,
      rowsPerMatch,
      seek: frame?.seek === true,
      bounded: frame?.following !== undefined,
      skipTo,
      pattern,
      labels: tasks,
      outputs,
    };
  }

  #index({ name }: Symbol): number {
    return this.#columns.findIndex((column) => column.name === name);
  }

  #conditionValue(asked: LateValue): ConditionValue {
    const { name } = asked.symbol;
    if (asked.kind === 'computed') {
      return { kind: 'computed', name, index: this.#index(asked.column), missing: this.#index(asked.missing), navigation: asked.navigation };
    }
    const { value } = asked;
    switch (value.kind) {
      case 'column':
        return { kind: 'column', name, index: this.#index(value.column), navigation: value.navigation };
      case 'aggregate':
        return { ...value, name, columns: value.columns.map((column) => ({ ...column, index: this.#index(column) })) };
      case 'classifier':
        return { kind: 'classifier', name, navigation: value.navigation };
      case 'matchNumber':
        return { kind: 'matchNumber', name };
      case 'matched':
      case 'rows':
      case 'classifiers':
        throw new Error(`${value.kind} is no value of a condition`);
      default:
        return unreachable(value);
    }
  }
}

/** Where the condition looks: for one that may raise, or that may be more than is computed while matching. */
function failureOf({ expression, values }: PatternCondition): readonly Navigation[] | undefined {
  const navigations = values.flatMap(({ value }) => (value.kind === 'column' ? [value.navigation] : []));
  return navigations.length === values.length && isDeterministic(expression) && mayFail(expression) ? navigations : undefined;
}

const text = (value: string): Expression => ({ kind: 'constant', type: VARCHAR, value });
// biome-ignore lint/suspicious/noThenProperty: a branch of CASE
const whenClause = (when: Expression, then: Expression): WhenClause => ({ when, then });

function outputTask(value: PatternValue): OutputTask {
  switch (value.kind) {
    case 'column':
      return { kind: 'position', navigation: value.navigation };
    case 'rows':
      return { kind: 'positions', labels: value.labels, running: value.running };
    case 'classifiers':
    case 'classifier':
    case 'matchNumber':
    case 'matched':
      return value;
    case 'aggregate':
      throw new Error('an aggregate of a condition is no output');
    default:
      return unreachable(value);
  }
}

function labelsOf(pattern: RowPattern): readonly string[] {
  switch (pattern.kind) {
    case 'label':
      return [pattern.label];
    case 'empty':
    case 'anchor':
      return [];
    case 'excluded':
    case 'quantified':
      return labelsOf(pattern.pattern);
    case 'permutation':
    case 'concatenation':
    case 'alternation':
      return pattern.patterns.flatMap(labelsOf);
    default:
      return unreachable(pattern);
  }
}
