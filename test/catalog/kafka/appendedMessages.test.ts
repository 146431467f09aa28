import { expect, test } from 'vitest';
import { rangesSince, tableVersion } from '../../../catalog/kafka/appendedMessages.ts';
import type { KafkaTableHandle, TopicSnapshot } from '../../../catalog/kafka/kafkaHandle.ts';

const table: KafkaTableHandle = {
  kind: 'kafka',
  schema: 'default',
  table: 't',
  topic: 't',
  key: { dataFormat: 'dummy', fields: [] },
  message: { dataFormat: 'json', fields: [] },
  constraint: {},
};
const snapshot = (...ranges: readonly (readonly [number, number])[]): TopicSnapshot => ({
  topicId: 'one',
  isolation: 'read_uncommitted',
  ranges: ranges.map(([start, end], partition) => ({ partition, start, end })),
});
const before = tableVersion(table, snapshot([0, 5], [2, 7]));

test('the messages behind the ends of each partition are new, and all of a partition that was not there', () => {
  expect(rangesSince(table, snapshot([0, 5], [2, 9], [0, 3]), before)).toEqual([
    { partition: 0, start: 5, end: 5 },
    { partition: 1, start: 7, end: 9 },
    { partition: 2, start: 0, end: 3 },
  ]);
});

test('anything but more messages is told', () => {
  expect(rangesSince(table, snapshot([1, 5], [2, 7]), before)).toBe('messages that were there at the last refresh are gone');
  expect(rangesSince(table, snapshot([0, 4], [2, 7]), before)).toBe('messages that were there at the last refresh are gone');
  expect(rangesSince(table, snapshot([0, 5]), before)).toBe('partitions that were there at the last refresh are gone');
  expect(rangesSince(table, { ...snapshot([0, 5], [2, 7]), topicId: 'two' }, before)).toBe('the topic is another one than at the last refresh');
  expect(rangesSince(table, { ...snapshot([0, 5], [2, 7]), isolation: 'read_committed' }, before)).toBe(
    'the description of the table or the isolation level has changed',
  );
  expect(rangesSince({ ...table, message: { dataFormat: 'raw', fields: [] } }, snapshot([0, 5], [2, 7]), before)).toBe(
    'the description of the table or the isolation level has changed',
  );
});
