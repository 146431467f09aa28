import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../test/rig/statementClient.ts';
import { residentBytes } from './processCpu.ts';
import { atMost, line, note, title } from './report.ts';
import { peakBytes, startLepton } from './servers.ts';
import type { Rig } from './turns.ts';

const ROUNDS = 5;
const START_SECONDS_MAX = 1;
const IDLE_MEGABYTES_MAX = 200;
const TRINO_START_RECORDED = '18 s, recorded';

/** Start to the first answer of SELECT 1, and what the process holds then. The first round may fill the cache of compiled code. */
export async function startup({ trino }: Rig): Promise<void> {
  title('start to first answer');
  const walls: number[] = [];
  const cpus: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-bench-'));
    const server = await startLepton(dir);
    if (server.start === undefined) throw new Error('started without a start');
    walls.push(server.start.wallSeconds);
    cpus.push(server.start.cpuSeconds);
    idle.push(residentBytes(server.pid) / 1e6);
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  const [wall, cpu] = [median(walls), median(cpus)];
  const theirs = trino?.start;
  const ratio = theirs === undefined ? undefined : `CPU ${(cpu / theirs.cpuSeconds).toFixed(3)}x, wall ${(wall / theirs.wallSeconds).toFixed(3)}x`;
  const trinoText = theirs === undefined ? `(${TRINO_START_RECORDED})` : `${theirs.cpuSeconds.toFixed(1)} CPU-s, ${theirs.wallSeconds.toFixed(1)} s`;
  line('SELECT 1 answered', `${cpu.toFixed(2)} CPU-s, ${wall.toFixed(2)} s`, trinoText, ratio, atMost('wall', wall, START_SECONDS_MAX, ' s'));
  note(
    `of ${ROUNDS} starts: ${walls.map((n) => n.toFixed(2)).join(', ')} s; CPU ${cpus.map((n) => n.toFixed(2)).join(', ')} s; resident ${Math.round(median(idle))} MB after SELECT 1`,
  );
}

/** Resident size now, after one more SELECT 1, and the peak of everything measured so far. */
export async function memory({ lepton, trino }: Rig): Promise<void> {
  title('memory');
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-bench-'));
  const fresh = await startLepton(dir);
  try {
    const idle = residentBytes(fresh.pid);
    const theirs = trino === undefined ? undefined : residentBytes(trino.pid);
    const target = atMost('idle', idle / 1e6, IDLE_MEGABYTES_MAX, ' MB');
    line('resident after start', megabytes(idle), theirs === undefined ? '(1.3 GB, recorded)' : `${megabytes(theirs)} now`, undefined, target);
    for (let i = 0; i < 100; i++) await run({ url: fresh.url }, 'SELECT 1');
    line('resident after 100 x SELECT 1', megabytes(residentBytes(fresh.pid)), undefined, undefined);
  } finally {
    await fresh.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  const peak = peakBytes(lepton.pid);
  const their = trino === undefined ? undefined : peakBytes(trino.pid);
  line(
    'peak of this run',
    megabytes(peak),
    their === undefined ? undefined : megabytes(their),
    their === undefined ? undefined : `${(peak / their).toFixed(2)}x`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
