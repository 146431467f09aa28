/** Airlift's duration syntax (`5m`, `1.5 s`); milliseconds. undefined: not a duration. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ns|us|ms|s|m|h|d)\s*$/.exec(text);
  const factor = DURATION_UNITS.get(match?.[2] ?? '');
  return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}

const DURATION_UNITS = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Airlift's data-size syntax (`16MB`, `1.5GB`), powers of 1024; bytes. undefined: not a data size. */
export function parseDataSizeBytes(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB|PB)\s*$/.exec(text);
  const power = DATA_SIZE_UNITS.indexOf(match?.[2] ?? '');
  return match === null || power < 0 ? undefined : Math.round(Number(match[1]) * 1024 ** power);
}

const DATA_SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** As airlift's Duration.toString(): `5.00m`, with the largest unit that leaves at least 1. */
export function formatDuration(ms: number): string {
  let best: [string, number] = ['ns', 1e-6];
  for (const [unit, factor] of DURATION_UNITS) if (ms / factor >= 1) best = [unit, factor];
  return `${(ms / best[1]).toFixed(2)}${best[0]}`;
}

/** As airlift's DataSize.toString() of a whole number of bytes: `1024B`. */
export function formatDataSize(bytes: number): string {
  return `${Math.round(bytes)}B`;
}
