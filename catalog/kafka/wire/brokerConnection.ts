import net from 'node:net';
import tls from 'node:tls';
import type { ClusterOptions, NodeAddress } from './clusterOptions.ts';
import { BrokerUnavailableError, CorruptDataError, KafkaProtocolError } from './kafkaError.ts';
import { RequestWriter, ResponseReader } from './protocolBuffer.ts';
import { responseBuffer } from './responseBuffers.ts';
import { saslExchange } from './sasl.ts';

const API_VERSIONS = 18;
const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const RESPONSE_BYTES_MAX = 1 << 30;
const READ_BYTES = 256 << 10;

export interface ApiCall {
  readonly api: number;
  readonly version: number;
  readonly flexible: boolean;
  readonly body: Buffer;
  /** Beside the connection's request timeout: for a Fetch that waits on purpose. */
  readonly extraWaitMs?: number;
}

interface Pending {
  readonly flexible: boolean;
  readonly resolve: (reader: ResponseReader) => void;
  readonly reject: (error: Error) => void;
}

/** One socket to one broker. Requests may overlap; answers come in order of asking. */
export class BrokerConnection {
  readonly address: NodeAddress;
  private readonly socket: net.Socket;
  private readonly options: ClusterOptions;
  private readonly pending = new Map<number, Pending>();
  private readonly assembler: ResponseAssembler;
  private versions: ReadonlyMap<number, readonly [min: number, max: number]> = new Map();
  private correlation = 0;
  private failure: Error | undefined;

  private constructor(address: NodeAddress, options: ClusterOptions, { socket, input }: Opened) {
    this.address = address;
    this.options = options;
    this.socket = socket;
    this.assembler = new ResponseAssembler((response) => this.settle(response));
    input.take = (chunk) => {
      try {
        this.assembler.append(chunk);
      } catch (cause) {
        this.fail(cause instanceof Error ? cause : new Error(String(cause)));
      }
    };
    socket.on('error', (cause) => this.fail(unavailable(address, cause.message, cause)));
    socket.on('close', () => this.fail(unavailable(address, 'the broker closed the connection')));
  }

