import type { Location } from '../../../spi/trinoError.ts';
import type { ControlStatement, FunctionCharacteristic, FunctionSpecification, Identifier, Property } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression, parseValue } from './parserExpressions.ts';
import { expectString } from './parserLiterals.ts';
import { parseType } from './parserTypes.ts';

type Compound = Extract<ControlStatement, { readonly kind: 'compound' }>;

/** FUNCTION name ( parameters ) RETURNS type characteristics body */
export function parseFunctionSpecification(cursor: Cursor): FunctionSpecification {
  const location = cursor.location();
  cursor.expect('FUNCTION');
  const head = cursor.postponing(() => parseHead(cursor));
  const body = parseBody(cursor);
  head.reject();
  return { kind: 'functionSpecification', location, ...head.result, body };
}

function parseHead(cursor: Cursor): Omit<FunctionSpecification, 'kind' | 'location' | 'body'> {
  const name = cursor.qualifiedName();
  const parameters = cursor.parenthesized(() => (cursor.kind === ')' ? [] : cursor.list(() => parseParameter(cursor))));
  const returnsLocation = cursor.location();
  cursor.expect('RETURNS');
  const returns = parseType(cursor);
  const characteristics: FunctionCharacteristic[] = [];
  for (;;) {
    const characteristic = acceptCharacteristic(cursor);
    if (characteristic === undefined) return { name, parameters, returns, returnsLocation, characteristics };
    characteristics.push(characteristic);
  }
}

/** A name and a type where both can be read, `double precision` too, else a type alone. */
export function parseParameter(cursor: Cursor): FunctionSpecification['parameters'][number] {
  const location = cursor.location();
  const named = cursor.attempt(() => {
    const name = cursor.identifier();
    const type = parseType(cursor);
    return cursor.kind === ',' || cursor.kind === ')' ? { location, name, type } : cursor.fail();
  });
  return named ?? { location, type: parseType(cursor) };
}

function acceptCharacteristic(cursor: Cursor): FunctionCharacteristic | undefined {
  const location = cursor.location();
  switch (cursor.kind) {
    case 'LANGUAGE':
      cursor.next();
      return { kind: 'language', location, language: cursor.identifier() };
    case 'NOT':
      cursor.expect('NOT', 'DETERMINISTIC');
      return { kind: 'deterministic', location, deterministic: false };
    case 'DETERMINISTIC':
      cursor.next();
      return { kind: 'deterministic', location, deterministic: true };
    case 'RETURNS':
      cursor.expect('RETURNS', 'NULL', 'ON', 'NULL', 'INPUT');
      return { kind: 'nullInput', location, calledOnNull: false };
    case 'CALLED':
      cursor.expect('CALLED', 'ON', 'NULL', 'INPUT');
      return { kind: 'nullInput', location, calledOnNull: true };
    case 'SECURITY':
      cursor.next();
      return { kind: 'security', location, mode: cursor.expectOneOf('DEFINER', 'INVOKER') };
    case 'COMMENT':
      cursor.next();
      return { kind: 'comment', location, comment: expectString(cursor).value };
    case 'WITH':
      cursor.next();
      return { kind: 'properties', location, properties: parseProperties(cursor) };
    default:
      return undefined;
  }
}

/** ( name = value, … ) */
export function parseProperties(cursor: Cursor): Property[] {
  return cursor.parenthesized(() => parsePropertyList(cursor));
}

export function parsePropertyList(cursor: Cursor): Property[] {
  return cursor.list(() => {
    const location = cursor.location();
    const name = cursor.identifier();
    cursor.expect('=');
    if (cursor.kind === 'DEFAULT' && (cursor.peek(1) === ',' || cursor.peek(1) === ')' || cursor.peek(1) === '<EOF>')) {
      cursor.next();
      return { location, name };
    }
    return { location, name, value: parseExpression(cursor) };
  });
}

function parseBody(cursor: Cursor): FunctionSpecification['body'] {
  if (cursor.accept('AS')) return parseStringBody(cursor);
  const location = cursor.location();
  const statement = parseControlStatement(cursor);
  if (statement.kind !== 'return' && statement.kind !== 'compound') cursor.reject(location, 'Function body must start with RETURN or BEGIN');
  return statement;
}

/** A body in another language, its common indentation taken away. */
function parseStringBody(cursor: Cursor): FunctionSpecification['body'] {
  const location = cursor.location();
  if (cursor.kind !== '<dollar string>') cursor.fail();
  const text = cursor.tokens.text(cursor.next()).slice(2, -2);
  const start = /^[ \t]*\r?\n/.exec(text);
  if (start === null) cursor.reject(location, 'Function definition must start with a newline after opening quotes');
  return { kind: 'stringBody', location, text: text.slice(start?.[0].length ?? 0) };
}

