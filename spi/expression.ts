import type { Location } from './trinoError.ts';
import type { Type } from './type.ts';
import type { Value } from './value.ts';

/**
 * A typed expression after analysis, in the manner of Trino's `io.trino.sql.ir`: every function is resolved, every
 * coercion is an explicit Cast. Connectors receive such expressions for pushdown.
 */
export type Expression =
  | Constant
  | Reference
  | Call
  | Comparison
  | Logical
  | Not
  | IsNull
  | In
  | Between
  | Cast
  | Coalesce
  | NullIf
  | Case
  | Switch
  | Try
  | RowConstructor
  | ArrayConstructor
  | FieldReference
  | Lambda;

export interface Constant {
  readonly kind: 'constant';
  readonly type: Type;
  readonly value: Value;
}

/** A symbol of the plan, or a parameter of an enclosing lambda. */
export interface Reference {
  readonly kind: 'reference';
  readonly name: string;
  readonly type: Type;
}

/** A scalar function or operator call. Operators are named `$add $subtract $multiply $divide $modulus $negate $subscript`, LIKE is `$like`. */
export interface Call {
  readonly kind: 'call';
  readonly function: ResolvedFunction;
  readonly arguments: readonly Expression[];
  readonly type: Type;
  readonly location?: Location;
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM';

/** Both sides are of the same type (but for length of varchar, precision of decimals never differs). */
export interface Comparison {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly type: Type;
}

/** Terms are evaluated from left to right, and the rest only when still needed. */
export interface Logical {
  readonly kind: 'logical';
  readonly operator: 'AND' | 'OR';
  readonly terms: readonly Expression[];
  readonly type: Type;
}

export interface Not {
  readonly kind: 'not';
  readonly value: Expression;
  readonly type: Type;
}

export interface IsNull {
  readonly kind: 'is null';
  readonly value: Expression;
  readonly type: Type;
}

export interface In {
  readonly kind: 'in';
  readonly value: Expression;
  readonly list: readonly Expression[];
  readonly type: Type;
}

export interface Between {
  readonly kind: 'between';
  readonly value: Expression;
  readonly min: Expression;
  readonly max: Expression;
  readonly type: Type;
}

/** `safe`: TRY_CAST. */
export interface Cast {
  readonly kind: 'cast';
  readonly value: Expression;
  readonly type: Type;
  readonly safe: boolean;
}

export interface Coalesce {
  readonly kind: 'coalesce';
  readonly operands: readonly Expression[];
  readonly type: Type;
}

/** Compares after casting both to `comparisonType`; yields `first` in its own type. */
export interface NullIf {
  readonly kind: 'nullif';
  readonly first: Expression;
  readonly second: Expression;
  readonly comparisonType: Type;
  readonly type: Type;
}

export interface WhenClause {
  readonly when: Expression;
  readonly then: Expression;
}

/** Searched CASE, and IF(c, a, b). */
export interface Case {
  readonly kind: 'case';
  readonly whenClauses: readonly WhenClause[];
  readonly otherwise: Expression;
  readonly type: Type;
}

/** CASE operand WHEN value …: the operand is evaluated once. */
export interface Switch {
  readonly kind: 'switch';
  readonly operand: Expression;
  readonly whenClauses: readonly WhenClause[];
  readonly otherwise: Expression;
  readonly type: Type;
}

export interface Try {
  readonly kind: 'try';
  readonly value: Expression;
  readonly type: Type;
}

export interface RowConstructor {
  readonly kind: 'row';
  readonly items: readonly Expression[];
  readonly type: Type;
}

export interface ArrayConstructor {
  readonly kind: 'array';
  readonly items: readonly Expression[];
  readonly type: Type;
}

/** `base.field`, by position (0-based). */
export interface FieldReference {
  readonly kind: 'field';
  readonly base: Expression;
  readonly index: number;
  readonly type: Type;
}

/** Only as an argument of a Call. */
export interface Lambda {
  readonly kind: 'lambda';
  readonly parameters: readonly Reference[];
  readonly body: Expression;
  readonly type: Type;
}

export type FunctionKind = 'scalar' | 'aggregate' | 'window' | 'table';

/** A function bound to exact types. Arguments of a call already have `argumentTypes`. */
export interface ResolvedFunction {
  readonly name: string;
  readonly kind: FunctionKind;
  readonly argumentTypes: readonly Type[];
  readonly returnType: Type;
  readonly deterministic: boolean;
}
