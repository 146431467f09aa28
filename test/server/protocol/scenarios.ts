import type { Headers, RequestStep, Scenario, StatementStep } from './exchange.ts';

const ENDLESS = 'SELECT count(*) FROM tpch.sf10000.lineitem a CROSS JOIN tpch.sf10000.lineitem b';
const MANY_ROWS = 'SELECT * FROM tpch.tiny.lineitem';
const CAPABLE: Headers = { 'X-Trino-Client-Capabilities': 'PATH,PARAMETRIC_DATETIME,SESSION_AUTHORIZATION' };

const run = (sql: string, headers?: Headers): StatementStep => ({ kind: 'statement', sql, headers: { ...CAPABLE, ...headers } });
const ask = (method: string, path: string, headers?: Headers, body?: string): RequestStep => ({
  kind: 'request',
  method,
  path,
  ...(headers === undefined ? {} : { headers }),
  ...(body === undefined ? {} : { body }),
});
const post = (sql: string, headers?: Headers): RequestStep => ask('POST', '/v1/statement', headers, sql);
const poll: RequestStep = { ...ask('GET', '{next}'), until: 'executing' };
const endless: readonly RequestStep[] = [post(ENDLESS), poll, ask('GET', '{next}')];
const cancel = ask('DELETE', '{next}');

const STATEMENTS: readonly Scenario[] = [
  {
    name: 'a select',
    steps: [run("SELECT 1 a, 'x' b, DECIMAL '1.20' c, TIMESTAMP '2024-01-02 03:04:05.123456' d, ARRAY[1, NULL] e, MAP(ARRAY['k'], ARRAY[2]) f")],
  },
  { name: 'a select of no rows', steps: [run('SELECT * FROM tpch.tiny.nation WHERE nationkey < 0')] },
  {
    name: 'a client that knows no precisions',
    steps: [
      { kind: 'statement', sql: "SELECT TIMESTAMP '2024-01-02 03:04:05.123456' a, TIME '01:02:03.9999' b, ARRAY[TIMESTAMP '2024-01-02 03:04:05.1239 UTC'] c" },
    ],
  },
  { name: 'many pages', steps: [{ ...run(MANY_ROWS), unordered: true }] },
  { name: 'a syntax error', steps: [run('SELECT FROM WHERE')] },
  { name: 'an error of analysis', steps: [run('SELECT\n  nope FROM tpch.tiny.nation')] },
  { name: 'an error while running', steps: [run('SELECT 1 / (nationkey - nationkey) FROM tpch.tiny.nation')] },
  {
    name: 'DDL and DML',
    steps: [
      run('DROP TABLE IF EXISTS memory.default.exchange'),
      run('CREATE TABLE memory.default.exchange (a bigint, b varchar)'),
      run("INSERT INTO memory.default.exchange VALUES (1, 'x'), (2, 'y')"),
      run('ALTER TABLE memory.default.exchange ADD COLUMN c integer'),
      run("COMMENT ON TABLE memory.default.exchange IS 'x'"),
      run('SELECT * FROM memory.default.exchange ORDER BY a'),
      run('DROP TABLE memory.default.exchange'),
      run('CREATE TABLE memory.default.exchange AS SELECT 1 a UNION ALL SELECT 2'),
      run('DROP TABLE memory.default.exchange'),
      run('CREATE VIEW memory.default.exchange AS SELECT 1 a'),
      run('DROP VIEW memory.default.exchange'),
    ],
  },
  {
    name: 'SHOW and EXPLAIN',
    steps: [run("SHOW SCHEMAS FROM tpch LIKE 't%'"), run('SHOW COLUMNS FROM tpch.tiny.region'), run('EXPLAIN (TYPE VALIDATE) SELECT 1')],
  },
];

