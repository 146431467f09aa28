import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Page } from '../../../spi/page.ts';
import { type ConnectorErrorCode, TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { ScanSource } from '../scanTable.ts';
import { CONTROL, CONTROL_BYTES, type FeedError, type FeedMessage } from './feedMessage.ts';

const CAPACITY_BYTES = 16 << 20;
/** How long the engine's thread waits for a page before it answers with a filler row. */
const WAIT_MS = 1;
const READY_WAIT_MS = 100;

/** Worker threads in which feeds run; started when first needed. A dead worker fails its scans, the next scan gets a new one. */
export class FeedPool {
  readonly #size: number;
  readonly #members: Member[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  open(types: readonly Type[], module: string, argument: unknown, rowCount?: number): FeedScan {
    const member = this.#pick();
    const scan = new FeedScan(types, rowCount, () => member.scans.delete(scan));
    member.scans.add(scan);
    member.worker.postMessage({ module, argument, control: scan.control, port: scan.remote, capacityBytes: CAPACITY_BYTES }, [scan.remote]);
    return scan;
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.splice(0).map((member) => member.worker.terminate()));
  }

  #pick(): Member {
    const least = this.#members.toSorted((a, b) => a.scans.size - b.scans.size)[0];
    if (least !== undefined && (least.scans.size === 0 || this.#members.length >= this.#size)) return least;
    const worker = new Worker(new URL('./feedWorker.ts', import.meta.url));
    worker.unref();
    const member: Member = { worker, scans: new Set() };
    this.#members.push(member);
    const die = (cause: unknown) => {
      const at = this.#members.indexOf(member);
      if (at >= 0) this.#members.splice(at, 1);
      for (const scan of member.scans) scan.fail(new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'The worker that read the source died', { cause }));
    };
    worker.on('error', die);
    worker.on('exit', die);
    return member;
  }
}

interface Member {
  readonly worker: Worker;
  readonly scans: Set<FeedScan>;
}

/** The engine's end of one feed. */
export class FeedScan implements ScanSource {
  readonly types: readonly Type[];
  readonly rowCount?: number;
  readonly control = new SharedArrayBuffer(CONTROL_BYTES);
  readonly remote: MessagePort;
  readonly #port: MessagePort;
  readonly #words = new Int32Array(this.control);
  readonly #onClose: () => void;
  #ended = false;
  #failure: unknown;

  constructor(types: readonly Type[], rowCount: number | undefined, onClose: () => void) {
    this.types = types;
    if (rowCount !== undefined) this.rowCount = rowCount;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.unref();
    this.remote = port2;
    this.#onClose = onClose;
  }

  /** Resolves when the worker has sent something, or after a moment: fillers bridge the rest. */
  async ready(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, READY_WAIT_MS);
    });
    await Promise.race([Atomics.waitAsync(this.#words, CONTROL.sent, 0, READY_WAIT_MS).value, late]);
    clearTimeout(timer);
  }

  take(): Page | 'wait' | 'end' {
    if (this.#ended) return 'end';
    const before = Atomics.load(this.#words, CONTROL.sent);
    let message = this.#receive();
    if (message === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      Atomics.wait(this.#words, CONTROL.sent, before, WAIT_MS);
      message = this.#receive();
    }
    if (message === undefined) return 'wait';
    switch (message.kind) {
      case 'page':
        return message.page;
      case 'end':
        this.#ended = true;
        return 'end';
      case 'error':
        throw restored(message.error);
    }
  }

  fail(error: unknown): void {
    this.#failure ??= error;
  }

  close(): Promise<void> {
    Atomics.store(this.#words, CONTROL.closed, 1);
    Atomics.add(this.#words, CONTROL.taken, 1);
    Atomics.notify(this.#words, CONTROL.taken);
    this.#port.close();
    this.#onClose();
    return Promise.resolve();
  }

  #receive(): FeedMessage | undefined {
    const received: { message: FeedMessage } | undefined = receiveMessageOnPort(this.#port);
    const message = received?.message;
    if (message?.kind === 'page') {
      Atomics.sub(this.#words, CONTROL.bytes, message.bytes);
      Atomics.add(this.#words, CONTROL.taken, 1);
      Atomics.notify(this.#words, CONTROL.taken);
    }
    return message;
  }
}

function restored(error: FeedError): Error {
  const cause = new Error(error.message);
  if (error.stack !== undefined) cause.stack = error.stack;
  if (error.trino === undefined) return cause;
  return new TrinoError(error.trino as ConnectorErrorCode, undefined, error.message, { cause });
}
