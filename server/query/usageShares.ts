/** What a running query is charged with. */
export interface Charged {
  addUsage(cpuMs: number, memoryBytes: number): void;
}

/**
 * The engine is one process: what it uses is shared evenly between the queries that ran in the meantime. A query that ran
 * alone is charged exactly.
 */
export class UsageShares {
  #cpuMs = processCpuMs();

  /** Charges what was used since the last call. `memoryBytes`: what the engine's operators hold now. */
  charge(running: readonly Charged[], memoryBytes: number): number {
    const now = processCpuMs();
    const share = running.length === 0 ? 0 : (now - this.#cpuMs) / running.length;
    this.#cpuMs = now;
    for (const query of running) query.addUsage(share, memoryBytes / running.length);
    return share;
  }
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
