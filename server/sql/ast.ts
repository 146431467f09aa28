import type { Location } from '../../spi/trinoError.ts';

/** Trino's syntax tree as plain data. Every node carries the place where Trino reports errors about it. */
interface Node {
  readonly location: Location;
}

/** An identifier as written; `value` keeps its case, `delimited` tells "x" from x. Names compare in lower case. */
export interface Identifier extends Node {
  readonly kind: 'identifier';
  readonly value: string;
  readonly delimited: boolean;
}

export interface QualifiedName extends Node {
  readonly parts: readonly Identifier[];
}

// ------------------------------------------------------------------ expressions

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

// ------------------------------------------------------------------ SQL/JSON

export interface JsonPathInvocation extends Node {
  readonly input: Expression;
  readonly inputFormat: JsonFormat;
  readonly path: string;
  readonly pathLocation: Location;
  readonly pathName?: Identifier;
  readonly passing: readonly { readonly name: Identifier; readonly value: Expression; readonly format?: JsonFormat }[];
}
export type JsonFormat = 'JSON' | 'UTF8' | 'UTF16' | 'UTF32';
export interface JsonExists extends Node {
  readonly kind: 'jsonExists';
  readonly invocation: JsonPathInvocation;
  readonly errorBehavior: 'FALSE' | 'TRUE' | 'UNKNOWN' | 'ERROR';
}
export type JsonValueBehavior = 'NULL' | 'ERROR' | 'DEFAULT';
export interface JsonValue extends Node {
  readonly kind: 'jsonValue';
  readonly invocation: JsonPathInvocation;
  readonly returning?: DataType;
  readonly emptyBehavior: JsonValueBehavior;
  readonly emptyDefault?: Expression;
  readonly errorBehavior?: JsonValueBehavior;
  readonly errorDefault?: Expression;
}
export type JsonQueryBehavior = 'NULL' | 'ERROR' | 'EMPTY ARRAY' | 'EMPTY OBJECT';
export interface JsonQuery extends Node {
  readonly kind: 'jsonQuery';
  readonly invocation: JsonPathInvocation;
  readonly returning?: DataType;
  readonly outputFormat?: JsonFormat;
  readonly wrapper: 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL';
  readonly quotes?: 'KEEP' | 'OMIT';
  readonly emptyBehavior: JsonQueryBehavior;
  readonly errorBehavior?: JsonQueryBehavior;
}
export interface JsonObject extends Node {
  readonly kind: 'jsonObject';
  readonly members: readonly { readonly key: Expression; readonly value: Expression; readonly format?: JsonFormat; readonly location: Location }[];
  readonly nullOnNull: boolean;
  readonly uniqueKeys: boolean;
  readonly returning?: DataType;
  readonly outputFormat?: JsonFormat;
}
export interface JsonArray extends Node {
  readonly kind: 'jsonArray';
  readonly elements: readonly { readonly value: Expression; readonly format?: JsonFormat; readonly location: Location }[];
  readonly nullOnNull: boolean;
  readonly returning?: DataType;
  readonly outputFormat?: JsonFormat;
}

// ------------------------------------------------------------------ types

export type DataType = GenericDataType | RowDataType | DateTimeDataType | IntervalDataType;
/** varchar(10), decimal(38,0), array(bigint), double precision, INT ARRAY… `name` is as written. */
export interface GenericDataType extends Node {
  readonly kind: 'genericType';
  readonly name: Identifier;
  readonly arguments: readonly (DataType | { readonly kind: 'numericParameter'; readonly text: string; readonly location: Location })[];
}
export interface RowDataType extends Node {
  readonly kind: 'rowType';
  readonly fields: readonly { readonly name?: Identifier; readonly type: DataType; readonly location: Location }[];
}
export interface DateTimeDataType extends Node {
  readonly kind: 'dateTimeType';
  readonly base: 'TIME' | 'TIMESTAMP';
  readonly withTimeZone: boolean;
  /** A type parameter's name in a function's signature, else digits. */
  readonly precision?: string;
}
export interface IntervalDataType extends Node {
  readonly kind: 'intervalType';
  readonly from: IntervalField;
  readonly to: IntervalField;
}

