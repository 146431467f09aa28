import { createHash } from 'node:crypto';
import type { KafkaTableHandle, OffsetRange, TopicSnapshot } from './kafkaHandle.ts';

/** A table as text that a later one can be compared with: the topic's id, how messages are decoded, and where each partition begins and ends. */
export function tableVersion({ key, message }: KafkaTableHandle, { topicId, isolation, ranges }: TopicSnapshot): string {
  return JSON.stringify([topicId ?? null, decoding(key, message, isolation), ranges.map(({ partition, start, end }) => [partition, start, end])]);
}

function decoding(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** The messages that came after an earlier version; a text says why they are not all that has changed. */
export function rangesSince(
  { key, message }: KafkaTableHandle,
  { topicId, isolation, ranges }: TopicSnapshot,
  version: string,
): readonly OffsetRange[] | string {
  const parsed: unknown = JSON.parse(version);
  if (!Array.isArray(parsed) || !Array.isArray(parsed[2])) throw new Error(`not the version of a topic: ${version}`);
  if (topicId === undefined || parsed[0] !== topicId) return 'the topic is another one than at the last refresh';
  if (parsed[1] !== decoding(key, message, isolation)) return 'the description of the table or the isolation level has changed';
  const before = new Map(parsed[2].map(([partition, start, end]: readonly number[]) => [partition, { start: start ?? 0, end: end ?? 0 }]));
  const added: OffsetRange[] = [];
  for (const { partition, start, end } of ranges) {
    const known = before.get(partition);
    if (known !== undefined && (end < known.end || start > known.start)) return 'messages that were there at the last refresh are gone';
    added.push({ partition, start: known === undefined ? start : known.end, end });
  }
  return before.size > ranges.length ? 'partitions that were there at the last refresh are gone' : added;
}
