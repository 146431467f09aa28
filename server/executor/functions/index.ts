import { failureFunctions } from './failure.ts';
import { formatFunctions } from './format.ts';
import { listAggregates } from './listAggregates.ts';
import { listaggAggregates } from './listagg.ts';
import { mapAggregates, mapFunctions } from './map.ts';
import { approxDistinct } from './sketch/approxDistinct.ts';
import { approxPercentile } from './sketch/approxPercentile.ts';
import { sketchAggregates } from './sketch/sketchAggregates.ts';
import { sketchFunctions } from './sketch/sketchFunctions.ts';
import { urlFunctions } from './url.ts';
import { binaryFunctions } from './binary.ts';
import { regexpFunctions } from './regexp.ts';
import { lambdaFunctions } from './lambdaFunctions.ts';
import { arrayFunctions } from './array.ts';
import { aggregateFunctions } from './aggregate.ts';
import { arithmetic } from './arithmetic.ts';
import { bitwise } from './bitwise.ts';
import { datetime } from './datetime.ts';
import { colorFunctions } from './color.ts';
import { distribution } from './distribution.ts';
import { math } from './math.ts';
import { collectionFunctions } from './collection.ts';
import type {
  AggregateImplementation,
  AggregateImplementations,
  ScalarImplementation,
  ScalarImplementations,
  WindowImplementation,
  WindowImplementations,
} from './implementation.ts';
import { greatestFunctions } from './greatest.ts';
import { jsonFunctions } from './json.ts';
import { sqlJsonFunctions } from './sqlJson.ts';
import { patternFunctions } from '../matchRecognize/matchFunction.ts';
import { sequenceFunctions } from './sequence.ts';
import { stringFunctions } from './string.ts';
import { textNumberFunctions } from './textNumbers.ts';
import { wordStemFunctions } from './wordStem.ts';
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
