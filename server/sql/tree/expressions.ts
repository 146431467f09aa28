import type { JsonArray, JsonExists, JsonObject, JsonQuery, JsonValue } from './json.ts';
import type { Identifier, Node, QualifiedName } from './node.ts';
import type { MeasureDefinition, Query, RowPattern, SkipTo, SortItem, SubsetDefinition, VariableDefinition } from './queries.ts';
import type { DataType } from './types.ts';

export type Expression =
  | Identifier
  | NullLiteral
  | BooleanLiteral
  | StringLiteral
  | BinaryLiteral
  | LongLiteral
  | DecimalLiteral
  | DoubleLiteral
  | GenericLiteral
  | IntervalLiteral
  | Parameter
  | ArithmeticBinary
  | ArithmeticUnary
  | ComparisonExpression
  | LogicalExpression
  | NotExpression
  | IsNullPredicate
  | IsNotNullPredicate
  | BetweenPredicate
  | InPredicate
  | InListExpression
  | LikePredicate
  | ExistsPredicate
  | QuantifiedComparison
  | SubqueryExpression
  | DereferenceExpression
  | SubscriptExpression
  | FunctionCall
  | WindowOperation
  | LambdaExpression
  | CastExpression
  | SimpleCase
  | SearchedCase
  | IfExpression
  | CoalesceExpression
  | NullIfExpression
  | TryExpression
  | ArrayExpression
  | RowExpression
  | ExtractExpression
  | CurrentDate
  | CurrentTime
  | CurrentTimestamp
  | LocalTime
  | LocalTimestamp
  | CurrentUser
  | CurrentCatalog
  | CurrentSchema
  | CurrentPath
  | AtTimeZone
  | TrimExpression
  | FormatExpression
  | GroupingOperation
  | AllColumnsExpression
  | JsonExists
  | JsonValue
  | JsonQuery
  | JsonObject
  | JsonArray;

