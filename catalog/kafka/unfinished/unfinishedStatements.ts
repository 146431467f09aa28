import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '../../../spi/connector.ts';
import { errorMessage } from '../../../spi/trinoError.ts';

/** What a statement has begun in the cluster and must be ended or taken away should the server die. Plain data. */
export interface UnfinishedStatement {
  /** Of a transaction that may be open. */
  readonly transactionalId?: string;
  /** A table that is there when its description is. */
  readonly table?: UnfinishedTable;
}

export interface UnfinishedTable {
  readonly schema: string;
  readonly table: string;
  readonly topic: string;
  /** Of the topic that was made for it; absent: none was, or it is not known. */
  readonly topicId?: string;
  /** Files that were written beside the description. */
  readonly files: readonly string[];
}

export interface LeftBehind {
  readonly statement: UnfinishedStatement;
  /** There is nothing left to do. */
  done(): Promise<void>;
}

interface StatementFile extends UnfinishedStatement {
  readonly process: number;
  /** Tells processes of the same number apart; absent where the system does not say. */
  readonly processStart?: string;
  /** Tells the statements of this process from those of one with its number before it. */
  readonly run: string;
}

const RUN = randomUUID();
const SUFFIX = '.json';

/** A file for each statement that is writing or making a table: a server that starts finds those of one that died. */
export class UnfinishedStatements {
  private readonly dir: string;
  private readonly log: Logger;

  constructor(dir: string, log: Logger) {
    this.dir = dir;
    this.log = log;
  }

  /** Resolves with what takes it from the list again. A folder that cannot be written keeps no statement from its work. */
  async add(statement: UnfinishedStatement, name = randomUUID()): Promise<() => Promise<void>> {
    const file = path.join(this.dir, `${name}${SUFFIX}`);
    const processStart = startOf(process.pid);
    const content: StatementFile = { ...statement, process: process.pid, ...(processStart === undefined ? {} : { processStart }), run: RUN };
    await this.attempt(async () => {
      await mkdir(this.dir, { recursive: true });
      // whole or not at all; a machine that fails has lost nothing but a hint: the broker ends transactions itself
      await writeFile(`${file}.partial`, JSON.stringify(content));
      await rename(`${file}.partial`, file);
    });
    return () => this.attempt(() => rm(file, { force: true }));
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.warn('statements that write cannot be noted: what they leave, should the server die, will not be found', {
        folder: this.dir,
        error: errorMessage(error),
      });
    }
  }

  /** Those whose server is no more. */
  async leftBehind(): Promise<readonly LeftBehind[]> {
    const found: LeftBehind[] = [];
    for (const name of await this.names()) {
      const file = path.join(this.dir, name);
      const content = await this.read(file);
      if (content === undefined || content.run === RUN || isAlive(content)) continue;
      found.push({ statement: content, done: () => rm(file, { force: true }) });
    }
    return found;
  }

  private async names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.dir)).filter((name) => name.endsWith(SUFFIX));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []; // no statement has written yet
      this.log.warn('what a server that died has left cannot be looked for', { folder: this.dir, error: errorMessage(error) });
      return [];
    }
  }

  /** undefined: it is gone by now, or was broken off with the machine. */
  private async read(file: string): Promise<StatementFile | undefined> {
    try {
      return JSON.parse(await readFile(file, 'utf8')) as StatementFile; // we have written it
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
        this.log.warn('what a statement has left is not known: the note of it cannot be read', { file, error: errorMessage(error) });
      return undefined;
    }
  }
}

/** Another server that shares the folder is still at work on it. */
function isAlive({ process: pid, processStart }: StatementFile): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return processStart === startOf(pid);
}

/** When a process was started, in the kernel's ticks. undefined: there is no such process, or the system is not Linux. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined; // nothing is known of it
  }
}
