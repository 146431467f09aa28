import type { ConnectorTransaction, FeedSource } from '../../../spi/connector.ts';
import type { Page } from '../../../spi/page.ts';
import type { ConnectorSession } from '../../../spi/session.ts';
import { BIGINT, VARBINARY } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { blockValue } from '../block/blockValue.ts';
import type { KafkaColumnHandle, KafkaTableHandle } from '../kafkaHandle.ts';

const BYTES_MAX = 16 << 20;
const PER_PARTITION_MIN = 10;
/** Longer than a broker that answers needs; shorter than a user waits for DESCRIBE. */
const SAMPLE_MS = 10_000;

export interface MessageSample {
  readonly keys: readonly Buffer[];
  readonly messages: readonly Buffer[];
}

const COLUMNS = (['partition_id', 'partition_offset', 'key', 'message'] as const).map(
  (id): KafkaColumnHandle => ({ kind: 'internal', name: id, type: id === 'key' || id === 'message' ? VARBINARY : BIGINT, id }),
);

/** About so many of the newest messages, of every partition, in their order; tombstones and missing keys are left out. */
export async function sampleMessages(
  transaction: Pick<ConnectorTransaction, 'scan'>,
  session: ConnectorSession,
  table: KafkaTableHandle,
  options: { readonly count: number; readonly signal: AbortSignal },
): Promise<MessageSample> {
  const partitions = Math.max(1, table.snapshot?.ranges.length ?? 1);
  const perPartition = Math.max(PER_PARTITION_MIN, Math.ceil(options.count / partitions));
  const newest: KafkaTableHandle = { ...table, newest: { by: 'offset', count: perPartition } };
  const enough = new AbortController();
  const signal = AbortSignal.any([options.signal, enough.signal, AbortSignal.timeout(SAMPLE_MS)]);
  const scan = await transaction.scan(session, newest, COLUMNS, signal);
  if (scan.kind !== 'rawMessages') throw new Error(`the newest messages come as a scan of kind ${scan.kind}`);
  const sampled: Sampled[] = [];
  let bytes = 0;
  const push = (page: Page): Promise<void> => {
    for (let row = 0; row < page.rowCount; row++) {
      const message = sampledRow(page, row);
      bytes += message.key.length + message.message.length;
      sampled.push(message);
    }
    if (bytes > BYTES_MAX) enough.abort();
    return Promise.resolve();
  };
  const source: { default: FeedSource } = await import(scan.module);
  try {
    await source.default(scan.argument, { push, signal });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  sampled.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  return { keys: sampled.map((s) => s.key).filter(isThere), messages: sampled.map((s) => s.message).filter(isThere) };
}

interface Sampled {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer;
  readonly message: Buffer;
}

function sampledRow({ columns }: Page, row: number): Sampled {
  const [partition, offset, key, message] = COLUMNS.map(({ type }, i) => {
    const block = columns[i];
    return block === undefined ? null : blockValue(block, row, type);
  });
  const bytes = (value: Value | undefined): Buffer => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0));
  return { partition: Number(partition), offset: Number(offset), key: bytes(key), message: bytes(message) };
}

const isThere = (bytes: Buffer): boolean => bytes.length > 0;
