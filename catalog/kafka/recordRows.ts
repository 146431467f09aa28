import type { Page } from '../../spi/page.ts';
import { type ReadError, readErrorsText } from '../../spi/readError.ts';
import { ColumnBuilder, PAGE_ROWS } from './block/columnBuilder.ts';
import { createDecoder } from './decoder/decoderFactory.ts';
import { DeferringDecoder } from './decoder/deferringDecoder.ts';
import { JudgingDecoder } from './decoder/judgingDecoder.ts';
import type { DecodedColumn, DecoderSpec, RowDecoder } from './decoder/rowDecoder.ts';
import type { FeedArgument } from './feedArgument.ts';
import type { KafkaColumnHandle, MessagesRead } from './kafkaHandle.ts';
import { type RecordView, readHeaders } from './wire/recordBatch.ts';

const NO_ERRORS: DeferringDecoder['errors'] = new Map();
const NONE_UNREAD: readonly ReadError[] = [];

/** What became of a message: a row; left out by what it says; outside of the time that is asked for, or beyond the limit. */
type Added = 'row' | 'leftOut' | 'beyond';

type InternalWriter = (row: number, record: RecordView) => void;

/** Turns records into rows of pages; only what the query asked for is decoded. */
export class RecordRows {
  private readonly argument: FeedArgument;
  private readonly builders: readonly ColumnBuilder[];
  private readonly key: RowDecoder | undefined;
  private readonly message: RowDecoder | undefined;
  private readonly keyBuilders: readonly ColumnBuilder[];
  private readonly messageBuilders: readonly ColumnBuilder[];
  private readonly writers: readonly InternalWriter[];
  private ready: Page[] = [];
  private partition = 0;
  private rows = 0;
  private keyIntact = true;
  private messageIntact = true;
  private keyError: string | undefined;
  private messageError: string | undefined;
  /** Values that cannot be read are told in a column, and raised by nobody here. */
  private readonly unreadBuilder: ColumnBuilder | undefined;
  private readonly deferringKey: DeferringDecoder | undefined;
  private readonly deferringMessage: DeferringDecoder | undefined;
  private unread = NONE_UNREAD;
  private remaining: number;
  total = 0;

  constructor(argument: FeedArgument) {
    this.argument = argument;
    this.builders = argument.columns.map((c) => new ColumnBuilder(c.type));
    this.unreadBuilder = this.builders[argument.columns.findIndex((c) => c.kind === 'internal' && c.id === 'read_errors')];
    this.unreadBuilder?.nullAll();
    this.remaining = argument.limit ?? Number.POSITIVE_INFINITY;
    const part = (kind: 'key' | 'message') =>
      argument.columns.flatMap((column, i) => {
        const builder = this.builders[i];
        return column.kind === kind && builder !== undefined ? [{ field: column.field, builder }] : [];
      });
    const asksFor = (id: string): boolean => argument.columns.some((c) => c.kind === 'internal' && c.id === id);
    const keyColumns = part('key');
    const messageColumns = part('message');
    this.keyBuilders = keyColumns.map((c) => c.builder);
    this.messageBuilders = messageColumns.map((c) => c.builder);
    if (keyColumns.length > 0 || asksFor('key_corrupt')) this.key = this.decoder(argument.key, keyColumns);
    if (messageColumns.length > 0 || asksFor('message_corrupt')) this.message = this.decoder(argument.message, messageColumns);
    this.deferringKey = this.key instanceof DeferringDecoder ? this.key : undefined;
    this.deferringMessage = this.message instanceof DeferringDecoder ? this.message : undefined;
    this.writers = argument.columns.flatMap((column, i) => {
      const builder = this.builders[i];
      return column.kind === 'internal' && builder !== undefined ? [this.writer(column, builder)] : [];
    });
  }

  get full(): boolean {
    return this.remaining <= 0;
  }

  /** The records that follow are of this partition. */
  from(partition: number): void {
    this.partition = partition;
  }

  add(record: RecordView): Added {
    const { timestampMin, timestampMax } = this.argument;
    if (this.remaining <= 0) return 'beyond';
    if ((timestampMin !== undefined && record.timestamp < timestampMin) || (timestampMax !== undefined && record.timestamp > timestampMax)) return 'beyond';
    const { only } = this.argument;
    if (only !== undefined) return this.addJudged(record, only);
    this.decode(record, this.rows);
    return this.write(record);
  }

  /** What is not there cannot be wrong: a tombstone is decoded, and so is a message without a key. */
  private addJudged(record: RecordView, only: MessagesRead): Added {
    for (const builder of this.builders) builder.mark();
    this.decode(record, this.rows);
    const error = (decoder: RowDecoder | undefined, length: number) => (decoder instanceof JudgingDecoder && length >= 0 ? decoder.error : undefined);
    this.keyError = error(this.key, record.keyLength);
    this.messageError = error(this.message, record.valueLength);
    if (record.keyLength < 0 && !this.keyIntact) for (const builder of this.keyBuilders) builder.setNull(this.rows);
    const dead = this.keyError !== undefined || this.messageError !== undefined;
    if (dead === (only === 'dead')) return this.write(record);
    for (const builder of this.builders) builder.takeBack(this.rows);
    return 'leftOut';
  }

  private decode(record: RecordView, row: number): void {
    if (this.key !== undefined) this.keyIntact = this.key.decode(record.buffer, record.keyStart, record.keyStart + Math.max(record.keyLength, 0), row);
    if (this.message !== undefined) this.messageIntact = this.decodeMessage(this.message, record, row);
    if (this.unreadBuilder !== undefined && (this.anyUnread() || this.unread.length > 0)) this.unread = this.unreadOf(record);
  }

