import { Admin, type CompressionAlgorithmValue, Producer } from '@platformatic/kafka';
import { KafkaCluster } from '../catalog/kafka/wire/kafkaCluster.ts';
import { LATEST } from '../catalog/kafka/wire/listOffsetsApi.ts';

const PARTITIONS = 4;
const BATCH = 2_000;
const T0 = 1_704_067_200_000;
/** A million messages are ten hours. */
const STEP_MS = 36;

/** The fields of the messages, as a table description has them. */
export const FIELDS = [
  { name: 'order_id', mapping: 'order_id', type: 'BIGINT' },
  { name: 'customer_id', mapping: 'customer_id', type: 'BIGINT' },
  { name: 'status', mapping: 'status', type: 'VARCHAR' },
  { name: 'amount', mapping: 'amount', type: 'DOUBLE' },
  { name: 'qty', mapping: 'qty', type: 'INTEGER' },
  { name: 'express', mapping: 'express', type: 'BOOLEAN' },
  { name: 'created_at', mapping: 'created_at', type: 'TIMESTAMP(3)', dataFormat: 'iso8601' },
  { name: 'city', mapping: 'city', type: 'VARCHAR' },
  { name: 'note', mapping: 'note', type: 'VARCHAR' },
];

function message(i: number): Buffer {
  const two = (n: number): string => String(n).padStart(2, '0');
  return Buffer.from(
    `{"order_id":${1_000_000 + i},"customer_id":${i % 50_000},"status":"${['NEW', 'PAID', 'SHIPPED', 'CANCELLED'][i & 3]}","amount":${(i % 100_000) / 100},"qty":${i % 17},"express":${i % 5 === 0},` +
      `"created_at":"2026-01-${two(1 + (i % 28))}T12:${two(i % 60)}:${two((i * 7) % 60)}.${String(i % 1000).padStart(3, '0')}Z","city":"city-${i % 3000}","note":"lorem ipsum dolor sit amet, consectetur ${i}"}`,
  );
}

/** The last hour of so many messages, as a condition. */
export function lastHour(messages: number): string {
  const from = new Date(T0 + messages * STEP_MS - 3_600_000).toISOString();
  return `_timestamp >= TIMESTAMP '${from.slice(0, 10)} ${from.slice(11, 23)}'`;
}

/** The topic of so many JSON messages; its name says all that they depend on. */
export const jsonTopic = (messages: number, codec: string): string => `bench-${messages}-${codec}-${STEP_MS}ms`;

/** JSON messages of about 240 bytes in four partitions. What is there already stays, and what is missing of it is added. */
export async function fill(nodes: string, topic: string, messages: number, compression: CompressionAlgorithmValue): Promise<void> {
  await create(nodes, topic);
  const there = await count(nodes, topic);
  if (there >= messages) return;
  if (there % BATCH !== 0) throw new Error(`topic ${topic} holds ${there} messages that are not the bench's`);
  process.stdout.write(`  producing ${messages - there} messages to ${topic} …\n`);
  const producer = new Producer({ clientId: 'bench', bootstrapBrokers: [nodes], idempotent: true });
  for (let i = there; i < messages; i += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, messages - i) }, (_, j) => ({
      topic,
      partition: (i / BATCH) % PARTITIONS,
      value: message(i + j),
      timestamp: BigInt(T0 + (i + j) * STEP_MS),
    }));
    await producer.send({ messages: batch, compression, acks: -1 });
  }
  await producer.close();
}

/** A topic of four partitions, unless it is there already. */
export async function create(nodes: string, topic: string): Promise<void> {
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [nodes] });
  // the messages are older than the broker's default retention
  const configs = [{ name: 'retention.ms', value: '-1' }];
  if (!(await admin.listTopics()).includes(topic)) await admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1, configs });
  await admin.close();
}

async function count(nodes: string, topic: string): Promise<number> {
  const [host = '', port] = nodes.split(':');
  const waitMs = 30_000;
  const cluster = new KafkaCluster({
    nodes: [{ host, port: Number(port) }],
    clientId: 'bench',
    connectTimeoutMs: waitMs,
    requestTimeoutMs: waitMs,
    recoveryTimeoutMs: waitMs,
  });
  try {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const ends = await cluster.offsets(topic, 'read_uncommitted', LATEST, partitions, AbortSignal.timeout(waitMs));
    return [...ends.values()].reduce((sum, end) => sum + Number(end), 0);
  } finally {
    cluster.close();
  }
}
