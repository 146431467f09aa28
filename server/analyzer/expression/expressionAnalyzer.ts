import type { Expression } from '../../../spi/expression.ts';
import { TrinoError, unreachable } from '../../../spi/trinoError.ts';
import { BOOLEAN, DOUBLE, row, type Type, typeId, UNKNOWN, VARBINARY } from '../../../spi/type.ts';
import { canCast } from '../../function/cast.ts';
import { toType } from '../../function/dataType.ts';
import type * as ast from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';
import type { AnalysisContext } from '../analysisContext.ts';
import { Collector } from '../aggregation/collector.ts';
import { mentionsColumns } from '../columnMentions.ts';
import { array, coalesce, ifExpression, nullIf, searchedCase, simpleCase } from './conditionals.ts';
import { coerceTo } from './expressionBuilder.ts';
import { analyzeFunctionCall, analyzeGrouping } from './functionCalls.ts';
import { intervalLiteral } from './intervalLiteral.ts';
import { analyzeJsonArray, analyzeJsonExists, analyzeJsonObject, analyzeJsonQuery, analyzeJsonValue } from '../json/jsonFunctions.ts';
import { constant, decimalLiteral, genericLiteral, longLiteral, stringLiteral } from './literals.ts';
import { dereference, identifier, subscript } from '../nameResolution.ts';
import { arithmeticBinary, arithmeticUnary, between, comparison, inList, like } from './operators.ts';
import type { PatternContext } from '../pattern/patternContext.ts';
import { patternSubquery, refuseInPattern } from '../pattern/patternSubqueries.ts';
import { EMPTY_SCOPE, type Scope } from '../scope.ts';
import { atTimeZone, extract, format, sessionValue, trim } from './specialForms.ts';
import { exists, inSubquery, quantifiedComparison, scalarSubquery } from './subqueries.ts';
import { checkCoercible } from './typeChecks.ts';
import { analyzeWindowMeasure } from '../window/windowCalls.ts';
import type { WindowDefinitions } from '../window/windowDefinitions.ts';
import type { With } from '../with.ts';

export interface ExpressionSurroundings {
  readonly context: AnalysisContext;
  readonly scope: Scope;
  readonly collector: Collector;
  /** Named queries that a subquery may read. */
  readonly with: With;
  readonly windows?: WindowDefinitions;
  /** In an aggregation of ORDER BY: output columns are not to be had there. */
  readonly outputsHidden?: boolean;
  /** In MEASURES and DEFINE. */
  readonly pattern?: PatternContext;
}

/** From syntax to typed expressions. Aggregations, window functions and subqueries go to the collector and stand in the result as references. */
export class ExpressionAnalyzer {
  readonly surroundings: ExpressionSurroundings;

  constructor(surroundings: ExpressionSurroundings) {
    this.surroundings = surroundings;
  }

  get context(): AnalysisContext {
    return this.surroundings.context;
  }

  get scope(): Scope {
    return this.surroundings.scope;
  }

  with(changes: Partial<ExpressionSurroundings>): ExpressionAnalyzer {
    return new ExpressionAnalyzer({ ...this.surroundings, ...changes });
  }

  /** For what knows the rows of a pattern before they are matched. */
  withoutPattern(collector: Collector): ExpressionAnalyzer {
    const { pattern: _, ...surroundings } = this.surroundings;
    return new ExpressionAnalyzer({ ...surroundings, collector });
  }

  /** For a constant of the statement itself: no columns. */
  withoutColumns(): ExpressionAnalyzer {
    return this.with({ scope: EMPTY_SCOPE, collector: new Collector() });
  }

