import { failureFunctions } from './failure.ts';
import { formatFunctions } from './text/format.ts';
import { listAggregates } from './collection/listAggregates.ts';
import { listaggAggregates } from './text/listagg.ts';
import { mapAggregates, mapFunctions } from './collection/map.ts';
import { approxDistinct } from './sketch/approxDistinct.ts';
import { approxPercentile } from './sketch/approxPercentile.ts';
import { sketchAggregates } from './sketch/sketchAggregates.ts';
import { sketchFunctions } from './sketch/sketchFunctions.ts';
import { urlFunctions } from './url.ts';
import { binaryFunctions } from './binary/binary.ts';
import { regexpFunctions } from './text/regexp.ts';
import { lambdaFunctions } from './collection/lambdaFunctions.ts';
import { arrayFunctions } from './collection/array.ts';
import { aggregateFunctions } from './aggregate.ts';
import { arithmetic } from './number/arithmetic.ts';
import { bitwise } from './number/bitwise.ts';
import { datetime } from './temporal/datetime.ts';
import { colorFunctions } from './color.ts';
import { distribution } from './number/distribution.ts';
import { math } from './number/math.ts';
import { collectionFunctions } from './collection/collection.ts';
import type {
  AggregateImplementation,
  AggregateImplementations,
  ScalarImplementation,
  ScalarImplementations,
  WindowImplementation,
  WindowImplementations,
} from './implementation.ts';
import { greatestFunctions } from './greatest.ts';
import { jsonFunctions } from './json/json.ts';
import { sqlJsonFunctions } from './json/sqlJson.ts';
import { patternFunctions } from '../matchRecognize/matchFunction.ts';
import { sequenceFunctions } from './collection/sequence.ts';
import { stringFunctions } from './text/string.ts';
import { textNumberFunctions } from './text/textNumbers.ts';
import { wordStemFunctions } from './text/wordStem.ts';
import { windowFunctions } from './window.ts';

/** One map for each topic; a name stands in one of them. */
const scalarTopics: readonly ScalarImplementations[] = [
  failureFunctions,
  arithmetic,
  bitwise,
  datetime,
  distribution,
  math,
  stringFunctions,
  textNumberFunctions,
  formatFunctions,
  jsonFunctions,
  sqlJsonFunctions,
  greatestFunctions,
  collectionFunctions,
  arrayFunctions,
  lambdaFunctions,
  mapFunctions,
  regexpFunctions,
  binaryFunctions,
  urlFunctions,
  patternFunctions,
  sketchFunctions,
  colorFunctions,
  sequenceFunctions,
  wordStemFunctions,
];
const aggregateTopics: readonly AggregateImplementations[] = [
  listaggAggregates,
  aggregateFunctions,
  mapAggregates,
  listAggregates,
  sketchAggregates,
  { approx_distinct: approxDistinct, approx_percentile: approxPercentile },
];
const windowTopics: readonly WindowImplementations[] = [windowFunctions];

const scalars = merge(scalarTopics);
const aggregates = merge(aggregateTopics);
const windows = merge(windowTopics);

export const scalarImplementation = (name: string): ScalarImplementation | undefined => scalars.get(name);
export const aggregateImplementation = (name: string): AggregateImplementation | undefined => aggregates.get(name);
export const windowImplementation = (name: string): WindowImplementation | undefined => windows.get(name);

function merge<T>(topics: readonly Readonly<Record<string, T>>[]): ReadonlyMap<string, T> {
  const all = new Map<string, T>();
  for (const topic of topics) {
    for (const [name, implementation] of Object.entries(topic)) {
      if (all.has(name)) throw new Error(`two implementations of ${name}`);
      all.set(name, implementation);
    }
  }
  return all;
}
