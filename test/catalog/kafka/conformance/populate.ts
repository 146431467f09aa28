import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KafkaTopics } from '../kafkaTopics.ts';
import type { FieldGroup, World } from './world.ts';

const MESSAGES_AT_ONCE = 200;

export interface Place {
  readonly nodes: string;
  readonly registry: string;
  /** The table descriptions. */
  readonly descriptions: string;
  readonly schemas: string;
}

/** Makes the topics, files and subjects of a world. */
export async function populate(world: World, place: Place): Promise<void> {
  mkdirSync(place.descriptions, { recursive: true });
  mkdirSync(place.schemas, { recursive: true });
  for (const [name, text] of world.schemas) writeFileSync(path.join(place.schemas, name), text);
  for (const { name, topic, key, message } of world.tables) {
    const description = { tableName: name, topicName: topic, key: located(key, place), message: located(message, place) };
    writeFileSync(path.join(place.descriptions, `${name}.json`), JSON.stringify(description));
  }
  for (const { name, ...subject } of world.subjects) await register(place.registry, name, subject);
  const topics = new KafkaTopics(place.nodes);
  try {
    for (const { name, partitions, messages } of world.topics) {
      await topics.create(name, partitions);
      for (let at = 0; at < messages.length; at += MESSAGES_AT_ONCE) await topics.produce(name, messages.slice(at, at + MESSAGES_AT_ONCE));
    }
  } finally {
    await topics.close();
  }
}

function located(group: FieldGroup | undefined, { schemas }: Place): FieldGroup | undefined {
  if (group?.dataSchema === undefined) return group;
  return { ...group, dataSchema: group.dataSchema.replace('@schemas@', schemas) };
}

async function register(registry: string, subject: string, { type, ...body }: Omit<World['subjects'][number], 'name'>): Promise<void> {
  const answer = await fetch(`${registry}/subjects/${encodeURIComponent(subject)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ ...body, ...(type === 'AVRO' ? {} : { schemaType: type }) }),
  });
  if (!answer.ok) throw new Error(`subject ${subject}: HTTP status ${answer.status} ${await answer.text()}`);
}
