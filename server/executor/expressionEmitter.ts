import type { StandardErrorName } from '../../spi/errorCode.ts';
import type { Between, Case, Cast, Comparison, Constant, Expression, In, Lambda, Logical, NullIf, Switch } from '../../spi/expression.ts';
import type { Session } from '../../spi/session.ts';
import { TrinoError, unreachable } from '../../spi/trinoError.ts';
import { type Type, typeEquals } from '../../spi/type.ts';
import { isNullPropagating } from '../plan/expressionProperties.ts';
import { someExpression } from '../plan/expressionVisitor.ts';
import { compare, isScalar, type Operand } from './comparison.ts';
import { FOR_A_ROW, RUNNING } from './engineConnection.ts';
import { isStandard } from './errors.ts';
import { castMayFail, emitCast, tryCastForgives } from './functions/cast/cast.ts';
import { emitParsedCast } from './functions/json/jsonParseCast.ts';
import { bind, type EmitContext, type ScalarCall, type ScalarImplementation, sqlString, type UdfCall, type UdfSpec } from './functions/implementation.ts';
import { scalarImplementation } from './functions/index.ts';
import { literal } from './literal.ts';
import { nullSources } from './nullSources.ts';
import { physicalType } from './physicalType.ts';
import type { SymbolNames } from './symbolNames.ts';
import { RAISE_FUNCTION, TRIED_RAISE_FUNCTION, type UdfRegistry } from './udfRegistry.ts';

/** From so many constants on, IN is a look-up in a list. */
const LONG_LIST = 64;
const SUBSELECT_LIST = 1_000;

/** Expressions as DuckDB's SQL. Everything that is emitted stands as an operand without further parentheses. */
export class ExpressionEmitter implements EmitContext {
  readonly session: Session;
  readonly #names: SymbolNames;
  readonly #udfs: UdfRegistry;
  #fresh = 0;
  #lengthsNoted = false;
  /** What the engine's TRY turns into NULL is written so that it is evaluated for rows alone, and its errors are remembered. */
  #withinTry = false;
  /** The cast itself, not its operand: whatever it raises is forgiven, while TRY forgives but a few errors. */
  #withinTryCast = false;

  /** By symbol: SQL of a column that raises where the row's value could not be read. */
  #guards: ReadonlyMap<string, string> = new Map();

  constructor(session: Session, names: SymbolNames, udfs: UdfRegistry) {
    this.session = session;
    this.#names = names;
    this.#udfs = udfs;
  }

