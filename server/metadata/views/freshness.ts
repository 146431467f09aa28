import { createHash } from 'node:crypto';
import type { ConnectorTransaction, ViewDefinition } from '../../../spi/connector.ts';
import type { LanguageFunction } from '../../../spi/languageFunction.ts';
import type { MaterializedViewDefinition, SourceVersion } from '../../../spi/materializedView.ts';
import type { ConnectorSession, Session } from '../../../spi/session.ts';
import type { ResolvedTable, ResolvedView } from '../metadata.ts';
import { definitionText } from './definitionText.ts';

/** UNKNOWN: a source cannot tell whether it has changed. */
export type Freshness = 'FRESH' | 'STALE' | 'UNKNOWN';

const MICROS_PER_MS = 1000n;

/** A catalog's part of the transaction that looks; undefined: there is no such catalog. */
export type OpenSource = (catalog: string) => { readonly transaction: ConnectorTransaction; readonly session: ConnectorSession } | undefined;

/** Compares what the sources are now with what they were at the last refresh. */
export async function freshness({ refresh }: MaterializedViewDefinition, open: OpenSource): Promise<Freshness> {
  if (refresh === undefined) return 'STALE';
  const now = await Promise.all(refresh.sources.map((source) => versionNow(source, open)));
  return compared(refresh.sources, now);
}

function compared(before: readonly SourceVersion[], now: readonly (string | undefined)[]): Freshness {
  if (before.some(({ version }, i) => version !== undefined && now[i] !== undefined && version !== now[i])) return 'STALE';
  return before.every(({ version }, i) => version !== undefined && version === now[i]) ? 'FRESH' : 'UNKNOWN';
}

/** Within the grace period, or fresh: then the stored rows answer, else the query of the view. */
export async function isReadable(definition: MaterializedViewDefinition, open: OpenSource, session: Session): Promise<boolean> {
  const { refresh, gracePeriodMs } = definition;
  if (refresh === undefined) return false;
  if (gracePeriodMs === undefined) return true;
  if (gracePeriodMs > 0 && Number(session.startMicros / MICROS_PER_MS) - refresh.atMs <= gracePeriodMs) return true;
  return (await freshness(definition, open)) === 'FRESH';
}

/** What a table or view that a query has found is now. */
export async function versionOf(source: ResolvedTable | ResolvedView): Promise<SourceVersion> {
  const { catalog, schema, object } = source.name;
  const version =
    source.kind === 'table' ? await source.table.transaction.getDataVersion?.(source.table.session, source.table.handle) : viewVersion(source.definition);
  return { catalog, schema, table: object, ...(version === undefined ? {} : { version }) };
}

/** What the functions of a name are now. */
export function functionVersion(functions: readonly LanguageFunction[]): string {
  const texts = functions.map(({ sql, path }) => JSON.stringify([sql, path])).sort();
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
}

/** undefined: it cannot tell. */
async function versionNow(source: SourceVersion, open: OpenSource): Promise<string | undefined> {
  const opened = open(source.catalog);
  if (opened === undefined) return undefined;
  const { transaction, session } = opened;
  if (source.kind === 'function') {
    const all = (await transaction.listFunctions?.(session, source.schema)) ?? [];
    return functionVersion(all.filter(({ name }) => name === source.table));
  }
  const view = (await transaction.getMaterializedView?.(session, source)) ?? (await transaction.getView?.(session, source));
  if (view !== undefined) return viewVersion(view);
  const table = await transaction.getTable(session, source);
  return table === undefined ? 'gone' : transaction.getDataVersion?.(session, table.handle);
}

/** Changes with the text of a view, and with each refresh of a materialized one. */
function viewVersion(view: ViewDefinition): string {
  return createHash('sha256').update(definitionText(view)).digest('base64url');
}
