import { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import { qualifiedNameText } from '../metadata/metadata.ts';
import type { Plan } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { AnalysisContext, type AnalyzeOptions, type OutputTarget, type TableInput } from './analysisContext.ts';
import { analyzeCreateTableAsSelect, queryColumnNames } from './createTableAsSelect.ts';
import { analyzeInsert } from './insert.ts';
import { analyzeMerge } from './merge.ts';
import { analyzeQuery, outputNode } from './queryAnalyzer.ts';
import type { RelationPlan } from './relationPlan.ts';
import { analyzeDelete, analyzeUpdate } from './rowChanges.ts';
import { EMPTY_SCOPE, type Field, visibleFields } from './scope.ts';
import { qualifiedObjectName } from './tableNames.ts';
import { EMPTY_WITH } from './with.ts';

/** What a statement is before it runs: its plan, its columns, what it reads and writes. */
export interface Analysis {
  readonly plan: Plan;
  /** Of the result; of the written table for CREATE TABLE AS and INSERT without rows of their own. */
  readonly fields: readonly Field[];
  readonly parameterTypes: readonly Type[];
  readonly inputs: readonly TableInput[];
  readonly output: OutputTarget | undefined;
}

export function analyzeStatement(statement: ast.Statement, options: AnalyzeOptions): Analysis {
  if (options.describe !== true) checkParameterCount(statement, options.parameters ?? []);
  const context = new AnalysisContext(options);
  const planned = analyzeRows(context, statement);
  if (context.deferredError !== undefined) throw context.deferredError;
  const root = outputNode(context.nextId(), planned);
  const updateType = UPDATE_TYPES[statement.kind];
  return {
    plan: { root, warnings: context.warnings, ...(updateType && { updateType }) },
    fields: visibleFields(planned.fields),
    parameterTypes: context.parameterTypes,
    inputs: [...context.inputs.values()],
    output: context.output,
  };
}

function checkParameterCount(statement: ast.Statement, parameters: readonly ast.Expression[]): void {
  const expected = countParameters(statement);
  if (expected === parameters.length) return;
  throw new TrinoError('INVALID_PARAMETER_USAGE', statement.location, `Incorrect number of parameters: expected ${expected} but found ${parameters.length}`);
}

/** How many `?` a statement has. */
function countParameters(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, item) => sum + countParameters(item), 0);
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return 0;
  if ('kind' in node && node.kind === 'parameter') return 1;
  return Object.values(node).reduce<number>((sum, item) => (typeof item === 'object' ? sum + countParameters(item) : sum), 0);
}

const UPDATE_TYPES: Readonly<Partial<Record<ast.StatementKind, string>>> = {
  insert: 'INSERT',
  createTableAsSelect: 'CREATE TABLE',
  delete: 'DELETE',
  update: 'UPDATE',
  merge: 'MERGE',
};

function analyzeRows(context: AnalysisContext, statement: ast.Statement): RelationPlan {
  switch (statement.kind) {
    case 'query':
      return analyzeQuery({ context, outer: EMPTY_SCOPE, with: EMPTY_WITH }, statement);
    case 'insert':
      return analyzeInsert(context, statement);
    case 'createTableAsSelect':
      return analyzeCreateTableAsSelect(context, statement);
    case 'delete':
      return analyzeDelete(context, statement);
    case 'update':
      return analyzeUpdate(context, statement);
    case 'merge':
      return analyzeMerge(context, statement);
    case 'createView':
    case 'createMaterializedView': {
      context.createdView = qualifiedNameText(qualifiedObjectName(statement.name, context.options.session, statement.location));
      const plan = analyzeQuery({ context, outer: EMPTY_SCOPE, with: EMPTY_WITH }, statement.query);
      queryColumnNames(statement, visibleFields(plan.fields));
      return plan;
    }
    case 'analyze':
      throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support analyze');
    default:
      throw new TrinoError('NOT_SUPPORTED', statement.location, `Unsupported statement: ${statement.kind}`);
  }
}
