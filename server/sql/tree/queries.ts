import type { Location } from '../../../spi/trinoError.ts';
import type { Expression, WindowSpecification } from './expressions.ts';
import type { JsonFormat, JsonPathInvocation, JsonQuery, JsonQueryBehavior, JsonValueBehavior } from './json.ts';
import type { Identifier, Node, QualifiedName } from './node.ts';
import type { FunctionSpecification } from './statements.ts';
import type { DataType } from './types.ts';

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
  | (Node & {
      readonly kind: 'nested';
      readonly path: string;
      readonly pathLocation: Location;
      readonly pathName?: Identifier;
      readonly columns: readonly JsonTableColumn[];
    });
export type JsonTablePlan =
  | (Node & { readonly kind: 'defaultPlan'; readonly parentChild: 'OUTER' | 'INNER'; readonly siblings: 'UNION' | 'CROSS' })
  | (Node & { readonly kind: 'leaf'; readonly name: Identifier })
  | (Node & { readonly kind: 'parentChild'; readonly type: 'OUTER' | 'INNER'; readonly parent: Identifier; readonly child: JsonTablePlan })
  | (Node & { readonly kind: 'siblings'; readonly type: 'UNION' | 'CROSS'; readonly siblings: readonly JsonTablePlan[] });

export interface PatternRecognition extends Node {
  readonly kind: 'patternRecognition';
  readonly input: Relation;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly measures: readonly MeasureDefinition[];
  /** Set where the text does not say it. */
  readonly rowsPerMatchImplied?: true;
  readonly rowsPerMatch: 'ONE' | 'ALL SHOW EMPTY' | 'ALL OMIT EMPTY' | 'ALL WITH UNMATCHED';
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
      readonly quantifierLocation: Node['location'];
    });
