import type { LanguageFunction } from '../../spi/languageFunction.ts';
import type { Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import {
  analyze,
  analyzeConstant,
  describeStatement,
  referencedByFunction,
  referencedFunctions,
  referencedFunctionsOfView,
  referencedTableFunctions,
  referencedTables,
  referencedTablesOfView,
  validateFunction,
} from '../analyzer/index.ts';
import type { Executor } from '../executor/index.ts';
import type { FunctionListing } from '../function/functionListing.ts';
import type { FunctionResolver } from '../function/resolution.ts';
import type { CatalogManager } from '../metadata/catalogManager.ts';
import type { Metadata, QualifiedObjectName } from '../metadata/metadata.ts';
import { type FetchedMetadata, fetchMetadata, qualify } from '../metadata/metadataSnapshot.ts';
import type { QueryTransaction } from '../metadata/queryTransaction.ts';
import type { Plan } from '../plan/plan.ts';
import { foldConstants, optimize } from '../planner/optimizer.ts';
import type { Expression, FunctionSpecification, Statement, StatementOf } from '../sql/ast.ts';
import { parseStatement } from '../sql/parser/parser.ts';
import { countedExecution, countOfAnalyzed } from './analyzeTable.ts';
import { type Execution, emptyExecution } from './execution.ts';
import { explain } from './explain.ts';
import { planRefresh, REFRESHED } from './materializedViews/planRefresh.ts';
import { type PlanTables, planTables } from './planTables.ts';
import type { Query, StatementInfo, StatementRun } from './query.ts';
import { queryType } from './queryType.ts';
import { describeInput, describeOutput } from './rewrite/describePrepared.ts';
import { rewriteShow, type ShowContext, type ShowStatement } from './rewrite/showStatements.ts';
import type { SessionEffects } from './sessionEffects.ts';
import type { SystemSessionProperties } from './sessionProperties.ts';
import { runTask, type TaskStatement } from './tasks/index.ts';
import type { TransactionManager } from './transactionManager.ts';

export interface StatementRunnerOptions {
  readonly catalogs: CatalogManager;
  readonly transactions: TransactionManager;
  readonly executor: Executor;
  readonly functions: FunctionResolver;
  readonly functionListing: () => readonly FunctionListing[];
  readonly catalogManagement: 'static' | 'dynamic';
  readonly systemProperties: SystemSessionProperties;
  readonly killQuery: (queryId: string, message: string) => Promise<boolean>;
}

/** A statement being run: its text, its session and the transaction it runs in. */
export interface StatementScope {
  readonly query: Query;
  readonly session: Session;
  readonly transaction: QueryTransaction;
  readonly parameters: readonly Expression[];
}

interface PlannedRun {
  readonly execution: Execution;
  readonly warnings: Plan['warnings'];
  readonly tables: PlanTables;
}

/** From the text of a statement to its rows or its effects. */
export class StatementRunner {
  readonly options: StatementRunnerOptions;

  constructor(options: StatementRunnerOptions) {
    this.options = options;
  }

  async run(query: Query): Promise<StatementRun> {
    const session: Session = { ...query.session, signal: query.signal };
    const { statement, parameters, preparedQuery } = this.#unwrap(parseStatement(query.sql), session);
    const { transactions } = this.options;
    // they say themselves what they make of a transaction that is gone
    const alone = statement.kind === 'rollback' || statement.kind === 'startTransaction';
    const explicit =
      session.transactionId === undefined ? undefined : alone ? transactions.find(session.transactionId) : transactions.get(session.transactionId);
    if (explicit?.aborted === true && !alone) {
      if (statement.kind === 'commit') await transactions.rollback(explicit.id);
      const message = statement.kind === 'commit' ? 'has already been aborted' : 'is aborted, commands ignored until end of transaction block';
      throw new TrinoError('TRANSACTION_ALREADY_ABORTED', undefined, `Current transaction ${message}`);
    }
    const transaction = explicit?.transaction ?? this.options.transactions.autoCommit();
    const endOfUse = explicit === undefined ? undefined : this.options.transactions.use(explicit);
    const end = async (success: boolean): Promise<void> => {
      endOfUse?.();
      if (explicit === undefined) await (success ? transaction.commit() : transaction.rollback());
      else if (!success) explicit.aborted = true;
    };
    const scope = { query, session, transaction, parameters };
    try {
      this.#checkCatalogsOf(session, transaction);
      const { execution, effects, warnings, tables } = await this.#dispatch(scope, statement);
      const info: StatementInfo = {
        queryType: queryType(statement),
        ...(execution.updateType === undefined ? {} : { updateType: execution.updateType }),
        ...(tables === undefined ? {} : { tables }),
        ...(preparedQuery === undefined ? {} : { preparedQuery }),
      };
      return { execution, effects: effects ?? {}, warnings: warnings ?? [], info, end };
    } catch (error) {
      await end(false);
      throw error;
    }
  }

  /** The catalogs that the session names, and the properties that it sets for them. */
  #checkCatalogsOf(session: Session, transaction: QueryTransaction): void {
    const catalogOf = (name: string) => {
      const catalog = this.options.catalogs.get(name);
      if (catalog === undefined || !transaction.catalogExists(name)) throw new TrinoError('CATALOG_NOT_FOUND', undefined, `Catalog '${name}' not found`);
      return catalog;
    };
    for (const name of session.catalogProperties.keys()) catalogOf(name);
    for (const [name, properties] of session.catalogProperties) {
      const catalog = catalogOf(name);
      const known = catalog.connector.sessionProperties ?? [];
      for (const property of properties.keys()) {
        if (known.every((candidate) => candidate.name !== property))
          throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Session property '${name}.${property}' does not exist`);
      }
      transaction.connectorSession(session, catalog);
    }
    for (const name of session.enabledRoles.keys()) if (name !== 'system') catalogOf(name);
  }

  /** The kind of the statement, looking through EXECUTE. Raises errors of its syntax. */
  queryTypeOf(session: Session, sql: string): string {
    return queryType(this.#unwrap(parseStatement(sql), session).statement);
  }

  /** From EXECUTE to what was prepared. */
  #unwrap(statement: Statement, session: Session): { statement: Statement; parameters: readonly Expression[]; preparedQuery?: string } {
    if (statement.kind === 'executeImmediate') return checkParameters(statement.statement, statement.parameters, statement.sql.value);
    if (statement.kind !== 'execute') return { statement, parameters: [] };
    const sql = preparedSql(session, statement.name.value);
    return checkParameters(parseStatement(sql), statement.parameters, sql);
  }

  async #dispatch(
    scope: StatementScope,
    statement: Statement,
  ): Promise<{ execution: Execution; effects?: SessionEffects; warnings?: Plan['warnings']; tables?: PlanTables }> {
    const { session } = scope;
    switch (statement.kind) {
      case 'query':
      case 'insert':
      case 'delete':
      case 'update':
      case 'merge':
      case 'createTableAsSelect':
        return this.#execute(scope, statement);
      case 'refreshMaterializedView':
        return this.#refresh(scope, statement);
      case 'analyze':
        return { execution: await this.#analyzeTable(scope, statement) };
      case 'explain':
      case 'explainAnalyze':
        return { execution: await explain(this, scope, statement) };
      case 'describeInput':
        return this.#execute(scope, parseStatement(await describeInput(this, scope, preparedSql(session, statement.name.value))));
      case 'describeOutput':
        return this.#execute(scope, parseStatement(await describeOutput(this, scope, preparedSql(session, statement.name.value))));
      case 'execute':
      case 'executeImmediate':
        throw new TrinoError('NOT_SUPPORTED', undefined, 'Nested EXECUTE is not supported');
      case 'showCatalogs':
      case 'showSchemas':
      case 'showTables':
      case 'showColumns':
      case 'showFunctions':
      case 'showSession':
      case 'showStats':
      case 'showCreate':
      case 'showRoles':
      case 'showRoleGrants':
      case 'showGrants':
      case 'showBranches':
        return this.#execute(scope, await this.rewriteShow(scope, statement));
      default:
        return this.#runTask(scope, statement);
    }
  }

  async rewriteShow(scope: StatementScope, statement: ShowStatement): Promise<Statement> {
    return parseStatement(await rewriteShow(this.#taskContext(scope), statement));
  }

  async runQuery(scope: StatementScope, statement: Statement): Promise<Execution> {
    return (await this.#execute(scope, statement)).execution;
  }

  async #execute(scope: StatementScope, statement: Statement): Promise<PlannedRun> {
    const plan = await this.plan(scope, statement);
    const execution = await this.options.executor.execute(plan, { session: scope.session, signal: scope.query.signal });
    return { execution, warnings: plan.warnings, tables: this.#tablesOf(plan) };
  }

  async #refresh(scope: StatementScope, statement: StatementOf<'refreshMaterializedView'>): Promise<Omit<PlannedRun, 'tables'> & Partial<PlannedRun>> {
    const { plan, session } = await planRefresh(this, scope, statement);
    if (plan === undefined) return { execution: countedExecution(REFRESHED, await this.runQuery(scope, NO_ROWS)), warnings: [] };
    const execution = await this.options.executor.execute(plan, { session, signal: scope.query.signal });
    return { execution, warnings: plan.warnings, tables: this.#tablesOf(plan) };
  }

  #tablesOf(plan: Plan): PlanTables {
    return planTables(plan, (catalog) => this.options.catalogs.get(catalog)?.connectorName ?? catalog);
  }

  async #analyzeTable(scope: StatementScope, statement: StatementOf<'analyze'>): Promise<Execution> {
    return countedExecution('ANALYZE', await this.runQuery(scope, parseStatement(await countOfAnalyzed(this.#taskContext(scope), statement))));
  }

  async #runTask(scope: StatementScope, statement: TaskStatement): Promise<{ execution: Execution; effects: SessionEffects }> {
    const { session } = scope;
    const result = await runTask(this.#taskContext(scope), statement, session.clientCapabilities.has(TRANSACTIONS));
    return { execution: emptyExecution(result.updateType, result.updateCount), effects: result.effects ?? {} };
  }

  /** The optimized plan. */
  async plan(scope: StatementScope, statement: Statement, adjusted: (metadata: Metadata) => Metadata = (metadata) => metadata): Promise<Plan> {
    const metadata = adjusted(await this.fetch(scope, statement));
    const { session, parameters } = scope;
    const { functions } = this.options;
    return optimize(analyze(statement, { session, metadata, functions, parameters }), session);
  }

  async fetch(scope: StatementScope, statement: Statement): Promise<FetchedMetadata> {
    const { session, transaction } = scope;
    const metadata = await fetchMetadata(referencedTables(statement, session), {
      transaction,
      session,
      statistics: true,
      referencesOf: (view) => referencedTablesOfView(view, session),
      functions: {
        called: referencedFunctions(statement, session),
        inView: (view) => referencedFunctionsOfView(view, session),
        inFunction: (stored) => referencedByFunction(stored, session),
      },
      tableFunctions: referencedTableFunctions(statement, session, (catalog) => transaction.begin(catalog)?.catalog.connector.tableFunctions ?? []),
    });
    const target = writtenTable(statement, session);
    // before the columns are looked at, and not for what is not there or is there already
    if (target !== undefined && (metadata.resolve(target) !== undefined) !== (statement.kind === 'createTableAsSelect')) transaction.checkWrite(target.catalog);
    return metadata;
  }

  async describe(scope: StatementScope, statement: Statement) {
    const metadata = await this.fetch(scope, statement);
    return describeStatement(statement, { session: scope.session, metadata, functions: this.options.functions, parameters: scope.parameters });
  }

  async #validateFunction({ session, transaction }: StatementScope, node: FunctionSpecification): Promise<void> {
    const functions = {
      called: referencedFunctions(node, session),
      inView: () => [],
      inFunction: (stored: LanguageFunction) => referencedByFunction(stored, session),
    };
    const metadata = await fetchMetadata([], { transaction, session, statistics: false, referencesOf: () => [], functions });
    validateFunction(node, { session, metadata, functions: this.options.functions });
  }

  #taskContext(scope: StatementScope): ShowContext {
    const { session, transaction, query, parameters } = scope;
    const { catalogs, transactions, catalogManagement, functions, killQuery, functionListing, systemProperties } = this.options;
    const constant = (expression: Expression, type?: Type) =>
      analyzeConstant(expression, { session, functions, parameters, ...(type === undefined ? {} : { type }) });
    return {
      session,
      sql: query.sql,
      transaction,
      catalogs,
      transactions,
      catalogManagement,
      systemProperties: systemProperties.all,
      signal: query.signal,
      parameters,
      constant: (expression, type) => constant(expression, type).value,
      constantValue: (expression) => constant(expression),
      killQuery,
      describeQuery: async (tree: Statement) => {
        checkParameters(tree, parameters, query.sql);
        return (await this.describe(scope, tree)).columns;
      },
      validate: async (statement) => void (await this.describe(scope, statement)),
      validateFunction: (specification) => this.#validateFunction(scope, specification),
      listFunctions: functionListing,
      unoptimizedPlan: async (tree) => {
        const metadata = await this.fetch(scope, tree);
        return foldConstants(analyze(tree, { session, metadata, functions, parameters }), session);
      },
    };
  }
}

/** What a refresh that has nothing to do answers. */
const NO_ROWS = parseStatement(`SELECT BIGINT '0' AS rows`);

/** The name under which the session of a client that sent X-Trino-Transaction-Id says so. */
export const TRANSACTIONS = '$TRANSACTIONS';

export function preparedSql(session: Session, name: string): string {
  const sql = session.preparedStatements.get(name);
  if (sql === undefined) throw new TrinoError('NOT_FOUND', undefined, `Prepared statement not found: ${name}`);
  return sql;
}

function checkParameters(statement: Statement, parameters: readonly Expression[], preparedQuery: string) {
  const expected = countParameters(statement);
  if (expected !== parameters.length) {
    throw new TrinoError('INVALID_PARAMETER_USAGE', statement.location, `Incorrect number of parameters: expected ${expected} but found ${parameters.length}`);
  }
  return { statement, parameters, preparedQuery };
}

/** How many `?` a statement has. */
export function countParameters(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, item) => sum + countParameters(item), 0);
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return 0;
  if ('kind' in node && node.kind === 'parameter') return 1;
  return Object.values(node).reduce<number>((sum, item) => sum + countParameters(item), 0);
}

function writtenTable(statement: Statement, session: Session): QualifiedObjectName | undefined {
  switch (statement.kind) {
    case 'insert':
    case 'delete':
    case 'update':
    case 'merge':
    case 'createTableAsSelect':
      return qualify(
        statement.name.parts.map((part) => part.value),
        session,
        statement.location,
      );
    default:
      return undefined;
  }
}
