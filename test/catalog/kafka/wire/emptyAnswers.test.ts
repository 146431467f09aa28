import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { FeedSource } from '../../../../spi/connector.ts';
import { begin, drain, kafkaCatalog, SESSION, tableOf } from '../kafkaCatalog.ts';
import { type FakeBroker, type FakeTopic, messageSet, startFakeBroker } from './fakeBroker.ts';

const NOTHING = Buffer.alloc(0);
const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-empty-'));
const close: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of close.splice(0)) await end();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A table over a broker that answers like this; readers wait so long for progress. */
async function table(topic: FakeTopic, patienceMs: number) {
  const broker: FakeBroker = await startFakeBroker(topic);
  const resources = path.join(dir, `${topic.name}.properties`);
  writeFileSync(resources, `default.api.timeout.ms=${patienceMs}\n`);
  const { connector } = await kafkaCatalog({ 'kafka.nodes': broker.nodes, 'kafka.table-names': topic.name, 'kafka.config.resources': resources });
  close.push(() => connector.close(), broker.close);
  const transaction = begin(connector);
  return { broker, transaction, metadata: await tableOf(transaction, topic.name) };
}

test('a leader that has nothing where the partition goes on is an error, never an end', async () => {
  const { broker, transaction, metadata } = await table({ name: 'empty', end: 10, answer: () => NOTHING }, 700);
  await expect(drain(transaction, metadata, ['_message'])).rejects.toMatchObject({
    errorName: 'KAFKA_SPLIT_ERROR',
    message: expect.stringMatching(/nothing at offset 0 though the partition goes on to 10/),
  });
  // with pauses that grow
  expect(broker.fetches).toBeLessThan(10);
});

test('also in the middle: what was read before does not count as the whole', async () => {
  const answer = (fetch: number): Buffer => (fetch === 1 ? messageSet(0, ['a', 'b', 'c']) : NOTHING);
  const { transaction, metadata } = await table({ name: 'cut', end: 5, answer }, 700);
  await expect(drain(transaction, metadata, ['_message'])).rejects.toMatchObject({
    message: expect.stringMatching(/nothing at offset 3 though the partition goes on to 5/),
  });
});

test('empty answers that end cost time, not rows', async () => {
  const answer = (fetch: number): Buffer => (fetch === 4 ? messageSet(0, ['a', 'b']) : fetch === 7 ? messageSet(2, ['c', 'd']) : NOTHING);
  const { transaction, metadata } = await table({ name: 'late', end: 4, answer }, 60_000);
  expect((await drain(transaction, metadata, ['_partition_offset', '_message'])).rows).toEqual([
    [0n, 'a'],
    [1n, 'b'],
    [2n, 'c'],
    [3n, 'd'],
  ]);
});

test('a query that is cancelled does not wait for messages', async () => {
  const { broker, transaction, metadata } = await table({ name: 'forever', end: 10, answer: () => NOTHING }, 600_000);
  const stop = new AbortController();
  const column = metadata.columns.find((c) => c.name === '_message');
  const scan = await transaction.scan(SESSION, metadata.handle, column === undefined ? [] : [column.handle], stop.signal);
  if (scan.kind !== 'rawMessages') throw new Error(`a scan of kind ${scan.kind}`);
  const source: { default: FeedSource } = await import(scan.module);
  const reading = source.default(scan.argument, { push: () => Promise.resolve(), signal: stop.signal });
  await expect.poll(() => broker.fetches, { timeout: 30_000 }).toBeGreaterThan(1);
  stop.abort(new Error('cancelled'));
  await expect(reading).rejects.toThrow('cancelled');
});
