import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
const LISTEN = '0A';

/** The process that listens on a port of this machine; Linux only. */
export function processListeningOn(port: number): number {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)));
  for (const pid of pids()) {
    if (socketInodes(pid).some((inode) => inodes.has(inode))) return pid;
  }
  throw new Error(`no process of this machine listens on port ${port}`);
}

/** CPU seconds that a process and its living descendants have used so far. */
export function cpuSeconds(root: number): number {
  const stats = pids().flatMap((pid) => {
    const stat = readStat(pid);
    return stat === undefined ? [] : [stat];
  });
  const family = new Set([root]);
  // a child can come before its parent in the list: go on until nothing is added
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of stats) if (family.has(parent)) family.add(pid);
  }
  return stats.filter(({ pid }) => family.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** Resident bytes of the process itself. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

function listeningInodes(file: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync(file, 'utf8').split('\n').slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) === true && state === LISTEN)
    .flatMap((fields) => fields[9] ?? []);
}

const pids = (): number[] => readdirSync('/proc').map(Number).filter(Number.isInteger);

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []);
  } catch {
    // the process or one of its files is gone, or belongs to another user: it is not the one looked for
    return [];
  }
}

function readStat(pid: number): { readonly pid: number; readonly parent: number; readonly ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name in parentheses can hold anything
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // ended since it was listed
    return undefined;
  }
}
