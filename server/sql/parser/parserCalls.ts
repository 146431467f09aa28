import type { Location } from '../../../spi/trinoError.ts';
import type { Expression, FunctionCall, QualifiedName, SortItem } from '../ast.ts';
import type { Cursor, Postponed } from './cursor.ts';
import { atAllQuantifier, startsClause } from './lookahead.ts';
import { acceptOrderBy, expressionList, parseExpression } from './parserExpressions.ts';
import { parseWindow } from './parserWindows.ts';
import { isIdentifier } from '../tokens.ts';

/** `f(`, `a.b.f(`, `FINAL f(` */
export function atCall(cursor: Cursor): boolean {
  return atQualifiedCall(cursor, 0) || atProcessingMode(cursor);
}

function atProcessingMode(cursor: Cursor): boolean {
  return (cursor.kind === 'FINAL' || cursor.kind === 'RUNNING') && atQualifiedCall(cursor, 1);
}

function atQualifiedCall(cursor: Cursor, from: number): boolean {
  let distance = from;
  if (!isIdentifier(cursor.peek(distance))) return false;
  while (cursor.peek(distance + 1) === '.' && isIdentifier(cursor.peek(distance + 2))) distance += 2;
  return cursor.peek(distance + 1) === '(';
}

export interface Arguments {
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly star: boolean;
  readonly orderBy: readonly SortItem[];
  /** Just expressions, as a row constructor has them. */
  readonly plain: boolean;
  /** Faults in the ORDER BY and in the arguments count after those of what follows the parentheses. */
  readonly rejectOrderBy: () => void;
  readonly rejectArguments: () => void;
}

export function parseCall(cursor: Cursor, location: Location): Expression {
  const processingMode = atProcessingMode(cursor) ? cursor.expectOneOf('FINAL', 'RUNNING') : undefined;
  const rowConstructor = processingMode === undefined && cursor.at('ROW', '(');
  const name = cursor.qualifiedName();
  cursor.expect('(');
  const parsed = parseArguments(cursor);
  cursor.expect(')');
  const call = finishCall(cursor, { location, name, parsed, processingMode });
  const { filter, window } = call;
  const row = rowConstructor && parsed.plain && parsed.arguments.length > 0 && filter === undefined && window === undefined;
  const result: Expression = row ? { kind: 'row', location, items: parsed.arguments.map((value) => ({ value })) } : specialForm(cursor, call);
  parsed.rejectArguments();
  return result;
}

/** What stands between the parentheses; `first` is an argument that was read already. */
export function parseArguments(cursor: Cursor, first?: Postponed<Expression>): Arguments {
  if (first === undefined) {
    const all = parseAllColumns(cursor);
    if (all !== undefined) return { arguments: all, distinct: false, star: true, orderBy: [], plain: false, ...NOTHING_TO_REJECT };
    if (cursor.kind === ')') return { arguments: [], distinct: false, star: false, orderBy: [], plain: true, ...NOTHING_TO_REJECT };
  }
  const distinct = first === undefined && cursor.accept('DISTINCT');
  const all = first === undefined && !distinct && atAllQuantifier(cursor) && cursor.accept('ALL');
  const faults = cursor.setFaultsAside();
  const values = first === undefined ? [] : [first.result];
  if (first === undefined ? distinct || cursor.kind !== 'ORDER' : cursor.accept(',')) values.push(...expressionList(cursor));
  const valueFaults = cursor.restoreFaults(faults);
  const orderBy = cursor.postponing(() => acceptOrderBy(cursor));
  return {
    arguments: values,
    distinct,
    star: false,
    orderBy: orderBy.result,
    plain: !distinct && !all && orderBy.result.length === 0,
    rejectOrderBy: orderBy.reject,
    rejectArguments: () => {
      first?.reject();
      cursor.rejectWith(valueFaults);
    },
  };
}

const NOTHING_TO_REJECT = { rejectOrderBy: () => {}, rejectArguments: () => {} };

/** `*`, or `A.*` of row pattern variables. */
function parseAllColumns(cursor: Cursor): Expression[] | undefined {
  const location = cursor.location();
  if (cursor.accept('*')) return [];
  if (!(cursor.atIdentifier() && cursor.peek(1) === '.' && cursor.peek(2) === '*')) return undefined;
  const label = cursor.identifier();
  cursor.expect('.', '*');
  return [{ kind: 'allColumnsExpression', location, label }];
}

