/** CPU and wall of a scan that is fed by a worker: one that waits for its source, and one at full speed. `node bench/feed.ts` */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Engine } from '../server/executor/engine.ts';
import { ErrorLedger } from '../server/executor/errors.ts';
import { FeedPool } from '../server/executor/feed/feedPool.ts';
import { ScanTable } from '../server/executor/scanTable.ts';
import { BIGINT, VARCHAR } from '../spi/type.ts';

const STATEMENTS = [
  ['aggregate', 'SELECT count(*) AS c, max(s$c1) AS m FROM lepton_scan($) WHERE s$live'],
  ['thin stream', 'SELECT s$c0 FROM lepton_scan($) WHERE s$live AND s$c0 % 1000 = 0'],
  ['wide stream', 'SELECT s$c0, s$c1 FROM lepton_scan($) WHERE s$live'],
] as const;
const JOBS = [
  ['waiting', { pages: 40, rows: 2048, pauseMs: 50 }],
  ['2M rows', { pages: 1000, rows: 2048, pauseMs: 0 }],
] as const;
const ENGINES = [
  ['engine, 2 threads', { threads: 2 }],
  ['live engine', { threads: 1, live: true }],
] as const;

const feeds = new FeedPool(1);
const module = new URL('./syntheticFeed.ts', import.meta.url).href;
for (const [engineName, config] of ENGINES) {
  const table = new ScanTable(new ErrorLedger());
  const engine = new Engine({ ...config, tempDirectory: path.join(tmpdir(), 'lepton-bench') }, async (connection) => table.register(connection));
  for (const [statement, sql] of STATEMENTS)
    for (const [jobName, job] of JOBS) {
      const scan = feeds.open([BIGINT, VARCHAR], { module, argument: job });
      await scan.ready();
      const id = table.add(scan);
      const connection = await engine.connect();
      const cpu = process.cpuUsage();
      const started = performance.now();
      const stream = await connection.stream(sql.replaceAll('$', String(id)));
      let first: number | undefined;
      while ((await stream.next()) !== undefined) first ??= performance.now() - started;
      const { user, system } = process.cpuUsage(cpu);
      const wall = performance.now() - started;
      console.log(
        `${engineName.padEnd(18)} ${statement.padEnd(12)} ${jobName.padEnd(8)} cpu ${Math.round((user + system) / 1000)} ms  wall ${Math.round(wall)} ms  first ${Math.round(first ?? wall)} ms`,
      );
      await connection.close();
      table.remove(id);
      await scan.close();
    }
  await engine.close();
}
await feeds.close();