// ------------------------------------------------------------------ queries

export interface Query extends Node {
  readonly kind: 'query';
  readonly sessionProperties: readonly SessionPropertyAssignment[];
  readonly functions: readonly FunctionSpecification[];
  readonly with?: With;
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly orderByLocation?: Location;
  readonly offset?: { readonly rowCount: Expression; readonly location: Location };
  readonly limit?: Limit | FetchFirst;
}
/** WITH SESSION name = value */
export interface SessionPropertyAssignment extends Node {
  readonly name: QualifiedName;
  readonly value: Expression;
}
export interface With extends Node {
  readonly recursive: boolean;
  readonly queries: readonly WithQuery[];
}
export interface WithQuery extends Node {
  readonly name: Identifier;
  readonly query: Query;
  readonly columnNames?: readonly Identifier[];
}
export type QueryBody = QuerySpecification | SetOperation | Values | TableReference | SubqueryBody;
/** `( query )` as a term of a set operation or a table. */
export interface SubqueryBody extends Node {
  readonly kind: 'tableSubquery';
  readonly query: Query;
}
/** `TABLE name` as a query, and a name in FROM. */
export interface TableReference extends Node {
  readonly kind: 'table';
  readonly name: QualifiedName;
  readonly version?: { readonly kind: 'TIMESTAMP' | 'VERSION'; readonly value: Expression; readonly location: Location };
}
export interface Values extends Node {
  readonly kind: 'values';
  readonly rows: readonly Expression[];
}
export interface SetOperation extends Node {
  readonly kind: 'setOperation';
  readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly distinct: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
  /** [] : CORRESPONDING without BY. */
  readonly corresponding?: readonly Identifier[];
}
/** A SELECT … FROM …. ORDER BY, OFFSET and LIMIT of a simple query are on its Query. */
export interface QuerySpecification extends Node {
  readonly kind: 'querySpecification';
  readonly distinct: boolean;
  readonly selectItems: readonly SelectItem[];
  readonly selectLocation: Location;
  readonly from?: Relation;
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  readonly having?: Expression;
  readonly windows: readonly { readonly name: Identifier; readonly window: WindowSpecification; readonly location: Location }[];
}
export type SelectItem = SingleColumn | AllColumns;
export interface SingleColumn extends Node {
  readonly kind: 'singleColumn';
  readonly expression: Expression;
  readonly alias?: Identifier;
}
/** `*`, `t.*`, `expression.* AS (a, b)` */
export interface AllColumns extends Node {
  readonly kind: 'allColumns';
  readonly target?: Expression;
  readonly aliases: readonly Identifier[];
}
export interface GroupBy extends Node {
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
}
export type GroupingElement =
  | (Node & { readonly kind: 'simpleGroupBy'; readonly columns: readonly Expression[] })
  | (Node & { readonly kind: 'rollup' | 'cube'; readonly sets: readonly (readonly Expression[])[] })
  | (Node & { readonly kind: 'groupingSets'; readonly sets: readonly (readonly Expression[])[] })
  | (Node & { readonly kind: 'groupByAuto' });
export interface SortItem extends Node {
  readonly key: Expression;
  readonly ascending: boolean;
  readonly nulls?: 'FIRST' | 'LAST';
}
export interface Limit extends Node {
  readonly kind: 'limit';
  /** 'ALL' or digits or a parameter. */
  readonly rowCount: Expression | 'ALL';
}
export interface FetchFirst extends Node {
  readonly kind: 'fetchFirst';
  readonly rowCount?: Expression;
  readonly withTies: boolean;
}

export type Relation =
  | TableReference
  | AliasedRelation
  | SubqueryBody
  | Join
  | Unnest
  | Lateral
  | SampledRelation
  | TableFunctionInvocation
  | JsonTable
  | PatternRecognition
  | Values;
