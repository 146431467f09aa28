import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { NotRegisteredError, RegistryClient } from './registryClient.ts';
import { errorMessage } from '../../../spi/trinoError.ts';
import type { SchemaAnswer, SchemaQuestion, SchemaRequest } from './writerSchemas.ts';

const URL_TIMEOUT_MS = 20_000;
const clients = new Map<string, RegistryClient>();

async function answer(question: SchemaQuestion): Promise<SchemaAnswer> {
  try {
    return question.kind === 'url' ? await typesAt(question.url) : await registered(question);
  } catch (error) {
    if (error instanceof NotRegisteredError) return { kind: 'unknown' };
    return { kind: 'error', message: errorMessage(error) };
  }
}

async function registered({ options, id, path }: SchemaQuestion & { readonly kind: 'id' }): Promise<SchemaAnswer> {
  const key = JSON.stringify(options);
  const client = clients.get(key) ?? new RegistryClient(options);
  clients.set(key, client);
  const schema = await client.schema(id);
  if (schema.type !== 'PROTOBUF') return { kind: 'schema', schema };
  const { parseProto } = await import('../decoder/protobuf/parseProto.ts');
  const imports = new Map(schema.references.map((r) => [r.name, r.text]));
  return { kind: 'schema', schema, protobuf: parseProto({ text: schema.text, imports }, { kind: 'registry', path }) };
}

async function typesAt(url: string): Promise<SchemaAnswer> {
  let text: string;
  try {
    text = await textAt(new URL(url));
  } catch {
    // Trino says of every such failure the same
    return { kind: 'unknown' };
  }
  const { parseProtoTypes } = await import('../decoder/protobuf/parseProto.ts');
  return { kind: 'types', protobuf: parseProtoTypes(text) };
}

async function textAt(url: URL): Promise<string> {
  if (url.protocol === 'file:') return readFile(url, 'utf8');
  const response = await fetch(url, { signal: AbortSignal.timeout(URL_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  return response.text();
}

parentPort?.on('message', (request: SchemaRequest) => {
  void answer(request.question).then((message) => {
    request.port.postMessage(message);
    const done = new Int32Array(request.done);
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
  });
});
