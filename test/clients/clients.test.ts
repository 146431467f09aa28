import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, trinoCli } from '../../demo/trinoCli.ts';
import { type TestServer, startTestServer } from '../rig/server.ts';
import { pythonWithTrino } from './pythonClient.ts';

const CLIENT_MS_MAX = 60_000;

const PYTHON = `
import sys, trino
port = int(sys.argv[1])
def connect(**options): return trino.dbapi.connect(host='127.0.0.1', port=port, user='test', catalog='memory', schema='default', **options)
def all(sql, parameters=None, **options):
    cursor = connect(**options).cursor(); cursor.execute(sql, parameters); return cursor.fetchall()
print(all("SELECT 1, 'x', DECIMAL '1.10', TIMESTAMP '2024-01-02 03:04:05.678', ARRAY[1, NULL], MAP(ARRAY['k'], ARRAY[1])"))
print(all('SELECT ?, ?', (1, "it's")), all('SELECT ?', (5,), legacy_prepared_statements=True))
print([len(set(map(tuple, all('SELECT orderkey, comment FROM tpch.tiny.orders', encoding=e)))) for e in (None, 'json', 'json+lz4', 'json+zstd')])
connection = connect(isolation_level=trino.transaction.IsolationLevel.READ_COMMITTED)
cursor = connection.cursor(); cursor.execute('SELECT count(*) FROM tpch.tiny.nation'); print(cursor.fetchone()); connection.commit()
all('CREATE TABLE python (a integer)'); print(all('INSERT INTO python VALUES 1, 2'), all('SELECT sum(a) FROM python'))
try: all('SELECT nope')
except trino.exceptions.TrinoUserError as e: print(e.error_name, e.message)
`;

const PYTHON_PRINTS = `[[1, 'x', Decimal('1.10'), datetime.datetime(2024, 1, 2, 3, 4, 5, 678000), [1, None], {'k': 1}]]
[[1, "it's"]] [[5]]
[15000, 15000, 15000, 15000]
[25]
[[2]] [[3]]
COLUMN_NOT_FOUND line 1:8: Column 'nope' cannot be resolved
`;

/** What is always run of the clients; `npm run test:clients` drives the others. */
describe('real clients', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('the official CLI runs a script, prints its rows and tells errors', { timeout: CLIENT_MS_MAX * 3 }, async () => {
    const jar = await trinoCli(() => {});
    const options = { jar, url: server.url, format: 'CSV_HEADER', signal: AbortSignal.timeout(CLIENT_MS_MAX) };
    const script = `CREATE TABLE memory.default.cli (a integer, b varchar);
      INSERT INTO memory.default.cli VALUES (1, 'it''s, "q"'), (2, NULL);
      SELECT a, b, ARRAY[a] c FROM memory.default.cli ORDER BY a;
      PREPARE p FROM SELECT ? + 1 x; EXECUTE p USING 41;
      USE tpch.tiny; SELECT count(*) n FROM nation`;
    const { code, output, errors } = await runCli(script, options);
    expect({ code, output, errors }).toEqual({
      code: 0,
      output: ['"a","b","c"', '"1","it\'s, ""q""","[1]"', '"2","","[2]"', '"x"', '"42"', '"n"', '"25"', ''].join('\n'),
      errors: ['CREATE TABLE', 'INSERT: 2 rows', 'PREPARE', 'USE', ''].join('\n'),
    });
    const failed = await runCli('SELECT nope', options);
    expect(failed.code).toBe(1);
    expect(failed.errors).toContain("line 1:8: Column 'nope' cannot be resolved");
  });

  const python = pythonWithTrino();
  it.skipIf(python === undefined)('the Python DB-API reads, writes and spools', { timeout: CLIENT_MS_MAX }, async () => {
    expect(await run(python ?? '', ['-c', PYTHON, new URL(server.url).port])).toBe(PYTHON_PRINTS);
  });
});

/** Not a synchronous call: the server lives in this process. */
function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: CLIENT_MS_MAX });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
