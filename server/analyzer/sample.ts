import { TrinoError } from '../../spi/trinoError.ts';
import { DOUBLE } from '../../spi/type.ts';
import { castValue } from '../function/castValue.ts';
import { canCoerce } from '../function/coercion.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './aggregation/collector.ts';
import { mentionsColumns } from './columnMentions.ts';
import { constantValue } from './expression/constants.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { analyzeRelation } from './relationAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { EMPTY_SCOPE, type Scope } from './scope.ts';

const NUMBERS: readonly string[] = ['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal'];

export function analyzeSample(surroundings: QuerySurroundings, node: ast.SampledRelation, lateral: Scope): RelationPlan {
  const { context } = surroundings;
  const { percentage } = node;
  if (mentionsColumns(percentage)) throw new TrinoError('EXPRESSION_NOT_CONSTANT', percentage.location, 'Sample percentage cannot contain column references');
  const analyzer = new ExpressionAnalyzer({ context, scope: EMPTY_SCOPE, collector: new Collector(), with: surroundings.with });
  const analyzed = analyzer.analyze(percentage);
  const { type } = analyzed;
  if (!NUMBERS.includes(type.kind) && type.kind !== 'unknown') {
    throw new TrinoError('TYPE_MISMATCH', percentage.location, 'Sample percentage should be a numeric expression');
  }
  const constant = constantValue(analyzed, context.options.session);
  if (constant === undefined || !canCoerce(type, DOUBLE)) throw new TrinoError('NOT_SUPPORTED', percentage.location, 'Sample percentage must be a constant');
  const value = castValue(constant.value, type, DOUBLE, context.options.session);
  if (value === null) throw new TrinoError('INVALID_ARGUMENTS', percentage.location, 'Sample percentage cannot be NULL');
  const percent = Number(value);
  if (percent < 0) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', percentage.location, 'Sample percentage must be greater than or equal to 0');
  if (percent > 100) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', percentage.location, 'Sample percentage must be less than or equal to 100');
  const { node: source, fields } = analyzeRelation(surroundings, node.relation, lateral);
  return { node: { kind: 'sample', id: context.nextId(), source, ratio: percent / 100, type: node.type }, fields };
}