  udf(spec: UdfSpec): UdfCall {
    if (!this.#withinTry) return (...argumentsSql) => `${this.#udfs.name(spec)}(${argumentsSql.join(', ')})`;
    const name = this.#udfs.triedName(this.#withinTryCast ? forgivable(spec) : spec);
    return (...argumentsSql) => `${name}(${[FOR_A_ROW, ...argumentsSql].join(', ')})`;
  }

  fail(code: StandardErrorName, messageSql: string, returnType: Type): string {
    // in a condition the optimizer would evaluate a constant one at once
    const message = returnType.kind === 'boolean' ? `CASE WHEN ${RUNNING} THEN ${messageSql} END` : messageSql;
    const raise = this.#withinTry ? `${TRIED_RAISE_FUNCTION}(${FOR_A_ROW}, ` : `${RAISE_FUNCTION}(`;
    return `CAST(${raise}'@${this.#withinTryCast ? 'INVALID_CAST_ARGUMENT' : code}@' || ${message}) AS ${physicalType(returnType)})`;
  }

  /** What `write` emits, with these columns of a scan read where they are asked for, and not before. */
  guarded(guards: ReadonlyMap<string, string>, write: () => string): string {
    this.#guards = guards;
    try {
      return write();
    } finally {
      this.#guards = new Map();
    }
  }

  noteLengths(): void {
    this.#lengthsNoted = true;
  }

  /** Whether something of what was emitted may be longer than its varchar(n). */
  get lengthsNoted(): boolean {
    return this.#lengthsNoted;
  }

  freshName(): string {
    return `_x${this.#fresh++}`;
  }

  emitLambda(lambda: Lambda): string {
    return `lambda ${lambda.parameters.map((parameter) => this.#names.quoted(parameter.name)).join(', ')}: ${this.emit(lambda.body)}`;
  }

  /** A predicate of WHERE or ON, where NULL is as good as false. Conjuncts that can raise keep Trino's order. */
  emitPredicate(predicate: Expression): string {
    if (predicate.kind !== 'logical') return this.emit(predicate);
    return foldRight(this.#runs(flatten(predicate)), predicate.operator === 'AND' ? ' AND ' : ' OR ', (first, rest) =>
      predicate.operator === 'AND' ? `CASE WHEN ${first} THEN ${rest} ELSE false END` : `CASE WHEN ${first} THEN true ELSE ${rest} END`,
    );
  }

  /** The predicate of a filter, the one place where a list may be a subselect: DuckDB reads ten thousand numbers in one text six times as fast. */
  emitFilter(predicate: Expression): string {
    if (predicate.kind === 'in' && isLongIntegerList(predicate)) {
      const numbers = predicate.list.map((item) => (item.kind === 'constant' ? String(item.value) : '')).join(',');
      return `(${this.emit(predicate.value)} IN (SELECT unnest(CAST('[${numbers}]' AS ${physicalType(predicate.value.type)}[]))))`;
    }
    if (predicate.kind === 'logical' && predicate.operator === 'AND' && !this.mayFail(predicate))
      return `(${flatten(predicate)
        .map((term) => this.emitFilter(term))
        .join(' AND ')})`;
    return this.emitPredicate(predicate);
  }

  emit(expression: Expression): string {
    switch (expression.kind) {
      case 'constant':
        if (isTooLong(expression)) this.noteLengths();
        return literal(expression.type, expression.value);
      case 'reference':
        return this.#guards.get(expression.name) ?? this.#names.quoted(expression.name);
      case 'call':
        return this.#call(expression);
      case 'comparison':
        return this.#comparison(expression);
      case 'logical':
        return this.#logical(expression);
      case 'not':
        return `(NOT ${this.emit(expression.value)})`;
      case 'is null':
        return `(${this.emit(expression.value)} IS NULL)`;
      case 'in':
        return this.#in(expression);
      case 'between':
        return this.#between(expression);
      case 'cast':
        return this.#cast(expression);
      case 'coalesce':
        return `coalesce(${expression.operands.map((operand) => this.emit(operand)).join(', ')})`;
      case 'nullif':
        return this.#nullIf(expression);
      case 'case':
        return this.#case(expression);
      case 'switch':
        return this.#switch(expression);
      case 'try':
        if (someExpression(expression.value, (part) => part.kind === 'call' && !part.function.deterministic))
          throw new TrinoError('NOT_SUPPORTED', undefined, 'TRY over a function that is not deterministic is not supported');
        return this.#tried(() => this.emit(expression.value));
      case 'row':
        return `{${expression.items.map((item, i) => `'f${i}': ${this.emit(item)}`).join(', ')}}`;
      case 'array':
        return expression.items.length === 0
          ? `CAST([] AS ${physicalType(expression.type)})`
          : `[${expression.items.map((item) => this.emit(item)).join(', ')}]`;
      case 'field':
        return `struct_extract(${this.emit(expression.base)}, 'f${expression.index}')`;
      case 'lambda':
        return this.emitLambda(expression);
      default:
        return unreachable(expression);
    }
  }

  /** Whether evaluation can raise an error. */
  mayFail(expression: Expression): boolean {
    switch (expression.kind) {
      case 'constant':
        return false;
      case 'reference':
        return this.#guards.has(expression.name);
      case 'call':
        return this.#callMayFail(expression) || expression.arguments.some((argument) => this.mayFail(argument));
      case 'comparison':
        return (
          (!isScalar(expression.left.type) && expression.operator.length < 3 && expression.operator !== '=' && expression.operator !== '<>') ||
          this.mayFail(expression.left) ||
          this.mayFail(expression.right)
        );
      case 'logical':
        return expression.terms.some((term) => this.mayFail(term));
      case 'not':
      case 'is null':
        return this.mayFail(expression.value);
      case 'in':
        return this.mayFail(expression.value) || expression.list.some((item) => this.mayFail(item));
      case 'between':
        return [expression.value, expression.min, expression.max].some((item) => this.mayFail(item));
      case 'cast':
        return (
          this.mayFail(expression.value) ||
          ((!expression.safe || !tryCastForgives(expression.value.type, expression.type)) && castMayFail(expression.value.type, expression.type))
        );
      case 'coalesce':
        return expression.operands.some((operand) => this.mayFail(operand));
      case 'nullif':
        return this.mayFail(expression.first) || this.mayFail(expression.second);
      case 'case':
      case 'switch': {
        const operand = expression.kind === 'switch' && this.mayFail(expression.operand);
        return operand || this.mayFail(expression.otherwise) || expression.whenClauses.some((clause) => this.mayFail(clause.when) || this.mayFail(clause.then));
      }
      case 'try':
        return false;
      case 'row':
      case 'array':
        return expression.items.some((item) => this.mayFail(item));
      case 'field':
        return this.mayFail(expression.base);
      case 'lambda':
        return this.mayFail(expression.body);
      default:
        return unreachable(expression);
    }
  }

  /** SQL over the SQL of expressions that are evaluated one after the other: Trino looks at none behind one that is NULL. */
  #inOrder(expressions: readonly Expression[], body: (sql: readonly string[]) => string): string {
    const last = expressions.findLastIndex((expression) => expression.kind !== 'lambda' && this.mayFail(expression));
    const from = (at: number, done: readonly string[]): string => {
      const expression = expressions[at];
      if (expression === undefined) return body(done);
      const sql = this.emit(expression);
      if (at >= last || expression.kind === 'lambda') return from(at + 1, [...done, sql]);
      const sources = nullSources(expression);
      if (sources === undefined) return bind(this, sql, (name) => `CASE WHEN ${name} IS NOT NULL THEN ${from(at + 1, [...done, name])} END`);
      const rest = from(at + 1, [...done, sql]);
      return sources.length === 0 ? rest : `CASE WHEN ${sources.map((name) => `${this.#names.quoted(name)} IS NOT NULL`).join(' AND ')} THEN ${rest} END`;
    };
    return from(0, []);
  }

  #scalarCall(call: Expression & { kind: 'call' }, argumentsSql?: readonly string[]): ScalarCall {
    return {
      name: call.function.name,
      arguments: argumentsSql ?? call.arguments.map((argument) => this.emit(argument)),
      argumentTypes: call.function.argumentTypes,
      returnType: call.type,
      expressions: call.arguments,
      ...(call.location === undefined ? {} : { location: call.location }),
    };
  }

