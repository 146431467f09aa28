import net from 'node:net';
import { expect, test } from 'vitest';
import { KafkaCluster } from '../../../../catalog/kafka/wire/kafkaCluster.ts';
import { startFakeBroker } from './fakeBroker.ts';

test('a broker that hangs up is tried last from then on', async () => {
  let calls = 0;
  const dead = net.createServer((socket) => {
    calls++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => void dead.listen(0, '127.0.0.1', resolve));
  const address = dead.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const broker = await startFakeBroker({ name: 'topic', end: 0, answer: () => Buffer.alloc(0) });
  const nodes = [
    { host: '127.0.0.1', port: address.port },
    { host: '127.0.0.1', port: Number(broker.nodes.split(':')[1]) },
  ];
  const limits = { connectTimeoutMs: 60_000, requestTimeoutMs: 60_000, recoveryTimeoutMs: 60_000 };
  const cluster = new KafkaCluster({ nodes, clientId: 'test', ...limits });
  try {
    const signal = AbortSignal.timeout(60_000);
    for (let i = 0; i < 3; i++) expect((await cluster.topic('topic', signal)).partitions).toHaveLength(1);
    await Promise.all([1, 2, 3].map(() => cluster.topic('topic', signal)));
    expect(calls).toBe(1);
  } finally {
    cluster.close();
    await broker.close();
    await new Promise((resolve) => void dead.close(resolve));
  }
});
