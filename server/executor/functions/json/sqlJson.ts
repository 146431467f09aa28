import { stringHash } from '../../../function/formatter/valueText.ts';
import type { StandardErrorName } from '../../../../spi/errorCode.ts';
import { TrinoError } from '../../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { canCast } from '../../../function/cast.ts';
import { type CastSession, castValue, truncate } from '../../../function/castValue.ts';
import type {
  JsonArraySpecification,
  JsonExistsSpecification,
  JsonFormat,
  JsonObjectSpecification,
  JsonPassing,
  JsonQuerySpecification,
  JsonValueSpecification,
} from '../../../plan/jsonSpecification.ts';
import { type ScalarImplementation, type ScalarImplementations, sqlString } from '../implementation.ts';
import { PathEvaluationError } from './jsonPathError.ts';
import { evaluateJsonPath } from './jsonPathEvaluator.ts';
import { asNode, itemText, type PathItem, typedValue } from './jsonPathItem.ts';
import type { JsonNode } from './jsonNode.ts';
import { encode, JsonInputError, readInput, readVariables } from './sqlJsonInput.ts';
import { jsonPathOf, readSpecification } from './sqlJsonSpecification.ts';

export interface SqlJsonTypes {
  readonly argumentTypes: readonly Type[];
  readonly returnType: Type;
  readonly session: CastSession;
}

const UNKNOWN: Type = { kind: 'unknown' };

type Evaluate = (values: readonly Value[], types: SqlJsonTypes) => Value;

/** The specification, the time zone and the day of the session, then the call's values. */
function sqlJson(evaluate: Evaluate): ScalarImplementation {
  return {
    mayFail: true,
    emit: (call, context) => {
      const argumentTypes = call.argumentTypes.slice(1);
      const { returnType } = call;
      const udf = context.udf({
        name: call.name,
        parameterTypes: [{ kind: 'varchar' }, { kind: 'varchar' }, { kind: 'bigint' }, ...argumentTypes],
        returnType,
        nulls: 'handled',
        evaluate: (specification, timeZone, startMicros, ...values) =>
          evaluate([specification ?? null, ...values], {
            argumentTypes,
            returnType,
            session: { timeZone: String(timeZone), startMicros: typeof startMicros === 'bigint' ? startMicros : 0n },
          }),
      });
      const { timeZone, startMicros } = context.session;
      const [specification = "''", ...values] = call.arguments;
      checkPath(call.expressions[0]);
      return udf(specification, sqlString(timeZone), `CAST(${startMicros} AS BIGINT)`, ...values);
    },
  };
}

/** A path that cannot be read is an error of the statement, not of its rows. */
function checkPath(specification: { readonly kind: string; readonly value?: unknown } | undefined): void {
  if (specification?.kind !== 'constant') return;
  const { path } = readSpecification<{ readonly path?: string }>(specification.value);
  if (path !== undefined) jsonPathOf(path);
}

interface Invocation {
  readonly path: string;
  readonly inputFormat: JsonFormat;
  readonly passing: readonly JsonPassing[];
}

export class SqlJsonFailure extends Error {
  readonly errorName: StandardErrorName;

  constructor(errorName: StandardErrorName, message: string) {
    super(message);
    this.errorName = errorName;
  }
}

/** What the path finds; undefined: the input is NULL. Raises SqlJsonFailure. */
function find({ path, inputFormat, passing }: Invocation, values: readonly Value[], skipped: number, types: readonly Type[]): readonly PathItem[] | undefined {
  const [input = null] = values;
  if (input === null) return undefined;
  return failing(() => {
    const item = readInput(input, types[0] ?? UNKNOWN, inputFormat);
    const variables = readVariables(passing, values.slice(1 + skipped), types.slice(1 + skipped));
    return evaluateJsonPath(jsonPathOf(path), item, variables);
  });
}

export function failing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PathEvaluationError) throw new SqlJsonFailure('PATH_EVALUATION_ERROR', `path evaluation failed: ${error.message}`);
    if (error instanceof JsonInputError) throw new SqlJsonFailure('JSON_INPUT_CONVERSION_ERROR', error.message);
    throw error;
  }
}

/** `run`, and what ON ERROR says where it fails. */
function onError(run: () => Value, recover: ((failure: SqlJsonFailure) => Value) | undefined): Value {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof SqlJsonFailure)) throw error;
    if (recover !== undefined) return recover(error);
    throw raised(error);
  }
}