export interface AliasedRelation extends Node {
  readonly kind: 'aliased';
  readonly relation: Relation;
  readonly alias: Identifier;
  readonly columnNames?: readonly Identifier[];
}
export interface Join extends Node {
  readonly kind: 'join';
  readonly type: 'CROSS' | 'IMPLICIT' | 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
  readonly left: Relation;
  readonly right: Relation;
  readonly criteria?:
    | { readonly kind: 'on'; readonly expression: Expression }
    | { readonly kind: 'using'; readonly columns: readonly Identifier[] }
    | { readonly kind: 'natural' };
}
export interface Unnest extends Node {
  readonly kind: 'unnest';
  readonly expressions: readonly Expression[];
  readonly withOrdinality: boolean;
}
export interface Lateral extends Node {
  readonly kind: 'lateral';
  readonly query: Query;
}
export interface SampledRelation extends Node {
  readonly kind: 'sampled';
  readonly relation: Relation;
  readonly type: 'BERNOULLI' | 'SYSTEM';
  readonly percentage: Expression;
}
export interface TableFunctionInvocation extends Node {
  readonly kind: 'tableFunction';
  readonly name: QualifiedName;
  readonly arguments: readonly TableFunctionArgument[];
  readonly copartitioning: readonly (readonly QualifiedName[])[];
}
export interface TableFunctionArgument extends Node {
  readonly name?: Identifier;
  readonly value:
    | {
        readonly kind: 'tableArgument';
        readonly table: Relation;
        readonly partitionBy?: readonly Expression[];
        readonly orderBy?: readonly SortItem[];
        readonly emptyTreatment?: 'PRUNE' | 'KEEP';
        readonly location: Location;
      }
    | { readonly kind: 'descriptorArgument'; readonly fields?: readonly { readonly name: Identifier; readonly type?: DataType }[]; readonly location: Location }
    | Expression;
}
export interface JsonTable extends Node {
  readonly kind: 'jsonTable';
  readonly invocation: JsonPathInvocation;
  readonly columns: readonly JsonTableColumn[];
  readonly plan?: JsonTablePlan;
  readonly errorBehavior?: 'ERROR' | 'EMPTY';
}
export type JsonTableColumn =
  | (Node & { readonly kind: 'ordinality'; readonly name: Identifier })
  | (Node & {
      readonly kind: 'value';
      readonly name: Identifier;
      readonly type: DataType;
      readonly path?: string;
      readonly emptyBehavior: JsonValueBehavior;
      readonly emptyDefault?: Expression;
      readonly errorBehavior?: JsonValueBehavior;
      readonly errorDefault?: Expression;
    })
  | (Node & {
      readonly kind: 'query';
      readonly name: Identifier;
      readonly type: DataType;
      readonly format: JsonFormat;
      readonly path?: string;
      readonly wrapper: JsonQuery['wrapper'];
      readonly quotes?: 'KEEP' | 'OMIT';
      readonly emptyBehavior: JsonQueryBehavior;
      readonly errorBehavior?: JsonQueryBehavior;
    })
  | (Node & { readonly kind: 'nested'; readonly path: string; readonly pathName?: Identifier; readonly columns: readonly JsonTableColumn[] });
export type JsonTablePlan =
  | (Node & { readonly kind: 'defaultPlan'; readonly parentChild: 'OUTER' | 'INNER'; readonly siblings: 'UNION' | 'CROSS' })
  | (Node & { readonly kind: 'leaf'; readonly name: Identifier })
  | (Node & { readonly kind: 'parentChild'; readonly type: 'OUTER' | 'INNER'; readonly parent: Identifier; readonly child: JsonTablePlan })
  | (Node & { readonly kind: 'siblings'; readonly type: 'UNION' | 'CROSS'; readonly siblings: readonly JsonTablePlan[] });

// ------------------------------------------------------------------ row pattern recognition

