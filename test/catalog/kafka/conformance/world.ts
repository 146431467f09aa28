import type { ProtoText } from '../oracle/protoDescriptors.ts';
import type { TestMessage } from '../kafkaTopics.ts';

/** What both servers are given, and what they are asked. Schemas lie in files below `@schemas@`. */
export interface World {
  readonly topics: readonly WorldTopic[];
  /** Of the catalogs that read table descriptions. */
  readonly tables: readonly WorldTable[];
  /** Text by name. */
  readonly schemas: ReadonlyMap<string, string>;
  readonly subjects: readonly WorldSubject[];
  /** Every protobuf file that a registry's reader meets. */
  readonly protoTexts: readonly ProtoText[];
  readonly questions: readonly Question[];
}

export interface WorldTopic {
  readonly name: string;
  readonly partitions?: number;
  readonly messages: readonly TestMessage[];
}

export interface WorldTable {
  readonly name: string;
  readonly topic: string;
  readonly key?: FieldGroup;
  readonly message?: FieldGroup;
}

export interface FieldGroup {
  readonly dataFormat: string;
  readonly dataSchema?: string;
  readonly fields: readonly object[];
}

export interface WorldSubject {
  readonly name: string;
  /** That the messages name. */
  readonly id: number;
  readonly type: 'AVRO' | 'PROTOBUF';
  readonly schema: string;
  readonly references?: readonly { readonly name: string; readonly subject: string; readonly version: number }[];
}

export interface Question {
  readonly catalog: CatalogName;
  readonly sql: string;
}

/** `shown`: with internal columns that are not hidden; `registry`: tables of a schema registry; `registry_any`: with support of google.protobuf.Any. */
export const CATALOGS = ['files', 'shown', 'registry', 'registry_any'] as const;
export type CatalogName = (typeof CATALOGS)[number];

/** The catalog files, for a server of either kind. */
export function catalogProperties(
  place: { readonly nodes: string; readonly descriptions: string; readonly registry: string },
  world: World,
): ReadonlyMap<CatalogName, readonly string[]> {
  const common = ['connector.name=kafka', `kafka.nodes=${place.nodes}`];
  const files = [...common, `kafka.table-description-dir=${place.descriptions}`, `kafka.table-names=${world.tables.map((t) => t.name).join(',')}`];
  const registry = [...common, 'kafka.table-description-supplier=confluent', `kafka.confluent-schema-registry-url=${place.registry}`];
  const any = 'kafka.protobuf-any-support-enabled=true';
  return new Map<CatalogName, readonly string[]>([
    ['files', files],
    ['shown', [...files, 'kafka.hide-internal-columns=false']],
    ['registry', registry],
    ['registry_any', [...registry, any]],
  ]);
}

/** Parts of a world put together. */
export function joined(parts: readonly Partial<World>[]): World {
  return {
    topics: parts.flatMap((p) => p.topics ?? []),
    tables: parts.flatMap((p) => p.tables ?? []),
    schemas: new Map(parts.flatMap((p) => [...(p.schemas ?? [])])),
    subjects: parts.flatMap((p) => p.subjects ?? []),
    protoTexts: parts.flatMap((p) => p.protoTexts ?? []),
    questions: parts.flatMap((p) => p.questions ?? []),
  };
}