/** An error that ON ERROR does not see. */
const raised = ({ errorName, message }: SqlJsonFailure): TrinoError => new TrinoError(errorName, undefined, message);

const exists: Evaluate = ([specification, ...values], { argumentTypes }) => {
  const invocation = readSpecification<JsonExistsSpecification>(specification);
  const { errorBehavior } = invocation;
  const answer = errorBehavior === 'TRUE' ? true : errorBehavior === 'FALSE' ? false : null;
  return onError(
    () => {
      const items = find(invocation, values, 0, argumentTypes);
      return items === undefined ? null : items.length > 0;
    },
    errorBehavior === 'ERROR' ? undefined : () => answer,
  );
};

type ValueBehaviors = Pick<JsonValueSpecification, 'emptyBehavior' | 'errorBehavior'>;

/** JSON_VALUE of what a path found. */
export function valueOf(
  search: () => readonly PathItem[] | undefined,
  behaviors: ValueBehaviors,
  defaults: readonly [Value, Value],
  { returnType, session }: Pick<SqlJsonTypes, 'returnType' | 'session'>,
): Value {
  const recover = behaviors.errorBehavior === 'ERROR' ? undefined : () => (behaviors.errorBehavior === 'DEFAULT' ? defaults[1] : null);
  return onError(() => {
    const items = search();
    if (items === undefined) return null;
    const [item, another] = items;
    if (another !== undefined) throw noScalar('JSON path found multiple items');
    if (item === undefined) {
      if (behaviors.emptyBehavior === 'ERROR') throw raised(noScalar('JSON path found no items'));
      return behaviors.emptyBehavior === 'DEFAULT' ? defaults[0] : null;
    }
    if (item.kind === 'null') return null;
    const scalar = typedValue(item);
    if (scalar === undefined) throw noScalar('JSON path found an item that cannot be converted to an SQL value');
    return cast(scalar.value, scalar.type, returnType, session);
  }, recover);
}

const noScalar = (message: string): SqlJsonFailure => new SqlJsonFailure('JSON_VALUE_RESULT_ERROR', `cannot extract SQL scalar from JSON: ${message}`);

function cast(value: Value, from: Type, to: Type, session: CastSession): Value {
  const failure = () =>
    noScalar(`Cannot cast value of type ${typeId(from).replace(/^varchar\(\d+\)$/, 'varchar')} to declared return type of function JSON_VALUE: ${typeId(to)}`);
  if (typeId(from) === typeId(to) || value === null) return value;
  if (!canCast(from, to)) throw failure();
  try {
    return castValue(value, from, to, session);
  } catch (error) {
    if (error instanceof TrinoError && error.errorName !== 'NOT_SUPPORTED') throw failure();
    throw error;
  }
}

const value: Evaluate = ([specification, ...values], types) => {
  const invocation = readSpecification<JsonValueSpecification>(specification);
  return valueOf(() => find(invocation, values, 2, types.argumentTypes), invocation, [values[1] ?? null, values[2] ?? null], types);
};

type QueryBehaviors = Pick<JsonQuerySpecification, 'wrapper' | 'omitQuotes' | 'outputFormat' | 'emptyBehavior' | 'errorBehavior'>;

/** JSON_QUERY of what a path found. */
export function queryOf(search: () => readonly PathItem[] | undefined, specification: QueryBehaviors, returnType: Type): Value {
  const { wrapper, omitQuotes, outputFormat, emptyBehavior, errorBehavior } = specification;
  const constant = (behavior: 'NULL' | 'EMPTY ARRAY' | 'EMPTY OBJECT') =>
    behavior === 'NULL' ? null : output(behavior === 'EMPTY ARRAY' ? '[]' : '{}', returnType, outputFormat);
  return onError(
    () => {
      const items = search();
      if (items === undefined) return null;
      const [item, another] = items;
      if (item === undefined) {
        if (emptyBehavior === 'ERROR') throw raised(noJson('JSON path found no items'));
        return constant(emptyBehavior);
      }
      const single = another === undefined;
      const wraps = wrapper === 'UNCONDITIONAL' || (wrapper === 'CONDITIONAL' && !(single && (item.kind === 'array' || item.kind === 'object')));
      if (!wraps && !single) throw noJson('JSON path found multiple items');
      if (wraps) return output(`[${items.map(textOf).join(',')}]`, returnType, outputFormat);
      const node = omitQuotes && item.kind === 'typed' ? asNode(item) : item;
      if (omitQuotes && node?.kind === 'string') return output(node.value, returnType, outputFormat);
      return output(textOf(item), returnType, outputFormat);
    },
    errorBehavior === 'ERROR' ? undefined : () => constant(errorBehavior),
  );
}

