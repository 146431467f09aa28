import { randomUUID } from 'node:crypto';
import type { AppendedRows, MaterializedRefresh, MaterializedViewDefinition, SourceVersion } from '../../../spi/materializedView.ts';
import type { Session } from '../../../spi/session.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { typeEquals } from '../../../spi/type.ts';
import { staleReason } from '../../analyzer/index.ts';
import { canCoerce } from '../../function/coercion.ts';
import { type Metadata, type QualifiedObjectName, qualifiedNameText } from '../../metadata/metadata.ts';
import { qualify } from '../../metadata/metadataSnapshot.ts';
import { typeText } from '../../metadata/views/definitionText.ts';
import { STORAGE_CATALOG, STORAGE_SCHEMA } from '../../metadata/views/materializedViewProperties.ts';
import type { StorageTable } from '../../metadata/views/viewStore.ts';
import type { Plan } from '../../plan/plan.ts';
import type { StatementOf } from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parser/parser.ts';
import { literal, quoted } from '../rewrite/sqlText.ts';
import type { StatementRunner, StatementScope } from '../statementRunner.ts';
import { type RefreshMode, refreshMode } from './refreshMode.ts';

export const REFRESHED = 'REFRESH MATERIALIZED VIEW';

export interface PlannedRefresh {
  readonly mode: RefreshMode;
  /** Absent: there is nothing to do. */
  readonly plan?: Plan;
  /** Of the view's owner, in the view's catalog and schema. */
  readonly session: Session;
}

interface Refreshed {
  readonly name: QualifiedObjectName;
  readonly definition: MaterializedViewDefinition;
  readonly sources: readonly SourceVersion[];
  readonly atMs: number;
}

/** The plan that writes the rows. The transaction publishes them when it has committed; one that fails leaves the view as it was. */
export async function planRefresh(runner: StatementRunner, scope: StatementScope, statement: StatementOf<'refreshMaterializedView'>): Promise<PlannedRefresh> {
  return plannedRefresh(runner, scope, statement, true);
}

/** The same for EXPLAIN: nothing is prepared. */
export async function explainedRefresh(
  runner: StatementRunner,
  scope: StatementScope,
  statement: StatementOf<'refreshMaterializedView'>,
): Promise<PlannedRefresh> {
  return plannedRefresh(runner, scope, statement, false);
}

async function plannedRefresh(runner: StatementRunner, scope: StatementScope, statement: StatementOf<'refreshMaterializedView'>, carryOut: boolean) {
  const { name, definition } = await findMaterializedView(scope, statement);
  if (scope.session.transactionId !== undefined && carryOut) {
    throw new TrinoError('AUTOCOMMIT_WRITE_CONFLICT', undefined, `Catalog only supports writes using autocommit: ${name.catalog}`);
  }
  const own = ownersScope(scope, definition);
  const query = parseStatement(definition.originalSql);
  const metadata = await runner.fetch(own, query);
  const { columns } = await runner.describe(own, query);
  const stale = staleReason(columns, definition.columns);
  if (stale !== undefined)
    throw new TrinoError('VIEW_IS_STALE', statement.location, `View '${qualifiedNameText(name)}' is stale or in invalid state: ${stale}`);
  const atMs = Number(scope.session.startMicros / 1000n);
  const { mode, sources } = await refreshMode(definition, query, own, metadata);
  const refreshed = { name, definition, sources, atMs };
  const { session } = own;
  switch (mode.kind) {
    case 'nothing':
      return { mode, session };
    case 'append':
      return { mode, session, plan: await appendPlan(runner, own, refreshed, mode, carryOut) };
    case 'whole':
      return { mode, session, plan: await wholePlan(runner, own, refreshed, mode.appendable, carryOut) };
  }
}

async function findMaterializedView({ session, transaction }: StatementScope, { name: tree, location }: StatementOf<'refreshMaterializedView'>) {
  const parts = tree.parts.map((part) => part.value);
  const name = qualify(parts, session, location);
  const part = transaction.begin(name.catalog);
  if (part === undefined) throw new TrinoError('CATALOG_NOT_FOUND', location, `Catalog '${name.catalog}' not found`);
  const own = transaction.connectorSession(session, part.catalog);
  const definition = await part.transaction.getMaterializedView?.(own, { schema: name.schema, table: name.object });
  if (definition === undefined) throw new TrinoError('TABLE_NOT_FOUND', location, `Materialized view '${qualifiedNameText(name)}' does not exist`);
  return { name, definition };
}

function ownersScope(scope: StatementScope, definition: MaterializedViewDefinition): StatementScope {
  const { session } = scope;
  const path = definition.path?.join(',') ?? session.path;
  return {
    ...scope,
    parameters: [],
    session: { ...session, catalog: definition.catalog, schema: definition.schema, path, user: definition.owner ?? session.user },
  };
}

// --- all rows anew, into a table of their own

async function wholePlan(runner: StatementRunner, scope: StatementScope, refreshed: Refreshed, appendable: boolean, carryOut: boolean): Promise<Plan> {
  const { name, definition } = refreshed;
  const { views } = scope.transaction;
  const storage = newStorage(name, definition);
  const column = appendable ? numberColumn(definition) : undefined;
  const number = column === undefined || !carryOut ? 0 : await views.nextRefreshNumber();
  const columns = [...definition.columns.map((each) => each.name), ...(column === undefined ? [] : [column])];
  const sql = `CREATE TABLE ${nameText(storage)} (${columns.map(quoted).join(', ')}) AS ${numberedRows(definition, column === undefined ? undefined : number)}`;
  if (carryOut) {
    await views.setStorage(storage, 'building');
    const appended = column === undefined ? undefined : { column, upTo: number, undone: [] };
    publishAfter(scope, refreshed, { storage, ...(appended && { appended }) }, definition);
  }
  return { ...(await runner.plan(scope, parseStatement(sql))), updateType: REFRESHED };
}

