import type { Expression } from '../../../spi/expression.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { BOOLEAN, type Type, typeId, VARCHAR } from '../../../spi/type.ts';
import { canCast } from '../../function/cast.ts';
import { canCoerce } from '../../function/coercion.ts';
import { toType } from '../../function/dataType.ts';
import { parseJsonPath } from '../../function/jsonPathParser.ts';
import type {
  JsonArraySpecification,
  JsonExistsSpecification,
  JsonObjectSpecification,
  JsonPassing,
  JsonQuerySpecification,
  JsonValueSpecification,
} from '../../plan/jsonSpecification.ts';
import type * as ast from '../../sql/ast.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { functionCall } from '../expression/expressionBuilder.ts';
import { constant } from '../expression/literals.ts';
import { canonicalName } from '../selectItems.ts';

type JsonSpecification = JsonExistsSpecification | JsonValueSpecification | JsonQuerySpecification | JsonObjectSpecification | JsonArraySpecification;

interface JsonCall {
  readonly name: string;
  readonly specification: JsonSpecification;
  readonly values: readonly Expression[];
  readonly type: Type;
  readonly location: Location;
}

function jsonCall({ name, specification, values, type, location }: JsonCall): Expression {
  return { ...functionCall(name, [constant(VARCHAR, JSON.stringify(specification)), ...values], type), location };
}

export interface AnalyzedInvocation {
  readonly input: Expression;
  readonly path: string;
  readonly inputFormat: ast.JsonFormat;
  readonly passing: readonly JsonPassing[];
  readonly values: readonly Expression[];
}

/** Input, path and PASSING, which all path functions share. */
export function analyzeInvocation(analyzer: ExpressionAnalyzer, invocation: ast.JsonPathInvocation, location: Location): AnalyzedInvocation {
  const input = readableInput(analyzer, invocation.input, invocation.inputFormat);
  const seen = new Set<string>();
  const passing: JsonPassing[] = [];
  const values = invocation.passing.map(({ name, value, format }) => {
    const key = canonicalName(name);
    if (seen.has(key)) throw new TrinoError('DUPLICATE_PARAMETER_NAME', name.location, `${key} JSON path parameter is specified more than once`);
    seen.add(key);
    const implied = format ?? (isJsonConstructor(value) ? 'JSON' : undefined);
    passing.push({ name: key, ...(implied && { format: implied }) });
    return implied === undefined ? parameterValue(analyzer, value, location) : readableInput(analyzer, value, implied);
  });
  parseJsonPath(invocation.path, invocation.pathLocation);
  checkVariables(invocation, seen);
  return { input, path: invocation.path, inputFormat: invocation.inputFormat, passing, values };
}

/** JSON_QUERY, JSON_OBJECT and JSON_ARRAY give JSON text. */
function isJsonConstructor(node: ast.Expression): boolean {
  return node.kind === 'jsonQuery' || node.kind === 'jsonObject' || node.kind === 'jsonArray';
}

const formatName = (format: ast.JsonFormat): string => (format === 'JSON' ? 'JSON' : `JSON ENCODING ${format}`);

function readableInput(analyzer: ExpressionAnalyzer, node: ast.Expression, format: ast.JsonFormat): Expression {
  const value = analyzer.analyze(node);
  const { kind } = value.type;
  const text = kind === 'varchar' || kind === 'char' || kind === 'unknown';
  if (kind !== 'varbinary' && !(format === 'JSON' && text)) {
    throw new TrinoError('TYPE_MISMATCH', node.location, `Cannot read input of type ${typeId(value.type)} as JSON using formatting ${formatName(format)}`);
  }
  return kind === 'unknown' ? analyzer.coerce(value, VARCHAR) : value;
}

const SCALARS: readonly Type['kind'][] = ['varchar', 'char', 'boolean', 'tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal', 'unknown'];
const DATETIMES: readonly Type['kind'][] = ['date', 'time', 'time with time zone', 'timestamp', 'timestamp with time zone'];

function parameterValue(analyzer: ExpressionAnalyzer, node: ast.Expression, location: Location): Expression {
  const value = analyzer.analyze(node);
  if (SCALARS.includes(value.type.kind) || DATETIMES.includes(value.type.kind)) return value;
  if (!canCast(value.type, VARCHAR)) throw new TrinoError('NOT_SUPPORTED', location, `Unsupported type of JSON path parameter: ${typeId(value.type)}`);
  return { kind: 'cast', value, type: VARCHAR, safe: false };
}

function checkVariables({ path, pathLocation }: ast.JsonPathInvocation, passed: ReadonlySet<string>): void {
  const withoutText = path.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  for (const [, name = ''] of withoutText.matchAll(/\$([A-Za-z_][A-Za-z0-9_]*)/g)) {
    if (passed.has(name)) continue;
    const hint = passed.has(name.toUpperCase()) ? `. Try quoting "${name}" in the PASSING clause to match case` : '';
    throw new TrinoError('INVALID_PATH', pathLocation, `no value passed for parameter ${name}${hint}`);
  }
}

export function analyzeJsonExists(analyzer: ExpressionAnalyzer, node: ast.JsonExists): Expression {
  const { input, values, ...invocation } = analyzeInvocation(analyzer, node.invocation, node.location);
  const specification = { ...invocation, errorBehavior: node.errorBehavior };
  return jsonCall({ name: '$json_exists', specification, values: [input, ...values], type: BOOLEAN, location: node.location });
}