const noJson = (message: string): SqlJsonFailure => new SqlJsonFailure('JSON_OUTPUT_CONVERSION_ERROR', `conversion from JSON failed: ${message}`);

function textOf(item: PathItem): string {
  const text = itemText(item);
  if (text !== undefined) return text;
  const type = item.kind === 'typed' ? typeId(item.type) : item.kind;
  throw noJson(`JSON path returned a scalar SQL value of type ${type} that cannot be represented as JSON`);
}

function output(text: string, type: Type, format: JsonFormat): Value {
  if (type.kind === 'varbinary') return encode(text, format);
  if (type.kind === 'char') return truncate(text, type.length).replace(/ +$/, '');
  return type.kind === 'varchar' && type.length !== undefined ? truncate(text, type.length) : text;
}

const query: Evaluate = ([specification, ...values], { argumentTypes, returnType }) => {
  const invocation = readSpecification<JsonQuerySpecification>(specification);
  return queryOf(() => find(invocation, values, 0, argumentTypes), invocation, returnType);
};

/** A member or an element: JSON where it has a format. */
function part(value: Value, type: Type, format: JsonFormat | null): JsonNode {
  const item = format === null ? undefined : readPart(value, type, format);
  if (item !== undefined && item.kind !== 'typed') return item;
  const node = value === null ? ({ kind: 'null' } as const) : asNode({ kind: 'typed', type, value });
  if (node === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Unsupported type of value passed to JSON constructor: ${typeId(type)}`);
  return node;
}

function readPart(value: Value, type: Type, format: JsonFormat): PathItem | undefined {
  try {
    return readInput(value, type, format);
  } catch (error) {
    if (error instanceof JsonInputError) throw new TrinoError('JSON_INPUT_CONVERSION_ERROR', undefined, error.message);
    throw error;
  }
}

/** In the order of Java's HashMap. */
function hashOrdered(members: ReadonlyMap<string, JsonNode>): ReadonlyMap<string, JsonNode> {
  let size = 16;
  while (members.size > size * 0.75) size *= 2;
  const bucket = (name: string): number => {
    const hash = stringHash(name);
    return (hash ^ (hash >>> 16)) & (size - 1);
  };
  return new Map([...members].sort(([a], [b]) => bucket(a) - bucket(b)));
}

const object: Evaluate = ([specification, ...values], { argumentTypes, returnType }) => {
  const { formats, nullOnNull, uniqueKeys, outputFormat } = readSpecification<JsonObjectSpecification>(specification);
  const members = new Map<string, JsonNode>();
  for (const [at, format] of formats.entries()) {
    const [key = null, member = null] = [values[at * 2], values[at * 2 + 1]];
    if (key === null) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'null value passed for JSON object key to JSON_OBJECT function');
    const name = String(key);
    const node = part(member, argumentTypes[at * 2 + 1] ?? UNKNOWN, format);
    if (member === null && !nullOnNull) continue;
    if (members.has(name)) {
      if (uniqueKeys) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'duplicate key passed to JSON_OBJECT function');
      throw new TrinoError('NOT_SUPPORTED', undefined, 'cannot construct a JSON object with duplicate key');
    }
    members.set(name, node);
  }
  return output(textOf({ kind: 'object', members: hashOrdered(members) }), returnType, outputFormat);
};

const array: Evaluate = ([specification, ...values], { argumentTypes, returnType }) => {
  const { formats, nullOnNull, outputFormat } = readSpecification<JsonArraySpecification>(specification);
  const items = formats.flatMap((format, at) => {
    const element = values[at] ?? null;
    return element === null && !nullOnNull ? [] : [part(element, argumentTypes[at] ?? UNKNOWN, format)];
  });
  return output(textOf({ kind: 'array', items }), returnType, outputFormat);
};

export const sqlJsonFunctions: ScalarImplementations = {
  $json_exists: sqlJson(exists),
  $json_value: sqlJson(value),
  $json_query: sqlJson(query),
  $json_object: sqlJson(object),
  $json_array: sqlJson(array),
};
