import type { LanguageFunction } from '../../../spi/languageFunction.ts';
import { type Location, TrinoError, unreachable } from '../../../spi/trinoError.ts';
import { sqlPath } from '../../analyzer/index.ts';
import { toType } from '../../function/dataType.ts';
import type { QualifiedObjectName } from '../../metadata/metadata.ts';
import type { DataType, FunctionSpecification, QualifiedName, StatementOf } from '../../sql/ast.ts';
import { formatFunctionSpecification } from '../../sql/formatter/formatRoutines.ts';
import { catalogPart, notSupported, type TaskContext, type TaskResult } from './task.ts';

export async function createFunction(context: TaskContext, statement: StatementOf<'createFunction'>): Promise<TaskResult> {
  const { specification, replace, location } = statement;
  const name = functionName(specification.name, location);
  await context.validateFunction(specification);
  const { transaction, session } = catalogPart(context, name.catalog, undefined);
  if (transaction.createFunction === undefined) throw notSupported('creating functions');
  const stored = (await transaction.listFunctions?.(session, name.schema)) ?? [];
  const definition = definitionOf(context, name, specification);
  if (!replace && stored.some((other) => isSame(other, definition))) throw new TrinoError('ALREADY_EXISTS', location, 'Function already exists');
  context.transaction.checkWrite(name.catalog);
  await transaction.createFunction(session, definition, replace);
  return { updateType: 'CREATE FUNCTION' };
}

export async function dropFunction(context: TaskContext, statement: StatementOf<'dropFunction'>): Promise<TaskResult> {
  const result = { updateType: 'DROP FUNCTION' };
  const name = functionName(statement.name, statement.location);
  const signatureToken = tokenOf(statement.parameters);
  const part = context.transaction.catalogExists(name.catalog) ? catalogPart(context, name.catalog, statement.location) : undefined;
  const stored = (await part?.transaction.listFunctions?.(part.session, name.schema)) ?? [];
  const definition = stored.find((candidate) => candidate.name === name.object && candidate.signatureToken === signatureToken);
  if (part === undefined || definition === undefined) {
    for (const { type } of statement.parameters) checkKnown(type);
    if (statement.ifExists) return result;
    throw new TrinoError('NOT_FOUND', statement.location, 'Function not found');
  }
  if (part.transaction.dropFunction === undefined) throw notSupported('dropping functions');
  context.transaction.checkWrite(name.catalog);
  await part.transaction.dropFunction(part.session, definition);
  return result;
}

function checkKnown(type: DataType): void {
  try {
    toType(type, type.location);
  } catch (error) {
    if (error instanceof TrinoError && error.errorName === 'TYPE_MISMATCH')
      throw new TrinoError('TYPE_NOT_FOUND', undefined, `Unknown type: ${typeText(type)}`, { cause: error });
    throw error;
  }
}

/** The functions stored under the name. */
export async function functionsNamed(context: TaskContext, name: QualifiedObjectName): Promise<readonly LanguageFunction[]> {
  if (!context.transaction.catalogExists(name.catalog)) return [];
  const { transaction, session } = catalogPart(context, name.catalog, undefined);
  return ((await transaction.listFunctions?.(session, name.schema)) ?? []).filter((definition) => definition.name === name.object);
}

/** Only with a catalog and a schema, since no place for other functions is configured. */
export function functionName({ parts }: QualifiedName, location: Location): QualifiedObjectName {
  const [object = '', schema, catalog] = parts.map(({ value }) => value.toLowerCase()).reverse();
  if (parts.length > 3) throw new TrinoError('SYNTAX_ERROR', location, `Too many dots in function name: ${parts.map(({ value }) => value).join('.')}`);
  if (parts.length === 2) throw new TrinoError('NOT_SUPPORTED', location, 'Function name must be unqualified or fully qualified with catalog and schema');
  if (schema !== undefined && catalog !== undefined) return { catalog, schema, object };
  throw new TrinoError('NOT_SUPPORTED', location, 'Catalog and schema must be specified when function schema is not configured');
}

function definitionOf(context: TaskContext, { schema, object }: QualifiedObjectName, node: FunctionSpecification): LanguageFunction {
  const security = node.characteristics.find((item) => item.kind === 'security');
  return {
    schema,
    name: object,
    signatureToken: tokenOf(node.parameters),
    sql: formatFunctionSpecification(node, 0),
    path: sqlPath(context.session),
    ...(security?.kind === 'security' && security.mode === 'INVOKER' ? {} : { owner: context.session.user }),
  };
}

const isSame = (a: LanguageFunction, b: LanguageFunction): boolean => a.name === b.name && a.signatureToken === b.signatureToken;

const tokenOf = (parameters: FunctionSpecification['parameters']): string => `(${parameters.map(({ type }) => typeText(type)).join(',')})`;

/** A type as signatures have it: as it was written, but for blanks and case. */
export function typeText(type: DataType): string {
  switch (type.kind) {
    case 'genericType': {
      const name = type.name.value.toLowerCase();
      const parameters = type.arguments.map((argument) => (argument.kind === 'numericParameter' ? argument.text : typeText(argument)));
      return (SYNONYMS[name] ?? name) + (parameters.length === 0 ? '' : `(${parameters.join(',')})`);
    }
    case 'rowType':
      return `row(${type.fields.map(({ name, type: field }) => (name === undefined ? typeText(field) : `"${name.value.replaceAll('"', '""')}" ${typeText(field)}`)).join(',')})`;
    case 'dateTimeType':
      return `${type.base.toLowerCase()}${type.precision === undefined ? '' : `(${type.precision})`}${type.withTimeZone ? ' with time zone' : ''}`;
    case 'intervalType':
      return `interval ${type.from.toLowerCase()} to ${type.to.toLowerCase()}`;
    default:
      return unreachable(type);
  }
}

const SYNONYMS: Readonly<Record<string, string>> = { int: 'integer', dec: 'decimal', 'double precision': 'double' };
