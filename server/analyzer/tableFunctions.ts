import type { ConnectorTableFunction } from '../../spi/connector.ts';
import type { Session } from '../../spi/session.ts';
import { type Location, TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, type Type, typeId } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { castValue } from '../function/castValue.ts';
import { canCoerce } from '../function/coercion.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './aggregation/collector.ts';
import { constantValue } from './expression/constants.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { constant } from './expression/literals.ts';

import { analyzeRelation } from './relationAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { scanTable } from './scanTable.ts';
import { EMPTY_SCOPE, type Field, newField, type Scope, visibleFields } from './scope.ts';
import { canonicalName } from './selectItems.ts';

type ArgumentKind = 'expression' | 'table' | 'descriptor';

interface ArgumentSpecification {
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly type?: Type;
  readonly required: boolean;
  readonly defaultValue?: Value;
}

const BUILTIN: Readonly<Record<string, readonly ArgumentSpecification[]>> = {
  sequence: [
    { name: 'START', kind: 'expression', type: BIGINT, required: false, defaultValue: 0n },
    { name: 'STOP', kind: 'expression', type: BIGINT, required: true },
    { name: 'STEP', kind: 'expression', type: BIGINT, required: false },
  ],
  exclude_columns: [
    { name: 'INPUT', kind: 'table', required: true },
    { name: 'COLUMNS', kind: 'descriptor', required: true },
  ],
};

export function analyzeTableFunction(surroundings: QuerySurroundings, node: ast.TableFunctionInvocation, lateral: Scope): RelationPlan {
  const parts = node.name.parts.map((part) => part.value.toLowerCase());
  const builtin = parts.length === 1 || (parts.length === 3 && parts[0] === 'system' && parts[1] === 'builtin') ? parts[parts.length - 1] : undefined;
  const specification = builtin === undefined ? undefined : BUILTIN[builtin];
  if (specification === undefined) return connectorFunction(surroundings, node);
  const given = bindArguments(node, specification);
  if (node.copartitioning.length > 0) throw new TrinoError('INVALID_COPARTITIONING', node.location, 'Co-partitioning is not supported for this function');
  return builtin === 'sequence' ? sequence(surroundings, given, specification) : excludeColumns(surroundings, given, lateral);
}

type Given = ReadonlyMap<string, ast.TableFunctionArgument>;

function bindArguments(node: ast.TableFunctionInvocation, specification: readonly ArgumentSpecification[]): Given {
  const given = new Map<string, ast.TableFunctionArgument>();
  const [first] = node.arguments;
  const location = first?.location ?? node.location;
  if (node.arguments.length > specification.length) {
    const counts = `Expected at most ${specification.length} arguments, got ${node.arguments.length} arguments`;
    throw new TrinoError('INVALID_ARGUMENTS', location, `Too many arguments. ${counts}`);
  }
  const named = node.arguments.filter(({ name }) => name !== undefined).length;
  if (named > 0 && named < node.arguments.length) {
    throw new TrinoError('INVALID_ARGUMENTS', location, 'All arguments must be passed by name or all must be passed positionally');
  }
  for (const [i, argument] of node.arguments.entries()) {
    const name = argument.name === undefined ? specification[i]?.name : canonicalName(argument.name);
    const wanted = specification.find((candidate) => candidate.name === name);
    if (name !== undefined && given.has(name)) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', argument.location, `Duplicate argument name: ${name}`);
    if (wanted === undefined || name === undefined)
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', argument.location, `Unexpected argument name: ${name ?? ''}`);
    checkKind(argument, wanted);
    given.set(name, argument);
  }
  for (const { name, required } of specification) {
    if (required && !given.has(name)) throw new TrinoError('MISSING_ARGUMENT', location, `Missing argument: ${name}`);
  }
  return given;
}

function checkKind(argument: ast.TableFunctionArgument, { name, kind }: ArgumentSpecification): void {
  const { value } = argument;
  const actual: ArgumentKind = value.kind === 'tableArgument' ? 'table' : value.kind === 'descriptorArgument' ? 'descriptor' : 'expression';
  if (actual !== kind) {
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', argument.location, `Invalid argument ${name}. Expected ${kind}, got ${actual}`);
  }
}

function scalarValue({ context }: QuerySurroundings, argument: ast.TableFunctionArgument, type: Type): Value {
  const { value } = argument;
  if (value.kind === 'tableArgument' || value.kind === 'descriptorArgument') throw new Error('checked to be an expression');
  const collector = new Collector();
  const analyzed = new ExpressionAnalyzer({ context, scope: EMPTY_SCOPE, collector, with: new Map() }).analyze(value);
  if (collector.subqueries.size > 0) throw new TrinoError('EXPRESSION_NOT_CONSTANT', argument.location, 'Constant expression cannot contain a subquery');
  if (!canCoerce(analyzed.type, type)) {
    throw new TrinoError('TYPE_MISMATCH', argument.location, `Cannot cast type ${typeId(analyzed.type)} to ${typeId(type)}`);
  }
  const { session } = context.options;
  const found = constantValue(analyzed, session);
  if (found === undefined) throw new TrinoError('NOT_SUPPORTED', argument.location, 'The argument of a table function must be a literal');
  return castValue(found.value, found.type, type, session);
}

