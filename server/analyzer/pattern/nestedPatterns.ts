import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import type * as ast from '../../sql/ast.ts';

/** MATCH_RECOGNIZE in a subquery of a measure or of a condition of another one: NESTED_ROW_PATTERN_RECOGNITION. */
export function refuseNestedPatterns({ measures, definitions }: ast.PatternRecognition): void {
  const location = findPattern([measures, definitions]);
  if (location !== undefined) throw new TrinoError('NESTED_ROW_PATTERN_RECOGNITION', location, 'nested row pattern recognition in row pattern recognition');
}

function findPattern(node: unknown): Location | undefined {
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return undefined;
  if (isPattern(node)) return node.location;
  for (const child of Object.values(node)) {
    const found = findPattern(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isPattern = (node: object): node is ast.PatternRecognition => 'kind' in node && node.kind === 'patternRecognition';
