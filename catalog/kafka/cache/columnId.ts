import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { DecoderSpec } from '../decoder/rowDecoder.ts';
import type { KafkaColumnHandle, MessagesRead } from '../kafkaHandle.ts';

/** Rises when the same message may decode to another value than before: what was kept until then is not read again. */
const DECODING = 1;

export const OFFSET_ID = 'partition_offset';
export const TIMESTAMP_ID = 'timestamp';

/** Names a column by all that its values come from: another declaration of it is another column. */
export function columnId(column: KafkaColumnHandle, key: DecoderSpec, message: DecoderSpec): string {
  if (column.kind !== 'internal') return `${column.kind}_${digest([column.field, column.kind === 'key' ? key : message])}`;
  switch (column.id) {
    case 'key_corrupt':
      return `${column.id}_${digest([key])}`;
    case 'message_corrupt':
      return `${column.id}_${digest([message])}`;
    default:
      return column.id;
  }
}

/** Names the messages that a table shows of a topic, by all that they are judged by; undefined: all of them. */
export function messagesId(only: MessagesRead | undefined, columns: readonly KafkaColumnHandle[], key: DecoderSpec, message: DecoderSpec): string | undefined {
  if (only === undefined) return undefined;
  const judging = columns.filter(({ kind }) => kind !== 'internal').map((column) => columnId(column, key, message));
  return `${only}_${digest([...new Set(judging)].toSorted())}`;
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256')
    .update(serialize([DECODING, ...parts]))
    .digest('hex')
    .slice(0, 24);
}
