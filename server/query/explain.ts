import { TrinoError } from '../../spi/trinoError.ts';
import { dynamicFiltersOf } from '../plan/dynamicFilters.ts';
import { explainAnalyzedPlan, explainPlan } from '../plan/planPrinter.ts';
import type { ExplainOption, Statement, StatementOf } from '../sql/ast.ts';
import { formatSql } from '../sql/formatter/formatter.ts';
import { parseStatement } from '../sql/parser/parser.ts';
import type { Execution } from './execution.ts';
import { explainedRefresh, planRefresh } from './materializedViews/planRefresh.ts';
import { describeInput, describeOutput } from './rewrite/describePrepared.ts';
import type { ShowStatement } from './rewrite/showStatements.ts';
import { literal } from './rewrite/sqlText.ts';
import { preparedSql, type StatementRunner, type StatementScope } from './statementRunner.ts';

/** EXPLAIN and EXPLAIN ANALYZE: one row with the text. */
export async function explain(runner: StatementRunner, scope: StatementScope, statement: StatementOf<'explain' | 'explainAnalyze'>): Promise<Execution> {
  const inner = await explained(runner, scope, statement.statement);
  if (statement.kind === 'explainAnalyze')
    return runner.runQuery(scope, parseStatement(`SELECT CAST(${literal(await analyzedText(runner, scope, inner))} AS varchar) AS "Query Plan"`));
  const { type, format } = options(statement.options, statement.location);
  if (type === 'VALIDATE') {
    if (isPlanned(inner)) await runner.plan(scope, inner);
    if (inner.kind === 'refreshMaterializedView') await explainedRefresh(runner, scope, inner);
    return runner.runQuery(scope, parseStatement('SELECT true AS "Valid"'));
  }
  if (inner.kind === 'refreshMaterializedView') return answer(runner, scope, await refreshText(runner, scope, inner, { type, format }));
  if (!isPlanned(inner)) return answer(runner, scope, dataDefinitionText(inner));
  if (type === 'IO' && format === 'GRAPHVIZ') throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Unhandled plan type: IO');
  const plan = await runner.plan(scope, inner);
  return answer(runner, scope, explainPlan(plan, { type, format, dynamicFilters: dynamicFiltersOf(plan.root, scope.session) }));
}

function answer(runner: StatementRunner, scope: StatementScope, text: string): Promise<Execution> {
  return runner.runQuery(scope, parseStatement(`SELECT ${literal(text)} AS "Query Plan"`));
}

type ExplainHow = Parameters<typeof explainPlan>[1];

function options(list: readonly ExplainOption[], location: Statement['location']) {
  const value = (name: ExplainOption['name']) => list.filter((option) => option.name === name).at(-1)?.value;
  const type = value('TYPE') ?? 'DISTRIBUTED';
  const format = value('FORMAT') ?? (type === 'IO' ? 'JSON' : 'TEXT');
  if (type !== 'LOGICAL' && type !== 'DISTRIBUTED' && type !== 'VALIDATE' && type !== 'IO')
    throw new TrinoError('NOT_SUPPORTED', location, `EXPLAIN type ${type} is not supported`);
  if (format !== 'TEXT' && format !== 'JSON' && format !== 'GRAPHVIZ')
    throw new TrinoError('NOT_SUPPORTED', location, `EXPLAIN format ${format} is not supported`);
  return { type, format } as const;
}

/** Statements that show something are explained as the queries that they are rewritten to. */
async function explained(runner: StatementRunner, scope: StatementScope, statement: Statement): Promise<Statement> {
  switch (statement.kind) {
    case 'explain':
    case 'explainAnalyze':
    case 'analyze':
    case 'tableExecute':
    case 'executeImmediate':
      throw new TrinoError('NOT_SUPPORTED', statement.location, 'EXPLAIN of this kind of statement is not supported');
    case 'execute': {
      const prepared = parseStatement(preparedSql(scope.session, statement.name.value));
      if (statement.parameters.length > 0) throw new TrinoError('NOT_SUPPORTED', statement.location, 'EXPLAIN EXECUTE with parameters is not supported');
      return explained(runner, scope, prepared);
    }
    case 'describeInput':
      return parseStatement(await describeInput(runner, scope, preparedSql(scope.session, statement.name.value)));
    case 'describeOutput':
      return parseStatement(await describeOutput(runner, scope, preparedSql(scope.session, statement.name.value)));
    default:
      return statement.kind.startsWith('show') ? runner.rewriteShow(scope, statement as ShowStatement) : statement;
  }
}

const PLANNED = new Set<Statement['kind']>(['query', 'insert', 'delete', 'update', 'merge', 'createTableAsSelect']);

const isPlanned = (statement: Statement): boolean => PLANNED.has(statement.kind);

/** What Trino shows of a statement that has no plan: its text, or of what makes or drops a thing the name alone. */
function dataDefinitionText(statement: Statement): string {
  const words = statement.kind.replaceAll(/([A-Z])/g, ' $1').toUpperCase();
  switch (statement.kind) {
    case 'createTable':
    case 'createView':
    case 'createMaterializedView':
    case 'createSchema':
    case 'dropSchema':
      return `${words} ${statement.name.parts.map(({ value }) => value.toLowerCase()).join('.')}`;
    case 'createCatalog':
    case 'dropCatalog':
    case 'prepare':
      return `${words} ${statement.name.value.toLowerCase()}`;
    case 'use':
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'not yet implemented: Use{}');
    default:
      return formatSql(statement).trimEnd();
  }
}

/** The plan of a refresh, and behind it how the rows are refreshed and why so. */
async function refreshText(
  runner: StatementRunner,
  scope: StatementScope,
  statement: StatementOf<'refreshMaterializedView'>,
  how: ExplainHow,
): Promise<string> {
  const { mode, plan } = await explainedRefresh(runner, scope, statement);
  const text = plan === undefined ? '' : explainPlan(plan, { ...how, dynamicFilters: dynamicFiltersOf(plan.root, scope.session) });
  return how.format === 'TEXT' ? `${text}Refresh: ${mode.kind} (${mode.reason})\n` : text;
}

const NANOS_PER_MS = 1e6;

/** Runs the statement to its end and throws the rows away. */
async function analyzedText(runner: StatementRunner, scope: StatementScope, statement: Statement): Promise<string> {
  const isRefresh = statement.kind === 'refreshMaterializedView';
  if (!isRefresh && !isPlanned(statement))
    throw new TrinoError(
      'NOT_SUPPORTED',
      undefined,
      `EXPLAIN ANALYZE doesn't support statement type: ${statement.kind.replace(/^./, (first) => first.toUpperCase())}`,
    );
  const started = performance.now();
  const plan = isRefresh ? (await planRefresh(runner, scope, statement)).plan : await runner.plan(scope, statement);
  if (plan === undefined) return 'Refresh: nothing (no source has changed)\n';
  const planned = performance.now();
  const { cpuNanos, peakMemoryBytes, nodes, scanDetails } = await runner.options.executor.explainAnalyze(plan, {
    session: scope.session,
    signal: scope.query.signal,
  });
  return explainAnalyzedPlan(plan, {
    queuedNanos: scope.query.states.durationMs('QUEUED') * NANOS_PER_MS,
    analysisNanos: (planned - started) * NANOS_PER_MS,
    planningNanos: (planned - started) * NANOS_PER_MS,
    executionNanos: (performance.now() - planned) * NANOS_PER_MS,
    cpuNanos,
    peakMemoryBytes,
    nodes,
    scanDetails,
    dynamicFilters: dynamicFiltersOf(plan.root, scope.session),
  });
}
