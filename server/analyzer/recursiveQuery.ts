import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import type { Field } from './scope.ts';

/** The table of a recursive query as its own step sees it. */
export interface RecursiveReference {
  readonly kind: 'recursiveReference';
  readonly name: string;
  readonly fields: readonly Field[];
}

export function analyzeRecursiveQuery(_surroundings: QuerySurroundings, node: ast.WithQuery): RelationPlan | undefined {
  throw new TrinoError('NOT_SUPPORTED', node.location, 'WITH RECURSIVE is not supported');
}
