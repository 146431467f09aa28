import { parentPort } from 'node:worker_threads';
import { NotRegisteredError, RegistryClient } from './registryClient.ts';
import type { WriterSchema, WriterSchemaRequest } from './writerSchemas.ts';
import { errorMessage } from '../../../spi/trinoError.ts';

const clients = new Map<string, RegistryClient>();

async function answer({ options, id, path }: WriterSchemaRequest): Promise<WriterSchema> {
  try {
    const key = JSON.stringify(options);
    const client = clients.get(key) ?? new RegistryClient(options);
    clients.set(key, client);
    const schema = await client.schema(id);
    if (schema.type !== 'PROTOBUF') return { kind: 'schema', schema };
    const { parseProto } = await import('../decoder/protobuf/parseProto.ts');
    const imports = new Map(schema.references.map((r) => [r.name, r.text]));
    return { kind: 'schema', schema, protobuf: parseProto({ text: schema.text, imports }, { kind: 'registry', path }) };
  } catch (error) {
    if (error instanceof NotRegisteredError) return { kind: 'unknown' };
    return { kind: 'error', message: errorMessage(error) };
  }
}

parentPort?.on('message', (request: WriterSchemaRequest) => {
  void answer(request).then((message) => {
    request.port.postMessage(message);
    const done = new Int32Array(request.done);
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
  });
});