export interface PatternRecognition extends Node {
  readonly kind: 'patternRecognition';
  readonly input: Relation;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly measures: readonly MeasureDefinition[];
  /** Set where the text does not say it. */
  readonly rowsPerMatchImplied?: true;
  readonly rowsPerMatch: 'ONE' | 'ALL SHOW EMPTY' | 'ALL OMIT EMPTY' | 'ALL WITH UNMATCHED' | 'WINDOW';
  readonly afterMatchSkipTo?: SkipTo;
  readonly patternSearchMode?: 'INITIAL' | 'SEEK';
  readonly pattern: RowPattern;
  readonly subsets: readonly SubsetDefinition[];
  readonly definitions: readonly VariableDefinition[];
}
export interface MeasureDefinition extends Node {
  readonly expression: Expression;
  readonly name: Identifier;
}
export interface SkipTo extends Node {
  readonly position: 'PAST LAST' | 'NEXT' | 'FIRST' | 'LAST';
  readonly identifier?: Identifier;
}
export interface SubsetDefinition extends Node {
  readonly name: Identifier;
  readonly identifiers: readonly Identifier[];
}
export interface VariableDefinition extends Node {
  readonly name: Identifier;
  readonly expression: Expression;
}
export type RowPattern =
  | (Node & { readonly kind: 'patternVariable'; readonly name: Identifier })
  | (Node & { readonly kind: 'emptyPattern' })
  | (Node & { readonly kind: 'anchor'; readonly type: 'START' | 'END' })
  | (Node & { readonly kind: 'excluded'; readonly pattern: RowPattern })
  | (Node & { readonly kind: 'permutation'; readonly patterns: readonly RowPattern[] })
  | (Node & { readonly kind: 'concatenation'; readonly patterns: readonly RowPattern[] })
  | (Node & { readonly kind: 'alternation'; readonly patterns: readonly RowPattern[] })
  | (Node & {
      readonly kind: 'quantified';
      readonly pattern: RowPattern;
      readonly atLeast: number;
      readonly atMost?: number;
      readonly greedy: boolean;
      /** As Trino writes it, without the `?` of a reluctant one: *, +, ?, {1,2}, {,2}. */
      readonly quantifier: string;
    });

// ------------------------------------------------------------------ SQL functions

export interface FunctionSpecification extends Node {
  readonly kind: 'functionSpecification';
  readonly name: QualifiedName;
  readonly parameters: readonly { readonly name?: Identifier; readonly type: DataType; readonly location: Location }[];
  readonly returns: DataType;
  readonly characteristics: readonly FunctionCharacteristic[];
  readonly body: ControlStatement | { readonly kind: 'stringBody'; readonly text: string; readonly location: Location };
}
export type FunctionCharacteristic =
  | (Node & { readonly kind: 'language'; readonly language: Identifier })
  | (Node & { readonly kind: 'deterministic'; readonly deterministic: boolean })
  | (Node & { readonly kind: 'nullInput'; readonly calledOnNull: boolean })
  | (Node & { readonly kind: 'security'; readonly mode: 'INVOKER' | 'DEFINER' })
  | (Node & { readonly kind: 'comment'; readonly comment: string })
  | (Node & { readonly kind: 'properties'; readonly properties: readonly Property[] });
export type ControlStatement =
  | (Node & { readonly kind: 'return'; readonly value: Expression })
  | (Node & { readonly kind: 'assignment'; readonly target: Identifier; readonly value: Expression })
  | (Node & {
      readonly kind: 'caseStatement';
      readonly operand?: Expression;
      readonly whenClauses: readonly { readonly condition: Expression; readonly statements: readonly ControlStatement[] }[];
      readonly otherwise?: readonly ControlStatement[];
    })
  | (Node & {
      readonly kind: 'ifStatement';
      readonly branches: readonly { readonly condition: Expression; readonly statements: readonly ControlStatement[] }[];
      readonly otherwise?: readonly ControlStatement[];
    })
  | (Node & { readonly kind: 'iterate' | 'leave'; readonly label: Identifier })
  | (Node & {
      readonly kind: 'compound';
      readonly declarations: readonly {
        readonly names: readonly Identifier[];
        readonly type: DataType;
        readonly default?: Expression;
        readonly location: Location;
      }[];
      readonly statements: readonly ControlStatement[];
    })
  | (Node & { readonly kind: 'loop'; readonly label?: Identifier; readonly statements: readonly ControlStatement[] })
  | (Node & { readonly kind: 'while'; readonly label?: Identifier; readonly condition: Expression; readonly statements: readonly ControlStatement[] })
  | (Node & { readonly kind: 'repeat'; readonly label?: Identifier; readonly statements: readonly ControlStatement[]; readonly until: Expression });