  #call(call: Expression & { kind: 'call' }): string {
    const implementation = scalarImplementation(call.function.name);
    if (implementation === undefined) throw new TrinoError('NOT_SUPPORTED', call.location, `Function ${call.function.name} is not supported`);
    if (!isNullPropagating(call.function.name)) return this.#emitCall(implementation, this.#scalarCall(call));
    return parenthesised(this.#inOrder(call.arguments, (sql) => this.#emitCall(implementation, this.#scalarCall(call, sql))));
  }

  #emitCall(implementation: ScalarImplementation, scalarCall: ScalarCall): string {
    try {
      return parenthesised(implementation.emit(scalarCall, this));
    } catch (error) {
      if (!(error instanceof TrinoError) || error.errorName === 'NOT_SUPPORTED' || error.errorName === 'GENERIC_INTERNAL_ERROR') throw error;
      return this.#failingCall(scalarCall, error);
    }
  }

  /** A call with constants for which it always fails: where a row asks for it, and not before. */
  #failingCall(call: ScalarCall, error: TrinoError): string {
    if (!isStandard(error.errorName)) throw error;
    const failure = this.fail(error.errorName, sqlString(error.message), call.returnType);
    const given = call.expressions.flatMap((argument, i) =>
      argument.kind === 'constant' || argument.kind === 'lambda' ? [] : [`${call.arguments[i]} IS NOT NULL`],
    );
    return given.length === 0 ? failure : `CASE WHEN ${given.join(' AND ')} THEN ${failure} END`;
  }

  #callMayFail(call: Expression & { kind: 'call' }): boolean {
    const mayFail = scalarImplementation(call.function.name)?.mayFail ?? true;
    return typeof mayFail === 'boolean' ? mayFail : mayFail(this.#scalarCall(call));
  }

  #operand(expression: Expression): Operand {
    const sql = this.emit(expression);
    return expression.kind === 'constant' && expression.value !== null && !Number.isNaN(expression.value) ? { sql, ordinary: true } : { sql };
  }

  /** `body` with the expression under a name, where writing it twice would evaluate it twice. */
  #named(expression: Expression, body: (operand: Operand) => string): string {
    const operand = this.#operand(expression);
    if (expression.kind === 'constant') return body(operand);
    return bind(this, operand.sql, (sql) => body({ sql }));
  }

  #comparison({ operator, left, right }: Comparison): string {
    const type = left.type.kind === 'unknown' ? right.type : left.type;
    if (operator !== 'IS DISTINCT FROM' && (this.mayFail(left) || this.mayFail(right))) {
      // Trino has no > and >=: their sides are exchanged, and the right one comes first
      return operator === '>' || operator === '>='
        ? parenthesised(this.#inOrder([right, left], ([r = '', l = '']) => compare(operator, { sql: l }, { sql: r }, type, this)))
        : parenthesised(this.#inOrder([left, right], ([l = '', r = '']) => compare(operator, { sql: l }, { sql: r }, type, this)));
    }
    const isFloat = type.kind === 'double' || type.kind === 'real';
    if (isFloat && left.kind !== 'constant' && right.kind !== 'constant') {
      return this.#named(left, (l) => this.#named(right, (r) => compare(operator, l, r, type, this)));
    }
    return compare(operator, this.#operand(left), this.#operand(right), type, this);
  }

  #between({ value, min, max }: Between): string {
    const { type } = value;
    return this.#named(value, (operand) => {
      const low = compare('>=', operand, this.#operand(min), type, this);
      const high = compare('<=', operand, this.#operand(max), type, this);
      if (!this.mayFail(min) && !this.mayFail(max)) return `(${low} AND ${high})`;
      return `CASE WHEN ${operand.sql} IS NULL THEN NULL WHEN NOT ${low} THEN false ELSE (${low} AND ${high}) END`;
    });
  }

  #logical(logical: Logical): string {
    const joint = ` ${logical.operator} `;
    return foldRight(this.#runs(flatten(logical)), joint, (first, rest) =>
      // both are needed for NULL, but the rest is only looked at when it can still decide
      logical.operator === 'AND'
        ? `CASE WHEN NOT ${first} THEN false ELSE (${first} AND ${rest}) END`
        : `CASE WHEN ${first} THEN true ELSE (${first} OR ${rest}) END`,
    );
  }

  /** Neighbours that cannot raise go together. */
  #runs(terms: readonly Expression[]): readonly (readonly string[])[] {
    const runs: string[][] = [];
    let open = false;
    terms.forEach((term, i) => {
      const fails = i > 0 && this.mayFail(term);
      if (i > 0 && !fails && open) runs.at(-1)?.push(this.emit(term));
      else runs.push([this.emit(term)]);
      open = !fails;
    });
    return runs;
  }

  #in({ value, list }: In): string {
    const type = value.type;
    const constants = list.every((item) => item.kind === 'constant' && item.value !== null && !Number.isNaN(item.value));
    if (constants && isScalar(type) && type.kind !== 'timestamp with time zone' && type.kind !== 'time with time zone') {
      // ten thousand casts take DuckDB three times as long to parse as ten thousand numbers
      const bare = type.kind === 'integer' || type.kind === 'bigint';
      const items = list.map((item) => (bare && item.kind === 'constant' ? String(item.value) : this.emit(item))).join(', ');
      return `(${this.emit(value)} IN (${items}))`;
    }
    return this.#named(value, (operand) => {
      if (list.length > LONG_LIST && isScalar(type)) return `(${operand.sql} IN (${list.map((item) => this.emit(item)).join(', ')}))`;
      const anyOf = (items: readonly Expression[]): string => `(${items.map((item) => compare('=', operand, this.#operand(item), type, this)).join(' OR ')})`;
      if (!list.some((item) => this.mayFail(item))) return anyOf(list);
      // Trino looks among the constants first, then through the others from the last to the first, and no further when one is equal
      const constants = list.filter((item) => item.kind === 'constant' && value.kind !== 'constant');
      const others = [...new Map(list.filter((item) => !constants.includes(item)).map((item) => [anyOf([item]), item])).keys()];
      const found = [...(constants.length === 0 ? [] : [anyOf(constants)]), ...others.reverse()];
      const any = found.reduceRight((rest, first) => bind(this, first, (equal) => `CASE WHEN ${equal} THEN true ELSE (${equal} OR ${rest}) END`));
      return `CASE WHEN ${operand.sql} IS NOT NULL THEN ${any} END`;
    });
  }

  #tried(emit: () => string): string {
    const outer = this.#withinTry;
    this.#withinTry = true;
    try {
      return `TRY(${emit()})`;
    } finally {
      this.#withinTry = outer;
    }
  }

  /** TRY_CAST forgives the cast alone, not an error of its operand. */
  #cast(cast: Cast): string {
    const value = emitParsedCast(cast, this) ?? this.emit(cast.value);
    const from = cast.value.type;
    if (typeEquals(from, cast.type)) return value;
    const converted = (sql: string) => parenthesised(emitCast(sql, from, cast.type, this, cast.value));
    if (!cast.safe || !tryCastForgives(from, cast.type)) return converted(value);
    const forgiving = (sql: string): string => {
      this.#withinTryCast = true;
      try {
        return this.#tried(() => converted(sql));
      } finally {
        this.#withinTryCast = false;
      }
    };
    return this.mayFail(cast.value) ? bind(this, value, forgiving) : forgiving(value);
  }

  #nullIf({ first, second, comparisonType }: NullIf): string {
    const inType = (expression: Expression, sql: string) =>
      typeEquals(expression.type, comparisonType) ? sql : parenthesised(emitCast(sql, expression.type, comparisonType, this, expression));
    return this.#named(first, (operand) => {
      const equal = compare('=', { sql: inType(first, operand.sql) }, { sql: inType(second, this.emit(second)) }, comparisonType, this);
      const whole = `CASE WHEN ${equal} THEN CAST(NULL AS ${physicalType(first.type)}) ELSE ${operand.sql} END`;
      return this.mayFail(second) ? `CASE WHEN ${operand.sql} IS NOT NULL THEN ${whole} END` : whole;
    });
  }

  #case({ whenClauses, otherwise }: Case): string {
    return `CASE ${whenClauses.map(({ when, then }) => `WHEN ${this.emitPredicate(when)} THEN ${this.emit(then)}`).join(' ')} ELSE ${this.emit(otherwise)} END`;
  }

  #switch({ operand, whenClauses, otherwise }: Switch): string {
    return this.#named(operand, (value) => {
      const branches = whenClauses.map(({ when, then }) => `WHEN ${compare('=', value, this.#operand(when), operand.type, this)} THEN ${this.emit(then)}`);
      // nothing is compared with NULL
      const unknown = whenClauses.some(({ when }) => this.mayFail(when)) ? `WHEN ${value.sql} IS NULL THEN ${this.emit(otherwise)}` : '';
      return `CASE ${unknown} ${branches.join(' ')} ELSE ${this.emit(otherwise)} END`;
    });
  }
}

