import { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import type { Plan } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { AnalysisContext, type AnalyzeOptions, type OutputTarget, type TableInput } from './analysisContext.ts';
import { analyzeQuery, outputNode } from './queryAnalyzer.ts';
import { EMPTY_SCOPE, type Field, visibleFields } from './scope.ts';
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
  const context = new AnalysisContext(options);
  if (statement.kind !== 'query') throw new TrinoError('NOT_SUPPORTED', statement.location, `Unsupported statement: ${statement.kind}`);
  const planned = analyzeQuery({ context, outer: EMPTY_SCOPE, with: EMPTY_WITH }, statement);
  const root = outputNode(context.nextId(), planned);
  return {
    plan: { root, warnings: context.warnings },
    fields: visibleFields(planned.fields),
    parameterTypes: context.parameterTypes,
    inputs: [...context.inputs.values()],
    output: undefined,
  };
}

