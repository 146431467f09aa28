import type { TableHandle } from '../../../spi/connector.ts';
import type { AppendedRows, MaterializedViewDefinition, SourceVersion } from '../../../spi/materializedView.ts';
import { analyze, storedSpecification } from '../../analyzer/index.ts';
import { functionResolver } from '../../function/resolver.ts';
import { nondeterministicFunctions } from '../../function/signatures.ts';
import type { ResolvedTable } from '../../metadata/metadata.ts';
import type { FetchedMetadata } from '../../metadata/metadataSnapshot.ts';
import { functionVersion, versionOf } from '../../metadata/views/freshness.ts';
import type { PlanNode } from '../../plan/plan.ts';
import type { Statement } from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parser/parser.ts';
import type { StatementScope } from '../statementRunner.ts';

/** What a refresh has to do, and why. */
export type RefreshMode =
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'append'; readonly reason: string; readonly source: ResolvedTable; readonly added: TableHandle; readonly appended: AppendedRows }
  | { readonly kind: 'whole'; readonly reason: string; readonly appendable: boolean };

export interface RefreshPlanned {
  readonly mode: RefreshMode;
  readonly sources: readonly SourceVersion[];
}

/** `metadata`: of the view's query, which `scope` runs as its owner. */
export async function refreshMode(
  definition: MaterializedViewDefinition,
  query: Statement,
  scope: StatementScope,
  metadata: FetchedMetadata,
): Promise<RefreshPlanned> {
  const functions = metadata.storedFunctions.map(
    ({ name, definitions }): SourceVersion => ({
      kind: 'function',
      catalog: name.catalog,
      schema: name.schema,
      table: name.object,
      version: functionVersion(definitions),
    }),
  );
  const sources = [...(await Promise.all(metadata.found.map(versionOf))), ...functions];
  const changes =
    isVolatile(query) ||
    metadata.found.some((found) => found.kind !== 'table' && isVolatile(parseStatement(found.definition.originalSql))) ||
    metadata.storedFunctions.some(({ definitions }) => definitions.some((definition) => isVolatile(storedSpecification(definition))));
  const obstacle = appendObstacle(query, scope, metadata) ?? (changes ? 'the query has functions whose value changes' : undefined);
  const whole = (reason: string): RefreshPlanned => ({ mode: { kind: 'whole', reason, appendable: obstacle === undefined }, sources });
  const { refresh } = definition;
  if (refresh === undefined) return whole('first refresh');
  if (!(await storageExists(scope, refresh.storage))) return whole('the table with the rows is gone');
  const before = new Map(refresh.sources.map((source) => [sourceKey(source), source.version]));
  const sameSources = sources.length === before.size && sources.every((source) => before.has(sourceKey(source)));
  const isChanged = (source: SourceVersion): boolean => source.version === undefined || source.version !== before.get(sourceKey(source));
  if (sameSources && !sources.some(isChanged) && !changes) return { mode: { kind: 'nothing', reason: 'no source has changed' }, sources };
  if (obstacle !== undefined) return whole(obstacle);
  if (!sameSources || refresh.appended === undefined) return whole('the last refresh was not made to be appended to');
  const [source] = metadata.found.filter((found) => found.kind === 'table');
  if (source === undefined || metadata.found.some((found, i) => found !== source && isChanged(sources[i] ?? NO_SOURCE))) {
    return whole('a view that the query reads has changed');
  }
  if (functions.some(isChanged)) return whole('a function that the query calls has changed');
  const { catalog, schema, object } = source.name;
  const version = before.get(sourceKey({ catalog, schema, table: object }));
  const { transaction, session, handle } = source.table;
  if (version === undefined || transaction.rowsSince === undefined) return whole('the version of the source at the last refresh is not known');
  const added = await transaction.rowsSince(session, handle, version);
  if (typeof added === 'string') return whole(added);
  return { mode: { kind: 'append', reason: 'filters and projections of one append-only source', source, added, appended: refresh.appended }, sources };
}

const NO_SOURCE: SourceVersion = { catalog: '', schema: '', table: '' };
const sourceKey = ({ kind, catalog, schema, table }: SourceVersion): string => JSON.stringify([kind, catalog, schema, table]);

async function storageExists({ transaction, session }: StatementScope, storage: { catalog: string; schema: string; table: string }): Promise<boolean> {
  const part = transaction.begin(storage.catalog);
  return part !== undefined && (await part.transaction.getTable(transaction.connectorSession(session, part.catalog), storage)) !== undefined;
}

/** undefined: what is added to the source adds rows to the view and changes none. */
function appendObstacle(query: Statement, { session }: StatementScope, metadata: FetchedMetadata): string | undefined {
  const tables = metadata.found.filter((found) => found.kind === 'table');
  const [only] = tables;
  if (only === undefined || tables.length > 1) return 'the query reads not exactly one table';
  if (metadata.found.some((found) => found.kind === 'materialized view')) return 'the query reads a materialized view';
  if (only.table.transaction.rowsSince === undefined) return 'the source does not tell the rows that were added';
  const other = firstOther(analyze(query, { session, metadata, functions: functionResolver }).root);
  return other === undefined ? undefined : `the query is more than filters and projections (${other})`;
}

function firstOther(node: PlanNode): PlanNode['kind'] | undefined {
  switch (node.kind) {
    case 'output':
    case 'project':
    case 'filter':
      return firstOther(node.source);
    case 'tableScan':
      return undefined;
    default:
      return node.kind;
  }
}

const SESSION_VALUES: ReadonlySet<unknown> = new Set([
  ...['currentDate', 'currentTime', 'currentTimestamp', 'localTime', 'localTimestamp'],
  ...['currentUser', 'currentCatalog', 'currentSchema', 'currentPath'],
]);
const VOLATILE_FUNCTIONS: ReadonlySet<string> = new Set([...nondeterministicFunctions, 'now', 'current_timezone', 'current_groups', 'random_string']);

/** Reads the clock or chance: then the same sources do not give the same rows. */
function isVolatile(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(isVolatile);
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return false;
  if ('kind' in node && SESSION_VALUES.has(node.kind)) return true;
  if ('kind' in node && node.kind === 'functionCall' && 'name' in node && isVolatileName(node.name)) return true;
  return Object.values(node).some((child) => typeof child === 'object' && isVolatile(child));
}

function isVolatileName(name: unknown): boolean {
  if (typeof name !== 'object' || name === null || !('parts' in name) || !Array.isArray(name.parts)) return false;
  const last: unknown = name.parts.at(-1);
  return typeof last === 'object' && last !== null && 'value' in last && VOLATILE_FUNCTIONS.has(String(last.value).toLowerCase());
}