const SESSIONS: readonly Scenario[] = [
  { name: 'USE', steps: [run('USE tpch.tiny'), run('USE tiny', { 'X-Trino-Catalog': 'tpch' }), run('USE nope.nope'), run('USE tiny')] },
  {
    name: 'SET SESSION',
    steps: [
      run("SET SESSION query_max_run_time = '10m'"),
      run('RESET SESSION query_max_run_time'),
      run('SET SESSION nope = 1'),
      run("SET TIME ZONE 'America/New_York'"),
      run('SET TIME ZONE LOCAL'),
      run('SELECT current_timezone()', { 'X-Trino-Session': 'time_zone_id=America%2FNew_York' }),
      run('SELECT current_timezone()', { 'X-Trino-Time-Zone': 'Asia/Tokyo' }),
      run('SELECT 1', { 'X-Trino-Session': 'query_max_run_time=never' }),
      run('SELECT 1', { 'X-Trino-Session': 'nope=1' }),
      run('SELECT 1', { 'X-Trino-Session': 'memory.nope=1' }),
      run('SELECT 1', { 'X-Trino-Session': 'nope.nope=1' }),
      run('SELECT 1', { 'X-Trino-Session': 'spill_enabled=maybe' }),
      run('SELECT 1', { 'X-Trino-Session': 'max_recursion_depth=x' }),
      run('SELECT 1', { 'X-Trino-Session': 'task_concurrency=3' }),
      run('SELECT 1', { 'X-Trino-Session': 'join_distribution_type=nope' }),
      run("SET SESSION join_distribution_type = 'nope'"),
      run("SET SESSION query_max_memory = '5XB'"),
      run("SET SESSION query_max_memory = '5GB'"),
      run('SET SESSION max_recursion_depth = -1'),
      run('SELECT 1', { 'X-Trino-Session': '' }),
      run('SELECT 1', { 'X-Trino-Time-Zone': 'Nowhere/Land' }),
    ],
  },
  {
    name: 'prepared statements',
    steps: [
      run('PREPARE p FROM SELECT ? + 1 AS x, name FROM tpch.tiny.nation WHERE nationkey = ?'),
      run('EXECUTE p USING 41, 3', { 'X-Trino-Prepared-Statement': 'p=SELECT+%3F+%2B+1+AS+x%2C+name+FROM+tpch.tiny.nation+WHERE+nationkey+%3D+%3F' }),
      run('DESCRIBE INPUT p', { 'X-Trino-Prepared-Statement': 'p=SELECT+%3F+%2B+1' }),
      run('DESCRIBE OUTPUT p', { 'X-Trino-Prepared-Statement': 'p=SELECT+name%2C+1+AS+one+FROM+tpch.tiny.nation' }),
      run('DEALLOCATE PREPARE p', { 'X-Trino-Prepared-Statement': 'p=SELECT+1' }),
      run('DEALLOCATE PREPARE p'),
      run('EXECUTE p'),
      run("EXECUTE IMMEDIATE 'SELECT ? x' USING 7"),
      post('SELECT 1', { 'X-Trino-Prepared-Statement': 'p=SELECT 1, 2' }),
    ],
  },
  {
    name: 'sizes of types in DESCRIBE OUTPUT',
    steps: [
      run('DESCRIBE OUTPUT p', {
        'X-Trino-Prepared-Statement': `p=${encodeURIComponent('SELECT CAST(NULL AS time), CAST(NULL AS time(0) with time zone), CAST(NULL AS time(9) with time zone), CAST(NULL AS time(10) with time zone), CAST(NULL AS timestamp(3) with time zone), CAST(NULL AS timestamp(9) with time zone), CAST(NULL AS timestamp(7)), CAST(NULL AS decimal(18,0)), CAST(NULL AS decimal(19,0)), CAST(NULL AS uuid), CAST(NULL AS ipaddress), CAST(NULL AS json), CAST(NULL AS char(4)), CAST(NULL AS interval day to second), CAST(NULL AS interval year to month), CAST(NULL AS varbinary), CAST(NULL AS array(integer))')}`,
      }),
    ],
  },
  {
    name: 'roles, path and authorization',
    steps: [run('SET PATH memory.default'), run('SET ROLE ALL'), run('SET ROLE NONE'), run('RESET SESSION AUTHORIZATION')],
  },
  {
    name: 'a transaction',
    steps: [
      run('START TRANSACTION READ ONLY', { 'X-Trino-Transaction-Id': 'NONE' }),
      run('SELECT 1', { 'X-Trino-Transaction-Id': '{transaction}' }),
      run('START TRANSACTION', { 'X-Trino-Transaction-Id': '{transaction}' }),
      run('COMMIT', { 'X-Trino-Transaction-Id': '{transaction}' }),
      run('SELECT 1', { 'X-Trino-Transaction-Id': '{transaction}' }),
      run('COMMIT'),
      run('ROLLBACK', { 'X-Trino-Transaction-Id': 'NONE' }),
      run('START TRANSACTION'),
      ...['COMMIT', 'ROLLBACK', 'START TRANSACTION'].map((sql) => run(sql, { 'X-Trino-Transaction-Id': '00000000-0000-0000-0000-000000000000' })),
    ],
  },
  {
    name: 'a failed transaction',
    steps: [
      run('START TRANSACTION', { 'X-Trino-Transaction-Id': 'NONE' }),
      run('SELECT nope', { 'X-Trino-Transaction-Id': '{transaction}' }),
      run('SELECT 1', { 'X-Trino-Transaction-Id': '{transaction}' }),
      run('COMMIT', { 'X-Trino-Transaction-Id': '{transaction}' }),
      run('ROLLBACK', { 'X-Trino-Transaction-Id': '{transaction}' }),
    ],
  },
];

