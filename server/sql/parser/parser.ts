import type { Location } from '../../../spi/trinoError.ts';
import type { DataType, Expression, RowPattern, Statement } from '../ast.ts';
import { Cursor, SyntaxFailure, tooLarge } from './cursor.ts';
import { tokenize } from '../lexer.ts';
import { parseExpression as parseExpressionRule } from './parserExpressions.ts';
import { parsePattern } from './parserRowPatterns.ts';
import { parseStatement as parseStatementRule } from './parserStatements.ts';
import { parseType as parseTypeRule } from './parserTypes.ts';
import { type StartRule, syntaxError } from '../syntaxError.ts';

export function parseStatement(sql: string): Statement {
  return parseWhole(sql, 'single_statement', parseStatementRule);
}

/** A statement within a string literal that stands at `literal`: places are counted in the text around it. */
export function parseStatementAt(sql: string, literal: Location): Statement {
  return parseWhole(sql, 'single_statement', parseStatementRule, literal);
}

export function parseExpression(sql: string): Expression {
  return parseWhole(sql, 'single_expression', parseExpressionRule);
}

/** Also for type names as connectors and properties give them: `decimal(10,2)`, `array(varchar)`. */
export function parseType(text: string): DataType {
  return parseWhole(text, 'single_type', parseTypeRule);
}

export function parseRowPattern(text: string): RowPattern {
  return parseWhole(text, 'single_row_pattern', parsePattern);
}

function parseWhole<T>(sql: string, start: StartRule, rule: (cursor: Cursor) => T, literal?: Location): T {
  const cursor = new Cursor(tokenize(sql, literal));
  const result = run(cursor, start, rule);
  if (cursor.invalid !== undefined) throw cursor.invalid;
  return result;
}

function run<T>(cursor: Cursor, start: StartRule, rule: (cursor: Cursor) => T): T {
  try {
    const result = rule(cursor);
    cursor.expect('<EOF>');
    return result;
  } catch (failure) {
    if (failure instanceof RangeError) throw tooLarge();
    if (!(failure instanceof SyntaxFailure)) throw failure;
    throw syntaxError(cursor.tokens, start, failure.token);
  }
}
