// drive.mjs HOST PORT CATALOG SCHEMA; NODE_HOME_DIR: folder with trino-client installed
import { createRequire } from 'node:module';
const require = createRequire(process.env.NODE_HOME_DIR + '/');
const { Trino, BasicAuth } = require('trino-client');
const [, , host, port, catalog, schema] = process.argv;
let passed = 0,
  failed = 0;
const step = async (n, f) => {
  const t = Date.now();
  try {
    const r = await f();
    passed++;
    console.log(`PASS ${n} [${Date.now() - t}ms]${r === undefined ? '' : ' ' + JSON.stringify(r)}`);
  } catch (e) {
    failed++;
    console.log(
      `FAIL ${n}: ${String((e && e.stack) || e)
        .slice(0, 500)
        .replace(/\n/g, ' ')}`,
    );
  }
};
const ok = (c, w) => {
  if (!c) throw new Error('assert: ' + JSON.stringify(w));
};
const mk = (o = {}) => Trino.create({ server: `http://${host}:${port}`, catalog, schema, auth: new BasicAuth('jsuser'), source: 'node-drive', ...o });
const all = async (t, q) => {
  let cols,
    rows = [],
    last;
  for await (const r of await t.query(q)) {
    cols = r.columns ?? cols;
    if (r.data) rows.push(...r.data);
    last = r;
  }
  if (last.error) throw Object.assign(new Error(last.error.message), { trino: last.error });
  return { cols, rows, last };
};
const T = 'js_t_' + Date.now().toString(36);
await step('select 1', async () => {
  const r = await all(mk(), 'SELECT 1 a');
  ok(r.rows[0][0] === 1 && r.cols[0].name === 'a' && r.cols[0].type === 'integer', r.rows);
});
await step('paging 60175 rows', async () => {
  const r = await all(mk(), 'SELECT * FROM tpch.tiny.lineitem');
  ok(r.rows.length === 60175, r.rows.length);
});
await step('iterator fold/map helpers', async () => {
  const it = await mk().query('SELECT * FROM tpch.tiny.nation');
  const n = await it.map((r) => (r.data ?? []).length).fold(0, (a, b) => a + b);
  ok(n === 25, n);
});
await step('types on the wire', async () => {
  const r = await all(
    mk(),
    "SELECT BIGINT '9007199254740993', 1.10, DOUBLE '1e300', nan(), TIMESTAMP '2024-01-01 00:00:00.123456', X'00FF', MAP(ARRAY['a'],ARRAY[1]), ROW(1,'x'), JSON '{\"a\":1}', DATE '2024-01-01', NULL",
  );
  return [r.cols.map((c) => c.type), r.rows[0]];
});
await step('USE catalog.schema sticks (X-Trino-Set-Catalog/Schema)', async () => {
  const t = mk();
  await all(t, 'USE tpch.tiny');
  const r = await all(t, 'SELECT count(*) FROM nation');
  ok(r.rows[0][0] === 25, r.rows);
});
await step('SET SESSION sticks', async () => {
  const t = mk();
  await all(t, "SET SESSION query_max_run_time = '13m'");
  const r = await all(t, "SHOW SESSION LIKE 'query_max_run_time'");
  ok(r.rows[0][1] === '13m', r.rows);
});
await step('PREPARE/EXECUTE via headers', async () => {
  const t = mk();
  await all(t, 'PREPARE p1 FROM SELECT name FROM tpch.tiny.nation WHERE nationkey = ?');
  const r = await all(t, 'EXECUTE p1 USING 3');
  ok(r.rows[0][0] === 'CANADA', r.rows);
  await all(t, 'DEALLOCATE PREPARE p1');
});
await step('DDL/DML', async () => {
  const t = mk();
  await all(t, `CREATE TABLE ${T} (a int, b varchar)`);
  const r = await all(t, `INSERT INTO ${T} VALUES (1,'x'),(2,NULL)`);
  ok(r.rows[0][0] === 2 && r.last.updateType === 'INSERT', r.last.updateType);
  const q = await all(t, `SELECT * FROM ${T} ORDER BY a`);
  ok(q.rows.length === 2, q.rows);
  await all(t, `DROP TABLE ${T}`);
});
await step('error object', async () => {
  try {
    await all(mk(), 'SELECT * FROM nope_nope');
    ok(false);
  } catch (e) {
    ok(e.trino?.errorName === 'TABLE_NOT_FOUND', e.trino ?? e.message);
    return e.trino.errorLocation;
  }
});
await step('syntax error location', async () => {
  try {
    await all(mk(), 'SELECT\n 1 FRM x y');
    ok(false);
  } catch (e) {
    ok(e.trino?.errorName === 'SYNTAX_ERROR', e.message);
    return e.trino.errorLocation;
  }
});
await step('cancel + queryInfo state FAILED', async () => {
  const t = mk();
  const it = await t.query('SELECT * FROM tpch.sf100.lineitem');
  const r = await it.next();
  const id = r.value.id;
  await t.cancel(id);
  const info = await t.queryInfo(id);
  ok(info.state === 'FAILED', info.state);
});
await step('queryInfo of finished query', async () => {
  const t = mk();
  const r = await all(t, 'SELECT 1');
  const info = await t.queryInfo(r.last.id);
  ok(info.state === 'FINISHED' && info.query === 'SELECT 1', info.state);
  return Object.keys(info).length;
});
await step('extraHeaders (client tags) per query', async () => {
  const t = mk();
  const it = await t.query({ query: 'SELECT current_user', extraHeaders: { 'X-Trino-Client-Tags': 'a,b' } });
  const rows = [];
  for await (const r of it) {
    if (r.data) rows.push(...r.data);
    if (r.error) throw new Error(r.error.message);
  }
  ok(rows[0][0] === 'jsuser', rows);
});
await step('other user over BasicAuth is refused (impersonation) as in Trino default', async () => {
  try {
    const it = await mk().query({ query: 'SELECT 1', user: 'bob' });
    for await (const r of it) if (r.error) throw new Error(r.error.message);
    return 'allowed';
  } catch (e) {
    ok(/cannot impersonate/.test(String(e)), String(e));
    return 'refused';
  }
});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
