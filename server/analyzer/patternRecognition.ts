import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import type { Scope } from './scope.ts';
import type { JoinedSource } from './unnest.ts';

export function analyzePatternRecognition(_surroundings: QuerySurroundings, node: ast.PatternRecognition, _scope: Scope, _joined?: JoinedSource): RelationPlan {
  throw new TrinoError('NOT_SUPPORTED', node.location, 'MATCH_RECOGNIZE is not supported');
}
