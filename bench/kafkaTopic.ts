import { Admin, type CompressionAlgorithmValue, Producer } from '@platformatic/kafka';

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

/** JSON messages of about 240 bytes in four partitions, unless the topic is there already. */
export async function fill(nodes: string, topic: string, messages: number, compression: CompressionAlgorithmValue): Promise<void> {
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [nodes] });
  const exists = (await admin.listTopics()).includes(topic);
  // the messages are older than the broker's default retention
  const configs = [{ name: 'retention.ms', value: '-1' }];
  if (!exists) await admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1, configs });
  await admin.close();
  if (exists) return;
  process.stdout.write(`  producing ${messages} messages to ${topic} …\n`);
  const producer = new Producer({ clientId: 'bench', bootstrapBrokers: [nodes], idempotent: true });
  for (let i = 0; i < messages; i += BATCH) {
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
