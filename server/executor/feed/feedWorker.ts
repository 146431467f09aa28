import { type MessagePort, parentPort } from 'node:worker_threads';
import type { FeedSource } from '../../../spi/connector.ts';
import type { Block, Page } from '../../../spi/page.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { CONTROL, type FeedError, type FeedMessage, type FeedStart } from './feedMessage.ts';

/** How long a full feed sleeps at most before it looks again. */
const ROOM_WAIT_MS = 1000;

parentPort?.on('message', (start: FeedStart & { readonly port: MessagePort }) => void run(start));

async function run({ module, argument, control, port, capacityBytes }: FeedStart & { readonly port: MessagePort }): Promise<void> {
  const words = new Int32Array(control);
  const abort = new AbortController();
  const isClosed = () => Atomics.load(words, CONTROL.closed) === 1;
  const send = (message: FeedMessage, transfer: ArrayBuffer[]) => {
    if (isClosed()) return;
    port.postMessage(message, transfer);
    Atomics.add(words, CONTROL.sent, 1);
    Atomics.notify(words, CONTROL.sent);
  };
  port.once('close', () => abort.abort(new Error('the scan was closed')));
  const push = async (page: Page): Promise<void> => {
    if (isClosed()) throw new Error('the scan was closed');
    if (page.rowCount > 0) {
      const transfer: ArrayBuffer[] = [];
      const own = { rowCount: page.rowCount, columns: page.columns.map((block) => transferable(block, transfer)) };
      const bytes = transfer.reduce((sum, buffer) => sum + buffer.byteLength, 0);
      Atomics.add(words, CONTROL.bytes, bytes);
      send({ kind: 'page', page: own, bytes }, transfer);
    }
    while (Atomics.load(words, CONTROL.bytes) >= capacityBytes && !isClosed()) {
      const taken = Atomics.load(words, CONTROL.taken);
      if (Atomics.load(words, CONTROL.bytes) < capacityBytes) break;
      await Atomics.waitAsync(words, CONTROL.taken, taken, ROOM_WAIT_MS).value;
    }
    if (isClosed()) throw new Error('the scan was closed');
  };
  try {
    const imported: { default: FeedSource } = await import(module);
    await imported.default(argument, { push, signal: abort.signal });
    send({ kind: 'end' }, []);
  } catch (error) {
    send({ kind: 'error', error: feedError(error) }, []);
  } finally {
    abort.abort(new Error('the scan has ended'));
  }
}

/** The block on memory of its own that can be handed over rather than copied. */
function transferable(block: Block, transfer: ArrayBuffer[]): Block {
  if (block.kind === 'values') return block;
  const nulls = block.nulls === undefined ? {} : { nulls: owned(block.nulls, transfer) };
  if (block.kind === 'fixed') return { kind: 'fixed', data: owned(block.data, transfer), ...nulls, ...(block.zone === undefined ? {} : { zone: block.zone }) };
  return { kind: 'bytes', slots: owned(block.slots, transfer), heap: owned(block.heap, transfer), ...nulls };
}

type View = Uint8Array | Int8Array | Int16Array | Int32Array | Uint32Array | BigInt64Array | Float32Array | Float64Array;

function owned<T extends View>(view: T, transfer: ArrayBuffer[]): T {
  const { buffer } = view;
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === view.byteLength && !transfer.includes(buffer);
  const own = whole ? view : (copyOf(view) as T);
  if (own.buffer instanceof ArrayBuffer) transfer.push(own.buffer);
  return own;
}

/** A Buffer's own `slice` would share its memory. */
function copyOf(view: View): View {
  return view instanceof Uint8Array ? Uint8Array.prototype.slice.call(view) : view.slice();
}

function feedError(error: unknown): FeedError {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined };
  const base = { message: error.message, stack: error.stack };
  return error instanceof TrinoError ? { ...base, trino: { name: error.errorName, code: error.errorCode, type: error.errorType } } : base;
}