  analyze(node: ast.Expression): Expression {
    switch (node.kind) {
      case 'identifier':
        return identifier(this, node);
      case 'dereference':
        return dereference(this, node);
      case 'subscript':
        return subscript(this, node);
      case 'nullLiteral':
        return constant(UNKNOWN, null);
      case 'booleanLiteral':
        return constant(BOOLEAN, node.value);
      case 'stringLiteral':
        return stringLiteral(node);
      case 'binaryLiteral':
        return constant(VARBINARY, node.value);
      case 'longLiteral':
        return longLiteral(node);
      case 'decimalLiteral':
        return decimalLiteral(node, node.text);
      case 'doubleLiteral':
        return constant(DOUBLE, node.value);
      case 'genericLiteral':
        return genericLiteral(node, this.context.options.session);
      case 'intervalLiteral':
        return intervalLiteral(node);
      case 'parameter':
        return this.#parameter(node);
      case 'arithmeticBinary':
        return arithmeticBinary(this, node);
      case 'arithmeticUnary':
        return arithmeticUnary(this, node);
      case 'comparison':
        return comparison(this, node);
      case 'logical':
        return this.#logical(node);
      case 'not':
        return { kind: 'not', value: this.#boolean(node.value, 'Value of logical NOT expression'), type: BOOLEAN };
      case 'isNull':
        return { kind: 'is null', value: this.analyze(node.value), type: BOOLEAN };
      case 'isNotNull':
        return { kind: 'not', value: { kind: 'is null', value: this.analyze(node.value), type: BOOLEAN }, type: BOOLEAN };
      case 'between':
        return between(this, node);
      case 'in':
        return node.list.kind === 'inList' ? inList(this, node, node.list.values) : this.#subquery(node, inSubquery(node, node.list));
      case 'like':
        return like(this, node);
      case 'exists':
        return this.#subquery(node, exists(node));
      case 'quantifiedComparison':
        return this.#subquery(node, quantifiedComparison(node));
      case 'subquery':
        return this.#subquery(node, scalarSubquery(node));
      case 'functionCall':
        return analyzeFunctionCall(this, node);
      case 'lambda':
        throw new TrinoError('TYPE_MISMATCH', node.location, 'Lambda expression should always be used inside a function');
      case 'cast':
        return this.#cast(node);
      case 'simpleCase':
        return simpleCase(this, node);
      case 'searchedCase':
        return searchedCase(this, node);
      case 'if':
        return ifExpression(this, node);
      case 'coalesce':
        return coalesce(this, node);
      case 'nullIf':
        return nullIf(this, node);
      case 'try': {
        refuseInPattern(this.surroundings.pattern, node, 'TRY');
        const value = this.analyze(node.value);
        return { kind: 'try', value, type: value.type };
      }
      case 'array':
        return array(this, node);
      case 'row': {
        const items = node.items.map((item) => this.analyze(item.value));
        const fields = node.items.map(({ name }, i) => ({ ...(name && { name: name.value }), type: items[i]?.type ?? UNKNOWN }));
        return { kind: 'row', items, type: row(fields) };
      }
      case 'extract':
        return extract(this, node);
      case 'currentDate':
      case 'currentTime':
      case 'currentTimestamp':
      case 'localTime':
      case 'localTimestamp':
      case 'currentUser':
      case 'currentCatalog':
      case 'currentSchema':
      case 'currentPath':
        return sessionValue(node, this.context.options.session);
      case 'atTimeZone':
        return atTimeZone(this, node);
      case 'trim':
        return trim(this, node);
      case 'format':
        return format(this, node);
      case 'grouping':
        return analyzeGrouping(this, node);
      case 'jsonExists':
        return analyzeJsonExists(this, node);
      case 'jsonValue':
        return analyzeJsonValue(this, node);
      case 'jsonQuery':
        return analyzeJsonQuery(this, node);
      case 'jsonObject':
        return analyzeJsonObject(this, node);
      case 'jsonArray':
        return analyzeJsonArray(this, node);
      case 'windowOperation':
        return analyzeWindowMeasure(this, node);
      case 'inList':
      case 'allColumnsExpression':
        throw new TrinoError('NOT_SUPPORTED', node.location, '<identifier>.* not allowed in this context');
      default:
        return unreachable(node);
    }
  }

  #subquery(node: ast.Expression, analyze: (analyzer: ExpressionAnalyzer) => Expression): Expression {
    const { pattern } = this.surroundings;
    return pattern === undefined ? analyze(this) : patternSubquery(this, pattern, node, analyze);
  }

  /** The value in the type, with a cast where it needs one; a `?` without a value takes the type. */
  coerce(value: Expression, type: Type): Expression {
    const parameter = this.context.parameterOf.get(value);
    if (parameter !== undefined && type.kind !== 'unknown') this.context.parameterTypes[parameter] = type;
    return coerceTo(value, type);
  }

  #logical(node: ast.LogicalExpression): Expression {
    const terms = node.terms.map((term) => this.#boolean(term, 'Logical expression term'));
    return { kind: 'logical', operator: node.operator, terms, type: BOOLEAN };
  }

  #boolean(node: ast.Expression, what: string): Expression {
    const value = this.analyze(node);
    checkCoercible(node, value.type, BOOLEAN, what);
    return this.coerce(value, BOOLEAN);
  }

  #cast(node: ast.CastExpression): Expression {
    const type = toType(node.type, node.location);
    const value = this.analyze(node.value);
    if (value.type.kind !== 'unknown' && !canCast(value.type, type)) {
      throw new TrinoError('TYPE_MISMATCH', node.location, `Cannot cast ${typeId(value.type)} to ${typeId(type)}`);
    }
    return { kind: 'cast', value, type, safe: node.safe };
  }

  #given(node: ast.Expression): Expression {
    if (mentionsColumns(node)) throw new TrinoError('EXPRESSION_NOT_CONSTANT', node.location, 'Constant expression cannot contain column references');
    const analyzer = this.withoutColumns();
    const value = analyzer.analyze(node);
    const [subquery] = analyzer.surroundings.collector.subqueries.values();
    if (subquery === undefined) return value;
    const message = `Unsupported expression (io.trino.sql.tree.SubqueryExpression): ${formatExpression(subquery.node)}`;
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);
  }

  #parameter(node: ast.Parameter): Expression {
    const { options, parameterOf, parameterTypes } = this.context;
    const given = options.parameters?.[node.index];
    if (given !== undefined) return this.#given(given);
    if (options.describe !== true) {
      throw new TrinoError('INVALID_PARAMETER_USAGE', node.location, 'query has no parameters');
    }
    const value = constant(UNKNOWN, null);
    parameterOf.set(value, node.index);
    parameterTypes[node.index] ??= UNKNOWN;
    return value;
  }
}
