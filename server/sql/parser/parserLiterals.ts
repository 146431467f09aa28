import type { Location } from '../../../spi/trinoError.ts';
import type { BinaryLiteral, Expression, IntervalField, IntervalLiteral, StringLiteral } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import type { TokenKind } from '../tokens.ts';
import { decodeUnicodeString } from '../unicodeString.ts';

const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);

const unquote = (text: string): string => text.slice(1, -1).replaceAll("''", "'");

/** 'x' or U&'x' UESCAPE '!' */
export function stringLiteral(cursor: Cursor): StringLiteral | undefined {
  if (cursor.kind !== '<string>' && cursor.kind !== '<unicode string>') return undefined;
  const location = cursor.location();
  const unicode = cursor.kind === '<unicode string>';
  const text = cursor.tokens.text(cursor.next());
  if (!unicode) return { kind: 'stringLiteral', location, value: unquote(text) };
  let escapeCharacter = '\\';
  if (cursor.accept('UESCAPE')) {
    if (cursor.kind !== '<string>') cursor.fail();
    escapeCharacter = unquote(cursor.tokens.text(cursor.next()));
  }
  const decoded = decodeUnicodeString(unquote(text.slice(2)), escapeCharacter);
  if ('error' in decoded) cursor.reject(location, decoded.error);
  return { kind: 'stringLiteral', location, value: 'value' in decoded ? decoded.value : '' };
}

export function expectString(cursor: Cursor): StringLiteral {
  return stringLiteral(cursor) ?? cursor.fail();
}

/** True if the token at `distance` begins a string; `length` tokens long. */
export function stringLength(cursor: Cursor, distance: number): number {
  const kind = cursor.peek(distance);
  if (kind === '<string>') return 1;
  if (kind !== '<unicode string>') return 0;
  return cursor.peek(distance + 1) === 'UESCAPE' ? 3 : 1;
}

export function binaryLiteral(cursor: Cursor): BinaryLiteral {
  const location = cursor.location();
  const digits = cursor.tokens
    .text(cursor.next())
    .slice(2, -1)
    .replaceAll(/[ \r\n\t]/g, '');
  if (!/^[0-9A-Fa-f]*$/.test(digits)) cursor.reject(location, 'Binary literal can only contain hexadecimal digits');
  else if (digits.length % 2 !== 0) cursor.reject(location, 'Binary literal must contain an even number of digits');
  return { kind: 'binaryLiteral', location, value: Uint8Array.from(Buffer.from(digits, 'hex')) };
}

/** A number with its sign: `- 5` is one literal. */
export function numberLiteral(cursor: Cursor): Expression {
  const location = cursor.location();
  const sign = cursor.accept('-') ? '-' : '';
  const kind = cursor.kind;
  const text = cursor.tokens.text(cursor.next());
  if (kind === '<decimal>') return { kind: 'decimalLiteral', location, text: sign + text };
  if (kind === '<double>') return { kind: 'doubleLiteral', location, value: Number(sign + text) };
  return { kind: 'longLiteral', location, text: sign + text, value: longValue(cursor, location, sign, text) };
}

/** Digits alone, as LIMIT takes them. */
export function integerLiteral(cursor: Cursor): Expression {
  if (cursor.kind !== '<integer>') cursor.fail();
  return numberLiteral(cursor);
}

function longValue(cursor: Cursor, location: Location, sign: string, text: string): bigint {
  const digits = text.replaceAll('_', '');
  const value = BigInt(/^0[0-9]/.test(digits) ? digits.replace(/^0+(?=.)/, '') : digits) * (sign === '-' ? -1n : 1n);
  if (value > LONG_MAX || value < LONG_MIN) cursor.reject(location, `Invalid numeric literal: ${sign}${text}`);
  return value;
}

const INTERVAL_FIELDS: ReadonlySet<string> = new Set<IntervalField>(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

function isIntervalField(kind: TokenKind): kind is IntervalField {
  return INTERVAL_FIELDS.has(kind);
}

export function intervalField(cursor: Cursor): IntervalField {
  const kind = cursor.kind;
  if (!isIntervalField(kind)) cursor.fail();
  cursor.next();
  return kind;
}

function acceptEndField(cursor: Cursor): IntervalField {
  cursor.next();
  return intervalField(cursor);
}

/** INTERVAL '1' DAY; `interval '1'` alone is a literal of a type named interval. */
export function intervalLiteral(cursor: Cursor): IntervalLiteral | undefined {
  if (cursor.kind !== 'INTERVAL') return undefined;
  const signLength = cursor.peek(1) === '+' || cursor.peek(1) === '-' ? 1 : 0;
  const length = stringLength(cursor, 1 + signLength);
  if (length === 0 || !isIntervalField(cursor.peek(1 + signLength + length))) return undefined;
  const location = cursor.location();
  cursor.next();
  const sign = cursor.acceptOneOf('+', '-') === '-' ? -1 : 1;
  const { value } = expectString(cursor);
  const startField = intervalField(cursor);
  const endField = cursor.at('TO') && isIntervalField(cursor.peek(1)) ? acceptEndField(cursor) : undefined;
  return { kind: 'intervalLiteral', location, value, sign, startField, ...(endField && { endField }) };
}
