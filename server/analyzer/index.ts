import type { Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import type { NullableValue } from '../../spi/value.ts';
import { castValue } from '../function/castValue.ts';
import { canCoerce } from '../function/coercion.ts';
import type { FunctionResolver } from '../function/resolution.ts';
import type { Metadata } from '../metadata/metadata.ts';
import type { Plan } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { AnalysisContext, type AnalyzeOptions } from './analysisContext.ts';
import { Collector } from './aggregation/collector.ts';
import { constantValue } from './expression/constants.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { declareFunction } from './routine/inlineFunctions.ts';
import { outputNames } from './queryAnalyzer.ts';
import { EMPTY_SCOPE } from './scope.ts';
import { analyzeStatement } from './statementAnalyzer.ts';
import { EMPTY_WITH } from './with.ts';

export type { AnalyzeOptions, OutputTarget, TableInput } from './analysisContext.ts';
export type { ReferencedTableFunction } from './referencedTableFunctions.ts';
export { referencedTableFunctions } from './referencedTableFunctions.ts';
export type { ReferencedTable } from './referencedTables.ts';
export { referencedTables, referencedTablesOfView } from './referencedTables.ts';
export { pathElementText, referencedFunctions, referencedFunctionsOfView, sqlPath } from './routine/sqlPath.ts';
export type { Analysis } from './statementAnalyzer.ts';
export { analyzeStatement } from './statementAnalyzer.ts';
export { referencedByFunction, storedSpecification } from './routine/storedFunctions.ts';
export { staleReason } from './views.ts';

/** The initial plan of a statement that reads or writes rows. */
export function analyze(statement: ast.Statement, options: AnalyzeOptions): Plan {
  return analyzeStatement(statement, options).plan;
}

export interface DescribedColumn {
  readonly name: string;
  readonly type: Type;
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly aliased: boolean;
}

/** DESCRIBE INPUT and OUTPUT, CREATE VIEW: the columns of the result and the types of `?`. */
export function describeStatement(
  statement: ast.Statement,
  options: Omit<AnalyzeOptions, 'describe'>,
): { readonly columns: readonly DescribedColumn[]; readonly parameterTypes: readonly Type[] } {
  const { fields, parameterTypes } = analyzeStatement(statement, { ...options, describe: true });
  const names = outputNames(fields);
  const columns = fields.map(({ symbol, origin, aliased }, i) => ({
    name: names[i] ?? symbol.name,
    type: symbol.type,
    catalog: origin?.catalog,
    schema: origin?.schema,
    table: origin?.table,
    aliased,
  }));
  return { columns, parameterTypes };
}

/** CREATE FUNCTION: raises what is wrong with the function. */
export function validateFunction(node: ast.FunctionSpecification, options: AnalyzeOptions): void {
  declareFunction(new AnalysisContext(options), node, node.name.parts.map(({ value }) => value.toLowerCase()).join('.'));
}

export interface ConstantOptions {
  readonly session: Session;
  readonly functions: FunctionResolver;
  readonly parameters?: readonly ast.Expression[];
  /** What the value is coerced to. */
  readonly type?: Type;
}

const NO_METADATA: Metadata = { catalogExists: () => false, schemaExists: () => false, resolve: () => undefined };

/** The value of an expression without columns: of SET SESSION, of properties, of CALL. */
export function analyzeConstant(expression: ast.Expression, { session, functions, parameters = [], type }: ConstantOptions): NullableValue {
  const context = new AnalysisContext({ session, functions, parameters, metadata: NO_METADATA });
  const analyzer = new ExpressionAnalyzer({ context, scope: EMPTY_SCOPE, collector: new Collector(), with: EMPTY_WITH });
  const analyzed = analyzer.analyze(expression);
  if (type !== undefined && !canCoerce(analyzed.type, type)) {
    throw new TrinoError('TYPE_MISMATCH', expression.location, `Cannot cast type ${typeId(analyzed.type)} to ${typeId(type)}`);
  }
  const value = constantValue(analyzed, session);
  if (value === undefined) throw new TrinoError('EXPRESSION_NOT_CONSTANT', expression.location, 'Constant expression cannot contain column references');
  return type === undefined ? value : { type, value: castValue(value.value, value.type, type, session) };
}
