/**
 * Lepton beside a real Trino, in turns, one idle while the other works: `npm run bench [-- startup latency planning metadata guards kafka postgres transfer clients tpch memory]`.
 *   TRINO_URL=http://host:port    a Trino that runs on this machine (nobody else may use it meanwhile), or
 *   TRINO_HOME=DIR                an unpacked trino-server that is started for it; TRINO_JAVA_HOME is its Java
 *   TRINO_KAFKA=host:port         a broker that both reach; absent: one is started
 *   --messages 10M --rounds 4     of kafka: so many messages in each topic, every statement so often
 * Without a Trino only Lepton is measured. Trino is asked every statement as often as Lepton, so the first rounds warm both.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { clients } from './clients.ts';
import { kafka } from './kafka.ts';
import { latency } from './latency.ts';
import { metadata } from './metadata.ts';
import { guards } from './guards.ts';
import { planning } from './planning.ts';
import { postgres } from './postgres.ts';
import { missedTargets, note, title } from './report.ts';
import { findTrino, startLepton } from './servers.ts';
import { memory, startup } from './startup.ts';
import { tpch } from './tpch.ts';
import { transfer } from './transfer.ts';
import type { BenchOptions, Rig } from './turns.ts';

const PIECES: Readonly<Record<string, (rig: Rig, dir: string, options: BenchOptions) => Promise<void>>> = {
  startup,
  latency,
  planning,
  metadata,
  guards,
  kafka,
  postgres,
  transfer,
  clients,
  tpch,
  memory,
};

const { values, positionals: asked } = parseArgs({
  options: { messages: { type: 'string', default: '1M' }, rounds: { type: 'string', default: '4' } },
  allowPositionals: true,
});
const options: BenchOptions = { messages: count(values.messages), rounds: count(values.rounds) };
const unknown = asked.filter((name) => !(name in PIECES));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no ${unknown.join(', ')}; there are ${Object.keys(PIECES).join(', ')}\n`);
  process.exit(2);
}

const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-bench-'));
const folder = (name: string): string => {
  const made = path.join(dir, name);
  mkdirSync(made, { recursive: true });
  return made;
};
const trino = await findTrino(folder('trino'));
try {
  const lepton = await startLepton(folder('lepton'));
  try {
    title(
      `${os.cpus().length} cores, load ${os
        .loadavg()
        .map((n) => n.toFixed(1))
        .join(' ')}, ${trino === undefined ? 'no Trino (TRINO_URL, TRINO_HOME)' : `Trino at ${trino.url}`}`,
    );
    for (const [name, piece] of Object.entries(PIECES)) if (asked.length === 0 || asked.includes(name)) await piece({ lepton, trino }, dir, options);
  } finally {
    await lepton.stop();
  }
} finally {
  await trino?.stop();
  rmSync(dir, { recursive: true, force: true });
}
const missed = missedTargets();
note(missed === 0 ? 'every target met' : `${missed} targets MISSED`);

/** `250`, `300k`, `10M`. */
function count(text: string): number {
  const [, digits, unit] = /^(\d+)([kM]?)$/.exec(text) ?? [];
  if (digits === undefined) throw new Error(`not a number: ${text}`);
  return Number(digits) * (unit === 'M' ? 1_000_000 : unit === 'k' ? 1_000 : 1);
}