function sequence(surroundings: QuerySurroundings, given: Given, specification: readonly ArgumentSpecification[]): RelationPlan {
  const [start, stop, step] = specification.map(({ name, defaultValue }) => {
    const argument = given.get(name);
    return argument === undefined ? defaultValue : scalarValue(surroundings, argument, BIGINT);
  });
  if (start === null) throw invalid('Start is null');
  if (stop === null) throw invalid('Stop is null');
  if (step === null) throw invalid('Step is null');
  if (typeof start !== 'bigint' || typeof stop !== 'bigint') throw new Error('sequence counts in bigint');
  const stepValue = typeof step === 'bigint' ? step : 1n;
  if (start < stop && stepValue <= 0n) throw invalid(`Step must be positive for sequence [${start}, ${stop}]`);
  if (start > stop && stepValue >= 0n) throw invalid(`Step must be negative for sequence [${start}, ${stop}]`);
  const { context } = surroundings;
  const symbol = context.symbols.newSymbol('sequential_number', BIGINT);
  const values = [start, stop, stepValue].map((value) => constant(BIGINT, value));
  return {
    node: { kind: 'tableFunction', id: context.nextId(), name: 'sequence', arguments: values, outputs: [symbol] },
    fields: [newField('sequential_number', symbol)],
  };
}

function invalid(message: string, location?: Location): TrinoError {
  return new TrinoError('INVALID_FUNCTION_ARGUMENT', location, message);
}

function excludeColumns(surroundings: QuerySurroundings, given: Given, lateral: Scope): RelationPlan {
  const input = given.get('INPUT');
  const columns = given.get('COLUMNS');
  if (input?.value.kind !== 'tableArgument' || columns?.value.kind !== 'descriptorArgument') throw new Error('checked to be table and descriptor');
  const { value } = input;
  if (value.partitionBy !== undefined) throw invalid('Invalid argument INPUT. Partitioning specified for table argument with row semantics', input.location);
  if (value.orderBy !== undefined) throw invalid('Invalid argument INPUT. Ordering specified for table argument with row semantics', input.location);
  const plan = analyzeRelation(surroundings, value.table, lateral);
  const descriptor = columns.value.fields;
  if (descriptor === undefined) throw invalid('COLUMNS descriptor is null');
  if (descriptor.some(({ type }) => type !== undefined)) throw invalid('COLUMNS descriptor contains types');
  const fields = visibleFields(plan.fields);
  const excluded = new Set(descriptor.map(({ name }) => name.value.toLowerCase()));
  const missing = [...excluded].filter((name) => !fields.some((field) => field.name?.toLowerCase() === name));
  if (missing.length > 0) throw invalid(`Excluded columns: [${missing.join(', ')}] not present in the table`);
  const kept = fields.filter(({ name }) => name === undefined || !excluded.has(name.toLowerCase()));
  if (kept.length === 0) throw invalid('All columns are excluded');
  return { node: plan.node, fields: kept.map((field): Field => ({ ...field, relationAlias: undefined })) };
}

/** Catalog, schema and name; the session's catalog where none is named. */
export function connectorFunctionName({ name }: ast.TableFunctionInvocation, session: Session): readonly string[] {
  const parts = name.parts.map((part) => part.value.toLowerCase());
  return parts.length === 2 && session.catalog !== undefined ? [session.catalog.toLowerCase(), ...parts] : parts;
}

/** A function of a catalog becomes the scan of the table that it describes; it was asked before the analysis. */
function connectorFunction(surroundings: QuerySurroundings, node: ast.TableFunctionInvocation): RelationPlan {
  const written = node.name.parts.map((part) => part.value.toLowerCase()).join('.');
  const notRegistered = new TrinoError('FUNCTION_NOT_FOUND', node.location, `Table function '${written}' not registered`);
  const parts = connectorFunctionName(node, surroundings.context.options.session);
  const [catalog = '', schema = '', name = ''] = parts;
  const { metadata } = surroundings.context.options;
  if (parts.length !== 3) throw notRegistered;
  if (!metadata.catalogExists(catalog)) throw new TrinoError('CATALOG_NOT_FOUND', node.location, `Catalog '${catalog}' not found`);
  const found = metadata.catalog?.(catalog)?.connector.tableFunctions?.find((candidate) => candidate.schema === schema && candidate.name === name);
  if (found === undefined) throw notRegistered;
  const values = connectorValues(surroundings, node, found);
  const resolved = metadata.tableFunction?.({ catalog, schema, object: name }, values);
  if (resolved === undefined) throw new TrinoError('NOT_SUPPORTED', node.location, `Table function ${parts.join('.')} is not supported in this context`);
  const plan = scanTable(surroundings, resolved, []);
  return { node: plan.node, fields: plan.fields.map((field): Field => ({ ...field, relationAlias: undefined, origin: undefined })) };
}

export function connectorValues(
  surroundings: QuerySurroundings,
  node: ast.TableFunctionInvocation,
  { arguments: wanted }: ConnectorTableFunction,
): readonly Value[] {
  const specification = wanted.map((argument): ArgumentSpecification => ({ ...argument, name: argument.name.toUpperCase(), kind: 'expression' }));
  const given = bindArguments(node, specification);
  return specification.map(({ name, type, defaultValue }): Value => {
    const argument = given.get(name);
    if (argument === undefined || type === undefined) return defaultValue ?? null;
    return scalarValue(surroundings, argument, type);
  });
}
