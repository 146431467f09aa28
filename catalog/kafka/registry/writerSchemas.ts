import { type MessagePort, MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { ProtoSchema } from '../decoder/protobuf/protoSchema.ts';
import { KAFKA_SCHEMA_ERROR } from '../kafkaErrorCode.ts';
import type { RegisteredSchema, RegistryOptions } from './registryClient.ts';

const WAIT_MS = 30_000;

export type SchemaQuestion =
  | {
      readonly kind: 'id';
      readonly options: RegistryOptions;
      readonly id: number;
      /** The message of a protobuf file that the writer named: places of messages within messages. */
      readonly path: readonly number[];
    }
  /** A protobuf file that lies elsewhere (file, http or https). */
  | { readonly kind: 'url'; readonly url: string };
export interface SchemaRequest {
  readonly question: SchemaQuestion;
  readonly done: SharedArrayBuffer;
  readonly port: MessagePort;
}
export type SchemaAnswer =
  | { readonly kind: 'schema'; readonly schema: RegisteredSchema; readonly protobuf?: ProtoSchema }
  | { readonly kind: 'types'; readonly protobuf: ProtoSchema }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'error'; readonly message: string };

let helper: Worker | undefined;

/** The schema that a message was written with. */
export function fetchWriterSchema(options: RegistryOptions, id: number, path: readonly number[]): RegisteredSchema & { readonly protobuf?: ProtoSchema } {
  const answer = ask({ kind: 'id', options, id, path });
  switch (answer.kind) {
    case 'schema':
      return answer.protobuf === undefined ? answer.schema : { ...answer.schema, protobuf: answer.protobuf };
    case 'unknown':
      throw new UnknownSchemaError(`no schema ${id}`);
    case 'types':
      throw new Error('types were not asked for');
    case 'error':
      throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, answer.message);
  }
}

/** Every message of the protobuf file at `url`; undefined: it cannot be read. */
export function fetchProtoTypes(url: string): ProtoSchema | undefined {
  const answer = ask({ kind: 'url', url });
  switch (answer.kind) {
    case 'types':
      return answer.protobuf;
    case 'unknown':
      return undefined;
    case 'schema':
      throw new Error('no schema was asked for');
    case 'error':
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, answer.message);
  }
}

/** Decoding is synchronous: the thread waits while another one asks. */
function ask(question: SchemaQuestion): SchemaAnswer {
  helper ??= startHelper();
  const { port1, port2 } = new MessageChannel();
  const done = new SharedArrayBuffer(4);
  const request: SchemaRequest = { question, done, port: port2 };
  helper.postMessage(request, [port2]);
  const state = Atomics.wait(new Int32Array(done), 0, 0, WAIT_MS);
  const answer: { readonly message: SchemaAnswer } | undefined = state === 'timed-out' ? undefined : receiveMessageOnPort(port1);
  port1.close();
  if (answer === undefined) throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, `The schema registry did not answer within ${WAIT_MS / 1000} s`);
  return answer.message;
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