// ------------------------------------------------------------------ statements

export interface Property extends Node {
  readonly name: Identifier;
  /** Absent: DEFAULT. */
  readonly value?: Expression;
}
export interface Principal extends Node {
  readonly type?: 'USER' | 'ROLE';
  readonly name: Identifier;
}
export type Grantor = (Node & { readonly type: 'CURRENT_USER' | 'CURRENT_ROLE' }) | (Node & { readonly type: 'PRINCIPAL'; readonly principal: Principal });
export interface ColumnDefinition extends Node {
  readonly kind: 'columnDefinition';
  readonly name: QualifiedName;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly defaultValue?: Expression;
  readonly comment?: string;
  readonly properties: readonly Property[];
}
export interface LikeClause extends Node {
  readonly kind: 'likeClause';
  readonly table: QualifiedName;
  readonly properties?: 'INCLUDING' | 'EXCLUDING';
}
export type ColumnPosition = (Node & { readonly at: 'FIRST' | 'LAST' }) | (Node & { readonly at: 'AFTER'; readonly column: Identifier });
/** ON SCHEMA x, ON TABLE y, ON FUNCTION …; without a kind: a table. */
export interface GrantObject extends Node {
  readonly entityKind?: string;
  readonly branch?: Identifier;
  readonly name: QualifiedName;
}
export interface CallArgument extends Node {
  readonly name?: Identifier;
  readonly value: Expression;
}
export interface ExplainOption extends Node {
  readonly name: 'FORMAT' | 'TYPE';
  readonly value: string;
}
export interface MergeCase extends Node {
  readonly kind: 'update' | 'delete' | 'insert';
  /** The AND condition. */
  readonly condition?: Expression;
  readonly assignments: readonly { readonly target: Identifier; readonly value: Expression; readonly location: Location }[];
  readonly columns: readonly Identifier[];
  readonly values: readonly Expression[];
}
type On<K extends string, F = unknown> = Node & { readonly kind: K } & F;
type Named = { readonly name: QualifiedName };
type IfExists = { readonly ifExists: boolean };

