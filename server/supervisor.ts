import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

const FIRST_DELAY_MS = 200;
const DELAY_MAX_MS = 10_000;
/** A server that lived this long starts again at once, with the short delay. */
const HEALTHY_MS = 60_000;

/** Runs the server as a child and starts it again when a signal of its own (a crash of native code) has ended it. */
function supervise(): void {
  let child: ChildProcess | undefined;
  let stopping = false;
  let delayMs = FIRST_DELAY_MS;
  const start = () => {
    const startedMs = Date.now();
    child = spawn(process.execPath, [...process.execArgv, path.join(import.meta.dirname, 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
    child.on('exit', (code, signal) => {
      const crashed = signal !== null || (code !== null && code >= 128);
      if (stopping || !crashed) process.exit(code ?? 1);
      delayMs = Date.now() - startedMs > HEALTHY_MS ? FIRST_DELAY_MS : Math.min(delayMs * 2, DELAY_MAX_MS);
      process.stderr.write(
        `${JSON.stringify({ time: new Date().toISOString(), level: 'error', message: 'server died, starting it again', signal, code, delayMs })}\n`,
      );
      setTimeout(start, delayMs);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopping = true;
      if (child?.exitCode === null && child.signalCode === null) child.kill(signal);
      else process.exit(0);
    });
  }
  start();
}

supervise();
