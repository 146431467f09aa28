import type { ColumnHandle, ConnectorTransaction, SaveMode, TableDefinition, TableHandle, TableStatistics } from '../../spi/connector.ts';
import type { ComparisonOperator, Expression, ResolvedFunction } from '../../spi/expression.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import type { Type } from '../../spi/type.ts';
import type { PatternSpecification } from './rowPattern.ts';

/** A column of a plan: the name is unique in the whole plan. As an expression it is a Reference of the same name. */
export interface Symbol {
  readonly name: string;
  readonly type: Type;
}

/** A whole statement to execute. */
export interface Plan {
  readonly root: OutputNode;
  /** As in `updateType`: INSERT, CREATE TABLE, DELETE, UPDATE, MERGE; absent for queries. */
  readonly updateType?: string;
  readonly warnings: readonly PlanWarning[];
}

export interface PlanWarning {
  readonly name: string;
  readonly code: number;
  readonly message: string;
}

export type PlanNode =
  | OutputNode
  | TableScanNode
  | ValuesNode
  | FilterNode
  | ProjectNode
  | AggregationNode
  | WindowNode
  | SortNode
  | TopNNode
  | LimitNode
  | OffsetNode
  | UnionNode
  | IntersectNode
  | ExceptNode
  | JoinNode
  | ApplyNode
  | CorrelatedJoinNode
  | EnforceSingleRowNode
  | UnnestNode
  | SampleNode
  | TableFunctionNode
  | JsonTableNode
  | PatternRecognitionNode
  | RecursiveUnionNode
  | RecursiveReferenceNode
  | AssignUniqueIdNode
  | TableWriterNode
  | MergeWriterNode
  | TableDeleteNode
  | TableUpdateNode;

interface NodeBase {
  /** Unique in the plan; shown by EXPLAIN ANALYZE, key of run-time statistics. */
  readonly id: string;
}

export interface OutputNode extends NodeBase {
  readonly kind: 'output';
  readonly source: PlanNode;
  readonly columnNames: readonly string[];
  readonly outputs: readonly Symbol[];
}

/** What the plan knows of a table: enough to push down, to explain and to open the scan. */
export interface PlanTable {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  readonly handle: TableHandle;
  readonly transaction: ConnectorTransaction;
  /** To be handed to every call of the transaction. */
  readonly session: ConnectorSession;
  readonly statistics?: TableStatistics;
}

export interface TableScanNode extends NodeBase {
  readonly kind: 'tableScan';
  readonly table: PlanTable;
  readonly outputs: readonly Symbol[];
  /** By symbol name. */
  readonly assignments: ReadonlyMap<string, ColumnHandle>;
}

export interface ValuesNode extends NodeBase {
  readonly kind: 'values';
  readonly outputs: readonly Symbol[];
  /** Each row has one expression for each output. */
  readonly rows: readonly (readonly Expression[])[];
  /** What a filter has left, which Trino runs beside the rows: what is aggregated then is aggregated in two steps. */
  readonly filtered?: true;
}

export interface FilterNode extends NodeBase {
  readonly kind: 'filter';
  readonly source: PlanNode;
  readonly predicate: Expression;
}

export interface Assignment {
  readonly symbol: Symbol;
  readonly expression: Expression;
}

/** Computes exactly these columns. */
export interface ProjectNode extends NodeBase {
  readonly kind: 'project';
  readonly source: PlanNode;
  readonly assignments: readonly Assignment[];
}

