import type { QueryRecord } from '../query/queryRecord.ts';

/** The queries, newest first, with a field to search for. */
export function queriesPage(records: readonly QueryRecord[], search: string): string {
  const head = '<tr><th>Query</th><th>State</th><th>User</th><th>Source</th><th>Group</th><th>Elapsed</th><th>Rows</th><th>Statement</th></tr>';
  const form = `<form action="/ui/"><input name="search" value="${escaped(search)}" placeholder="Search statements, ids and errors" size="50"> <a href="/ui/logout">Sign out</a></form>`;
  return page('Queries', `${form}<table>${head}${records.map(queryRow).join('')}</table>`, search === '');
}

export function loginPage(redirectPath: string): string {
  const field = `<input type="hidden" name="redirectPath" value="${escaped(redirectPath)}">`;
  return page(
    'Sign in',
    `<form method="post" action="/ui/login"><label>User <input name="username" autofocus></label>${field} <button>Sign in</button></form>`,
    false,
  );
}

export function queryPage(record: QueryRecord): string {
  return page(record.id, queryDetails(record), record.endedMs === undefined);
}

function queryRow(record: QueryRecord): string {
  const { session, error } = record;
  const state = error === undefined ? record.state : `${record.state} ${error.errorName}`;
  const cells = [state, session.user, session.source ?? '', (record.resourceGroupId ?? []).join('.'), elapsed(record), String(record.outputRows)];
  const shown = cells.map((text) => `<td>${escaped(text)}</td>`).join('');
  return `<tr><td><a href="/ui/query.html?${record.id}">${record.id}</a></td>${shown}<td><code>${escaped(record.sql.slice(0, 200))}</code></td></tr>`;
}

const elapsed = (record: QueryRecord): string => `${Math.round(record.elapsedMs)} ms`;

function queryDetails(record: QueryRecord): string {
  const { session, statistics, error } = record;
  const facts: [string, string][] = [
    ['State', record.state],
    ['User', session.user],
    ['Source', session.source ?? ''],
    ['Catalog and schema', [session.catalog, session.schema].filter((part) => part !== undefined).join('.')],
    ['Resource group', (record.resourceGroupId ?? []).join('.')],
    ['Created', new Date(record.createdMs).toISOString()],
    ['Elapsed', elapsed(record)],
    ['Queued', `${Math.round(record.queuedMs)} ms`],
    ['CPU', `${Math.round(record.cpuMs)} ms`],
    ['Rows read', String(statistics.processedRows)],
    ['Rows sent', String(record.outputRows)],
    ['Error', error === undefined ? '' : `${error.errorName}: ${error.message}`],
  ];
  const list = facts.map(([name, value]) => `<tr><th>${name}</th><td>${escaped(value)}</td></tr>`).join('');
  const done = record.endedMs !== undefined;
  const kill = done ? '' : `<button onclick="fetch('/ui/api/query/${record.id}/killed',{method:'PUT'}).then(()=>location.reload())">Kill this query</button>`;
  return `<table>${list}</table>${kill}<h2>Statement</h2><pre>${escaped(record.sql)}</pre>`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#1d2330;background:#fff}table{border-collapse:collapse}th,td{text-align:left;padding:.3rem .8rem;
border-bottom:1px solid #dde1e8;vertical-align:top}code,pre{font-family:ui-monospace,monospace;white-space:pre-wrap}@media(prefers-color-scheme:dark){body{color:#dde1e8;background:#14171e}th,td{border-color:#333945}a{color:#8ab4ff}}`;

function page(title: string, body: string, live: boolean): string {
  const refresh = live ? '<meta http-equiv="refresh" content="3">' : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} · Lepton</title>${refresh}<style>${STYLE}</style></head><body><h1><a href="/ui/">Lepton</a> · ${escaped(title)}</h1>${body}</body></html>`;
}
