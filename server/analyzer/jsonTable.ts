import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import type { Scope } from './scope.ts';
import type { JoinedSource } from './unnest.ts';

export function analyzeJsonTable(_surroundings: QuerySurroundings, node: ast.JsonTable, _scope: Scope, _joined?: JoinedSource): RelationPlan {
  throw new TrinoError('NOT_SUPPORTED', node.location, 'JSON_TABLE is not supported');
}