  private anyUnread(): boolean {
    return (this.deferringKey?.errors.size ?? 0) + (this.deferringMessage?.errors.size ?? 0) > 0;
  }

  private unreadOf(record: RecordView): readonly ReadError[] {
    const ofKey = this.deferringKey?.errors ?? NO_ERRORS;
    // a message that is NULL was not decoded
    const ofMessage = (record.valueLength >= 0 ? this.deferringMessage?.errors : undefined) ?? NO_ERRORS;
    if (ofKey.size + ofMessage.size === 0) return NONE_UNREAD;
    return [...ofKey, ...ofMessage].map(([{ builder }, error]) => ({ column: this.builders.indexOf(builder), error }));
  }

  /** Some of the values of the record added last could not be read. */
  get lastUnread(): boolean {
    return this.unread.length > 0;
  }

  /** The rest of a row whose declared columns are decoded. */
  private write(record: RecordView): Added {
    const row = this.rows;
    const { writers } = this;
    for (let i = 0; i < writers.length; i++) writers[i]?.(row, record);
    this.remaining--;
    this.total++;
    if (++this.rows === PAGE_ROWS) this.flush();
    return 'row';
  }

  private decoder(spec: DecoderSpec, columns: readonly DecodedColumn[]): RowDecoder {
    const decoder = createDecoder(spec, columns);
    if (this.unreadBuilder !== undefined) return new DeferringDecoder(columns, (some) => createDecoder(spec, some));
    return this.argument.only === undefined ? decoder : new JudgingDecoder(decoder, spec.dataFormat);
  }

  /** Rows that have no columns need no records. */
  addUnseen(count: number): void {
    const taken = Math.min(count, this.remaining);
    this.remaining -= taken;
    this.total += taken;
    for (let left = taken; left > 0; ) {
      const rows = Math.min(left, PAGE_ROWS - this.rows);
      this.rows += rows;
      left -= rows;
      if (this.rows === PAGE_ROWS) this.flush();
    }
  }

  /** No page holds on to the memory of a record. */
  get copiesEverything(): boolean {
    return this.builders.every((builder) => builder.layout !== 'values');
  }

  get countable(): boolean {
    return this.builders.length === 0 && this.argument.timestampMin === undefined && this.argument.timestampMax === undefined;
  }

  flush(): void {
    if (this.rows === 0) return;
    const { rows } = this;
    this.rows = 0;
    this.ready.push({ rowCount: rows, columns: this.builders.map((b) => b.finish(rows)) });
    this.unreadBuilder?.nullAll();
  }

  /** Everything that is complete. */
  take(): readonly Page[] {
    const pages = this.ready;
    this.ready = [];
    return pages;
  }

  /** A message that is NULL is corrupt in every format, as in Trino. */
  private decodeMessage(decoder: RowDecoder, record: RecordView, row: number): boolean {
    if (record.valueLength >= 0) return decoder.decode(record.buffer, record.valueStart, record.valueStart + record.valueLength, row);
    for (const builder of this.messageBuilders) builder.setNull(row);
    return false;
  }

  private writer(column: KafkaColumnHandle & { readonly kind: 'internal' }, builder: ColumnBuilder): InternalWriter {
    switch (column.id) {
      case 'partition_id':
        return (row) => builder.putInteger(row, this.partition);
      case 'partition_offset':
        return (row, record) => builder.putInteger(row, record.offset);
      case 'timestamp':
        return (row, record) => putMillis(builder, row, record.timestamp);
      case 'key_corrupt':
        return (row) => builder.putBoolean(row, !this.keyIntact);
      case 'message_corrupt':
        return (row) => builder.putBoolean(row, !this.messageIntact);
      case 'key_length':
        return (row, record) => builder.putInteger(row, Math.max(record.keyLength, 0));
      case 'message_length':
        return (row, record) => builder.putInteger(row, Math.max(record.valueLength, 0));
      case 'key':
        return (row, record) => putText(builder, row, record.buffer, record.keyStart, record.keyLength);
      case 'message':
        return (row, record) => putText(builder, row, record.buffer, record.valueStart, record.valueLength);
      case 'key_error':
        return (row) => builder.put(row, this.keyError ?? null);
      case 'message_error':
        return (row) => builder.put(row, this.messageError ?? null);
      case 'read_errors':
        return (row) => {
          if (this.unread.length === 0) return;
          builder.clearNull(row);
          builder.put(row, readErrorsText(this.unread));
        };
      case 'headers':
        return (row, record) => builder.put(row, headerMap(record));
    }
  }
}

function putMillis(builder: ColumnBuilder, row: number, millis: number): void {
  const micros = millis * 1000;
  if (Number.isSafeInteger(micros)) builder.putInteger(row, micros);
  else builder.putBigint(row, BigInt.asIntN(64, BigInt(millis) * 1000n));
}

/** Trino takes an empty text for NULL. */
function putText(builder: ColumnBuilder, row: number, buffer: Buffer, start: number, length: number): void {
  if (length <= 0) builder.setNull(row);
  else builder.putBytes(row, buffer, start, start + length);
}

/** A name may come more than once: its values in their order. */
function headerMap(record: RecordView): { readonly entries: readonly (readonly [string, readonly (Uint8Array | null)[]])[] } {
  const byKey = new Map<string, (Uint8Array | null)[]>();
  for (const { key, value } of readHeaders(record)) {
    const values = byKey.get(key) ?? [];
    values.push(value);
    byKey.set(key, values);
  }
  return { entries: [...byKey] };
}