const SPOOLING: readonly Scenario[] = ['json', 'json+zstd', 'json+lz4', 'nope,json', 'nope'].map((encoding) => ({
  name: `rows as ${encoding}`,
  steps: [run('SELECT 1 a', { 'X-Trino-Query-Data-Encoding': encoding }), { ...run(MANY_ROWS, { 'X-Trino-Query-Data-Encoding': encoding }), unordered: true }],
}));

const COMPRESSION: readonly Scenario[] = ['gzip', 'identity', 'br', 'deflate', 'zstd;q=0, gzip', '*', 'gzip;q=0'].map((encoding) => ({
  name: `Accept-Encoding: ${encoding}`,
  steps: [run('SELECT * FROM tpch.tiny.region ORDER BY 1', { 'Accept-Encoding': encoding }), run('SELECT nope', { 'Accept-Encoding': encoding })],
}));

const TOKENS: readonly Scenario[] = [
  {
    name: 'tokens of a running query',
    steps: [
      ...endless,
      ask('GET', '{previous}'),
      ask('HEAD', '{next}'),
      ask('GET', '/v1/statement/executing/{id}/y0000000000000000000000000000000000000000/1'),
      ask('GET', '/v1/statement/queued/{id}/y0000000000000000000000000000000000000000/1'),
      ask('PUT', '{next}'),
      ask('POST', '{next}'),
      cancel,
      cancel,
      ask('GET', '{next}'),
      ask('GET', '{next}'),
    ],
  },
  { name: 'cancelled while queued', steps: [post(ENDLESS), cancel, ask('GET', '{next}')] },
  { name: 'partial cancel', steps: [...endless, ask('DELETE', '{partial}'), ask('DELETE', '/v1/query/{id}')] },
  { name: 'cancelled by the query resource', steps: [...endless, ask('DELETE', '/v1/query/{id}'), ask('GET', '{next}')] },
  {
    name: 'killed',
    steps: [...endless, ask('PUT', '/v1/query/{id}/killed', {}, 'enough'), ask('GET', '{next}'), ask('PUT', '/v1/query/{id}/killed', {}, 'enough')],
  },
  { name: 'preempted', steps: [...endless, ask('PUT', '/v1/query/{id}/preempted', {}, 'room'), ask('GET', '{next}')] },
  {
    name: 'queries that nobody knows',
    steps: [
      ask('GET', '/v1/statement/executing/20200101_000000_00000_aaaaa/y0000000000000000000000000000000000000000/0'),
      ask('DELETE', '/v1/statement/executing/20200101_000000_00000_aaaaa/y0000000000000000000000000000000000000000/0'),
      ask('HEAD', '/v1/statement/executing/20200101_000000_00000_aaaaa/y0000000000000000000000000000000000000000/0'),
      ask('GET', '/v1/statement/queued/20200101_000000_00000_aaaaa/y0000000000000000000000000000000000000000/1'),
      ask('DELETE', '/v1/statement/queued/20200101_000000_00000_aaaaa/y0000000000000000000000000000000000000000/1'),
      ask('GET', '/v1/query/20200101_000000_00000_aaaaa'),
      ask('DELETE', '/v1/query/20200101_000000_00000_aaaaa'),
      ask('PUT', '/v1/query/20200101_000000_00000_aaaaa/killed', {}, 'x'),
      ask('GET', '/v1/nope'),
    ],
  },
];

