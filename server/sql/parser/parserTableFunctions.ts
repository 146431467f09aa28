import type { Location } from '../../../spi/trinoError.ts';
import type { Expression, QualifiedName, Relation, SortItem, TableFunctionArgument, TableFunctionInvocation } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { closesAlone, startsQuery } from './lookahead.ts';
import { expressionList, parseExpression, parseSortItem } from './parserExpressions.ts';
import { parseQuery } from './parserQueries.ts';
import { acceptAlias } from './parserRelations.ts';
import { parseType } from './parserTypes.ts';

type ArgumentValue = TableFunctionArgument['value'];
type TableArgument = Extract<ArgumentValue, { readonly kind: 'tableArgument' }>;
type DescriptorArgument = Extract<ArgumentValue, { readonly kind: 'descriptorArgument' }>;

/** TABLE ( name ( arguments COPARTITION … ) ) */
export function parseTableFunction(cursor: Cursor): TableFunctionInvocation {
  cursor.expect('TABLE', '(');
  const location = cursor.location();
  const name = cursor.qualifiedName();
  cursor.expect('(');
  const values = cursor.kind === ')' || atCopartition(cursor) ? [] : cursor.list(() => cursor.nested(() => parseArgument(cursor)));
  const copartitioning = cursor.accept('COPARTITION') ? cursor.list(() => parseCopartition(cursor)) : [];
  cursor.expect(')', ')');
  return { kind: 'tableFunction', location, name, arguments: values, copartitioning };
}

function atCopartition(cursor: Cursor): boolean {
  return cursor.at('COPARTITION', '(') && cursor.tokens.kind(cursor.tokens.closing(cursor.index + 1) + 1) === ')';
}

function parseCopartition(cursor: Cursor): QualifiedName[] {
  return cursor.parenthesized(() => {
    const first = cursor.qualifiedName();
    cursor.expect(',');
    return [first, ...cursor.list(() => cursor.qualifiedName())];
  });
}

function parseArgument(cursor: Cursor): TableFunctionArgument {
  const location = cursor.location();
  if (!cursor.atIdentifier() || cursor.peek(1) !== '=>') return { location, value: parseArgumentValue(cursor) };
  const name = cursor.identifier();
  cursor.expect('=>');
  return { location, name, value: parseArgumentValue(cursor) };
}

function parseArgumentValue(cursor: Cursor): ArgumentValue {
  const location = cursor.location();
  if (cursor.kind === 'TABLE') return parseTableArgument(cursor, location);
  if (cursor.acceptAll('CAST', '(', 'NULL', 'AS', 'DESCRIPTOR', ')')) return { kind: 'descriptorArgument', location };
  if (cursor.at('DESCRIPTOR', '(')) {
    const descriptor = cursor.attempt(() => parseDescriptor(cursor, location));
    if (descriptor !== undefined) return descriptor;
  }
  return parseExpression(cursor);
}

function parseDescriptor(cursor: Cursor, location: Location): DescriptorArgument {
  cursor.next();
  const fields = cursor.parenthesized(() =>
    cursor.list(() => {
      const name = cursor.identifier();
      return cursor.kind === ',' || cursor.kind === ')' ? { name } : { name, type: parseType(cursor) };
    }),
  );
  // anything behind the parentheses makes it a call of a function named descriptor
  return cursor.kind === ',' || cursor.kind === ')' || cursor.kind === 'COPARTITION' ? { kind: 'descriptorArgument', location, fields } : cursor.fail();
}

function parseTableArgument(cursor: Cursor, location: Location): TableArgument {
  cursor.next();
  const relation = cursor.parenthesized<Relation>(() =>
    startsQuery(cursor, cursor.index)
      ? { kind: 'tableSubquery', location, query: parseQuery(cursor) }
      : { kind: 'table', location, name: cursor.qualifiedName() },
  );
  const alias = atClause(cursor) ? undefined : acceptAlias(cursor);
  const partitionBy = cursor.acceptAll('PARTITION', 'BY')
    ? parseMaybeParenthesized(
        cursor,
        () => expressionList(cursor),
        () => parseExpression(cursor),
        true,
      )
    : undefined;
  const emptyTreatment = cursor.acceptOneOf('PRUNE', 'KEEP');
  if (emptyTreatment !== undefined) cursor.expect('WHEN', 'EMPTY');
  const orderBy = cursor.acceptAll('ORDER', 'BY') ? parseTableOrder(cursor) : undefined;
  return {
    kind: 'tableArgument',
    location,
    table: alias === undefined ? relation : { kind: 'aliased', location, relation, ...alias },
    ...(partitionBy && { partitionBy }),
    ...(orderBy && { orderBy }),
    ...(emptyTreatment && { emptyTreatment }),
  };
}

function atClause(cursor: Cursor): boolean {
  return cursor.at('PARTITION', 'BY') || cursor.at('PRUNE', 'WHEN') || cursor.at('KEEP', 'WHEN') || cursor.at('COPARTITION', '(');
}

function parseTableOrder(cursor: Cursor): readonly SortItem[] {
  return parseMaybeParenthesized(
    cursor,
    () => cursor.list(() => parseSortItem(cursor)),
    () => parseSortItem(cursor),
    false,
  );
}

/** `(a, b)` is a list, `(a) + b` and `a` one item. */
function parseMaybeParenthesized<T extends Expression | SortItem>(cursor: Cursor, list: () => T[], item: () => T, maybeEmpty: boolean): readonly T[] {
  const sorted = cursor.kind === '(' && ['ASC', 'DESC', 'NULLS'].includes(cursor.tokens.kind(cursor.tokens.closing(cursor.index) + 1));
  if (cursor.kind !== '(' || !closesAlone(cursor) || (sorted && !maybeEmpty)) return [item()];
  return cursor.parenthesized(() => (maybeEmpty && cursor.kind === ')' ? [] : list()));
}