interface CallHead {
  readonly location: Location;
  readonly name: QualifiedName;
  readonly parsed: Arguments;
  readonly processingMode: FunctionCall['processingMode'];
}

/** FILTER, IGNORE NULLS and OVER behind a call. */
export function finishCall(cursor: Cursor, { location, name, parsed, processingMode }: CallHead): FunctionCall {
  const filter = acceptFilter(cursor);
  const nullTreatment = parsed.star ? undefined : acceptNullTreatment(cursor);
  if (nullTreatment !== undefined && cursor.kind !== 'OVER') cursor.fail();
  const window = nullTreatment !== undefined || atOver(cursor) ? parseOver(cursor) : undefined;
  parsed.rejectOrderBy();
  return {
    kind: 'functionCall',
    location,
    name,
    arguments: parsed.arguments,
    distinct: parsed.distinct,
    star: parsed.star,
    orderBy: parsed.orderBy,
    withinGroup: false,
    ...(filter && { filter }),
    ...(nullTreatment && { nullTreatment }),
    ...(window && { window }),
    ...(processingMode && { processingMode }),
  };
}

export function acceptFilter(cursor: Cursor): Expression | undefined {
  if (!cursor.acceptAll('FILTER', '(')) return undefined;
  cursor.expect('WHERE');
  const filter = parseExpression(cursor);
  cursor.expect(')');
  return filter;
}

function acceptNullTreatment(cursor: Cursor): FunctionCall['nullTreatment'] {
  if ((cursor.kind !== 'IGNORE' && cursor.kind !== 'RESPECT') || cursor.peek(1) !== 'NULLS') return undefined;
  const treatment = cursor.expectOneOf('IGNORE', 'RESPECT');
  cursor.next();
  return treatment;
}

/** OVER alone is an alias. */
export function atOver(cursor: Cursor): boolean {
  if (cursor.kind !== 'OVER') return false;
  return cursor.peek(1) === '(' || (cursor.atIdentifier(1) && !startsClause(cursor.tokens, cursor.index + 1));
}

export function parseOver(cursor: Cursor): NonNullable<FunctionCall['window']> {
  const location = cursor.location();
  cursor.expect('OVER');
  if (cursor.kind === '(') return cursor.nested(() => parseWindow(cursor));
  return { kind: 'windowReference', location, name: cursor.identifier() };
}

/** IF, NULLIF, COALESCE, TRY and FORMAT look like calls and are expressions of their own. */
function specialForm(cursor: Cursor, call: FunctionCall): Expression {
  const { location, arguments: operands, name } = call;
  const [first, second, third] = operands;
  const [part] = name.parts;
  if (part === undefined || name.parts.length > 1) return call;
  const word = part.value.toLowerCase();
  switch (word) {
    case 'if':
      checkSpecialForm(cursor, call, word, operands.length === 2 || operands.length === 3, `Invalid number of arguments for 'if' function`);
      if (first === undefined || second === undefined) return call;
      return { kind: 'if', location, condition: first, trueValue: second, ...(third && { falseValue: third }) };
    case 'nullif':
      checkSpecialForm(cursor, call, word, operands.length === 2, `Invalid number of arguments for 'nullif' function`);
      if (first === undefined || second === undefined) return call;
      return { kind: 'nullIf', location, first, second };
    case 'coalesce':
      checkSpecialForm(cursor, call, word, operands.length >= 2, `The 'coalesce' function must have at least two arguments`);
      return { kind: 'coalesce', location, operands };
    case 'try':
      checkSpecialForm(cursor, call, word, operands.length === 1, `The 'try' function must have exactly one argument`);
      return first === undefined ? call : { kind: 'try', location, value: first };
    case 'format':
      checkSpecialForm(cursor, call, word, operands.length >= 2, `The 'format' function must have at least two arguments`);
      return { kind: 'format', location, arguments: operands };
    default:
      return call;
  }
}

function checkSpecialForm(cursor: Cursor, call: FunctionCall, name: string, countFits: boolean, countMessage: string): void {
  if (!countFits) cursor.reject(call.location, countMessage);
  if (call.window !== undefined) cursor.reject(call.location, `OVER clause not valid for '${name}' function`);
  if (call.distinct) cursor.reject(call.location, `DISTINCT not valid for '${name}' function`);
  if (call.processingMode !== undefined) cursor.reject(call.location, `Running or final semantics not valid for '${name}' function`);
  if (call.filter !== undefined) cursor.reject(call.location, `FILTER not valid for '${name}' function`);
}
