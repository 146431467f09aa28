import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { FeedSource } from '../../../spi/connector.ts';
import { type ConnectorErrorCode, TrinoError } from '../../../spi/trinoError.ts';

interface Job {
  readonly module: string;
  readonly argument: unknown;
}

interface Failure {
  readonly message: string;
  readonly trino?: ConnectorErrorCode;
}

/** Runs a feed in a thread of its own and throws its pages away: what it keeps on the way is what is wanted. */
export async function runFeed(module: string, argument: unknown, signal: AbortSignal): Promise<void> {
  const job: Job = { module, argument };
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (failure: Failure | undefined) => (failure === undefined ? resolve() : reject(restored(failure))));
      worker.once('error', reject);
      worker.once('exit', () => reject(signal.aborted ? signal.reason : new Error('the worker that read the topic died')));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function restored({ message, trino }: Failure): Error {
  return trino === undefined ? new Error(message) : new TrinoError(trino, undefined, message);
}

async function work({ module, argument }: Job): Promise<Failure | undefined> {
  try {
    const imported: { default: FeedSource } = await import(module);
    await imported.default(argument, { push: () => Promise.resolve(), signal: new AbortController().signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof TrinoError)) return { message: String(error) };
    const { errorName: name, errorCode: code, errorType: type, message } = error;
    return { message, trino: { name, code, type } };
  }
}

if (!isMainThread && parentPort !== null) parentPort.postMessage(await work(workerData as Job));
