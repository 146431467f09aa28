import { TrinoError } from '../../../../spi/trinoError.ts';

const CACHE_MAX = 1_000;
const cache = new Map<string, readonly (string | number)[]>();

/** The paths of json_extract: `$.a.b`, `$['a']`, `$["a"]`, `$[0]`, `$.a[0].b`. */
export function simpleJsonPath(path: string): readonly (string | number)[] {
  const known = cache.get(path);
  if (known !== undefined) return known;
  const steps = tokenize(path);
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(path, steps);
  return steps;
}

const NAME = /^[\p{L}\p{N}_:]+$/u;
const STEP = /\.([^.[\]\s"']+)|\.?\[(?:(\d+)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\]"']+))\]/y;

function tokenize(path: string): (string | number)[] {
  const invalid = () => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Invalid JSON path: '${path}'`);
  if (path === '') throw invalid();
  const steps: (string | number)[] = [];
  STEP.lastIndex = path.startsWith('$') ? 1 : 0;
  if (!path.startsWith('$')) throw invalid();
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) throw invalid();
    const [, field, index, double, single, bare] = match;
    if (field === '*' || bare?.trim() === '*') throw invalid();
    const quoted = double ?? single;
    if (!NAME.test(field ?? bare ?? '_')) throw invalid();
    if (index !== undefined) steps.push(Number(index));
    else steps.push(field ?? (quoted === undefined ? (bare ?? '').trim() : quoted.replaceAll(/\\(.)/g, '$1')));
  }
  return steps;
}