export function analyzeJsonValue(analyzer: ExpressionAnalyzer, node: ast.JsonValue): Expression {
  const { input, values, ...invocation } = analyzeInvocation(analyzer, node.invocation, node.location);
  const type = node.returning === undefined ? VARCHAR : toType(node.returning, node.location);
  checkValueType(type, node.location);
  const defaults = [valueDefault(analyzer, node.emptyDefault, type, 'EMPTY'), valueDefault(analyzer, node.errorDefault, type, 'ERROR')];
  const specification = { ...invocation, emptyBehavior: node.emptyBehavior, errorBehavior: node.errorBehavior ?? 'NULL' } as const;
  return jsonCall({ name: '$json_value', specification, values: [input, ...defaults, ...values], type, location: node.location });
}

export function checkValueType(type: Type, location: Location): void {
  if ((SCALARS.includes(type.kind) && type.kind !== 'unknown') || DATETIMES.includes(type.kind)) return;
  throw new TrinoError('TYPE_MISMATCH', location, `Invalid return type of function JSON_VALUE: ${typeId(type)}`);
}

export function valueDefault(analyzer: ExpressionAnalyzer, node: ast.Expression | undefined, type: Type, clause: 'EMPTY' | 'ERROR'): Expression {
  if (node === undefined) return constant(type, null);
  const value = analyzer.analyze(node);
  if (!canCoerce(value.type, type)) {
    const message = `Function JSON_VALUE default ON ${clause} result must evaluate to a ${typeId(type)} (actual: ${typeId(value.type)})`;
    throw new TrinoError('TYPE_MISMATCH', node.location, message);
  }
  return analyzer.coerce(value, type);
}

export function analyzeJsonQuery(analyzer: ExpressionAnalyzer, node: ast.JsonQuery): Expression {
  const { input, values, ...invocation } = analyzeInvocation(analyzer, node.invocation, node.location);
  const type = node.returning === undefined ? VARCHAR : toType(node.returning, node.location);
  checkWrapper(node, node.location);
  const outputFormat = checkOutput(type, node.outputFormat, node.location);
  const { wrapper, emptyBehavior, errorBehavior = 'NULL' } = node;
  const specification = { ...invocation, wrapper, omitQuotes: node.quotes === 'OMIT', outputFormat, emptyBehavior, errorBehavior };
  return jsonCall({ name: '$json_query', specification, values: [input, ...values], type, location: node.location });
}

export function checkWrapper({ wrapper, quotes }: Pick<ast.JsonQuery, 'wrapper' | 'quotes'>, location: Location): void {
  if (wrapper === 'WITHOUT' || quotes === undefined) return;
  throw new TrinoError('INVALID_FUNCTION_ARGUMENT', location, `${quotes} QUOTES behavior specified with WITH ${wrapper} ARRAY WRAPPER behavior`);
}

export function checkOutput(type: Type, format: ast.JsonFormat = 'JSON', location: Location): ast.JsonFormat {
  const text = type.kind === 'varchar' || type.kind === 'char';
  if (type.kind === 'varbinary' || (format === 'JSON' && text)) return format;
  throw new TrinoError('TYPE_MISMATCH', location, `Cannot output JSON value as ${typeId(type)} using formatting ${formatName(format)}`);
}

interface Part {
  readonly value: ast.Expression;
  readonly format?: ast.JsonFormat;
}

/** A member's or element's value, and whether it is JSON text. */
function partValue(
  analyzer: ExpressionAnalyzer,
  { value: node, format }: Part,
  name: string,
  location: Location,
): { readonly value: Expression; readonly format: ast.JsonFormat | null } {
  const implied = format ?? (isJsonConstructor(node) ? 'JSON' : undefined);
  if (implied !== undefined) return { value: readableInput(analyzer, node, implied), format: implied };
  const value = analyzer.analyze(node);
  if (SCALARS.includes(value.type.kind)) return { value, format: null };
  if (!canCast(value.type, VARCHAR))
    throw new TrinoError('NOT_SUPPORTED', location, `Unsupported type of value passed to ${name} function: ${typeId(value.type)}`);
  return { value: { kind: 'cast', value, type: VARCHAR, safe: false }, format: null };
}

export function analyzeJsonObject(analyzer: ExpressionAnalyzer, node: ast.JsonObject): Expression {
  const formats: (ast.JsonFormat | null)[] = [];
  const values = node.members.flatMap((member) => {
    const key = analyzer.analyze(member.key);
    if (key.type.kind !== 'varchar' && key.type.kind !== 'char') {
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', member.key.location, `Invalid type of JSON object key: ${typeId(key.type)}`);
    }
    const { value, format } = partValue(analyzer, member, 'JSON_OBJECT', node.location);
    formats.push(format);
    return [key, value];
  });
  const type = node.returning === undefined ? VARCHAR : toType(node.returning, node.location);
  const outputFormat = checkOutput(type, node.outputFormat, node.location);
  const { nullOnNull, uniqueKeys } = node;
  return jsonCall({ name: '$json_object', specification: { formats, nullOnNull, uniqueKeys, outputFormat }, values, type, location: node.location });
}

export function analyzeJsonArray(analyzer: ExpressionAnalyzer, node: ast.JsonArray): Expression {
  const parts = node.elements.map((element) => partValue(analyzer, element, 'JSON_ARRAY', node.location));
  const type = node.returning === undefined ? VARCHAR : toType(node.returning, node.location);
  const outputFormat = checkOutput(type, node.outputFormat, node.location);
  const specification = { formats: parts.map(({ format }) => format), nullOnNull: node.nullOnNull, outputFormat };
  return jsonCall({ name: '$json_array', specification, values: parts.map(({ value }) => value), type, location: node.location });
}
