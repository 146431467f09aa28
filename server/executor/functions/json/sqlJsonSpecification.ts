import type { JsonPath } from '../../../function/jsonPath.ts';
import { parseJsonPath } from '../../../function/jsonPathParser.ts';

const CACHE_MAX = 1_000;

/** What is made of a constant text, kept for the next row. */
function cached<T>(make: (text: string) => T): (text: string) => T {
  const cache = new Map<string, T>();
  return (text) => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (cache.size >= CACHE_MAX) cache.clear();
    cache.set(text, made);
    return made;
  };
}

const parsedSpecification = cached<unknown>((text) => JSON.parse(text));

/** The specification that the analyzer wrote as JSON. */
export function readSpecification<T>(text: unknown): T {
  return parsedSpecification(String(text)) as T;
}

export const jsonPathOf: (text: string) => JsonPath = cached((text) => parseJsonPath(text));
