import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface RegistryServer {
  readonly url: string;
  /** The schema's id. */
  register(subject: string, schema: unknown, type?: 'AVRO' | 'PROTOBUF' | 'JSON', references?: readonly object[]): Promise<number>;
  stop(): Promise<void>;
}

/** A registry that someone else runs, such as the Apicurio of `npm run test:registry`. */
export const GIVEN_REGISTRY = process.env.LEPTON_SCHEMA_REGISTRY_URL;

/**
 * A schema registry in a thread of its own, since who decodes waits for it. `credentials`: `user:password` that it insists on; a registry that was
 * given takes them, and may not ask for them.
 */
export async function startRegistry(credentials?: string): Promise<RegistryServer> {
  return GIVEN_REGISTRY === undefined ? startOwnRegistry(credentials) : registryAt(GIVEN_REGISTRY);
}

/** It also takes the `id` that a schema is to have. */
export async function startOwnRegistry(credentials?: string): Promise<RegistryServer> {
  const worker = new Worker(new URL('./registryThread.ts', import.meta.url), { workerData: { credentials } });
  const [port]: number[] = await once(worker, 'message');
  const url = `http://127.0.0.1:${port}`;
  const headers = credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  return registryAt(url, headers, async () => {
    await worker.terminate();
  });
}

function registryAt(url: string, headers: Readonly<Record<string, string>> = {}, stop = (): Promise<void> => Promise.resolve()): RegistryServer {
  return {
    url,
    async register(subject, schema, type = 'AVRO', references) {
      const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
      const body = JSON.stringify({ schema: text, ...(type === 'AVRO' ? {} : { schemaType: type }), ...(references === undefined ? {} : { references }) });
      const answer = await fetch(`${url}/subjects/${encodeURIComponent(subject)}/versions`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json', ...headers },
        body,
      });
      const given = await answer.text();
      if (!answer.ok) throw new Error(`subject ${subject}: HTTP status ${answer.status} ${given}`);
      return Number((JSON.parse(given) as { id: number }).id);
    },
    stop,
  };
}
