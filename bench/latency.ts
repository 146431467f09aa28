import { cpuSeconds } from './processCpu.ts';
import { RawReader } from './rawReader.ts';
import { atMost, line, title } from './report.ts';
import type { MeasuredServer } from './servers.ts';
import type { Rig } from './turns.ts';

const ROUNDS = 5;
const STATEMENTS_PER_ROUND = 100;
const P50_MS_MAX = 4;

interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly cpuMs: number;
}

/** SELECT 1 over one kept connection; the first round of each server is to get warm and does not count. */
export async function latency({ lepton, trino }: Rig): Promise<void> {
  title(`SELECT 1, one connection, ${ROUNDS} rounds of ${STATEMENTS_PER_ROUND}`);
  const mine = new Clock(lepton);
  const theirs = trino === undefined ? undefined : new Clock(trino);
  for (let round = 0; round <= ROUNDS; round++) {
    await mine.round(round > 0);
    await theirs?.round(round > 0);
  }
  const [ours, other] = [mine.result(), theirs?.result()];
  const text = ({ p50, p95, cpuMs }: Latency): string => `${cpuMs.toFixed(1)} CPU-ms, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`;
  const ratio = other === undefined ? undefined : `CPU ${(ours.cpuMs / other.cpuMs).toFixed(2)}x, p50 ${(ours.p50 / other.p50).toFixed(2)}x`;
  line('SELECT 1', text(ours), other === undefined ? undefined : text(other), ratio, atMost('p50', ours.p50, P50_MS_MAX, ' ms'));
}

class Clock {
  readonly #server: MeasuredServer;
  readonly #reader: RawReader;
  readonly #times: number[] = [];
  #cpu = 0;

  constructor(server: MeasuredServer) {
    this.#server = server;
    this.#reader = new RawReader(server.url);
  }

  async round(counts: boolean): Promise<void> {
    const cpu = cpuSeconds(this.#server.pid);
    for (let i = 0; i < STATEMENTS_PER_ROUND; i++) {
      const start = performance.now();
      await this.#reader.run('SELECT 1');
      if (counts) this.#times.push(performance.now() - start);
    }
    if (counts) this.#cpu += cpuSeconds(this.#server.pid) - cpu;
  }

  result(): Latency {
    this.#reader.close();
    const sorted = this.#times.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return { p50: at(0.5), p95: at(0.95), cpuMs: (this.#cpu * 1000) / sorted.length };
  }
}
