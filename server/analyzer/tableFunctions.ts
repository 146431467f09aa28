import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import type { Scope } from './scope.ts';

export function analyzeTableFunction(_surroundings: QuerySurroundings, node: ast.TableFunctionInvocation, _scope: Scope): RelationPlan {
  throw new TrinoError('NOT_SUPPORTED', node.location, 'Table functions are not supported');
}
