import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { typeId } from '../../spi/type.ts';
import { MILLIS_OF_DAY } from '../function/calendar.ts';
import type { Aggregation, AggregationNode, Ordering, Symbol, WindowFrame, WindowFunction, WindowNode } from '../plan/plan.ts';
import { comparableForm, isPlainlyComparable, orderKey } from './comparison.ts';
import type { ExpressionEmitter } from './expressionEmitter.ts';
import type { AggregateCall, AggregateOptions, WindowCall } from './functions/implementation.ts';
import { aggregateImplementation, windowImplementation } from './functions/index.ts';
import type { SymbolNames } from './symbolNames.ts';

export interface EmitterParts {
  readonly expressions: ExpressionEmitter;
  readonly names: SymbolNames;
}

/** `x ASC NULLS LAST, …`, in Trino's order of values. */
export function orderItems(
  orderBy: readonly Ordering[],
  { expressions, names }: EmitterParts,
  column: (symbol: Symbol) => string = ({ name }) => names.quoted(name),
): readonly string[] {
  return orderBy.flatMap(({ symbol, ascending, nullsFirst }) => {
    const key = orderKey(column(symbol), symbol.type, expressions);
    const direction = `${ascending ? 'ASC' : 'DESC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
    // NaN is the largest value with NULLS LAST and the smallest with NULLS FIRST
    const floating = symbol.type.kind === 'double' || symbol.type.kind === 'real';
    return nullsFirst && floating ? [`NOT isnan(${key}) ${direction}`, `${key} ${direction}`] : [`${key} ${direction}`];
  });
}

export function emitAggregation(node: AggregationNode, source: string, parts: EmitterParts): string {
  const { expressions, names } = parts;
  const keys = node.groupingKeys.map((symbol) => {
    const column = names.quoted(symbol.name);
    const form = comparableForm(column, symbol.type, expressions);
    if (form === column) return { form, output: `${column}` };
    const value = `any_value(${column})`;
    const output = node.groupingSets === undefined ? value : `CASE WHEN GROUPING(${form}) = 0 THEN ${value} END`;
    return { form, output: `${output} AS ${column}` };
  });
  const groupings = node.groupingOperations.map(({ symbol, columns }) => {
    const list = columns.map((i) => keys[i]?.form ?? '').join(', ');
    return `CAST(GROUPING(${list}) AS ${symbol.type.kind === 'bigint' ? 'BIGINT' : 'INTEGER'}) AS ${names.quoted(symbol.name)}`;
  });
  const steps = stepsOf(node);
  const aggregates = node.aggregations.map((aggregation) => `${emitAggregate(aggregation, steps, parts)} AS ${names.quoted(aggregation.symbol.name)}`);
  const outputs = [...keys.map((key) => key.output), ...groupings, ...aggregates];
  const forms = (positions: readonly number[]) => `(${positions.map((i) => keys[i]?.form ?? '').join(', ')})`;
  const groupBy =
    node.groupingSets !== undefined
      ? ` GROUP BY GROUPING SETS (${node.groupingSets.map(forms).join(', ')})`
      : keys.length > 0
        ? ` GROUP BY ${keys.map((key) => key.form).join(', ')}`
        : aggregates.length === 0
          ? ' GROUP BY GROUPING SETS (())'
          : '';
  return `SELECT ${outputs.length === 0 ? '1 AS _one' : outputs.join(', ')} FROM (${source})${groupBy}`;
}

/** Constant rows are aggregated at once, unless they are grouped or filtered first; so is what needs all rows in one place. */
function stepsOf({ groupingKeys, groupingSets, aggregations, source }: AggregationNode): 1 | 2 {
  if (aggregations.some(({ distinct, orderBy }) => distinct || orderBy.length > 0)) return 1;
  if (source.kind !== 'values' || source.filtered === true || groupingKeys.length > 0 || groupingSets !== undefined) return 2;
  const filter = aggregations[0]?.filter?.name;
  return filter !== undefined && aggregations.every((aggregation) => aggregation.filter?.name === filter) ? 2 : 1;
}

function emitAggregate(aggregation: Aggregation, steps: 1 | 2, parts: EmitterParts): string {
  const { name } = aggregation.function;
  const implementation = aggregateImplementation(name);
  if (implementation === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Aggregate function ${name} is not supported`);
  return implementation.emit(aggregateCall(aggregation, { steps }, parts), parts.expressions);
}

interface CallParts {
  readonly function: Aggregation['function'];
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter?: Aggregation['filter'];
  readonly orderBy: readonly Ordering[];
}

function aggregateCall(call: CallParts, { over, steps }: { readonly over?: string; readonly steps: 1 | 2 }, parts: EmitterParts): AggregateCall {
  const { expressions, names } = parts;
  const filter = call.filter === undefined ? undefined : names.quoted(call.filter.name);
  const ownOrder = call.distinct ? [] : orderItems(call.orderBy, parts);
  return {
    name: call.function.name,
    arguments: call.arguments.map((argument) => expressions.emit(argument)),
    argumentTypes: call.function.argumentTypes,
    returnType: call.function.returnType,
    expressions: call.arguments,
    distinct: call.distinct,
    ordered: call.orderBy.length > 0,
    windowed: over !== undefined,
    steps,
    apply(duckdbFunction: string, argumentsSql: readonly string[], options: AggregateOptions = {}): string {
      const distinct = options.distinct ?? call.distinct;
      const list = distinct && options.plain !== true ? distinctArguments(call, duckdbFunction, argumentsSql, parts) : argumentsSql;
      const order = options.orderBy ?? (distinct ? distinctOrder(call, list, parts) : ownOrder);
      const conditions = [filter, options.where].filter((condition) => condition !== undefined);
      const inner = `${distinct ? 'DISTINCT ' : ''}${list.join(', ')}${order.length > 0 ? ` ORDER BY ${order.join(', ')}` : ''}`;
      const where = conditions.length > 0 ? ` FILTER (WHERE ${conditions.map((condition) => `(${condition})`).join(' AND ')})` : '';
      return `${duckdbFunction}(${inner})${where}${over ?? ''}`;
    },
  };
}

/** With DISTINCT each item of ORDER BY is one of the arguments, and DuckDB wants it in the same words. */
function distinctOrder(call: CallParts, list: readonly string[], parts: EmitterParts): readonly string[] {
  const computed = call.arguments.filter(({ kind }) => kind !== 'constant');
  if (computed.length === 0) return [];
  return orderItems(call.orderBy, parts, ({ name, type }) => {
    const named = call.arguments.findIndex((argument) => argument.kind === 'reference' && argument.name === name);
    const at =
      named >= 0 ? named : call.arguments.findIndex((argument) => argument.kind !== 'constant' && (computed.length === 1 || argument.type.kind === type.kind));
    const same = list[at];
    if (same === undefined || list.length > call.arguments.length)
      throw new TrinoError('NOT_SUPPORTED', undefined, `ORDER BY in ${call.function.name} with DISTINCT is not supported here`);
    return same;
  });
}

/** DISTINCT of DuckDB looks at whole values, zones included. */
function distinctArguments(call: CallParts, duckdbFunction: string, argumentsSql: readonly string[], { expressions }: EmitterParts): readonly string[] {
  const types = call.function.argumentTypes;
  if (types.every(isPlainlyComparable)) return argumentsSql;
  if (duckdbFunction !== 'count') throw new TrinoError('NOT_SUPPORTED', undefined, `DISTINCT in ${call.function.name} is not supported for this type`);
  return argumentsSql.map((sql, i) => (types[i] === undefined ? sql : comparableForm(sql, types[i], expressions)));
}

export function emitWindow(node: WindowNode, source: string, parts: EmitterParts): string {
  const columns = node.functions.map((call) => `${emitWindowFunction(node, call, parts)} AS ${parts.names.quoted(call.symbol.name)}`);
  return `SELECT *${columns.map((column) => `, ${column}`).join('')} FROM (${source})`;
}

function emitWindowFunction(node: WindowNode, call: WindowFunction, parts: EmitterParts): string {
  const { name, kind } = call.function;
  const over = ` OVER (${windowText(node, call.frame, parts)})`;
  const aggregate = kind === 'aggregate' ? aggregateImplementation(name) : undefined;
  if (aggregate !== undefined) return aggregate.emit(aggregateCall(call, { over, steps: 1 }, parts), parts.expressions);
  const implementation = windowImplementation(name);
  if (implementation === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Window function ${name} is not supported`);
  const windowCall: WindowCall = {
    name,
    arguments: call.arguments.map((argument) => parts.expressions.emit(argument)),
    argumentTypes: call.function.argumentTypes,
    returnType: call.function.returnType,
    expressions: call.arguments,
    ignoreNulls: call.ignoreNulls,
    apply: (duckdbFunction, argumentsSql) => `${duckdbFunction}(${argumentsSql.join(', ')}${call.ignoreNulls ? ' IGNORE NULLS' : ''})${over}`,
  };
  return implementation.emit(windowCall, parts.expressions);
}

function windowText(node: WindowNode, frame: WindowFrame, parts: EmitterParts): string {
  const { expressions, names } = parts;
  const clauses: string[] = [];
  if (node.partitionBy.length > 0) {
    clauses.push(`PARTITION BY ${node.partitionBy.map((symbol) => comparableForm(names.quoted(symbol.name), symbol.type, expressions)).join(', ')}`);
  }
  if (node.orderBy.length > 0) clauses.push(`ORDER BY ${orderItems(node.orderBy, parts).join(', ')}`);
  const bound = (type: string, value: WindowFrame['startValue']) =>
    value === undefined ? type : `${frameOffset(value, { type: frame.type, bound: type, key: node.orderBy[0] }, parts)} ${type}`;
  clauses.push(`${frame.type} BETWEEN ${bound(frame.start, frame.startValue)} AND ${bound(frame.end, frame.endValue)}`);
  return clauses.join(' ');
}

interface OffsetPlace {
  readonly type: WindowFrame['type'];
  readonly bound: string;
  readonly key: Ordering | undefined;
}

/** The offset of a frame's bound in the unit of the order's key. */
function frameOffset(value: Symbol, { type: frameType, bound, key }: OffsetPlace, { expressions, names }: EmitterParts): string {
  const keyType = key?.symbol.type;
  const offset = names.quoted(value.name);
  const failure = expressions.fail('INVALID_WINDOW_FRAME', `'Window frame offset value must not be negative or null'`, value.type);
  const checked = `(CASE WHEN ${offset} IS NULL OR ${offset} < 0 THEN ${failure} ELSE ${offset} END)`;
  if (frameType !== 'RANGE' || keyType === undefined) return checked;
  const monthly = value.type.kind === 'interval year to month';
  switch (keyType.kind) {
    case 'date': {
      if (monthly) return `to_months(${checked})`;
      const isSum = (bound === 'FOLLOWING') === key?.ascending;
      const message = `'Cannot ${isSum ? 'add hour, minutes or seconds to' : 'subtract hour, minutes or seconds from'} a date'`;
      const partial = expressions.fail('INVALID_FUNCTION_ARGUMENT', message, value.type);
      return `to_milliseconds(CASE WHEN ${offset} % ${MILLIS_OF_DAY} <> 0 THEN ${partial} ELSE ${checked} END)`;
    }
    case 'timestamp':
    case 'timestamp with time zone':
      if ((keyType.kind === 'timestamp with time zone' && monthly) || ('precision' in keyType && keyType.precision > 6)) break;
      return monthly ? `to_months(${checked})` : `to_milliseconds(${checked})`;
    case 'time':
    case 'time with time zone':
      break;
    default:
      return checked;
  }
  throw new TrinoError('NOT_SUPPORTED', undefined, `Window frame of type RANGE with an offset is not supported for ${typeId(keyType)}`);
}