export type Statement =
  | Query
  | On<'use', { readonly catalog?: Identifier; readonly schema: Identifier }>
  | On<
      'createCatalog',
      {
        readonly name: Identifier;
        readonly notExists: boolean;
        readonly connector: Identifier;
        readonly properties: readonly Property[];
        readonly principal?: Principal;
        readonly comment?: string;
      }
    >
  | On<'dropCatalog', IfExists & { readonly name: Identifier; readonly cascade: boolean }>
  | On<'createSchema', Named & { readonly notExists: boolean; readonly properties: readonly Property[]; readonly principal?: Principal }>
  | On<'dropSchema', Named & IfExists & { readonly cascade: boolean }>
  | On<'renameSchema', { readonly source: QualifiedName; readonly target: Identifier }>
  | On<'setSchemaAuthorization', Named & { readonly principal: Principal }>
  | On<
      'createTable',
      Named & {
        readonly elements: readonly (ColumnDefinition | LikeClause)[];
        readonly saveMode: 'FAIL' | 'IGNORE' | 'REPLACE';
        readonly properties: readonly Property[];
        readonly comment?: string;
      }
    >
  | On<
      'createTableAsSelect',
      Named & {
        readonly query: Query;
        readonly saveMode: 'FAIL' | 'IGNORE' | 'REPLACE';
        readonly properties: readonly Property[];
        readonly withData: boolean;
        readonly columnAliases?: readonly Identifier[];
        readonly comment?: string;
      }
    >
  | On<'dropTable', Named & IfExists>
  | On<'truncateTable', Named>
  | On<'renameTable', IfExists & { readonly source: QualifiedName; readonly target: QualifiedName }>
  | On<'comment', Named & { readonly type: 'TABLE' | 'VIEW' | 'COLUMN'; readonly comment?: string }>
  | On<
      'addColumn',
      Named & { readonly column: ColumnDefinition; readonly position?: ColumnPosition; readonly tableExists: boolean; readonly columnNotExists: boolean }
    >
  | On<'dropColumn', Named & { readonly column: QualifiedName; readonly tableExists: boolean; readonly columnExists: boolean }>
  | On<'renameColumn', Named & { readonly source: QualifiedName; readonly target: Identifier; readonly tableExists: boolean; readonly columnExists: boolean }>
  | On<'setColumnType', Named & { readonly column: QualifiedName; readonly type: DataType; readonly tableExists: boolean }>
  | On<'dropNotNullConstraint', Named & { readonly column: Identifier; readonly tableExists: boolean }>
  | On<'setDefaultValue' | 'dropDefaultValue', Named & { readonly column: QualifiedName; readonly value?: Expression; readonly tableExists: boolean }>
  | On<'setTableAuthorization' | 'setViewAuthorization', Named & { readonly principal: Principal }>
  /** Of anything else: ALTER FUNCTION f SET AUTHORIZATION u. */
  | On<'setAuthorization', Named & { readonly entityKind: Identifier; readonly principal: Principal }>
  | On<'setProperties', Named & { readonly type: 'TABLE' | 'MATERIALIZED VIEW'; readonly properties: readonly Property[] }>
  | On<'tableExecute', Named & { readonly procedure: Identifier; readonly arguments: readonly CallArgument[]; readonly where?: Expression }>
  | On<'analyze', Named & { readonly properties: readonly Property[] }>
  | On<
      'createView',
      Named & {
        readonly query: Query;
        readonly replace: boolean;
        readonly comment?: string;
        readonly security?: 'DEFINER' | 'INVOKER';
        readonly properties: readonly Property[];
      }
    >
  | On<'renameView', { readonly source: QualifiedName; readonly target: QualifiedName }>
  | On<'dropView', Named & IfExists>
  | On<'refreshView', Named>
  | On<
      'createMaterializedView',
      Named & {
        readonly query: Query;
        readonly replace: boolean;
        readonly notExists: boolean;
        readonly gracePeriod?: Expression;
        readonly whenStale?: 'INLINE' | 'FAIL';
        readonly properties: readonly Property[];
        readonly comment?: string;
      }
    >
  | On<'refreshMaterializedView', Named>
  | On<'dropMaterializedView', Named & IfExists>
  | On<'renameMaterializedView', IfExists & { readonly source: QualifiedName; readonly target: QualifiedName }>
  | On<'insert', Named & { readonly branch?: Identifier; readonly columns?: readonly Identifier[]; readonly query: Query }>
  | On<'delete', Named & { readonly branch?: Identifier; readonly where?: Expression }>
  | On<
      'update',
      Named & {
        readonly branch?: Identifier;
        readonly assignments: readonly { readonly target: Identifier; readonly value: Expression; readonly location: Location }[];
        readonly where?: Expression;
      }
    >
  | On<
      'merge',
      Named & {
        readonly branch?: Identifier;
        readonly alias?: Identifier;
        readonly source: Relation;
        readonly condition: Expression;
        readonly cases: readonly MergeCase[];
      }
    >
  | On<'call', Named & { readonly arguments: readonly CallArgument[] }>
  | On<'createFunction', { readonly specification: FunctionSpecification; readonly replace: boolean }>
  | On<
      'dropFunction',
      Named & IfExists & { readonly parameters: readonly { readonly name?: Identifier; readonly type: DataType; readonly location: Location }[] }
    >
  | On<'createRole', { readonly name: Identifier; readonly grantor?: Grantor; readonly catalog?: Identifier }>
  | On<'dropRole', IfExists & { readonly name: Identifier; readonly catalog?: Identifier }>
  | On<
      'grantRoles',
      {
        readonly roles: readonly Identifier[];
        readonly grantees: readonly Principal[];
        readonly adminOption: boolean;
        readonly grantor?: Grantor;
        readonly catalog?: Identifier;
      }
    >
  | On<
      'revokeRoles',
      {
        readonly roles: readonly Identifier[];
        readonly grantees: readonly Principal[];
        readonly adminOption: boolean;
        readonly grantor?: Grantor;
        readonly catalog?: Identifier;
      }
    >
  | On<'grant', { readonly privileges?: readonly string[]; readonly object: GrantObject; readonly grantee: Principal; readonly withGrantOption: boolean }>
  | On<'deny', { readonly privileges?: readonly string[]; readonly object: GrantObject; readonly grantee: Principal }>
  | On<'revoke', { readonly privileges?: readonly string[]; readonly object: GrantObject; readonly grantee: Principal; readonly grantOptionFor: boolean }>
  | On<'showGrants', { readonly object?: GrantObject }>
  | On<'explain', { readonly statement: Statement; readonly options: readonly ExplainOption[] }>
  | On<'explainAnalyze', { readonly statement: Statement; readonly verbose: boolean }>
  | On<'showCreate', Named & { readonly type: 'TABLE' | 'SCHEMA' | 'VIEW' | 'MATERIALIZED VIEW' | 'FUNCTION' }>
  | On<'showTables', { readonly schema?: QualifiedName; readonly like?: string; readonly escape?: string }>
  | On<'showSchemas', { readonly catalog?: Identifier; readonly like?: string; readonly escape?: string }>
  | On<'showCatalogs', { readonly like?: string; readonly escape?: string }>
  | On<'showColumns', { readonly table: QualifiedName; readonly like?: string; readonly escape?: string }>
  | On<'showStats', { readonly relation: Relation }>
  | On<'showRoles', { readonly catalog?: Identifier; readonly current: boolean }>
  | On<'showRoleGrants', { readonly catalog?: Identifier }>
  | On<'showFunctions', { readonly schema?: QualifiedName; readonly like?: string; readonly escape?: string }>
  | On<'showSession', { readonly like?: string; readonly escape?: string }>
  | On<'showBranches', { readonly table: QualifiedName }>
  | On<'setSession', Named & { readonly value: Expression }>
  | On<'resetSession', Named>
  | On<'setSessionAuthorization', { readonly user: Expression }>
  | On<'resetSessionAuthorization'>
  | On<'setRole', { readonly type: 'ROLE' | 'ALL' | 'NONE'; readonly role?: Identifier; readonly catalog?: Identifier }>
  | On<'setPath', { readonly path: readonly { readonly catalog?: Identifier; readonly schema: Identifier; readonly location: Location }[] }>
  | On<'setTimeZone', { readonly timeZone?: Expression }>
  | On<
      'startTransaction',
      {
        readonly isolation?: 'READ UNCOMMITTED' | 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
        readonly readOnly?: boolean;
        readonly duplicateModes: readonly string[];
        /** As written. */
        readonly modes: readonly ({ readonly isolation: string } | { readonly readOnly: boolean })[];
      }
    >
  | On<'commit'>
  | On<'rollback'>
  | On<'prepare', { readonly name: Identifier; readonly statement: Statement }>
  | On<'deallocate', { readonly name: Identifier }>
  | On<'execute', { readonly name: Identifier; readonly parameters: readonly Expression[] }>
  | On<'executeImmediate', { readonly sql: StringLiteral; readonly statement: Statement; readonly parameters: readonly Expression[] }>
  | On<'describeInput', { readonly name: Identifier }>
  | On<'describeOutput', { readonly name: Identifier }>
  | On<
      'createBranch',
      Named & {
        readonly branch: Identifier;
        readonly saveMode: 'FAIL' | 'IGNORE' | 'REPLACE';
        readonly fromBranch?: Identifier;
        readonly properties: readonly Property[];
      }
    >
  | On<'dropBranch', Named & IfExists & { readonly branch: Identifier }>
  | On<'fastForwardBranch', Named & { readonly source: Identifier; readonly target: Identifier }>;

export type StatementKind = Statement['kind'];
export type StatementOf<K extends StatementKind> = Extract<Statement, { readonly kind: K }>;
