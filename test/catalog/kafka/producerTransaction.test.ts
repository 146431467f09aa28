import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ProducerTransaction } from '../../../catalog/kafka/producerTransaction.ts';
import { UnfinishedStatements } from '../../../catalog/kafka/unfinished/unfinishedStatements.ts';
import { KafkaCluster } from '../../../catalog/kafka/wire/kafkaCluster.ts';
import { freePort } from '../../rig/freePort.ts';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { KafkaTopics } from './kafkaTopics.ts';

const START_MS = 180_000;
vi.setConfig({ testTimeout: START_MS });
const END_TXN = 26;
const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-producer-'));
let rig: KafkaRig;
let proxy: net.Server;
/** What becomes of a request to end a transaction: it is sent on, its answer is lost, or it never arrives. */
type Fate = 'answered' | 'unanswered' | 'lost';
let fateOf: (how: 'commit' | 'abort') => Fate = () => 'answered';
let cluster: KafkaCluster;

/** The broker names itself by the address of the proxy: all that is said to it goes through. */
beforeAll(async () => {
  const [behind, front] = [await freePort(2), await freePort()];
  rig = await startKafka({ dataDir: path.join(dir, 'kafka'), port: behind, properties: { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${front}` } });
  proxy = net.createServer((client) => relay(client, net.connect(behind, '127.0.0.1')));
  await new Promise<void>((resolve) => proxy.listen(front, '127.0.0.1', resolve));
  cluster = new KafkaCluster({
    nodes: [{ host: '127.0.0.1', port: front }],
    clientId: 'test',
    connectTimeoutMs: 5_000,
    requestTimeoutMs: 20_000,
    recoveryTimeoutMs: 3_000,
  });
  // the first transaction of a broker waits for what keeps transactions
  const patient = new KafkaCluster({ ...cluster.options, recoveryTimeoutMs: 120_000 });
  const first = new ProducerTransaction({ ...options('first'), cluster: patient });
  const topics = new KafkaTopics(`127.0.0.1:${front}`);
  await topics.create('doubtful');
  await topics.close();
  await first.join([0]);
  await first.abort();
  patient.close();
}, START_MS);

afterAll(async () => {
  cluster?.close();
  proxy?.close();
  await rig?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

afterEach(() => {
  fateOf = () => 'answered';
});

/** Every request of the client comes in a chunk of its own: it waits for the answer before the next one. */
function relay(client: net.Socket, broker: net.Socket): void {
  let cut = false;
  client.on('data', (request) => {
    const ends = Buffer.isBuffer(request) && request.length > 6 && request.readInt16BE(4) === END_TXN;
    // whether to commit is the last that it says
    const fate = ends ? fateOf(request.at(-1) === 1 ? 'commit' : 'abort') : 'answered';
    if (fate === 'lost') return void client.destroy();
    cut ||= fate === 'unanswered';
    broker.write(request);
  });
  broker.on('data', (answer) => void (cut ? client.destroy() : client.write(answer)));
  for (const [socket, other] of [
    [client, broker],
    [broker, client],
  ] as const) {
    socket.on('error', () => other.destroy());
    socket.on('close', () => other.destroy());
  }
}

const options = (name: string) => ({
  cluster,
  topic: 'doubtful',
  transactionalId: `lepton-${name}`,
  timeoutMs: 60_000,
  unfinished: new UnfinishedStatements(path.join(dir, name), log),
  log,
});

async function begun(name: string): Promise<{ readonly transaction: ProducerTransaction; unfinished(): string[] }> {
  const transaction = new ProducerTransaction(options(name));
  await transaction.join([0]);
  return { transaction, unfinished: () => readdirSync(path.join(dir, name)) };
}

test('a folder that cannot be written keeps no statement from its work', async () => {
  writeFileSync(path.join(dir, 'no_folder'), '');
  const warnings: string[] = [];
  const unfinished = new UnfinishedStatements(path.join(dir, 'no_folder'), { ...log, warn: (message) => void warnings.push(message) });
  const transaction = new ProducerTransaction({ ...options('unnoted'), unfinished });
  await transaction.join([0]);
  await transaction.commit();
  expect(warnings[0]).toContain('cannot be noted');
  expect(await unfinished.leftBehind()).toEqual([]);
  writeFileSync(path.join(dir, 'unnoted.json'), '');
  expect(await new UnfinishedStatements(dir, { ...log, warn: (message) => void warnings.push(message) }).leftBehind()).toEqual([]);
  expect(warnings.at(-1)).toContain('cannot be read');
});

test('a commit whose answer is lost is a commit', async () => {
  const { transaction, unfinished } = await begun('unanswered');
  expect(unfinished()).toHaveLength(1);
  const fates: Fate[] = ['unanswered'];
  fateOf = () => fates.shift() ?? 'answered';
  await transaction.commit();
  expect(unfinished()).toEqual([]);
});

test('a commit that never arrives is taken back', async () => {
  const { transaction, unfinished } = await begun('lost');
  fateOf = (how) => (how === 'commit' ? 'lost' : 'answered');
  await expect(transaction.commit()).rejects.toThrow(/closed the connection/);
  await expect.poll(() => transaction.abort(), { timeout: 60_000 }).toBe('aborted');
  expect(unfinished()).toEqual([]);
});

test('a commit that no answer tells of turns out to be one when it is to be taken back', async () => {
  const { transaction, unfinished } = await begun('heard');
  fateOf = (how) => (how === 'commit' ? 'unanswered' : 'answered');
  await transaction.commit();
  expect(unfinished()).toEqual([]);
});

test('where nothing answers the statement ends within its limits, and the transaction is ended behind it', async () => {
  const { transaction, unfinished } = await begun('silent');
  fateOf = () => 'lost';
  await expect(transaction.commit()).rejects.toThrow(/the rows are discarded as soon as a broker answers, unless the lost answer was that they are there/);
  expect(unfinished()).toHaveLength(1);
  fateOf = () => 'answered';
  await expect.poll(unfinished, { timeout: 60_000 }).toEqual([]);
});
