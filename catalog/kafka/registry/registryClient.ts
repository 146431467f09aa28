import { KAFKA_SCHEMA_ERROR } from '../kafkaErrorCode.ts';
import { errorMessage, TrinoError } from '../../../spi/trinoError.ts';

/** Plain data: it also goes to the worker that decodes. */
export interface RegistryOptions {
  /** Tried in turn. */
  readonly urls: readonly string[];
  readonly authorization?: string;
  readonly cacheSize: number;
  /** What a google.protobuf.Any holds is read by the file that its type URL names. */
  readonly resolvesAny?: boolean;
}
export interface RegisteredSchema {
  readonly type: 'AVRO' | 'PROTOBUF' | 'JSON';
  readonly text: string;
  /** The schemas that it refers to, each after those it needs itself. */
  readonly references: readonly { readonly name: string; readonly text: string }[];
}

interface Reference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}
type Json = Readonly<Record<string, unknown>>;

const REQUEST_TIMEOUT_MS = 20_000;
const REFERENCE_DEPTH_MAX = 32;

/** What the registry does not know. */
export class NotRegisteredError extends Error {}

/** Asks a schema registry of Confluent's interface. Schemas by id never change and are kept. */
export class RegistryClient {
  private readonly options: RegistryOptions;
  private readonly byId = new Map<number, RegisteredSchema>();

  constructor(options: RegistryOptions) {
    this.options = options;
  }

  get resolvesAny(): boolean {
    return this.options.resolvesAny === true;
  }

  async subjects(signal?: AbortSignal): Promise<readonly string[]> {
    const answer = await this.get('/subjects', signal);
    return Array.isArray(answer) ? answer.map(String) : [];
  }

  async latest(subject: string, signal?: AbortSignal): Promise<RegisteredSchema> {
    return await this.resolved(await this.get(`/subjects/${encodeURIComponent(subject)}/versions/latest`, signal), signal);
  }

  async schema(id: number, signal?: AbortSignal): Promise<RegisteredSchema> {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const found = await this.resolved(await this.get(`/schemas/ids/${id}`, signal), signal);
    const [oldest] = this.byId.keys();
    if (this.byId.size >= this.options.cacheSize && oldest !== undefined) this.byId.delete(oldest);
    this.byId.set(id, found);
    return found;
  }

  private async resolved(answer: unknown, signal: AbortSignal | undefined): Promise<RegisteredSchema> {
    const { type, text, references } = registered(answer);
    const resolved = new Map<string, { readonly name: string; readonly text: string }>();
    await this.resolve(references, resolved, 0, signal);
    return { type, text, references: [...resolved.values()] };
  }

  private async resolve(
    references: readonly Reference[],
    into: Map<string, { name: string; text: string }>,
    depth: number,
    signal?: AbortSignal,
  ): Promise<void> {
    if (depth > REFERENCE_DEPTH_MAX) throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, 'The references of a schema are nested too deeply');
    for (const { name, subject, version } of references) {
      if (into.has(name)) continue;
      const found = registered(await this.get(`/subjects/${encodeURIComponent(subject)}/versions/${version}`, signal));
      await this.resolve(found.references, into, depth + 1, signal);
      into.set(name, { name, text: found.text });
    }
  }

  private async get(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    let failure: unknown;
    for (const url of this.options.urls) {
      try {
        return await this.getFrom(url, path, signal);
      } catch (error) {
        if (error instanceof NotRegisteredError || signal?.aborted === true) throw error;
        failure = error;
      }
    }
    const reason = errorMessage(failure);
    throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, `The schema registry does not answer: ${reason}`, { cause: failure });
  }

  private async getFrom(url: string, path: string, signal: AbortSignal | undefined): Promise<unknown> {
    const bound = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const { authorization } = this.options;
    const answer = await fetch(`${url}${path}`, {
      headers: { accept: 'application/vnd.schemaregistry.v1+json, application/json', ...(authorization === undefined ? {} : { authorization }) },
      signal: signal === undefined ? bound : AbortSignal.any([signal, bound]),
    });
    const text = await answer.text();
    if (answer.status === 404) throw new NotRegisteredError(text);
    if (!answer.ok) throw new Error(`GET ${path}: HTTP status ${answer.status} ${text.slice(0, 200)}`);
    return JSON.parse(text);
  }
}

function registered(answer: unknown): { readonly type: RegisteredSchema['type']; readonly text: string; readonly references: readonly Reference[] } {
  if (!isObject(answer) || typeof answer.schema !== 'string') throw new TrinoError(KAFKA_SCHEMA_ERROR, undefined, 'The schema registry gave no schema');
  const type = answer.schemaType ?? 'AVRO';
  if (type !== 'AVRO' && type !== 'PROTOBUF' && type !== 'JSON') throw new TrinoError('NOT_SUPPORTED', undefined, `Not supported schema: ${String(type)}`);
  const references = (Array.isArray(answer.references) ? answer.references : []).filter(isObject);
  return { type, text: answer.schema, references: references.map((r) => ({ name: String(r.name), subject: String(r.subject), version: Number(r.version) })) };
}

function isObject(json: unknown): json is Json {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