function newStorage(name: QualifiedObjectName, { properties }: MaterializedViewDefinition): StorageTable {
  const property = (key: string, own: string): string => {
    const value = properties.get(key);
    return typeof value === 'string' ? value.toLowerCase() : own;
  };
  return {
    catalog: property(STORAGE_CATALOG, name.catalog),
    schema: property(STORAGE_SCHEMA, name.schema),
    table: `st_${randomUUID().replaceAll('-', '')}`,
  };
}

/** A name that no column of the view has. */
function numberColumn({ columns }: MaterializedViewDefinition): string {
  let name = 'refresh_number';
  while (columns.some((column) => column.name.toLowerCase() === name)) name += '_';
  return name;
}

// --- the rows that were added, behind those that are there

async function appendPlan(
  runner: StatementRunner,
  scope: StatementScope,
  refreshed: Refreshed,
  { source, added, appended }: Extract<RefreshMode, { kind: 'append' }>,
  carryOut: boolean,
): Promise<Plan> {
  const { name, definition } = refreshed;
  const { refresh } = definition;
  if (refresh === undefined) throw new Error('nothing to append to');
  const onlyAdded = (metadata: Metadata): Metadata => ({
    ...metadata,
    resolve: (asked, version) => {
      const found = metadata.resolve(asked, version);
      if (found?.kind !== 'table' || qualifiedNameText(found.name) !== qualifiedNameText(source.name)) return found;
      return { ...found, table: { ...found.table, handle: added }, metadata: { ...found.metadata, handle: added } };
    },
  });
  let number = appended.upTo + 1;
  if (carryOut) {
    const before = await scope.transaction.views.beginAppend(name.catalog, { schema: name.schema, table: name.object }, definition);
    number = before?.refresh?.appended?.undone.at(-1) ?? 0;
    if (before === undefined || number === 0) throw changedMeanwhile(name);
    scope.transaction.keep(refresh.storage);
    const next: AppendedRows = { ...appended, upTo: number };
    publishAfter(scope, refreshed, { storage: refresh.storage, appended: next }, before);
  }
  const sql = `INSERT INTO ${nameText(refresh.storage)} ${numberedRows(definition, number)}`;
  return { ...(await runner.plan(scope, parseStatement(sql), onlyAdded)), updateType: REFRESHED };
}

// --- both

const nameText = ({ catalog, schema, table }: StorageTable): string => [catalog, schema, table].map(quoted).join('.');

/** The rows of the query in the types of the view's columns, with the number behind them. */
function numberedRows({ originalSql, columns }: MaterializedViewDefinition, number: number | undefined): string {
  const values = columns.map(({ name, type }) => `CAST(${quoted(name)} AS ${typeText(type)})`);
  return `SELECT ${[...values, ...(number === undefined ? [] : [`BIGINT ${literal(String(number))}`])].join(', ')} FROM (${originalSql})`;
}

/** The view's rows are those of the storage as soon as the transaction has committed, or never. */
function publishAfter(
  scope: StatementScope,
  refreshed: Refreshed,
  rows: Pick<MaterializedRefresh, 'storage' | 'appended'>,
  before: MaterializedViewDefinition,
): void {
  const { name, sources, atMs } = refreshed;
  const { views } = scope.transaction;
  const isNew = rows.storage.table !== before.refresh?.storage.table;
  scope.transaction.afterEnd(async (committed) => {
    let published = false;
    try {
      if (!committed) return;
      if (isNew) await checkStoredTypes(scope, rows.storage, before);
      published = await views.publish(name.catalog, { schema: name.schema, table: name.object }, before, { ...rows, atMs, sources });
      if (!published) throw changedMeanwhile(name);
    } finally {
      if (!published && isNew) await views.setStorage(rows.storage, 'owed');
    }
  });
}

function changedMeanwhile(name: QualifiedObjectName): TrinoError {
  return new TrinoError(
    'TRANSACTION_CONFLICT',
    undefined,
    `Materialized view '${qualifiedNameText(name)}' was changed or refreshed by another query meanwhile`,
  );
}

/** A catalog that has no type for a column takes another: one that holds every value, or the view would lie. */
async function checkStoredTypes({ transaction, session }: StatementScope, storage: StorageTable, { columns }: MaterializedViewDefinition): Promise<void> {
  const look = transaction.sibling();
  try {
    const part = look.begin(storage.catalog);
    const table = await part?.transaction.getTable(look.connectorSession(session, part.catalog), storage);
    if (table === undefined) throw new Error(`the table of a refresh is gone: ${storage.table}`);
    for (const [i, { name, type }] of columns.entries()) {
      const stored = table.columns[i]?.type;
      if (stored === undefined || typeEquals(stored, type) || canCoerce(type, stored)) continue;
      const message = `Catalog '${storage.catalog}' cannot keep column '${name}' of type ${typeText(type)}: it makes it ${typeText(stored)}`;
      throw new TrinoError('NOT_SUPPORTED', undefined, message);
    }
  } finally {
    await look.rollback();
  }
}
