import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { INTEGER, typeEquals, typeId } from '../../spi/type.ts';
import type * as ast from '../sql/ast.ts';
import { formatExpression } from '../sql/formatter/formatExpressions.ts';
import type { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { reference } from './expression/expressionBuilder.ts';
import { operatorCall } from './expression/operators.ts';
import { patternColumn } from './pattern/patternContext.ts';
import { outerReference } from './pattern/patternSubqueries.ts';
import { isColumnReference, type ResolvedField, resolveField } from './scope.ts';

export function identifier(analyzer: ExpressionAnalyzer, node: ast.Identifier): Expression {
  return column(analyzer, node, [node.value]);
}

function column(analyzer: ExpressionAnalyzer, node: ast.Expression, parts: readonly string[]): Expression {
  const resolved = resolveField(analyzer.scope, node, parts);
  if (resolved === undefined) throw unresolved(node, parts);
  return use(analyzer, node, resolved);
}

function use(analyzer: ExpressionAnalyzer, node: ast.Expression, { field, scope }: ResolvedField): Expression {
  const { origin, symbol } = field;
  if (origin !== undefined)
    analyzer.context.recordInput({ catalog: origin.catalog, schema: origin.schema, object: origin.table }).columns.set(origin.column, symbol.type);
  const { pattern, outputsHidden } = analyzer.surroundings;
  if (outputsHidden === true && scope.isProjection === true) {
    analyzer.surroundings.collector.outputReferences.push(node);
  }
  if (pattern !== undefined && scope === pattern.inputScope) return patternColumn(pattern, undefined, reference(symbol));
  if (pattern !== undefined) throw outerReference(node);
  return reference(symbol);
}

function unresolved(node: ast.Expression, parts: readonly string[]): TrinoError {
  return new TrinoError('COLUMN_NOT_FOUND', node.location, `Column '${parts.join('.').toLowerCase()}' cannot be resolved`);
}

/** a.b.c as parts, when it is made of names alone. */
export function qualifiedParts(node: ast.Expression): readonly string[] | undefined {
  if (node.kind === 'identifier') return [node.value];
  if (node.kind !== 'dereference') return undefined;
  const base = qualifiedParts(node.base);
  return base && [...base, node.field.value];
}

export function dereference(analyzer: ExpressionAnalyzer, node: ast.DereferenceExpression): Expression {
  const parts = qualifiedParts(node);
  if (parts !== undefined) {
    const labelled = labelledColumn(analyzer, node, parts);
    if (labelled !== undefined) return labelled;
    const resolved = resolveField(analyzer.scope, node, parts);
    if (resolved !== undefined) return use(analyzer, node, resolved);
    if (!isColumnReference(analyzer.scope, parts)) throw unresolved(node, parts);
  }
  return rowField(analyzer, node);
}

/** `A.price` in a row pattern: column `price` of the rows of variable A. */
function labelledColumn(analyzer: ExpressionAnalyzer, node: ast.DereferenceExpression, parts: readonly string[]): Expression | undefined {
  const { pattern } = analyzer.surroundings;
  if (pattern === undefined || node.base.kind !== 'identifier') return undefined;
  const label = pattern.labels.get(labelName(node.base));
  if (label === undefined) return undefined;
  const resolved = resolveField(analyzer.scope, node, parts.slice(1));
  if (resolved === undefined)
    throw new TrinoError('COLUMN_NOT_FOUND', node.location, `Column ${parts[1] ?? ''} prefixed with label ${parts[0] ?? ''} cannot be resolved`);
  return patternColumn(pattern, label, reference(resolved.field.symbol));
}

/** Row pattern variables are upper case unless they are quoted. */
export function labelName(identifierNode: ast.Identifier): string {
  return identifierNode.delimited ? identifierNode.value : identifierNode.value.toUpperCase();
}

function rowField(analyzer: ExpressionAnalyzer, node: ast.DereferenceExpression): Expression {
  const base = analyzer.analyze(node.base);
  const { type } = base;
  if (type.kind !== 'row') throw new TrinoError('TYPE_MISMATCH', node.base.location, `Expression ${formatExpression(node.base)} is not of type ROW`);
  const wanted = node.field.value.toLowerCase();
  const matches = type.fields.flatMap((field, index) => (field.name?.toLowerCase() === wanted ? [{ index, type: field.type }] : []));
  const [match] = matches;
  if (matches.length > 1) throw new TrinoError('AMBIGUOUS_NAME', node.field.location, `Ambiguous row field reference: ${node.field.value}`);
  if (match === undefined) throw missingField(node);
  return { kind: 'field', base, index: match.index, type: match.type };
}

function missingField(node: ast.DereferenceExpression): TrinoError {
  const name = qualifiedParts(node)?.join('.') ?? node.field.value;
  return new TrinoError('INVALID_COLUMN_REFERENCE', node.location, `Column reference '${name}' is invalid`);
}

export function subscript(analyzer: ExpressionAnalyzer, node: ast.SubscriptExpression): Expression {
  const base = analyzer.analyze(node.base);
  if (base.type.kind === 'row') return rowSubscript(analyzer, node, base);
  const index = analyzer.analyze(node.index);
  const call = operatorCall(analyzer, '$subscript', [base, index], node);
  if (call !== undefined) return call;
  throw new TrinoError('TYPE_MISMATCH', node.location, `Cannot use ${typeId(index.type)} for subscript of ${typeId(base.type)}`);
}

function rowSubscript(analyzer: ExpressionAnalyzer, node: ast.SubscriptExpression, base: Expression): Expression {
  const { index } = node;
  if (index.kind !== 'longLiteral') throw new TrinoError('EXPRESSION_NOT_CONSTANT', index.location, 'Subscript expression on ROW requires a constant index');
  const { type } = analyzer.analyze(index);
  if (!typeEquals(type, INTEGER))
    throw new TrinoError('TYPE_MISMATCH', index.location, `Subscript expression on ROW requires integer index, actual type is ${typeId(type)}`);
  const fields = base.type.kind === 'row' ? base.type.fields : [];
  const position = Number(index.value);
  if (position <= 0) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', index.location, `Invalid subscript index: ${position}. ROW indices start at 1`);
  const field = fields[position - 1];
  if (field === undefined) {
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', index.location, `Subscript index out of bounds: ${position}, max value is ${fields.length}`);
  }
  return { kind: 'field', base, index: position - 1, type: field.type };
}
