import type { Expression, ResolvedFunction } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT, type Type, typeId, UNKNOWN } from '../../../spi/type.ts';
import { canCoerce, commonSuperType } from '../../function/coercion.ts';
import { isComparable, isOrderable } from '../../function/typeOperators.ts';
import type * as ast from '../../sql/ast.ts';
import { extractWindows, functionName } from '../astWalk.ts';
import { Collector, type FrameExpression, type SortExpression, structuralKey, type WindowUse } from '../aggregation/collector.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { reference } from '../expression/expressionBuilder.ts';
import { callFilter, callOrderBy, nullsFirst, resolveCall } from '../expression/functionCalls.ts';
import { inlineFunctionCall } from '../routine/inlineFunctions.ts';
import { labelName } from '../nameResolution.ts';
import { checkPatternClauses, windowPattern } from '../pattern/windowPatterns.ts';
import { orderByLocation, type ResolvedWindow, resolveWindow, type WindowDefinitions } from './windowDefinitions.ts';

/** Their window must be ordered, and has no frame. */
const ORDERED_FUNCTIONS = new Set(['lag', 'lead']);
const FRAMELESS_FUNCTIONS = new Set([...ORDERED_FUNCTIONS, 'cume_dist', 'dense_rank', 'ntile', 'percent_rank', 'rank', 'row_number']);
const NULL_TREATMENT_FUNCTIONS = new Set(['lag', 'lead', 'first_value', 'last_value', 'nth_value']);

const scalarOf = (node: ast.FunctionCall, { type }: Expression): ResolvedFunction => ({
  name: functionName(node.name),
  kind: 'scalar',
  argumentTypes: [],
  returnType: type,
  deterministic: true,
});

/** `measure OVER window` */
export function analyzeWindowMeasure(analyzer: ExpressionAnalyzer, node: ast.WindowOperation): Expression {
  const resolvedWindow = resolveWindow(node.window, analyzer.surroundings.windows ?? new Map());
  const { pattern } = analyzeWindow(analyzer, resolvedWindow);
  const name = labelName(node.name);
  const [measure, second] = pattern?.measures.filter((candidate) => labelName(candidate.node.name) === name) ?? [];
  if (pattern === undefined || measure === undefined) {
    throw new TrinoError('INVALID_WINDOW_MEASURE', node.location, `Measure ${node.name.value} is not defined in the corresponding window`);
  }
  if (second !== undefined) throw new TrinoError('AMBIGUOUS_NAME', node.location, `Measure ${node.name.value} is defined more than once`);
  const { collector, context } = { collector: analyzer.surroundings.collector, context: analyzer.context };
  const known = [...collector.measures.values()].find((use) => use.measure === measure);
  if (known !== undefined) return reference(known.symbol);
  const symbol = context.symbols.newSymbol(node.name.value, measure.expression.type);
  collector.measures.set(symbol.name, { symbol, pattern, measure });
  return reference(symbol);
}

export function analyzeWindowCall(analyzer: ExpressionAnalyzer, node: ast.FunctionCall, window: ast.Window): Expression {
  const resolvedWindow = resolveWindow(window, analyzer.surroundings.windows ?? new Map());
  const specification = analyzeWindow(analyzer, resolvedWindow);
  const filter = callFilter(analyzer, node);
  const own = inlineFunctionCall(analyzer, node, functionName(node.name));
  // refused when the query is planned, as every function that is none of windows
  const { resolved, values } = own === undefined ? resolveCall(analyzer, node, functionName(node.name)) : { resolved: scalarOf(node, own), values: [] };
  const callOrder = callOrderBy(analyzer, node);
  checkFunction(node, resolved.name, resolvedWindow, window);
  const ignoreNulls = node.nullTreatment === 'IGNORE';
  const { collector, context } = { collector: analyzer.surroundings.collector, context: analyzer.context };
  const { pattern, ...plain } = specification;
  const at = pattern && collector.windowPatterns.findIndex((known) => known.pattern === pattern);
  const parts = ['window', resolved.name, resolved.argumentTypes, values, plain, at, ignoreNulls, node.distinct, filter, callOrder];
  const { symbol, isNew } = collector.symbolFor(structuralKey(parts), () => context.symbols.newSymbol(resolved.name, resolved.returnType));
  if (isNew) {
    const use: WindowUse = {
      symbol,
      node,
      function: resolved,
      arguments: values,
      ...specification,
      ignoreNulls,
      distinct: node.distinct,
      filter,
      callOrderBy: callOrder,
    };
    collector.windows.set(symbol.name, use);
  }
  return reference(symbol);
}

function checkFunction(node: ast.FunctionCall, name: string, { orderBy, frame }: ResolvedWindow, window: ast.Window): void {
  if (node.nullTreatment !== undefined && !NULL_TREATMENT_FUNCTIONS.has(name)) {
    throw new TrinoError('NULL_TREATMENT_NOT_ALLOWED', node.location, `Cannot specify null treatment clause for ${name} function`);
  }
  if (ORDERED_FUNCTIONS.has(name) && orderBy.length === 0) {
    throw new TrinoError('MISSING_ORDER_BY', window.location, `${name} function requires an ORDER BY window clause`);
  }
  if (FRAMELESS_FUNCTIONS.has(name) && frame !== undefined)
    throw new TrinoError('INVALID_WINDOW_FRAME', frame.location, `Cannot specify window frame for ${name} function`);
}

