import type { Location } from '../../../spi/trinoError.ts';
import type { DataType, GenericDataType, Identifier, RowDataType } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { formatType } from '../formatter/formatTypes.ts';
import { intervalField } from './parserLiterals.ts';

export function parseType(cursor: Cursor): DataType {
  return cursor.nested(() => {
    const location = cursor.location();
    let type = parsePlainType(cursor, location);
    while (cursor.at('ARRAY')) {
      const name = cursor.identifier();
      if (cursor.accept('[')) {
        cursor.expect('<integer>', ']');
        cursor.rejectUnsupported('Explicit array size not supported');
      }
      type = generic(location, name, [type]);
    }
    return type;
  });
}

function generic(location: Location, name: Identifier, types: GenericDataType['arguments']): GenericDataType {
  return { kind: 'genericType', location, name, arguments: types };
}

function parsePlainType(cursor: Cursor, location: Location): DataType {
  const next = cursor.peek(1);
  switch (cursor.kind) {
    case 'ROW':
      if (next === '(' && !hasNumericParameter(cursor)) return parseRow(cursor, location);
      break;
    case 'INTERVAL':
      if (INTERVAL_FIELDS.has(next)) return parseInterval(cursor, location);
      break;
    case 'TIME':
    case 'TIMESTAMP':
      return parseDateTime(cursor, location, cursor.kind);
    case 'DOUBLE':
      if (next === 'PRECISION') {
        const name = cursor.identifier();
        cursor.next();
        return generic(location, name, []);
      }
      break;
    case 'ARRAY':
    case 'MAP':
      if (next === '<') return parseAngled(cursor, location, cursor.kind === 'MAP' ? 2 : 1);
      break;
    default:
  }
  const name = cursor.identifier();
  if (cursor.kind !== '(') return generic(location, name, []);
  return generic(
    location,
    name,
    cursor.parenthesized(() => cursor.list(() => parseTypeParameter(cursor))),
  );
}

const INTERVAL_FIELDS: ReadonlySet<string> = new Set(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

function parseTypeParameter(cursor: Cursor): GenericDataType['arguments'][number] {
  if (cursor.kind !== '<integer>') return parseType(cursor);
  const location = cursor.location();
  return { kind: 'numericParameter', location, text: cursor.tokens.text(cursor.next()) };
}

/** array<bigint>, map<varchar, bigint> */
function parseAngled(cursor: Cursor, location: Location, count: number): DataType {
  const name = cursor.identifier();
  cursor.expect('<');
  const types = [parseType(cursor)];
  while (types.length < count) {
    cursor.expect(',');
    types.push(parseType(cursor));
  }
  cursor.expect('>');
  return generic(location, name, types);
}

function parseInterval(cursor: Cursor, location: Location): DataType {
  cursor.next();
  const from = intervalField(cursor);
  return { kind: 'intervalType', location, from, to: cursor.accept('TO') ? intervalField(cursor) : from };
}

/** TIME and TIMESTAMP; with more than one parameter they name a type of another kind. */
function parseDateTime(cursor: Cursor, location: Location, base: 'TIME' | 'TIMESTAMP'): DataType {
  const name = cursor.identifier();
  const parameters = cursor.kind === '(' ? cursor.parenthesized(() => cursor.list(() => parseTypeParameter(cursor))) : [];
  const [parameter, other] = parameters;
  if (other !== undefined) return generic(location, name, parameters);
  const withTimeZone = cursor.acceptAll('WITH', 'TIME', 'ZONE');
  if (!withTimeZone) cursor.acceptAll('WITHOUT', 'TIME', 'ZONE');
  const precision = parameter && { precision: parameter.kind === 'numericParameter' ? parameter.text : formatType(parameter) };
  return { kind: 'dateTimeType', location, base, withTimeZone, ...precision };
}

/** `row(bigint, 1)` is no row, but a type named row with parameters. */
function hasNumericParameter({ tokens, index }: Cursor): boolean {
  const end = tokens.closing(index + 1);
  for (let i = index + 2; i < end; i++) {
    const before = tokens.kind(i - 1);
    if (tokens.kind(i) === '<integer>' && (before === '(' || before === ',')) return true;
    if (tokens.kind(i) === '(') i = tokens.closing(i);
  }
  return false;
}

function parseRow(cursor: Cursor, location: Location): RowDataType {
  cursor.next();
  return { kind: 'rowType', location, fields: cursor.parenthesized(() => cursor.list(() => parseField(cursor))) };
}

/** A type alone, where one is possible, else a name and a type: `date` is a type, `date date` a field named date. */
function parseField(cursor: Cursor): RowDataType['fields'][number] {
  const location = cursor.location();
  const type = cursor.attempt(() => {
    const alone = parseType(cursor);
    return cursor.kind === ',' || cursor.kind === ')' ? alone : cursor.fail();
  });
  if (type !== undefined) return { location, type };
  const name = cursor.identifier();
  return { location, name, type: parseType(cursor) };
}
