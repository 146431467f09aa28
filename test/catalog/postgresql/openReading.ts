import type { Scan } from '../../../spi/connector.ts';
import type { Page } from '../../../spi/page.ts';
import type { PostgresFixture } from './postgresFixture.ts';

/** Connections of ours that are at work. */
export const busyConnections = (fixture: PostgresFixture): Promise<readonly Record<string, unknown>[]> =>
  fixture.query(
    "SELECT pid, state, query FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name = 'Lepton' AND state IS DISTINCT FROM 'idle'",
  );

export const readingConnections = async (fixture: PostgresFixture): Promise<number> =>
  (await busyConnections(fixture)).filter(({ query }) => String(query).startsWith('COPY')).length;

/** Polls the server: what ends there ends without telling us. Milliseconds that it took. */
export async function until(fixture: PostgresFixture, what: () => Promise<boolean>, withinMs: number): Promise<number> {
  const start = performance.now();
  for (;;) {
    const asked = performance.now();
    // how long the question itself takes tells of the machine, not of the server
    if (await what()) return asked - start;
    if (performance.now() - start > withinMs) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(await busyConnections(fixture))}`);
  }
}

/** Reads a few pages and leaves the scan open. */
export async function startReading(scan: Scan, signal: AbortSignal): Promise<{ readonly done: Promise<number>; goOn(): void }> {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  let rows = 0;
  const push = async (page: Page): Promise<void> => {
    rows += page.rowCount;
    if (rows > 4096) begun.resolve();
    if (rows > 4096) await gate.promise;
  };
  const run = async (): Promise<number> => {
    if (scan.kind === 'rawMessages') {
      const source = await import(scan.module);
      await source.default(structuredClone(scan.argument), { push, signal });
    } else if (scan.kind === 'pages') for await (const page of scan.pages) await push(page);
    return rows;
  };
  const done = run();
  done.then(() => begun.resolve(), begun.resolve);
  await begun.promise;
  return { done, goOn: gate.resolve };
}