type Specification = Pick<WindowUse, 'partitionBy' | 'orderBy' | 'frame' | 'pattern'>;

/** Windows of the WINDOW clause are checked whether a function uses them or not. */
export function checkWindowDefinitions(analyzer: ExpressionAnalyzer, definitions: WindowDefinitions): void {
  for (const definition of definitions.values()) analyzeWindow(analyzer.with({ collector: new Collector() }), definition);
}

function analyzeWindow(analyzer: ExpressionAnalyzer, resolved: ResolvedWindow): Specification {
  const { partitionBy, orderBy, frame, node: window } = resolved;
  checkNesting(partitionBy, orderBy, frame);
  const partitions = partitionBy.map((key) => {
    const value = analyzer.analyze(key);
    if (!isComparable(value.type)) {
      throw new TrinoError(
        'TYPE_MISMATCH',
        key.location,
        `${typeId(value.type)} is not comparable, and therefore cannot be used in window function PARTITION BY`,
      );
    }
    return value;
  });
  const order = orderBy.map((item): SortExpression => {
    const expression = analyzer.analyze(item.key);
    if (!isOrderable(expression.type)) {
      throw new TrinoError(
        'TYPE_MISMATCH',
        item.key.location,
        `${typeId(expression.type)} is not orderable, and therefore cannot be used in window function ORDER BY`,
      );
    }
    return { expression, ascending: item.ascending, nullsFirst: nullsFirst(item) };
  });
  checkPatternClauses(frame);
  const specification = { partitionBy: partitions, ...comparableFrame(analyzer, order, analyzeFrame(analyzer, frame, { orderBy, order, window })) };
  return frame?.pattern === undefined ? specification : { ...specification, pattern: windowPattern(analyzer, resolved, specification) };
}

function checkNesting(partitionBy: readonly ast.Expression[], orderBy: readonly ast.SortItem[], frame: ast.WindowFrame | undefined): void {
  const bounds = [frame?.start.value, frame?.end?.value].filter((value) => value !== undefined);
  const matched = [...(frame?.measures ?? []), ...(frame?.definitions ?? [])].map(({ expression }) => expression);
  const [nested] = extractWindows([...partitionBy, ...orderBy.map(({ key }) => key), ...matched, ...bounds]);
  if (nested !== undefined) {
    throw new TrinoError('NESTED_WINDOW', nested.location, 'Cannot nest window functions or row pattern measures inside window specification');
  }
}

interface WindowOrder {
  readonly orderBy: readonly ast.SortItem[];
  readonly order: readonly SortExpression[];
  readonly window: ast.Window;
}

const DEFAULT_FRAME: FrameExpression = { type: 'RANGE', start: 'UNBOUNDED PRECEDING', end: 'CURRENT ROW' };

function analyzeFrame(analyzer: ExpressionAnalyzer, frame: ast.WindowFrame | undefined, order: WindowOrder): FrameExpression {
  if (frame === undefined) return DEFAULT_FRAME;
  const end = frame.end?.type ?? 'CURRENT ROW';
  checkBounds(frame, end);
  const values = {
    ...bound(analyzer, frame, order, frame.start, 'start'),
    ...(frame.end && bound(analyzer, frame, order, frame.end, 'end')),
  };
  return { type: frame.type, start: frame.start.type, end, ...values };
}

/** Numbers of RANGE are added to the sort key: all three in one type. */
function comparableFrame(analyzer: ExpressionAnalyzer, order: readonly SortExpression[], frame: FrameExpression): Pick<Specification, 'orderBy' | 'frame'> {
  const [sort] = order;
  const { startValue, endValue } = frame;
  const numbers = [startValue, endValue].filter((value) => value !== undefined);
  if (frame.type !== 'RANGE' || sort === undefined || numbers.length === 0) return { orderBy: order, frame };
  if (!isNumeric(sort.expression.type))
    return { orderBy: [{ ...sort, expression: analyzer.coerce(sort.expression, sumType(analyzer, sort, numbers)) }], frame };
  const type = numbers.reduce<Type>((common, value) => commonSuperType(common, value.type) ?? common, sort.expression.type);
  const values = {
    ...(startValue && { startValue: analyzer.coerce(startValue, type) }),
    ...(endValue && { endValue: analyzer.coerce(endValue, type) }),
  };
  return { orderBy: [{ ...sort, expression: analyzer.coerce(sort.expression, type) }], frame: { ...frame, ...values } };
}

/** A timestamp of seconds and an interval of milliseconds make a timestamp of milliseconds. */
function sumType({ context }: ExpressionAnalyzer, { expression: { type } }: SortExpression, offsets: readonly Expression[]): Type {
  return offsets.reduce<Type>((sum, offset) => context.options.functions.resolveOperator('$add', [sum, offset.type])?.returnType ?? sum, type);
}