const REFUSED: readonly Scenario[] = [
  {
    name: 'users',
    steps: [
      post('SELECT 1', { 'X-Trino-User': '-' }),
      post('SELECT 1', { 'X-Trino-User': '-', 'X-Presto-User': 'x' }),
      post('SELECT 1', { 'X-Trino-User': '-', Authorization: `Basic ${Buffer.from('u:secret').toString('base64')}` }),
      post('SELECT 1', { 'X-Trino-User': '-', Authorization: `Basic ${Buffer.from('u:').toString('base64')}` }),
      post('SELECT 1', { Authorization: `Basic ${Buffer.from('u:').toString('base64')}` }),
      post('SELECT 1', { Authorization: 'Bearer nope' }),
      post('SELECT 1', { 'X-Trino-User': '-', 'X-Trino-Original-User': 'x' }),
      run('SELECT current_user', { 'X-Trino-Original-User': 'other' }),
      run('SELECT current_user', { 'X-Trino-Original-User': 'test' }),
      run('SELECT current_user', { Authorization: `Basic ${Buffer.from('test:').toString('base64')}` }),
      run('SELECT current_user', { Authorization: `Basic ${Buffer.from('u:').toString('base64')}` }),
    ],
  },
  { name: 'bodies', steps: [post(''), run(' '), run('SELECT 1;'), run('-- nothing'), ask('POST', '/v1/statement')] },
  {
    name: 'methods',
    steps: [
      ask('GET', '/v1/statement'),
      ask('PUT', '/v1/statement', {}, 'SELECT 1'),
      ask('DELETE', '/v1/statement'),
      ask('HEAD', '/v1/statement'),
      ask('POST', '/v1/info', {}, 'x'),
      ask('DELETE', '/v1/info'),
      ask('POST', '/v1/statement/', {}, 'SELECT 1'),
    ],
  },
  {
    name: 'headers that cannot be read',
    steps: [
      post('SELECT 1', { 'X-Trino-Session': 'nope' }),
      post('SELECT 1', { 'X-Trino-Session': '=x' }),
      post('SELECT 1', { 'X-Trino-Session': 'a=b=c' }),
      post('SELECT 1', { 'X-Trino-Session': 'a=%zz' }),
      post('SELECT 1', { 'X-Trino-Session': 'a=%e' }),
      post('SELECT 1', { 'X-Trino-Session': 'a=%C3' }),
      post('SELECT 1', { 'X-Trino-Prepared-Statement': 'p=SELECT+a=b' }),
      post('SELECT 1', { 'X-Trino-Extra-Credential': 'a=b==' }),
      post('SELECT 1', { 'X-Trino-Resource-Estimate': 'PEAK_MEMORY=x' }),
      post('SELECT 1', { 'X-Trino-Session': 'nope.x=1' }),
      post('SELECT 1', { 'X-Trino-Session': '.x=1' }),
      post('SELECT 1', { 'X-Trino-Session': 'a.b.c=1' }),
      post('SELECT 1', { 'X-Trino-Role': 'nope' }),
      post('SELECT 1', { 'X-Trino-Role': 'tpch=nope' }),
      post('SELECT 1', { 'X-Trino-Resource-Estimate': 'nope' }),
      post('SELECT 1', { 'X-Trino-Resource-Estimate': 'nope=1' }),
      post('SELECT 1', { 'X-Trino-Resource-Estimate': 'EXECUTION_TIME=nope' }),
      post('SELECT 1', { 'X-Trino-Resource-Estimate': 'EXECUTION_TIME=5m' }),
      post('SELECT 1', { 'X-Trino-Prepared-Statement': 'nope' }),
      post('SELECT 1', { 'X-Trino-Extra-Credential': 'nope' }),
      post('SELECT 1', { 'X-Trino-Schema': 'tiny' }),
      post('SELECT 1', { 'X-Trino-Client-Tags': 'a,b' }),
      post('SELECT 1', { 'X-Trino-Path': '"' }),
      post('SELECT 1', { 'X-Trino-Language': 'nope nope' }),
      run('SELECT 1', { 'X-Trino-Transaction-Id': 'nope' }),
      run('SELECT 1', { 'X-Trino-Transaction-Id': '00000000-0000-0000-0000-000000000000' }),
      run('SELECT 1', { 'X-Trino-Catalog': 'nope', 'X-Trino-Schema': 'nope' }),
      run('SELECT 1 FROM t', { 'X-Trino-Catalog': 'nope', 'X-Trino-Schema': 'nope' }),
      run('SELECT 1 FROM t'),
      run('SELECT 1 FROM s.t'),
      run('DROP TABLE t'),
      run('CREATE TABLE t AS SELECT 1 a'),
    ],
  },
  {
    name: 'addresses',
    steps: [
      post('SELECT 1', { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'proxy.example', 'X-Forwarded-Port': '443' }),
      post('SELECT 1', { Host: 'name.example:1234' }),
      ask('GET', '/'),
      ask('GET', '/v1/info'),
      ask('HEAD', '/v1/info'),
      ask('GET', '/v1/info/state'),
      ask('GET', '/v1/info/coordinator'),
      ask('GET', '/v1/memory'),
      ask('GET', '/v1/cluster'),
      ask('GET', '/v1/node'),
    ],
  },
];

export const SCENARIOS: readonly Scenario[] = [...STATEMENTS, ...SESSIONS, ...SPOOLING, ...COMPRESSION, ...TOKENS, ...REFUSED];
