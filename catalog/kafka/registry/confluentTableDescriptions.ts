import type { ConnectorSession } from '../../../spi/session.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { TableDescription } from '../description/tableDescription.ts';
import type { TableDescriptionSupplier, TableDescriptions } from '../description/tableDescriptions.ts';
import { SCHEMA_REGISTRY_AMBIGUOUS_SUBJECT } from '../kafkaErrorCode.ts';
import type { EmptyFieldStrategy } from './avroColumns.ts';
import { registeredChanges } from './registeredChanges.ts';
import { registeredGroup } from './registeredGroup.ts';
import { RegistryClient, type RegistryOptions } from './registryClient.ts';

export const EMPTY_FIELD_STRATEGY = 'empty_field_strategy';
const KEY_SUFFIX = '-key';
const VALUE_SUFFIX = '-value';
const KEY_SUBJECT = 'key-subject=';
const VALUE_SUBJECT = 'value-subject=';

export interface ConfluentOptions extends RegistryOptions {
  readonly defaultSchema: string;
  readonly refreshMs: number;
}

interface TopicSubjects {
  readonly topic: string;
  readonly key?: string;
  readonly value?: string;
}

/** The subjects of a registry as tables: those named TOPIC-key and TOPIC-value, or those that the table's name names. */
export class ConfluentTableDescriptions implements TableDescriptionSupplier {
  private readonly options: ConfluentOptions;
  private readonly client: RegistryClient;
  private known: { readonly at: number; readonly subjects: Promise<readonly string[]> } | undefined;

  constructor(options: ConfluentOptions) {
    this.options = options;
    this.client = new RegistryClient(options);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  async current(session: ConnectorSession): Promise<TableDescriptions> {
    const { defaultSchema } = this.options;
    const strategy = session.properties.get(EMPTY_FIELD_STRATEGY);
    const subjects = await this.subjects();
    const byTable = topicsByTable(subjects);
    const bySubject = new Map<string, string[]>();
    for (const subject of subjects) bySubject.set(subject.toLowerCase(), [...(bySubject.get(subject.toLowerCase()) ?? []), subject]);
    const described = new Map<string, Promise<TableDescription | undefined>>();
    return {
      list: (schema) => (schema === undefined || schema === defaultSchema ? [...byTable.keys()].map((table) => ({ schema: defaultSchema, table })) : []),
      find: (schema, table) => {
        if (schema !== defaultSchema) return Promise.resolve(undefined);
        const found = described.get(table) ?? this.describe(table, byTable, bySubject, isStrategy(strategy) ? strategy : 'IGNORE');
        described.set(table, found);
        return found;
      },
    };
  }

  private subjects(): Promise<readonly string[]> {
    const { known } = this;
    const now = performance.now();
    if (known !== undefined && now - known.at < this.options.refreshMs) return known.subjects;
    const subjects = this.client.subjects();
    this.known = { at: now, subjects };
    subjects.catch(() => {
      this.known = undefined;
    });
    return subjects;
  }

  private async describe(
    table: string,
    byTable: ReadonlyMap<string, readonly string[]>,
    bySubject: ReadonlyMap<string, readonly string[]>,
    strategy: EmptyFieldStrategy,
  ): Promise<TableDescription | undefined> {
    const named = subjectsOf(table, byTable, bySubject);
    if (named === undefined) return undefined;
    const key = named.key === undefined ? undefined : await registeredGroup(this.client, named.key, strategy);
    const message = named.value === undefined ? undefined : await registeredGroup(this.client, named.value, strategy);
    const upsert = registeredChanges(key, message, strategy);
    return {
      schema: this.options.defaultSchema,
      table,
      topic: named.topic,
      ...(upsert === undefined ? {} : { upsert }),
      ...(key === undefined ? {} : { key }),
      ...(message === undefined ? {} : { message }),
    };
  }
}

export function isStrategy(text: unknown): text is EmptyFieldStrategy {
  return text === 'IGNORE' || text === 'MARK' || text === 'FAIL';
}

function topicsByTable(subjects: readonly string[]): Map<string, string[]> {
  const topics = new Map<string, string[]>();
  for (const subject of subjects) {
    const suffix = [KEY_SUFFIX, VALUE_SUFFIX].find((s) => subject.endsWith(s));
    if (suffix === undefined) continue;
    const topic = subject.slice(0, -suffix.length);
    const known = topics.get(topic.toLowerCase()) ?? [];
    if (!known.includes(topic)) topics.set(topic.toLowerCase(), [...known, topic]);
  }
  return topics;
}

/** `table` or `table&key-subject=…&value-subject=…`; undefined: nothing is known of it. */
function subjectsOf(
  table: string,
  byTable: ReadonlyMap<string, readonly string[]>,
  bySubject: ReadonlyMap<string, readonly string[]>,
): TopicSubjects | undefined {
  const [name = '', ...parameters] = table.split('&');
  const only = (candidates: readonly string[]): string | undefined => {
    if (candidates.length > 1) {
      throw new TrinoError(
        SCHEMA_REGISTRY_AMBIGUOUS_SUBJECT,
        undefined,
        `Unable to access '${name}' table. Subject is ambiguous, and may refer to one of the following: ${candidates.join(', ')}`,
      );
    }
    return candidates[0];
  };
  const topic = only(byTable.get(name) ?? []);
  if (parameters.length === 0 && topic === undefined) return undefined;
  const subject = (suffix: string): string | undefined => (bySubject.get(`${topic}${suffix}`.toLowerCase()) ?? []).find((s) => s === `${topic}${suffix}`);
  const own = topic === undefined ? {} : { key: subject(KEY_SUFFIX), value: subject(VALUE_SUFFIX) };
  const chosen: { key?: string; value?: string } = {};
  for (const parameter of parameters) {
    const which = parameter.startsWith(KEY_SUBJECT) ? 'key' : parameter.startsWith(VALUE_SUBJECT) ? 'value' : undefined;
    if (which === undefined) {
      throw new TrinoError(
        'GENERIC_INTERNAL_ERROR',
        undefined,
        `Unexpected parameter '${parameter}', should be key-subject=<key subject>' or value-subject=<value subject>`,
      );
    }
    const wanted = parameter.slice(which === 'key' ? KEY_SUBJECT.length : VALUE_SUBJECT.length);
    if (chosen[which] !== undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Subject was already set to ${chosen[which]}`);
    chosen[which] = only(bySubject.get(wanted) ?? []) ?? wanted;
  }
  const key = chosen.key ?? own.key;
  const value = chosen.value ?? own.value;
  return { topic: topic ?? name, ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value }) };
}