const isLongIntegerList = ({ value, list }: In): boolean =>
  list.length >= SUBSELECT_LIST &&
  (value.type.kind === 'integer' || value.type.kind === 'bigint') &&
  list.every((item) => item.kind === 'constant' && item.value !== null);

function forgivable(spec: UdfSpec): UdfSpec {
  return {
    ...spec,
    name: `try_${spec.name}`,
    evaluate: (...values) => {
      try {
        return spec.evaluate(...values);
      } catch (error) {
        if (!(error instanceof TrinoError)) throw error;
        throw new TrinoError('INVALID_CAST_ARGUMENT', undefined, error.message);
      }
    },
  };
}

const isTooLong = ({ type, value }: Constant): boolean =>
  type.kind === 'varchar' && type.length !== undefined && typeof value === 'string' && value.length > type.length && [...value].length > type.length;

function flatten(logical: Logical): readonly Expression[] {
  return logical.terms.flatMap((term) => (term.kind === 'logical' && term.operator === logical.operator ? flatten(term) : [term]));
}

function foldRight(runs: readonly (readonly string[])[], joint: string, nest: (first: string, rest: string) => string): string {
  return runs.map((run) => (run.length === 1 ? (run[0] ?? '') : `(${run.join(joint)})`)).reduceRight((rest, first) => nest(first, rest));
}

function parenthesised(sql: string): string {
  return /^(?:[A-Za-z_][A-Za-z0-9_]*|"[^"]*"|\([^()]*\))$/.test(sql) ? sql : `(${sql})`;
}
