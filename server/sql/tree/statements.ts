import type { Location } from '../../../spi/trinoError.ts';
import type { Expression, StringLiteral } from './expressions.ts';
import type { Identifier, Node, QualifiedName } from './node.ts';
import type { Query, Relation } from './queries.ts';
import type { DataType } from './types.ts';

export interface FunctionSpecification extends Node {
  readonly kind: 'functionSpecification';
  readonly name: QualifiedName;
  readonly parameters: readonly { readonly name?: Identifier; readonly type: DataType; readonly location: Location }[];
  readonly returns: DataType;
  /** Of the word RETURNS. */
  readonly returnsLocation: Location;
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
  | On<'setTableAuthorization', Named & { readonly principal: Principal }>
  | On<'setViewAuthorization', Named & { readonly principal: Principal }>
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