function checkBounds(frame: ast.WindowFrame, end: ast.FrameBound['type']): void {
  const start = frame.start.type;
  const refuse = (message: string): never => {
    throw new TrinoError('INVALID_WINDOW_FRAME', frame.location, message);
  };
  if (start === 'UNBOUNDED FOLLOWING') refuse('Window frame start cannot be UNBOUNDED FOLLOWING');
  if (end === 'UNBOUNDED PRECEDING') refuse('Window frame end cannot be UNBOUNDED PRECEDING');
  if (start === 'CURRENT ROW' && end === 'PRECEDING') refuse('Window frame starting from CURRENT ROW cannot end with PRECEDING');
  if (start === 'FOLLOWING' && end === 'PRECEDING') refuse('Window frame starting from FOLLOWING cannot end with PRECEDING');
  if (start === 'FOLLOWING' && end === 'CURRENT ROW') refuse('Window frame starting from FOLLOWING cannot end with CURRENT ROW');
}

const isOffset = (type: ast.FrameBound['type']): boolean => type === 'PRECEDING' || type === 'FOLLOWING';

function bound(analyzer: ExpressionAnalyzer, frame: ast.WindowFrame, order: WindowOrder, node: ast.FrameBound, which: 'start' | 'end') {
  if (!isOffset(node.type) || node.value === undefined) return undefined;
  const value = frame.type === 'RANGE' ? rangeOffset(analyzer, order, node.value) : rowsOffset(analyzer, frame, order, node.value, which);
  return which === 'start' ? { startValue: value } : { endValue: value };
}

const INTEGRAL: readonly Type['kind'][] = ['tinyint', 'smallint', 'integer', 'bigint'];

function rowsOffset(
  analyzer: ExpressionAnalyzer,
  frame: ast.WindowFrame,
  { orderBy, window }: WindowOrder,
  node: ast.Expression,
  which: 'start' | 'end',
): Expression {
  if (frame.type === 'GROUPS' && orderBy.length === 0) {
    throw new TrinoError('MISSING_ORDER_BY', window.location, 'Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY');
  }
  const value = analyzer.analyze(node);
  const exact = INTEGRAL.includes(value.type.kind) || (value.type.kind === 'decimal' && value.type.scale === 0);
  if (!exact) {
    const message = `Window frame ${frame.type} ${which} value type must be exact numeric type with scale 0 (actual ${typeId(value.type)})`;
    throw new TrinoError('TYPE_MISMATCH', node.location, message);
  }
  return INTEGRAL.includes(value.type.kind) ? analyzer.coerce(value, BIGINT) : { kind: 'cast', value, type: BIGINT, safe: false };
}

const RANGE_KINDS: readonly Type['kind'][] = [
  ...[...INTEGRAL, 'real', 'double', 'decimal', 'date', 'time', 'time with time zone'],
  ...(['timestamp', 'timestamp with time zone', 'interval day to second', 'interval year to month'] as const),
] as readonly Type['kind'][];

function rangeOffset(analyzer: ExpressionAnalyzer, { orderBy, order, window }: WindowOrder, node: ast.Expression): Expression {
  const [item] = orderBy;
  const [sort] = order;
  if (item === undefined || sort === undefined) {
    throw new TrinoError('MISSING_ORDER_BY', window.location, 'Window frame of type RANGE PRECEDING or FOLLOWING requires ORDER BY');
  }
  if (orderBy.length > 1) {
    const message = `Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY (actual: ${orderBy.length})`;
    throw new TrinoError('INVALID_ORDER_BY', orderByLocation(orderBy, window), message);
  }
  const sortType = sort.expression.type;
  if (!RANGE_KINDS.includes(sortType.kind)) {
    const message = 'Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be numeric, datetime or interval';
    throw new TrinoError('TYPE_MISMATCH', item.key.location, `${message} (actual: ${typeId(sortType)})`);
  }
  const value = analyzer.analyze(node);
  const type = offsetType(analyzer, sortType, value.type);
  if (type === undefined) {
    throw new TrinoError(
      'TYPE_MISMATCH',
      node.location,
      `Window frame RANGE value type (${typeId(value.type)}) not compatible with sort item type (${typeId(sortType)})`,
    );
  }
  return analyzer.coerce(value, type);
}

const isNumeric = ({ kind }: Type): boolean => INTEGRAL.includes(kind) || kind === 'real' || kind === 'double' || kind === 'decimal';

/** The offset as it is added to and taken from the sort key. */
function offsetType(analyzer: ExpressionAnalyzer, sortType: Type, type: Type): Type | undefined {
  if (isNumeric(sortType)) return type.kind === UNKNOWN.kind ? undefined : commonSuperType(sortType, type);
  const { functions } = analyzer.context.options;
  const sum = functions.resolveOperator('$add', [sortType, type]);
  if (sum === undefined || !canCoerce(sortType, sum.returnType)) return undefined;
  return sum.argumentTypes[1];
}