function parseControlStatement(cursor: Cursor): ControlStatement {
  return cursor.nested(() => {
    const location = cursor.location();
    const label = cursor.atIdentifier() && cursor.peek(1) === ':' ? cursor.identifier() : undefined;
    if (label !== undefined) {
      cursor.next();
      return parseLabelled(cursor, location, label) ?? cursor.fail();
    }
    return parsePlainStatement(cursor, location) ?? parseLabelled(cursor, location) ?? cursor.fail();
  });
}

/** Statements up to one of the words that end a block, each followed by a semicolon. */
function parseStatements(cursor: Cursor): ControlStatement[] {
  const statements: ControlStatement[] = [];
  do {
    statements.push(parseControlStatement(cursor));
    cursor.expect(';');
  } while (cursor.kind !== 'END' && cursor.kind !== 'ELSE' && !endsBlock(cursor));
  return statements;
}

function endsBlock(cursor: Cursor): boolean {
  return (cursor.kind === 'ELSEIF' || cursor.kind === 'UNTIL') && cursor.peek(1) !== ':' ? true : cursor.kind === 'WHEN';
}

function parsePlainStatement(cursor: Cursor, location: Location): ControlStatement | undefined {
  switch (cursor.kind) {
    case 'RETURN':
      cursor.next();
      return { kind: 'return', location, value: parseValue(cursor) };
    case 'SET': {
      cursor.next();
      const target = cursor.identifier();
      cursor.expect('=');
      return { kind: 'assignment', location, target, value: parseExpression(cursor) };
    }
    case 'CASE':
      return parseCaseStatement(cursor, location);
    case 'IF':
      return parseIf(cursor, location);
    case 'ITERATE':
    case 'LEAVE': {
      const kind = cursor.expectOneOf('ITERATE', 'LEAVE') === 'ITERATE' ? 'iterate' : 'leave';
      return { kind, location, label: cursor.identifier() };
    }
    case 'BEGIN':
      return parseCompound(cursor, location);
    default:
      return undefined;
  }
}

function parseCompound(cursor: Cursor, location: Location): Compound {
  cursor.next();
  const declarations: Compound['declarations'][number][] = [];
  while (cursor.kind === 'DECLARE') {
    const declarationLocation = cursor.location();
    cursor.next();
    const names = cursor.list(() => cursor.identifier());
    const type = parseType(cursor);
    const value = cursor.accept('DEFAULT') ? parseValue(cursor) : undefined;
    cursor.expect(';');
    declarations.push({ location: declarationLocation, names, type, ...(value && { default: value }) });
  }
  const statements = cursor.kind === 'END' ? [] : parseStatements(cursor);
  cursor.expect('END');
  return { kind: 'compound', location, declarations, statements };
}

function parseIf(cursor: Cursor, location: Location): ControlStatement {
  const branches: { readonly condition: ReturnType<typeof parseExpression>; readonly statements: readonly ControlStatement[] }[] = [];
  do {
    cursor.next();
    const condition = parseExpression(cursor);
    cursor.expect('THEN');
    branches.push({ condition, statements: parseStatements(cursor) });
  } while (cursor.kind === 'ELSEIF');
  const otherwise = cursor.accept('ELSE') ? parseStatements(cursor) : undefined;
  cursor.expect('END', 'IF');
  return { kind: 'ifStatement', location, branches, ...(otherwise && { otherwise }) };
}

function parseCaseStatement(cursor: Cursor, location: Location): ControlStatement {
  cursor.next();
  const operand = cursor.kind === 'WHEN' ? undefined : parseExpression(cursor);
  const whenClauses: { readonly condition: ReturnType<typeof parseExpression>; readonly statements: readonly ControlStatement[] }[] = [];
  do {
    cursor.expect('WHEN');
    const condition = parseExpression(cursor);
    cursor.expect('THEN');
    whenClauses.push({ condition, statements: parseStatements(cursor) });
  } while (cursor.kind === 'WHEN');
  const otherwise = cursor.accept('ELSE') ? parseStatements(cursor) : undefined;
  cursor.expect('END', 'CASE');
  return { kind: 'caseStatement', location, whenClauses, ...(operand && { operand }), ...(otherwise && { otherwise }) };
}

/** LOOP, WHILE and REPEAT, the statements that may bear a label. */
function parseLabelled(cursor: Cursor, location: Location, label?: Identifier): ControlStatement | undefined {
  const labelled = { location, ...(label && { label }) };
  switch (cursor.kind) {
    case 'LOOP': {
      cursor.next();
      const statements = parseStatements(cursor);
      cursor.expect('END', 'LOOP');
      return { kind: 'loop', ...labelled, statements };
    }
    case 'WHILE': {
      cursor.next();
      const condition = parseExpression(cursor);
      cursor.expect('DO');
      const statements = parseStatements(cursor);
      cursor.expect('END', 'WHILE');
      return { kind: 'while', ...labelled, condition, statements };
    }
    case 'REPEAT': {
      cursor.next();
      const statements = parseStatements(cursor);
      cursor.expect('UNTIL');
      const until = parseExpression(cursor);
      cursor.expect('END', 'REPEAT');
      return { kind: 'repeat', ...labelled, statements, until };
    }
    default:
      return undefined;
  }
}
