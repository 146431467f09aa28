import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { RawMessagesScan } from '../../../spi/connector.ts';
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

  open(types: readonly Type[], { module, argument, runsMax }: FeedWork, rowCount?: number): FeedScan {
    const members = this.#pick(runsMax ?? 1);
    const scan = new FeedScan(types, rowCount, () => {
      for (const member of members) member.scans.delete(scan);
    });
    for (const member of members) {
      member.scans.add(scan);
      const port = scan.connect();
      member.worker.postMessage({ module, argument, control: scan.control, port, capacityBytes: CAPACITY_BYTES }, [port]);
    }
    return scan;
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.splice(0).map((member) => member.worker.terminate()));
  }

  /** The least busy ones; new ones while there are not enough idle ones. */
  #pick(wanted: number): readonly Member[] {
    const count = Math.min(wanted, this.#size);
    for (let idle = this.#members.filter(({ scans }) => scans.size === 0).length; idle < count && this.#members.length < this.#size; idle++) this.#start();
    return this.#members.toSorted((a, b) => a.scans.size - b.scans.size).slice(0, count);
  }

  #start(): void {
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
  }
}

/** What workers run: see RawMessagesScan. */
export type FeedWork = Pick<RawMessagesScan, 'module' | 'argument' | 'runsMax'>;

interface Member {
  readonly worker: Worker;
  readonly scans: Set<FeedScan>;
}

/** The engine's end of one feed, in as many workers as run it. */
class FeedScan implements ScanSource {
  readonly types: readonly Type[];
  readonly rowCount?: number;
  readonly control = new SharedArrayBuffer(CONTROL_BYTES);
  /** Of the runs that have not ended; the one whose turn it is comes first. */
  readonly #ports: MessagePort[] = [];
  readonly #words = new Int32Array(this.control);
  readonly #onClose: () => void;
  #failure: unknown;
  #taken: Page | undefined;

  constructor(types: readonly Type[], rowCount: number | undefined, onClose: () => void) {
    this.types = types;
    if (rowCount !== undefined) this.rowCount = rowCount;
    this.#onClose = onClose;
  }

  /** The far end of a new run. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    this.#ports.push(port1);
    return port2;
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
    this.#release();
    if (this.#ports.length === 0) return 'end';
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
        this.#taken = message.page;
        return message.page;
      case 'end':
        return this.take();
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
    for (const port of this.#ports.splice(0)) port.close();
    this.#release();
    this.#onClose();
    return Promise.resolve();
  }

  /** The page before is in the engine: its memory need not wait for the garbage collector, which would go through the whole heap for its size. */
  #release(): void {
    for (const block of this.#taken?.columns ?? []) {
      if (block.kind === 'values') continue;
      for (const { buffer } of block.kind === 'fixed' ? [block.data] : [block.slots, block.heap]) free(buffer);
      if (block.nulls !== undefined) free(block.nulls.buffer);
    }
    this.#taken = undefined;
  }

  /** The runs take turns. */
  #receive(): FeedMessage | undefined {
    for (let i = this.#ports.length; i > 0; i--) {
      const port = this.#ports.shift();
      if (port === undefined) return undefined;
      const received: { message: FeedMessage } | undefined = receiveMessageOnPort(port);
      const message = received?.message;
      if (message?.kind === 'end') port.close();
      else this.#ports.push(port);
      if (message?.kind === 'page') {
        Atomics.sub(this.#words, CONTROL.bytes, message.bytes);
        Atomics.add(this.#words, CONTROL.taken, 1);
        Atomics.notify(this.#words, CONTROL.taken);
      }
      if (message !== undefined) return message;
    }
    return undefined;
  }
}

function free(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

function restored(error: FeedError): Error {
  const cause = new Error(error.message);
  if (error.stack !== undefined) cause.stack = error.stack;
  if (error.trino === undefined) return cause;
  return new TrinoError(error.trino as ConnectorErrorCode, undefined, error.message, { cause });
}
