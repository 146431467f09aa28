import { type ChildProcess, spawn } from 'node:child_process';

const STOP_TIMEOUT_MS = 15_000;

/** `message` is the error when there is no such program. */
export async function requireTool(command: string, args: readonly string[], message: string): Promise<void> {
  const { code } = await run(command, args);
  if (code === undefined) throw new Error(message);
}

/** code undefined: there is no such program. */
export function run(command: string, args: readonly string[]): Promise<{ readonly code: number | undefined; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', () => resolve({ code: undefined, output }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** After `timeoutMs` it is killed. */
export function end(child: ChildProcess, how: NodeJS.Signals, timeoutMs = STOP_TIMEOUT_MS): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill(how);
  });
}
