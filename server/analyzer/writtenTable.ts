import type { ColumnMetadata } from '../../spi/connector.ts';
import type { Expression } from '../../spi/expression.ts';
import { type Location, TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, type Type, typeEquals, typeId, VARCHAR } from '../../spi/type.ts';
import { canCoerce, commonSuperType } from '../function/coercion.ts';
import { type QualifiedObjectName, qualifiedNameText, type ResolvedTable } from '../metadata/metadata.ts';
import type { PlanNode, Symbol } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import type { AnalysisContext } from './analysisContext.ts';
import { coerceTo, functionCall, whenClause } from './expression/expressionBuilder.ts';
import { constant } from './expression/literals.ts';
import { type Field, newField } from './scope.ts';
import { qualifiedObjectName } from './tableNames.ts';

/** The table that a statement writes to; views are refused in the words of the statement. */
export function writtenTable(context: AnalysisContext, name: ast.QualifiedName, location: Location, verb: string): ResolvedTable {
  const { metadata, session } = context.options;
  const qualified = qualifiedObjectName(name, session, location);
  if (!metadata.catalogExists(qualified.catalog)) throw new TrinoError('CATALOG_NOT_FOUND', location, `Catalog '${qualified.catalog}' not found`);
  const resolved = metadata.resolve(qualified);
  if (resolved === undefined) throw new TrinoError('TABLE_NOT_FOUND', location, `Table '${qualifiedNameText(qualified)}' does not exist`);
  if (resolved.kind !== 'table') throw new TrinoError('NOT_SUPPORTED', location, `${verb} ${resolved.kind}s is not supported`);
  return resolved;
}

export const visibleColumns = (table: ResolvedTable): readonly ColumnMetadata[] => table.columns.filter(({ hidden }) => hidden !== true);

export function setOutput(context: AnalysisContext, name: QualifiedObjectName, columns: readonly { readonly name: string; readonly type: Type }[]): void {
  context.output = { name, columns: columns.map(({ name: column, type }) => ({ name: column, type })) };
}

/** Whether values of the query's types can be stored, if need be by a cast that may fail. */
export function typesMatchForInsert(table: readonly Type[], query: readonly Type[]): boolean {
  return table.length === query.length && table.every((type, i) => matchesForInsert(type, query[i] ?? type));
}

function matchesForInsert(table: Type, query: Type): boolean {
  return hasNestedBoundedText(table) ? canCoerce(query, table) : commonSuperType(query, table) !== undefined;
}

/** Text inside arrays, maps and rows is never cut. */
function hasNestedBoundedText(type: Type): boolean {
  const inner =
    type.kind === 'array' ? [type.element] : type.kind === 'map' ? [type.key, type.value] : type.kind === 'row' ? type.fields.map((field) => field.type) : [];
  return inner.some((item) => item.kind === 'char' || (item.kind === 'varchar' && item.length !== undefined) || hasNestedBoundedText(item));
}

export const typeList = (types: readonly Type[]): string => types.map(typeId).join(', ');

/** INSERT and MERGE raise the first, UPDATE the second. */
type NullRefusal = 'CONSTRAINT_VIOLATION' | 'INVALID_ARGUMENTS';

/** The value as the column stores it: text is cut only where blanks are lost, NOT NULL is held. */
export function storedValue(
  value: Expression,
  { name, type, nullable }: Pick<ColumnMetadata, 'name' | 'type' | 'nullable'>,
  refusal: NullRefusal = 'CONSTRAINT_VIOLATION',
): Expression {
  const cast = withoutTruncation(value, type);
  if (nullable !== false) return cast;
  return { kind: 'coalesce', operands: [cast, nullNotAllowed(name, type, refusal)], type };
}

export const nullNotAllowed = (column: string, type: Type, refusal: NullRefusal = 'CONSTRAINT_VIOLATION'): Expression =>
  fail(refusal, `NULL value not allowed for NOT NULL column: ${column}`, type);

function withoutTruncation(value: Expression, type: Type): Expression {
  const from = value.type;
  if (typeEquals(from, type)) return value;
  const text = from.kind === 'varchar' || from.kind === 'char';
  const length = type.kind === 'varchar' || type.kind === 'char' ? type.length : undefined;
  if (!text || length === undefined || (from.length ?? Number.POSITIVE_INFINITY) <= length) return coerceTo(value, type);
  const trimmed = functionCall('rtrim', [coerceTo(value, VARCHAR)], VARCHAR);
  const fits: Expression = {
    kind: 'comparison',
    operator: '<=',
    left: { kind: 'coalesce', operands: [functionCall('length', [trimmed], BIGINT), constant(BIGINT, 0n)], type: BIGINT },
    right: constant(BIGINT, BigInt(length)),
    type: { kind: 'boolean' },
  };
  const message = `Cannot truncate non-space characters when casting from ${typeId(from)} to ${typeId(type)} on INSERT`;
  const cast: Expression = { kind: 'cast', value, type, safe: false };
  return { kind: 'case', whenClauses: [whenClause(fits, cast)], otherwise: fail('INVALID_CAST_ARGUMENT', message, type), type };
}

/** Raises the error when it is evaluated. */
function fail(code: string, message: string, type: Type): Expression {
  return functionCall('$fail', [constant(VARCHAR, code), constant(VARCHAR, message)], type);
}

/** What a statement that writes answers: one row, the count. */
export function rowCountOutput(
  context: AnalysisContext,
  create: (output: Symbol, id: string) => PlanNode,
): { readonly node: PlanNode; readonly fields: readonly Field[] } {
  const output = context.symbols.newSymbol('rows', BIGINT);
  return { node: create(output, context.nextId()), fields: [newField('rows', output)] };
}