  static async open(address: NodeAddress, options: ClusterOptions, signal: AbortSignal): Promise<BrokerConnection> {
    const connection = new BrokerConnection(address, options, await connect(address, options, signal));
    try {
      connection.versions = await connection.apiVersions(signal);
      if (options.sasl !== undefined) await connection.authenticate(options.sasl, signal);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get usable(): boolean {
    return this.failure === undefined;
  }

  get idle(): boolean {
    return this.pending.size === 0;
  }

  /** The highest of our versions that the broker knows; undefined: none. */
  version(api: number, ours: readonly number[]): number | undefined {
    const range = this.versions.get(api);
    if (range === undefined) return undefined;
    return ours.find((v) => v >= range[0] && v <= range[1]);
  }

  /** An idle connection in a pool must not keep the process alive. */
  hold(active: boolean): void {
    if (active) this.socket.ref();
    else this.socket.unref();
  }

  call(call: ApiCall, signal: AbortSignal): Promise<ResponseReader> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (signal.aborted) return Promise.reject(abortError(signal));
    const id = ++this.correlation;
    return new Promise((resolve, reject) => {
      const timeoutMs = this.options.requestTimeoutMs + (call.extraWaitMs ?? 0);
      const timer = setTimeout(() => this.fail(unavailable(this.address, `no answer within ${timeoutMs} ms`)), timeoutMs);
      const onAbort = (): void => {
        done();
        reject(abortError(signal));
      };
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.pending.set(id, {
        flexible: call.flexible,
        resolve: (reader) => {
          done();
          resolve(reader);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      this.socket.write(frame(call, id, this.options.clientId));
    });
  }

  close(): void {
    this.fail(new BrokerUnavailableError('connection closed'));
  }

  private settle(response: Buffer): void {
    const pending = this.pending.get(response.readInt32BE(0));
    if (pending === undefined) return this.fail(new CorruptDataError(`an answer to nothing from ${this.address.host}:${this.address.port}`));
    this.pending.delete(response.readInt32BE(0));
    const reader = new ResponseReader(response, pending.flexible, 4);
    if (pending.flexible) reader.skipTags();
    pending.resolve(reader);
  }

  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.socket.destroy();
    for (const pending of this.pending.values()) pending.reject(error);
    this.pending.clear();
  }

  private async apiVersions(signal: AbortSignal): Promise<Map<number, readonly [number, number]>> {
    const reader = await this.call({ api: API_VERSIONS, version: 0, flexible: false, body: Buffer.alloc(0) }, signal);
    const code = reader.int16();
    if (code !== 0) throw new KafkaProtocolError(code, 'ApiVersions');
    return new Map(reader.array(() => [reader.int16(), [reader.int16(), reader.int16()] as const] as const));
  }

  private async authenticate(sasl: NonNullable<ClusterOptions['sasl']>, signal: AbortSignal): Promise<void> {
    const handshake = await this.call({ api: SASL_HANDSHAKE, version: 1, flexible: false, body: new RequestWriter().string(sasl.mechanism).finish() }, signal);
    const refused = handshake.int16();
    const offered = handshake.array(() => handshake.string() ?? '');
    if (refused !== 0) throw new KafkaProtocolError(refused, `the broker does not take ${sasl.mechanism}; it offers ${offered.join(', ')}`);
    const exchange = saslExchange(sasl);
    for (let message = await exchange.next(Buffer.alloc(0)); message !== undefined; ) {
      const answer = await this.call({ api: SASL_AUTHENTICATE, version: 0, flexible: false, body: new RequestWriter().bytes(message).finish() }, signal);
      const code = answer.int16();
      const reason = answer.string();
      if (code !== 0) throw new KafkaProtocolError(code, reason ?? 'authentication failed');
      message = await exchange.next(answer.bytes());
    }
  }
}

function frame(call: ApiCall, id: number, clientId: string): Buffer {
  const client = Buffer.from(clientId);
  const headerBytes = 14 + client.length + (call.flexible ? 1 : 0);
  const out = Buffer.allocUnsafe(headerBytes + call.body.length);
  out.writeInt32BE(headerBytes - 4 + call.body.length, 0);
  out.writeInt16BE(call.api, 4);
  out.writeInt16BE(call.version, 6);
  out.writeInt32BE(id, 8);
  out.writeInt16BE(client.length, 12);
  client.copy(out, 14);
  if (call.flexible) out[headerBytes - 1] = 0;
  call.body.copy(out, headerBytes);
  return out;
}

interface Opened {
  readonly socket: net.Socket;
  /** Whom the bytes go to. */
  readonly input: { take: (chunk: Buffer) => void };
}

/** One buffer for all reads of a plain socket: the answers are copied out of it. */
function connectPlain(address: NodeAddress, input: Opened['input']): net.Socket {
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback: (bytes: number, buffer: Uint8Array): boolean => {
      input.take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
      return true;
    },
  };
  return net.connect({ host: address.host, port: address.port, noDelay: true, onread });
}

function connect(address: NodeAddress, options: ClusterOptions, signal: AbortSignal): Promise<Opened> {
  if (signal.aborted) return Promise.reject(abortError(signal));
  const input: Opened['input'] = { take: () => undefined };
  return new Promise((resolve, reject) => {
    const socket = options.tls === undefined ? connectPlain(address, input) : connectTls(address, options.tls).on('data', (chunk: Buffer) => input.take(chunk));
    const done = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      if (error === undefined) return resolve({ socket, input });
      socket.on('error', () => undefined); // the reason is already known
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => done(abortError(signal));
    const onError = (cause: Error): void => done(unavailable(address, cause.message, cause));
    const timer = setTimeout(() => done(unavailable(address, `no connection within ${options.connectTimeoutMs} ms`)), options.connectTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError);
    socket.once(options.tls === undefined ? 'connect' : 'secureConnect', () => done());
  });
}

function connectTls(address: NodeAddress, options: NonNullable<ClusterOptions['tls']>): tls.TLSSocket {
  return tls.connect({
    host: address.host,
    port: address.port,
    ...(net.isIP(address.host) === 0 ? { servername: address.host } : {}),
    ...(options.ca === undefined ? {} : { ca: [...options.ca] }),
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    ...(options.checkServerIdentity ? {} : { checkServerIdentity: () => undefined }),
  });
}

function unavailable(address: NodeAddress, reason: string, cause?: unknown): BrokerUnavailableError {
  return new BrokerUnavailableError(`Kafka broker ${address.host}:${address.port}: ${reason}`, cause === undefined ? {} : { cause });
}

export function abortError(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}

/** Cuts the byte stream into answers, each in a buffer of exactly its size. */
class ResponseAssembler {
  private readonly header = Buffer.alloc(4);
  private headerBytes = 0;
  private body: Buffer | undefined;
  private bodyBytes = 0;
  private readonly emit: (response: Buffer) => void;

  constructor(emit: (response: Buffer) => void) {
    this.emit = emit;
  }

  append(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.body === undefined) {
        const taken = Math.min(4 - this.headerBytes, chunk.length - at);
        chunk.copy(this.header, this.headerBytes, at, at + taken);
        this.headerBytes += taken;
        at += taken;
        if (this.headerBytes < 4) return;
        const size = this.header.readInt32BE(0);
        if (size < 4 || size > RESPONSE_BYTES_MAX) throw new CorruptDataError(`an answer of ${size} bytes: this is not a Kafka broker, or it speaks TLS`);
        this.body = responseBuffer(size);
        this.bodyBytes = 0;
      }
      const taken = Math.min(this.body.length - this.bodyBytes, chunk.length - at);
      chunk.copy(this.body, this.bodyBytes, at, at + taken);
      this.bodyBytes += taken;
      at += taken;
      if (this.bodyBytes < this.body.length) return;
      const complete = this.body;
      this.body = undefined;
      this.headerBytes = 0;
      this.emit(complete);
    }
  }
}
