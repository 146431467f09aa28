/** What one server needed: CPU of its process first, since a loaded machine says little by the clock. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface Target {
  readonly text: string;
  readonly met: boolean;
}

let missed = 0;

export const missedTargets = (): number => missed;

export function title(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

export function note(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

/** One measured thing: Lepton's figures, Trino's, their ratio, and what was to be reached. */
export function line(name: string, lepton: string, trino: string | undefined, ratio: string | undefined, ...targets: readonly Target[]): void {
  const parts = [name.padEnd(34), `Lepton ${lepton}`.padEnd(40), (trino === undefined ? '' : `Trino ${trino}`).padEnd(38), (ratio ?? '').padEnd(30)];
  const verdicts = targets.map(({ text, met }) => {
    if (!met) missed++;
    return `[${text}: ${met ? 'met' : 'MISSED'}]`;
  });
  process.stdout.write(`  ${[...parts, ...verdicts].join(' ').trimEnd()}\n`);
}

/** A line of CPU and wall, with the ratio of both to Trino's. */
export function usageLine(name: string, lepton: Usage, trino: Usage | undefined, most?: { readonly cpu: number; readonly wall: number }): void {
  if (trino === undefined) return line(name, usage(lepton), undefined, undefined);
  const cpu = lepton.cpuSeconds / trino.cpuSeconds;
  const wall = lepton.wallSeconds / trino.wallSeconds;
  const targets = most === undefined ? [] : [atMost('CPU', cpu, most.cpu, 'x'), atMost('wall', wall, most.wall, 'x')];
  line(name, usage(lepton), usage(trino), `CPU ${cpu.toFixed(2)}x, wall ${wall.toFixed(2)}x`, ...targets);
}

export function usage({ cpuSeconds, wallSeconds }: Usage): string {
  return `${cpuSeconds.toFixed(2)} CPU-s, ${wallSeconds.toFixed(2)} s`;
}

export function atMost(what: string, value: number, most: number, unit: string): Target {
  return { text: `${what} <= ${most}${unit}`, met: value <= most };
}

export function atLeast(what: string, value: number, least: number, unit: string): Target {
  return { text: `${what} >= ${least}${unit}`, met: value >= least };
}
