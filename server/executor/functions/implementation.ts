import type { StandardErrorName } from '../../../spi/errorCode.ts';
import type { Expression, Lambda } from '../../../spi/expression.ts';
import type { Session } from '../../../spi/session.ts';
import type { Location } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';

/**
 * How Trino's functions are written in DuckDB's SQL. Values travel in the form of `physicalType` (../physicalType.ts).
 *
 * Emitted SQL is of exactly the physical type of the call's return type, and yields NULL for NULL arguments unless the function
 * says otherwise. An argument may be written twice in the SQL only if it is short or cheap: DuckDB shares equal pure
 * subexpressions, but the text doubles at every level of nesting. `bind` names an argument once.
 *
 * An error that Trino would raise is raised: by `context.fail` in SQL, by TrinoError in a function of TypeScript. It travels through
 * the engine as the text `@ERROR_NAME@message`, which the executor turns back.
 */
export interface ScalarImplementation {
  emit(call: ScalarCall, context: EmitContext): string;
  /** Whether evaluation can raise an error. A conjunct that can is kept in Trino's order of evaluation. */
  readonly mayFail: boolean | ((call: ScalarCall) => boolean);
}

export interface ScalarCall {
  readonly name: string;
  /** SQL; each is safe to stand as an operand (parenthesised where needed). For a lambda: DuckDB's lambda. */
  readonly arguments: readonly string[];
  readonly argumentTypes: readonly Type[];
  readonly returnType: Type;
  /** What `arguments` were made of, so that constants are visible. */
  readonly expressions: readonly Expression[];
  readonly location?: Location;
}

/** A function in TypeScript that SQL can call. `name` and the concrete types identify it: `evaluate` depends on nothing else. */
export interface UdfSpec {
  readonly name: string;
  readonly parameterTypes: readonly Type[];
  readonly returnType: Type;
  /** 'propagate': NULL for any NULL argument, without a call; 'handled': evaluate sees the NULLs. */
  readonly nulls: 'propagate' | 'handled';
  /** Throws TrinoError. */
  evaluate(...values: readonly Value[]): Value;
  /** Called anew for each row, even with constant arguments. */
  readonly volatile?: boolean;
}

/** The SQL of a call with these arguments. */
export type UdfCall = (...argumentsSql: readonly string[]) => string;

export interface EmitContext {
  readonly session: Session;
  /** Calls of the function in SQL; it is registered when first asked for. */
  udf(spec: UdfSpec): UdfCall;
  /** SQL that raises the error when evaluated, typed as `returnType`. `messageSql` is a VARCHAR expression. */
  fail(code: StandardErrorName, messageSql: string, returnType: Type): string;
  emit(expression: Expression): string;
  /** DuckDB's lambda text; its parameters are in scope of the body. */
  emitLambda(lambda: Lambda): string;
  /** The statement makes values that may be longer than their varchar(n): they are looked at when they are sent. */
  noteLengths(): void;
  /** A name that is not otherwise used in the statement: for lambda parameters that an implementation adds. */
  freshName(): string;
}

/** An aggregate function, in an aggregation or over a window frame. */
export interface AggregateImplementation {
  emit(call: AggregateCall, context: EmitContext): string;
  /** Absent: cannot raise. */
  readonly mayFail?: boolean;
}

export interface AggregateCall extends ScalarCall {
  readonly distinct: boolean;
  /** With ORDER BY inside the call. */
  readonly ordered: boolean;
  /** Over a window frame. */
  readonly windowed: boolean;
  /** In how many steps Trino aggregates: with 2 it sends what a part of the group amounts to on to the node that unites the parts. */
  readonly steps: 1 | 2;
  /**
   * One aggregate of DuckDB with this call's DISTINCT, ORDER BY, FILTER and OVER: `sum(DISTINCT x ORDER BY y) FILTER (WHERE f) OVER (…)`.
   * A function made of several (avg as sum by count) calls it several times.
   */
  apply(duckdbFunction: string, argumentsSql: readonly string[], options?: AggregateOptions): string;
}

export interface AggregateOptions {
  /** A boolean of SQL that narrows the call's own filter. */
  readonly where?: string;
  /** Default: the call's. */
  readonly distinct?: boolean;
  /** The arguments compare as they are, whatever the types of the call's own. */
  readonly plain?: boolean;
  /** Replaces the call's ORDER BY: sort items of SQL such as `x ASC NULLS LAST`. */
  readonly orderBy?: readonly string[];
}

/** A function that is only valid with OVER: rank, lag, nth_value … */
export interface WindowImplementation {
  emit(call: WindowCall, context: EmitContext): string;
  readonly mayFail?: boolean;
}

export interface WindowCall extends ScalarCall {
  readonly ignoreNulls: boolean;
  /** `name(args [IGNORE NULLS]) OVER (…)` with this call's window. */
  apply(duckdbFunction: string, argumentsSql: readonly string[]): string;
}

export type ScalarImplementations = Readonly<Record<string, ScalarImplementation>>;
export type AggregateImplementations = Readonly<Record<string, AggregateImplementation>>;
export type WindowImplementations = Readonly<Record<string, WindowImplementation>>;

/** A VARCHAR literal of SQL. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `body` with `sql` under a name, so that it is evaluated once however often the body uses it. */
export function bind(context: EmitContext, sql: string, body: (name: string) => string): string {
  if (/^(?:"[^"]*"|[a-z_][a-z0-9_]*|CAST\('[^']*' AS [A-Z]+(?:\(\d+,\d+\))?\))$/i.test(sql)) return body(sql);
  const name = context.freshName();
  return `list_transform([${sql}], lambda ${name}: ${body(name)})[1]`;
}
