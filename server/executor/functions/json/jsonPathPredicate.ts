import { TrinoError, unreachable } from '../../../../spi/trinoError.ts';
import type { PathComparisonOperator, PathNode, PathPredicate } from '../../../function/jsonPath.ts';
import { rescale } from '../../../function/numberText.ts';
import { isNumeric, toNumber } from './jsonPathArithmetic.ts';
import { PathEvaluationError } from './jsonPathError.ts';
import type { JsonPathEvaluator, PathScope } from './jsonPathEvaluator.ts';
import { type PathItem, padded, type TypedValue, typedValue } from './jsonPathItem.ts';

/** true, false, or undefined for unknown: what cannot be decided or fails. */
type Truth = boolean | undefined;

export function holds(predicate: PathPredicate, evaluator: JsonPathEvaluator, scope: PathScope): Truth {
  const test = (part: PathPredicate): Truth => holds(part, evaluator, scope);
  switch (predicate.kind) {
    case 'and': {
      const [left, right] = [test(predicate.left), test(predicate.right)];
      return left === false || right === false ? false : left === true && right === true ? true : undefined;
    }
    case 'or': {
      const [left, right] = [test(predicate.left), test(predicate.right)];
      return left === true || right === true ? true : left === false && right === false ? false : undefined;
    }
    case 'not': {
      const value = test(predicate.value);
      return value === undefined ? undefined : !value;
    }
    case 'is unknown':
      return test(predicate.value) === undefined;
    case 'exists': {
      const items = found(predicate.path, evaluator, scope);
      return items && items.length > 0;
    }
    case 'comparison':
      return pairs(predicate.left, predicate.right, evaluator, scope, (left, right) => compareItems(predicate.operator, left, right));
    case 'starts with':
      return pairs(predicate.value, predicate.prefix, evaluator, scope, (value, prefix) => {
        const [whole, start] = [textOf(value), textOf(prefix)];
        return whole === undefined || start === undefined ? undefined : whole.startsWith(start);
      });
    default:
      return unreachable(predicate);
  }
}

function found(path: PathNode, evaluator: JsonPathEvaluator, scope: PathScope): readonly PathItem[] | undefined {
  try {
    return evaluator.evaluate(path, scope);
  } catch (error) {
    // within a predicate a failure is an unknown truth
    if (error instanceof PathEvaluationError) return undefined;
    throw error;
  }
}

/** Lax: the first pair that is true or unknown decides; strict: an unknown one anywhere does. */
function pairs(left: PathNode, right: PathNode, evaluator: JsonPathEvaluator, scope: PathScope, test: (left: PathItem, right: PathItem) => Truth): Truth {
  const [a, b] = [found(left, evaluator, scope), found(right, evaluator, scope)];
  if (a === undefined || b === undefined) return undefined;
  let any = false;
  for (const x of evaluator.unwrapped(a)) {
    for (const y of evaluator.unwrapped(b)) {
      const truth = test(x, y);
      if (truth === undefined) return undefined;
      if (truth && evaluator.lax) return true;
      any ||= truth;
    }
  }
  return any;
}

function textOf(item: PathItem): string | undefined {
  const value = typedValue(item);
  return value !== undefined && (value.type.kind === 'varchar' || value.type.kind === 'char') ? padded(value) : undefined;
}

function compareItems(operator: PathComparisonOperator, left: PathItem, right: PathItem): Truth {
  if (left.kind === 'null' || right.kind === 'null') {
    if (operator === '==') return left.kind === right.kind;
    return operator === '<>' ? left.kind !== right.kind : undefined;
  }
  const [a, b] = [typedValue(left), typedValue(right)];
  if (a === undefined || b === undefined) return undefined;
  const order = orderOf(a, b);
  if (order === undefined) return undefined;
  switch (operator) {
    case '==':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

const DATETIMES: ReadonlySet<string> = new Set(['date', 'time', 'time with time zone', 'timestamp', 'timestamp with time zone']);

/** NaN: comparable, and neither less, equal nor greater. */
function orderOf(a: TypedValue, b: TypedValue): number | undefined {
  if (isNumeric(a.type) && isNumeric(b.type)) {
    const floating = [a, b].some(({ type }) => type.kind === 'double' || type.kind === 'real');
    if (floating) return orderOfNumbers(toNumber(a), toNumber(b));
    const [x, y] = [scaled(a), scaled(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [x, y] = [textOf(a), textOf(b)];
  if (x !== undefined && y !== undefined) {
    const [left, right] = a.type.kind === 'char' || b.type.kind === 'char' ? [x.trimEnd(), y.trimEnd()] : [x, y];
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  if (a.type.kind === 'boolean' && b.type.kind === 'boolean') return Number(a.value) - Number(b.value);
  if (DATETIMES.has(a.type.kind) && DATETIMES.has(b.type.kind))
    throw new TrinoError('NOT_SUPPORTED', undefined, 'comparison of datetime values in JSON path is not supported');
  return undefined;
}

function orderOfNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN;
}

function scaled({ type, value }: TypedValue): bigint {
  const unscaled = BigInt(value as bigint | number);
  return type.kind === 'decimal' ? rescale(unscaled, type.scale, 38) : unscaled * 10n ** 38n;
}
