import { cpuSeconds } from './processCpu.ts';
import type { Usage } from './report.ts';
import type { MeasuredServer } from './servers.ts';

export interface Pair<T> {
  readonly lepton: T;
  readonly trino: T | undefined;
}

export interface BenchOptions {
  /** In each Kafka topic. */
  readonly messages: number;
  /** How often a Kafka statement is asked of each server. */
  readonly rounds: number;
}

export interface Rig {
  readonly lepton: MeasuredServer;
  readonly trino: MeasuredServer | undefined;
}

/** The servers take turns, each round one after the other; of each the round that took the least CPU counts. `prepare` is not measured. */
export async function takeTurns(
  rig: Rig,
  rounds: number,
  work: (server: MeasuredServer) => Promise<unknown>,
  prepare?: (server: MeasuredServer) => Promise<unknown>,
): Promise<Pair<Usage>> {
  const lepton: Usage[] = [];
  const trino: Usage[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [server, usages] of [[rig.lepton, lepton] as const, [rig.trino, trino] as const]) {
      if (server === undefined) continue;
      await prepare?.(server);
      usages.push(await measured(server, work));
    }
  }
  return { lepton: least(lepton), trino: trino.length === 0 ? undefined : least(trino) };
}

export async function measured(server: MeasuredServer, work: (server: MeasuredServer) => Promise<unknown>): Promise<Usage> {
  const cpu = cpuSeconds(server.pid);
  const start = performance.now();
  await work(server);
  return { wallSeconds: (performance.now() - start) / 1000, cpuSeconds: cpuSeconds(server.pid) - cpu };
}

function least(rounds: readonly Usage[]): Usage {
  return rounds.reduce((a, b) => (b.cpuSeconds < a.cpuSeconds ? b : a));
}
