/** Rows per CPU-second from the engine to protocol bytes: `node bench/results.ts [rows]`. */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Engine } from '../server/executor/engine.ts';
import { ResultEncoder } from '../server/executor/resultEncoder.ts';
import { array, BIGINT, BOOLEAN, DATE, DOUBLE, decimal, INTEGER, type Type, timestampWithTimeZone, VARCHAR } from '../spi/type.ts';

const COLUMNS: readonly (readonly [Type, string])[] = [
  [BIGINT, 'i'],
  [INTEGER, 'CAST(i * 7 % 100000 AS INTEGER)'],
  [DOUBLE, 'CAST(i * 1.1 AS DOUBLE)'],
  [VARCHAR, `'name-' || (i % 5000) || '-' || i`],
  [decimal(18, 2), 'CAST(i / 100.0 AS DECIMAL(18, 2))'],
  [timestampWithTimeZone(3), `{'t': TIMESTAMP '2024-01-01' + to_seconds(i), 'z': 'UTC'}`],
  [decimal(38, 0), 'CAST(CAST(i AS HUGEINT) * 1000000000000 AS DECIMAL(38, 0))'],
  [DATE, `DATE '2020-01-01' + CAST(i % 3000 AS INTEGER)`],
  [BOOLEAN, 'i % 3 = 0'],
  [array(INTEGER), 'CAST([i % 10, i % 7, i % 3] AS INTEGER[])'],
];
const ROUNDS = 5;
const PAGE_BYTES = 1 << 20;

const rows = Number(process.argv[2] ?? 1_000_000);
const engine = new Engine({ threads: 2, tempDirectory: path.join(tmpdir(), 'lepton-bench') }, async () => {});
const setup = await engine.connect();
await setup.run(`CREATE TABLE t AS SELECT ${COLUMNS.map(([, sql], i) => `${sql} AS c${i}`).join(', ')} FROM range(${rows}) r(i)`);
await setup.close();
for (const columns of [COLUMNS, ...COLUMNS.map((column) => [column])]) await measure(columns);
await engine.close();

async function measure(columns: typeof COLUMNS): Promise<void> {
  const types = columns.map(([type]) => type);
  const names = columns.map((column) => `c${COLUMNS.indexOf(column)}`);
  let best = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const connection = await engine.connect();
    const before = process.cpuUsage();
    bytes = await encode(await connection.stream(`SELECT ${names.join(', ')} FROM t`), types);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
    await connection.close();
  }
  const what = types.length === 1 ? types[0]?.kind : `all ${types.length} columns`;
  console.log(`${String(what).padEnd(26)} ${best.toFixed(3)} CPU-s  ${Math.round(rows / best)} rows/CPU-s  ${(bytes / 1e6).toFixed(0)} MB`);
}

async function encode(stream: Awaited<ReturnType<Awaited<ReturnType<Engine['connect']>>['stream']>>, types: readonly Type[]): Promise<number> {
  const encoder = new ResultEncoder(
    types.map((type) => ({ kind: 'value', type })),
    { parametricDatetime: true, expectedBytes: PAGE_BYTES + (PAGE_BYTES >> 3) },
  );
  let bytes = 0;
  for (let chunk = await stream.next(); chunk !== undefined; chunk = await stream.next()) {
    let row = 0;
    for (let end = encoder.append(chunk, row, PAGE_BYTES); encoder.byteCount >= PAGE_BYTES; end = encoder.append(chunk, row, PAGE_BYTES)) {
      bytes += encoder.take().byteCount;
      if (end === row) break;
      row = end;
    }
  }
  return bytes + encoder.take().byteCount;
}
