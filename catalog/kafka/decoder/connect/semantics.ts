import { DATE, decimal, SMALLINT, TINYINT, type Type, time, timeWithTimeZone, timestamp, timestampWithTimeZone, UUID } from '../../../../spi/type.ts';

/** What a schema of Kafka Connect says of a value beyond its plain type. */
export interface Semantics {
  /** What a whole number counts, from 1970-01-01 or from midnight. */
  readonly unit?: EpochUnit;
  /** The type of a column made of it. */
  readonly type?: Type;
  /** Digits behind the point of a decimal kept as bytes. */
  readonly scale?: number;
  /** The value is a text and no bytes. */
  readonly text?: boolean;
  /** How bytes are written in a text. */
  readonly encoding?: 'base64' | 'base64url' | 'hex';
  readonly items?: Semantics;
  readonly fields?: ReadonlyMap<string, Semantics>;
}
export type EpochUnit = 'days' | 'milliseconds' | 'microseconds' | 'nanoseconds';

/** Names of Kafka Connect, of Debezium, and of Avro itself. */
const NAMES: ReadonlyMap<unknown, Semantics> = new Map<unknown, Semantics>([
  ['org.apache.kafka.connect.data.Date', { unit: 'days', type: DATE }],
  ['org.apache.kafka.connect.data.Time', { unit: 'milliseconds', type: time(3) }],
  ['org.apache.kafka.connect.data.Timestamp', { unit: 'milliseconds', type: timestamp(3) }],
  ['io.debezium.time.Date', { unit: 'days', type: DATE }],
  ['io.debezium.time.Time', { unit: 'milliseconds', type: time(3) }],
  ['io.debezium.time.MicroTime', { unit: 'microseconds', type: time(6) }],
  ['io.debezium.time.NanoTime', { unit: 'nanoseconds', type: time(9) }],
  ['io.debezium.time.Timestamp', { unit: 'milliseconds', type: timestamp(3) }],
  ['io.debezium.time.MicroTimestamp', { unit: 'microseconds', type: timestamp(6) }],
  ['io.debezium.time.NanoTimestamp', { unit: 'nanoseconds', type: timestamp(9) }],
  ['io.debezium.time.IsoDate', { type: DATE }],
  ['io.debezium.time.IsoTime', { type: time(6) }],
  ['io.debezium.time.IsoTimestamp', { type: timestamp(6) }],
  ['io.debezium.time.ZonedTimestamp', { type: timestampWithTimeZone(6) }],
  ['io.debezium.time.ZonedTime', { type: timeWithTimeZone(6) }],
  ['io.debezium.data.Uuid', { type: UUID }],
  ['date', { unit: 'days', type: DATE }],
  ['time-millis', { unit: 'milliseconds', type: time(3) }],
  ['time-micros', { unit: 'microseconds', type: time(6) }],
  ['timestamp-millis', { unit: 'milliseconds', type: timestamp(3) }],
  ['timestamp-micros', { unit: 'microseconds', type: timestamp(6) }],
  ['timestamp-nanos', { unit: 'nanoseconds', type: timestamp(9) }],
  ['local-timestamp-millis', { unit: 'milliseconds', type: timestamp(3) }],
  ['local-timestamp-micros', { unit: 'microseconds', type: timestamp(6) }],
  ['local-timestamp-nanos', { unit: 'nanoseconds', type: timestamp(9) }],
  ['uuid', { type: UUID }],
]);
const INTEGERS: ReadonlyMap<unknown, Type> = new Map<unknown, Type>([
  ['int8', TINYINT],
  ['int16', SMALLINT],
]);
const DECIMALS: ReadonlySet<unknown> = new Set(['org.apache.kafka.connect.data.Decimal', 'decimal']);

type Json = Readonly<Record<string, unknown>>;

/** Of the schema part of a JSON message, or of a part of it. */
export function semanticsOfConnect(schema: unknown): Semantics | undefined {
  if (!isObject(schema)) return undefined;
  const { type, name, parameters, items, fields } = schema;
  if (type === 'struct') return { fields: new Map(fieldsOf(fields)) };
  if (type === 'array') {
    const item = semanticsOfConnect(items);
    return item === undefined ? {} : { items: item };
  }
  const { scale, 'connect.decimal.precision': precision } = isObject(parameters) ? parameters : {};
  return { ...scalar(name, scale, precision), ...(type === 'string' ? { text: true } : {}) };
}

/** Of an Avro type that is an object; undefined: nothing is said. */
export function semanticsOfAvro(json: Json): Semantics | undefined {
  const parameters = isObject(json['connect.parameters']) ? json['connect.parameters'] : {};
  const integer = INTEGERS.get(json['connect.type']);
  if (integer !== undefined) return { type: integer };
  return (
    scalar(json['connect.name'], parameters.scale, parameters['connect.decimal.precision'] ?? json.precision) ??
    scalar(json.logicalType, json.scale ?? 0, json.precision)
  );
}

const PRECISION_MAX = 38;

function scalar(name: unknown, scale: unknown, precision: unknown): Semantics | undefined {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  if (!DECIMALS.has(name)) return undefined;
  const [digits, all] = [Number(scale), Number(precision ?? PRECISION_MAX)];
  if (!Number.isInteger(digits)) return undefined;
  return digits >= 0 && digits <= all && all >= 1 && all <= PRECISION_MAX ? { scale: digits, type: decimal(all, digits) } : { scale: digits };
}

function fieldsOf(fields: unknown): (readonly [string, Semantics])[] {
  return (Array.isArray(fields) ? fields : []).flatMap((field: unknown) => {
    const found = semanticsOfConnect(field);
    return isObject(field) && typeof field.field === 'string' && found !== undefined ? [[field.field, found] as const] : [];
  });
}

function isObject(json: unknown): json is Json {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
