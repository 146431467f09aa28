import type { FastifyInstance } from 'fastify';
import type { Query } from '../query/query.ts';
import type { QueryManager } from '../query/queryManager.ts';
import { BadRequest } from './badRequest.ts';

/** A plain list of queries for a browser. */
export function registerUiResource(app: FastifyInstance, queries: QueryManager): void {
  app.get('/', (_, reply) => reply.redirect('/ui/', 303));
  app.get('/ui/', (_, reply) => {
    const rows = [...queries.all()].reverse().map(queryRow);
    const head = '<tr><th>Query</th><th>State</th><th>User</th><th>Source</th><th>Elapsed</th><th>Rows</th><th>Statement</th></tr>';
    return reply.type('text/html; charset=utf-8').send(page('Queries', `<table>${head}${rows.join('')}</table>`, true));
  });
  app.get('/ui/query.html', (request, reply) => {
    const id = request.url.split('?')[1] ?? '';
    const query = queries.get(decodeURIComponent(id));
    if (query === undefined) throw new BadRequest(404, 'Error 404 Not Found: Query not found');
    return reply.type('text/html; charset=utf-8').send(page(query.id, queryDetails(query), !query.states.done));
  });
  app.get('/favicon.ico', (_, reply) => reply.code(204).send());
}

function queryRow(query: Query): string {
  const { states, session } = query;
  const cells = [states.state, session.user, session.source ?? '', `${Math.round(states.elapsedMs())} ms`, String(query.outputRows)].map(
    (text) => `<td>${escaped(text)}</td>`,
  );
  return `<tr><td><a href="/ui/query.html?${query.id}">${query.id}</a></td>${cells.join('')}<td><code>${escaped(query.sql.slice(0, 200))}</code></td></tr>`;
}

function queryDetails(query: Query): string {
  const { states, session } = query;
  const statistics = query.statistics();
  const facts: [string, string][] = [
    ['State', states.state],
    ['User', session.user],
    ['Source', session.source ?? ''],
    ['Catalog and schema', [session.catalog, session.schema].filter((part) => part !== undefined).join('.')],
    ['Created', new Date(states.createdMs).toISOString()],
    ['Elapsed', `${Math.round(states.elapsedMs())} ms`],
    ['CPU', `${Math.round(statistics.cpuTimeMs)} ms`],
    ['Rows read', String(statistics.processedRows)],
    ['Rows sent', String(query.outputRows)],
    ['Error', states.error === undefined ? '' : `${states.error.errorName}: ${states.error.message}`],
  ];
  const list = facts.map(([name, value]) => `<tr><th>${name}</th><td>${escaped(value)}</td></tr>`).join('');
  const kill = states.done ? '' : `<button onclick="fetch('/v1/query/${query.id}',{method:'DELETE'}).then(()=>location.reload())">Kill this query</button>`;
  return `<table>${list}</table>${kill}<h2>Statement</h2><pre>${escaped(query.sql)}</pre>`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#1d2330;background:#fff}table{border-collapse:collapse}th,td{text-align:left;padding:.3rem .8rem;
border-bottom:1px solid #dde1e8;vertical-align:top}code,pre{font-family:ui-monospace,monospace;white-space:pre-wrap}@media(prefers-color-scheme:dark){body{color:#dde1e8;background:#14171e}th,td{border-color:#333945}a{color:#8ab4ff}}`;

function page(title: string, body: string, live: boolean): string {
  const refresh = live ? '<meta http-equiv="refresh" content="3">' : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} · Lepton</title>${refresh}<style>${STYLE}</style></head><body><h1><a href="/ui/">Lepton</a> · ${escaped(title)}</h1>${body}</body></html>`;
}