export interface NullLiteral extends Node {
  readonly kind: 'nullLiteral';
}
export interface BooleanLiteral extends Node {
  readonly kind: 'booleanLiteral';
  readonly value: boolean;
}
export interface StringLiteral extends Node {
  readonly kind: 'stringLiteral';
  readonly value: string;
}
export interface BinaryLiteral extends Node {
  readonly kind: 'binaryLiteral';
  readonly value: Uint8Array;
}
/** 1, 0xFF, 0o17, 0b1, 1_000; the text as written, the value parsed (fits bigint, else the parser refuses). */
export interface LongLiteral extends Node {
  readonly kind: 'longLiteral';
  readonly text: string;
  readonly value: bigint;
}
export interface DecimalLiteral extends Node {
  readonly kind: 'decimalLiteral';
  readonly text: string;
}
export interface DoubleLiteral extends Node {
  readonly kind: 'doubleLiteral';
  readonly value: number;
}
/** DATE '…', TIMESTAMP '…', TIME '…', DECIMAL '…', JSON '…', any type name before a string. */
export interface GenericLiteral extends Node {
  readonly kind: 'genericLiteral';
  readonly type: DataType;
  readonly value: string;
}
export type IntervalField = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND';
export interface IntervalLiteral extends Node {
  readonly kind: 'intervalLiteral';
  readonly value: string;
  readonly sign: 1 | -1;
  readonly startField: IntervalField;
  readonly endField?: IntervalField;
}
/** `?`, counted from 0. */
export interface Parameter extends Node {
  readonly kind: 'parameter';
  readonly index: number;
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
/** `||` is a FunctionCall of concat, as in Trino. */
export interface ArithmeticBinary extends Node {
  readonly kind: 'arithmeticBinary';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface ArithmeticUnary extends Node {
  readonly kind: 'arithmeticUnary';
  readonly sign: '+' | '-';
  readonly value: Expression;
}
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM';
/** IS NOT DISTINCT FROM is Not(ComparisonExpression). */
export interface ComparisonExpression extends Node {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}
/** Chains of one operator are flat: `a AND b AND c` has three terms. */
export interface LogicalExpression extends Node {
  readonly kind: 'logical';
  readonly operator: 'AND' | 'OR';
  readonly terms: readonly Expression[];
}
export interface NotExpression extends Node {
  readonly kind: 'not';
  readonly value: Expression;
}
export interface IsNullPredicate extends Node {
  readonly kind: 'isNull';
  readonly value: Expression;
}
export interface IsNotNullPredicate extends Node {
  readonly kind: 'isNotNull';
  readonly value: Expression;
}
/** NOT BETWEEN, NOT IN, NOT LIKE are Not(…). */
export interface BetweenPredicate extends Node {
  readonly kind: 'between';
  readonly value: Expression;
  readonly min: Expression;
  readonly max: Expression;
}
export interface InPredicate extends Node {
  readonly kind: 'in';
  readonly value: Expression;
  readonly list: InListExpression | SubqueryExpression;
}
export interface InListExpression extends Node {
  readonly kind: 'inList';
  readonly values: readonly Expression[];
}
export interface LikePredicate extends Node {
  readonly kind: 'like';
  readonly value: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression;
}
export interface ExistsPredicate extends Node {
  readonly kind: 'exists';
  readonly subquery: SubqueryExpression;
}
/** SOME means ANY. */
export interface QuantifiedComparison extends Node {
  readonly kind: 'quantifiedComparison';
  readonly operator: ComparisonOperator;
  readonly quantifier: 'ALL' | 'ANY' | 'SOME';
  readonly value: Expression;
  readonly subquery: SubqueryExpression;
}
export interface SubqueryExpression extends Node {
  readonly kind: 'subquery';
  readonly query: Query;
}
export interface DereferenceExpression extends Node {
  readonly kind: 'dereference';
  readonly base: Expression;
  /** Absent in labels such as `A.*` of row pattern aggregates. */
  readonly field: Identifier;
}
export interface SubscriptExpression extends Node {
  readonly kind: 'subscript';
  readonly base: Expression;
  readonly index: Expression;
}
export interface FunctionCall extends Node {
  readonly kind: 'functionCall';
  readonly name: QualifiedName;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  /** `count(*)` and, in row patterns, `count(A.*)` by an AllColumnsExpression argument. */
  readonly star: boolean;
  readonly filter?: Expression;
  /** ORDER BY inside the call, or of WITHIN GROUP. */
  readonly orderBy: readonly SortItem[];
  readonly withinGroup: boolean;
  readonly window?: Window;
  readonly nullTreatment?: 'RESPECT' | 'IGNORE';
  readonly processingMode?: 'RUNNING' | 'FINAL';
}
/** A measure of row pattern recognition in a window: `label OVER w`. */
export interface WindowOperation extends Node {
  readonly kind: 'windowOperation';
  readonly name: Identifier;
  readonly window: Window;
}
export type Window = WindowSpecification | WindowReference;
export interface WindowReference extends Node {
  readonly kind: 'windowReference';
  readonly name: Identifier;
}
export interface WindowSpecification extends Node {
  readonly kind: 'windowSpecification';
  readonly existingName?: Identifier;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: WindowFrame;
}
export interface WindowFrame extends Node {
  readonly type: 'RANGE' | 'ROWS' | 'GROUPS';
  readonly start: FrameBound;
  readonly end?: FrameBound;
  readonly measures: readonly MeasureDefinition[];
  readonly afterMatchSkipTo?: SkipTo;
  readonly patternSearchMode?: 'INITIAL' | 'SEEK';
  readonly patternSearchLocation?: Node['location'];
  readonly pattern?: RowPattern;
  readonly subsets: readonly SubsetDefinition[];
  readonly definitions: readonly VariableDefinition[];
}
export interface FrameBound extends Node {
  readonly type: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  readonly value?: Expression;
}
export interface LambdaExpression extends Node {
  readonly kind: 'lambda';
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
}
export interface CastExpression extends Node {
  readonly kind: 'cast';
  readonly value: Expression;
  readonly type: DataType;
  /** TRY_CAST */
  readonly safe: boolean;
}
export interface WhenClause extends Node {
  readonly operand: Expression;
  readonly result: Expression;
}
export interface SimpleCase extends Node {
  readonly kind: 'simpleCase';
  readonly operand: Expression;
  readonly whenClauses: readonly WhenClause[];
  readonly otherwise?: Expression;
}
export interface SearchedCase extends Node {
  readonly kind: 'searchedCase';
  readonly whenClauses: readonly WhenClause[];
  readonly otherwise?: Expression;
}
export interface IfExpression extends Node {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly trueValue: Expression;
  readonly falseValue?: Expression;
}
export interface CoalesceExpression extends Node {
  readonly kind: 'coalesce';
  readonly operands: readonly Expression[];
}
export interface NullIfExpression extends Node {
  readonly kind: 'nullIf';
  readonly first: Expression;
  readonly second: Expression;
}
export interface TryExpression extends Node {
  readonly kind: 'try';
  readonly value: Expression;
}
export interface ArrayExpression extends Node {
  readonly kind: 'array';
  readonly values: readonly Expression[];
}
export interface RowExpression extends Node {
  readonly kind: 'row';
  readonly items: readonly { readonly name?: Identifier; readonly value: Expression }[];
}
export interface ExtractExpression extends Node {
  readonly kind: 'extract';
  /** Upper case: YEAR, DAY_OF_WEEK, DOW, TIMEZONE_HOUR, … */
  readonly field: string;
  readonly value: Expression;
}
export interface CurrentDate extends Node {
  readonly kind: 'currentDate';
}
export interface CurrentTime extends Node {
  readonly kind: 'currentTime';
  readonly precision?: number;
}
export interface CurrentTimestamp extends Node {
  readonly kind: 'currentTimestamp';
  readonly precision?: number;
}
export interface LocalTime extends Node {
  readonly kind: 'localTime';
  readonly precision?: number;
}
export interface LocalTimestamp extends Node {
  readonly kind: 'localTimestamp';
  readonly precision?: number;
}
export interface CurrentUser extends Node {
  readonly kind: 'currentUser';
}
export interface CurrentCatalog extends Node {
  readonly kind: 'currentCatalog';
}
export interface CurrentSchema extends Node {
  readonly kind: 'currentSchema';
}
export interface CurrentPath extends Node {
  readonly kind: 'currentPath';
}
export interface AtTimeZone extends Node {
  readonly kind: 'atTimeZone';
  readonly value: Expression;
  readonly timeZone: Expression;
}
export interface TrimExpression extends Node {
  readonly kind: 'trim';
  readonly specification: 'BOTH' | 'LEADING' | 'TRAILING';
  readonly value: Expression;
  readonly characters?: Expression;
}
export interface FormatExpression extends Node {
  readonly kind: 'format';
  readonly arguments: readonly Expression[];
}
export interface GroupingOperation extends Node {
  readonly kind: 'grouping';
  readonly columns: readonly Expression[];
}
/** `*`, `t.*` as an argument (count, row pattern). */
export interface AllColumnsExpression extends Node {
  readonly kind: 'allColumnsExpression';
  readonly label?: Identifier;
}
