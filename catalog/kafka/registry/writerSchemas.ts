import { type MessagePort, MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { ProtoSchema } from '../decoder/protobuf/protoSchema.ts';
import { KAFKA_SCHEMA_ERROR } from '../kafkaErrorCode.ts';
import type { RegisteredSchema, RegistryOptions } from './registryClient.ts';

const WAIT_MS = 30_000;

export interface WriterSchemaRequest {
  readonly options: RegistryOptions;
  readonly id: number;
  /** The message of a protobuf file that the writer named: places of messages within messages. */
  readonly path: readonly number[];
  readonly done: SharedArrayBuffer;
  readonly port: MessagePort;
}
export type WriterSchema =
  | { readonly kind: 'schema'; readonly schema: RegisteredSchema; readonly protobuf?: ProtoSchema }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'error'; readonly message: string };

let helper: Worker | undefined;

/** The schema that a message was written with. Decoding is synchronous: the thread waits while another one asks the registry, once for each id. */
export function fetchWriterSchema(options: RegistryOptions, id: number, path: readonly number[]): RegisteredSchema & { readonly protobuf?: ProtoSchema } {
  helper ??= startHelper();
  const { port1, port2 } = new MessageChannel();
  const done = new SharedArrayBuffer(4);
  const request: WriterSchemaRequest = { options, id, path, done, port: port2 };
  helper.postMessage(request, [port2]);
  const state = Atomics.wait(new Int32Array(done), 0, 0, WAIT_MS);
  const answer: { readonly message: WriterSchema } | undefined = state === 'timed-out' ? undefined : receiveMessageOnPort(port1);
  port1.close();
  if (answer === undefined) throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, `The schema registry did not answer within ${WAIT_MS / 1000} s`);
  const { message } = answer;
  switch (message.kind) {
    case 'schema':
      return message.protobuf === undefined ? message.schema : { ...message.schema, protobuf: message.protobuf };
    case 'unknown':
      throw new UnknownSchemaError(`no schema ${id}`);
    case 'error':
      throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, message.message);
  }
}

export class UnknownSchemaError extends Error {}

function startHelper(): Worker {
  const worker = new Worker(new URL('./writerSchemaThread.ts', import.meta.url));
  worker.unref();
  worker.once('exit', () => {
    helper = undefined;
  });
  return worker;
}