export interface Ordering {
  readonly symbol: Symbol;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

/** Arguments, filter and order are symbols' references (or constants, or lambdas) of the source. */
export interface Aggregation {
  readonly symbol: Symbol;
  readonly function: ResolvedFunction;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter?: Symbol;
  readonly orderBy: readonly Ordering[];
}

/** One row for each group, and a single row without any keys. SELECT DISTINCT is an aggregation with keys and no aggregates. */
export interface AggregationNode extends NodeBase {
  readonly kind: 'aggregation';
  readonly source: PlanNode;
  readonly groupingKeys: readonly Symbol[];
  /** Positions in groupingKeys, a list for each grouping set; absent: one set of all keys. */
  readonly groupingSets?: readonly (readonly number[])[];
  /** grouping(a, b): the symbol and the positions in groupingKeys. */
  readonly groupingOperations: readonly { readonly symbol: Symbol; readonly columns: readonly number[] }[];
  readonly aggregations: readonly Aggregation[];
}

export type FrameBoundType = 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';

export interface WindowFrame {
  readonly type: 'RANGE' | 'ROWS' | 'GROUPS';
  readonly start: FrameBoundType;
  readonly startValue?: Symbol;
  readonly end: FrameBoundType;
  readonly endValue?: Symbol;
}

export interface WindowFunction {
  readonly symbol: Symbol;
  readonly function: ResolvedFunction;
  readonly arguments: readonly Expression[];
  readonly frame: WindowFrame;
  readonly ignoreNulls: boolean;
  readonly distinct: boolean;
  readonly filter?: Symbol;
  readonly orderBy: readonly Ordering[];
}

/** Adds a column for each function. */
export interface WindowNode extends NodeBase {
  readonly kind: 'window';
  readonly source: PlanNode;
  readonly partitionBy: readonly Symbol[];
  readonly orderBy: readonly Ordering[];
  readonly functions: readonly WindowFunction[];
}

export interface SortNode extends NodeBase {
  readonly kind: 'sort';
  readonly source: PlanNode;
  readonly orderBy: readonly Ordering[];
}

export interface TopNNode extends NodeBase {
  readonly kind: 'topN';
  readonly source: PlanNode;
  readonly count: bigint;
  readonly orderBy: readonly Ordering[];
}

/** `withTies`: FETCH FIRST … WITH TIES, by this order. */
export interface LimitNode extends NodeBase {
  readonly kind: 'limit';
  readonly source: PlanNode;
  readonly count: bigint;
  readonly withTies?: readonly Ordering[];
}

export interface OffsetNode extends NodeBase {
  readonly kind: 'offset';
  readonly source: PlanNode;
  readonly count: bigint;
}

/** `inputs[i]`: the symbols of sources[i] in the order of `outputs`. */
interface SetOperationNode extends NodeBase {
  readonly sources: readonly PlanNode[];
  readonly outputs: readonly Symbol[];
  readonly inputs: readonly (readonly Symbol[])[];
}
/** UNION ALL; a distinct union has an aggregation above. */
export interface UnionNode extends SetOperationNode {
  readonly kind: 'union';
}
export interface IntersectNode extends SetOperationNode {
  readonly kind: 'intersect';
  readonly distinct: boolean;
}
export interface ExceptNode extends SetOperationNode {
  readonly kind: 'except';
  readonly distinct: boolean;
}

/** A cross join is INNER without criteria and filter. Outputs: those of left, then of right. */
export interface JoinNode extends NodeBase {
  readonly kind: 'join';
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly criteria: readonly { readonly left: Symbol; readonly right: Symbol }[];
  readonly filter?: Expression;
}

export type SetExpression =
  | { readonly kind: 'exists' }
  | { readonly kind: 'in'; readonly value: Symbol; readonly reference: Symbol }
  | {
      readonly kind: 'quantified';
      readonly operator: ComparisonOperator;
      readonly quantifier: 'ALL' | 'ANY';
      readonly value: Symbol;
      readonly reference: Symbol;
    };

/** Adds a boolean column for each IN, EXISTS or quantified comparison with a subquery. The subquery may use `correlation` symbols of the source. */
export interface ApplyNode extends NodeBase {
  readonly kind: 'apply';
  readonly source: PlanNode;
  readonly subquery: PlanNode;
  readonly correlation: readonly Symbol[];
  readonly assignments: readonly { readonly symbol: Symbol; readonly expression: SetExpression }[];
}

/** LATERAL, and scalar subqueries (LEFT, with EnforceSingleRow on top of the subquery). */
export interface CorrelatedJoinNode extends NodeBase {
  readonly kind: 'correlatedJoin';
  readonly source: PlanNode;
  readonly subquery: PlanNode;
  readonly correlation: readonly Symbol[];
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
  /** Absent: true. */
  readonly filter?: Expression;
}

/** Exactly one row: NULLs for none, SUBQUERY_MULTIPLE_ROWS for more. */
export interface EnforceSingleRowNode extends NodeBase {
  readonly kind: 'enforceSingleRow';
  readonly source: PlanNode;
}

/** Arrays to one column (rows to their fields), maps to two. Shorter ones are padded with NULL. */
export interface UnnestNode extends NodeBase {
  readonly kind: 'unnest';
  readonly source: PlanNode;
  readonly replicate: readonly Symbol[];
  readonly mappings: readonly { readonly input: Symbol; readonly outputs: readonly Symbol[] }[];
  readonly ordinality?: Symbol;
  readonly type: 'INNER' | 'LEFT';
}

export interface SampleNode extends NodeBase {
  readonly kind: 'sample';
  readonly source: PlanNode;
  /** 0–1 */
  readonly ratio: number;
  readonly type: 'BERNOULLI' | 'SYSTEM';
}

/** Built-in table functions that make rows (sequence). Connector functions become table scans. */
export interface TableFunctionNode extends NodeBase {
  readonly kind: 'tableFunction';
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly outputs: readonly Symbol[];
}

/** JSON_TABLE, laterally over the source. `specification` is plain data that the json engine reads. */
export interface JsonTableNode extends NodeBase {
  readonly kind: 'jsonTable';
  readonly source: PlanNode;
  readonly input: Symbol;
  readonly passing: readonly { readonly name: string; readonly symbol: Symbol }[];
  readonly defaults: readonly Symbol[];
  readonly specification: unknown;
  readonly outputs: readonly Symbol[];
  readonly type: 'INNER' | 'LEFT';
}

/** MATCH_RECOGNIZE: see PatternSpecification. */
export interface PatternRecognitionNode extends NodeBase {
  readonly kind: 'patternRecognition';
  readonly source: PlanNode;
  readonly partitionBy: readonly Symbol[];
  readonly orderBy: readonly Ordering[];
  readonly specification: PatternSpecification;
  readonly outputs: readonly Symbol[];
}

/** WITH RECURSIVE: `step` reads the rows of the round before through RecursiveReference nodes of the same `name`. */
export interface RecursiveUnionNode extends NodeBase {
  readonly kind: 'recursiveUnion';
  readonly name: string;
  readonly base: PlanNode;
  readonly step: PlanNode;
  readonly outputs: readonly Symbol[];
  readonly baseInputs: readonly Symbol[];
  readonly stepInputs: readonly Symbol[];
  readonly maxDepth: number;
}
export interface RecursiveReferenceNode extends NodeBase {
  readonly kind: 'recursiveReference';
  readonly name: string;
  readonly outputs: readonly Symbol[];
}

export interface AssignUniqueIdNode extends NodeBase {
  readonly kind: 'assignUniqueId';
  readonly source: PlanNode;
  readonly symbol: Symbol;
}

export type WriterTarget =
  | {
      readonly kind: 'create';
      readonly catalog: string;
      readonly transaction: ConnectorTransaction;
      readonly session: ConnectorSession;
      readonly definition: TableDefinition;
      readonly mode: SaveMode;
    }
  | { readonly kind: 'insert'; readonly table: PlanTable; readonly columns: readonly ColumnHandle[] };

/** Writes the source's `inputs` in order and gives one row: the count. */
export interface TableWriterNode extends NodeBase {
  readonly kind: 'tableWriter';
  readonly source: PlanNode;
  readonly target: WriterTarget;
  readonly inputs: readonly Symbol[];
  readonly output: Symbol;
}

/** DELETE, UPDATE and MERGE. `inputs`: operation (tinyint: 1 insert, 2 delete, 3 update, NULL nothing), row id, then every visible column. */
export interface MergeWriterNode extends NodeBase {
  readonly kind: 'mergeWriter';
  readonly source: PlanNode;
  readonly table: PlanTable;
  readonly inputs: readonly Symbol[];
  /** The visible columns. */
  readonly columns: readonly ColumnHandle[];
  readonly output: Symbol;
}

/** A delete that the source does alone. */
export interface TableDeleteNode extends NodeBase {
  readonly kind: 'tableDelete';
  readonly table: PlanTable;
  readonly output: Symbol;
}

/** An update that the source does alone: its handle knows the assignments. */
export interface TableUpdateNode extends NodeBase {
  readonly kind: 'tableUpdate';
  readonly table: PlanTable;
  readonly output: Symbol;
}
