import type { PropertyMetadata, SaveMode } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, typeId } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { castValue } from '../function/castValue.ts';
import { qualifiedNameText } from '../metadata/metadata.ts';
import type { PlanNode } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import type { AnalysisContext } from './analysisContext.ts';
import { Collector } from './aggregation/collector.ts';
import { constantValue } from './expression/constants.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { constant } from './expression/literals.ts';
import { analyzeQuery } from './queryAnalyzer.ts';
import type { RelationPlan } from './relationPlan.ts';
import { EMPTY_SCOPE, type Field, newField, visibleFields } from './scope.ts';
import { qualifiedObjectName } from './tableNames.ts';
import { EMPTY_WITH } from './with.ts';
import { rowCountOutput, setOutput } from './writtenTable.ts';

export function analyzeCreateTableAsSelect(context: AnalysisContext, statement: ast.StatementOf<'createTableAsSelect'>): RelationPlan {
  const { metadata, session } = context.options;
  const name = qualifiedObjectName(statement.name, session, statement.location);
  if (!metadata.catalogExists(name.catalog)) throw new TrinoError('CATALOG_NOT_FOUND', statement.location, `Catalog '${name.catalog}' not found`);
  const existing = metadata.resolve(name);
  if (existing !== undefined && statement.saveMode !== 'REPLACE') {
    if (statement.saveMode === 'IGNORE') return noRows(context);
    throw new TrinoError('TABLE_ALREADY_EXISTS', statement.location, `Destination table '${qualifiedNameText(name)}' already exists`);
  }
  const catalog = metadata.catalog?.(name.catalog);
  if (catalog === undefined) throw new TrinoError('CATALOG_NOT_FOUND', statement.location, `Catalog '${name.catalog}' not found`);
  const properties = tableProperties(context, statement, name.catalog, catalog.connector.tableProperties ?? []);
  const query = analyzeQuery({ context, outer: EMPTY_SCOPE, with: EMPTY_WITH }, statement.query);
  const fields = visibleFields(query.fields);
  const names = statement.columnAliases === undefined ? queryColumnNames(statement, fields) : aliasedColumnNames(statement, statement.columnAliases, fields);
  const { transaction } = catalog;
  if (transaction.beginCreateTable === undefined) {
    throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support creating tables with data');
  }
  const columns = fields.map(({ symbol }, i) => ({ name: names[i] ?? symbol.name, type: symbol.type, nullable: true, properties: new Map<string, Value>() }));
  setOutput(context, name, columns);
  const comment = statement.comment === undefined ? {} : { comment: statement.comment };
  const definition = { name: { schema: name.schema, table: name.object }, columns, properties, ...comment };
  const mode: SaveMode = statement.saveMode === 'REPLACE' ? 'replace' : statement.saveMode === 'IGNORE' ? 'ignore' : 'fail';
  const source: PlanNode = statement.withData ? query.node : { kind: 'limit', id: context.nextId(), source: query.node, count: 0n };
  const target = { kind: 'create', catalog: name.catalog, transaction, session: catalog.session, definition, mode } as const;
  const inputs = fields.map(({ symbol }) => symbol);
  return rowCountOutput(context, (output, id) => ({ kind: 'tableWriter', id, source, target, inputs, output }));
}

/** The table is there already, and that is well. */
function noRows(context: AnalysisContext): RelationPlan {
  const symbol = context.symbols.newSymbol('rows', BIGINT);
  return { node: { kind: 'values', id: context.nextId(), outputs: [symbol], rows: [[constant(BIGINT, 0n)]] }, fields: [newField('rows', symbol)] };
}

/** Also those of a view. */
export function queryColumnNames(node: { readonly location: ast.Expression['location'] }, fields: readonly Field[]): readonly string[] {
  const seen = new Set<string>();
  return fields.map(({ name, symbol }, i) => {
    if (name === undefined) throw new TrinoError('MISSING_COLUMN_NAME', node.location, `Column name not specified at position ${i + 1}`);
    const lower = name.toLowerCase();
    if (seen.has(lower)) throw new TrinoError('DUPLICATE_COLUMN_NAME', node.location, `Column name '${name}' specified more than once`);
    seen.add(lower);
    if (symbol.type.kind === 'unknown') throw new TrinoError('COLUMN_TYPE_UNKNOWN', node.location, `Column type is unknown: ${name}`);
    return lower;
  });
}

function aliasedColumnNames(
  statement: ast.StatementOf<'createTableAsSelect'>,
  aliases: readonly ast.Identifier[],
  fields: readonly Field[],
): readonly string[] {
  const seen = new Set<string>();
  if (aliases.length !== fields.length) {
    const message = `Column alias list has ${aliases.length} entries but relation has ${fields.length} columns`;
    throw new TrinoError('MISMATCHED_COLUMN_ALIASES', aliases[0]?.location, message);
  }
  for (const alias of aliases) {
    const lower = alias.value.toLowerCase();
    if (seen.has(lower)) throw new TrinoError('DUPLICATE_COLUMN_NAME', alias.location, `Column name '${alias.value}' specified more than once`);
    seen.add(lower);
  }
  for (const [i, { symbol }] of fields.entries()) {
    if (symbol.type.kind === 'unknown') throw new TrinoError('COLUMN_TYPE_UNKNOWN', statement.location, `Column type is unknown at position ${i + 1}`);
  }
  return [...seen];
}

function tableProperties(
  context: AnalysisContext,
  { properties }: ast.StatementOf<'createTableAsSelect'>,
  catalog: string,
  known: readonly PropertyMetadata[],
): ReadonlyMap<string, Value> {
  const values = new Map(known.map((metadata) => [metadata.name, metadata.defaultValue]));
  const seen = new Set<string>();
  for (const property of properties) {
    const name = property.name.value.toLowerCase();
    if (seen.has(name)) throw new TrinoError('DUPLICATE_PROPERTY', property.location, `Duplicate property: ${name}`);
    seen.add(name);
    const metadata = known.find((candidate) => candidate.name === name);
    if (metadata === undefined)
      throw new TrinoError('INVALID_TABLE_PROPERTY', property.location, `Catalog '${catalog}' table property '${name}' does not exist`);
    if (property.value !== undefined) values.set(name, propertyValue(context, property.value, { ...metadata, catalog, property }));
  }
  return values;
}

interface PropertyTarget extends PropertyMetadata {
  readonly catalog: string;
  readonly property: ast.Property;
}

function propertyValue(context: AnalysisContext, node: ast.Expression, { name, type, validate, catalog, property }: PropertyTarget): Value {
  const { session } = context.options;
  const analyzer = new ExpressionAnalyzer({ context, scope: EMPTY_SCOPE, collector: new Collector(), with: EMPTY_WITH });
  const where = `catalog '${catalog}' table property '${name}'`;
  let value: Value;
  try {
    const found = constantValue(analyzer.analyze(node), session);
    if (found === undefined) throw new TrinoError('EXPRESSION_NOT_CONSTANT', node.location, 'Constant expression cannot contain column references');
    value = castValue(found.value, found.type, type, session);
  } catch (cause) {
    if (!(cause instanceof TrinoError)) throw cause;
    const message = `Invalid value for ${where}: Cannot convert [${name}] to ${typeId(type)}: ${cause.message}`;
    throw new TrinoError('INVALID_TABLE_PROPERTY', property.location, message, { cause });
  }
  if (value === null) throw new TrinoError('INVALID_TABLE_PROPERTY', property.location, `Invalid null value for ${where} from [null]`);
  validate?.(value);
  return value;
}
