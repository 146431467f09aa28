import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface RegistryServer {
  readonly url: string;
  /** The schema's id. */
  register(subject: string, schema: unknown, type?: 'AVRO' | 'PROTOBUF' | 'JSON', references?: readonly object[]): Promise<number>;
  stop(): Promise<void>;
}

/** A schema registry in a thread of its own, since who decodes waits for it. `credentials`: `user:password` that it insists on. */
export async function startRegistry(credentials?: string): Promise<RegistryServer> {
  const worker = new Worker(new URL('./registryThread.ts', import.meta.url), { workerData: { credentials } });
  const [port]: number[] = await once(worker, 'message');
  const url = `http://127.0.0.1:${port}`;
  const headers = credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  return {
    url,
    async register(subject, schema, type = 'AVRO', references) {
      const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
      const body = JSON.stringify({ schema: text, ...(type === 'AVRO' ? {} : { schemaType: type }), ...(references === undefined ? {} : { references }) });
      const answer = await fetch(`${url}/subjects/${encodeURIComponent(subject)}/versions`, { method: 'POST', headers, body });
      return Number((JSON.parse(await answer.text()) as { id: number }).id);
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
