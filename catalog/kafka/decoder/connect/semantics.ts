/** What a schema of Kafka Connect says of a value beyond its plain type. */
export interface Semantics {
  /** What a whole number counts, from 1970-01-01 or from midnight. */
  readonly unit?: EpochUnit;
  /** Digits behind the point of a decimal kept as bytes. */
  readonly scale?: number;
  /** The value is a text and no bytes. */
  readonly text?: boolean;
  readonly items?: Semantics;
  readonly fields?: ReadonlyMap<string, Semantics>;
}
export type EpochUnit = 'days' | 'milliseconds' | 'microseconds' | 'nanoseconds';

/** Names of Kafka Connect, of Debezium, and of Avro itself. */
const UNITS: ReadonlyMap<unknown, EpochUnit> = new Map([
  ['org.apache.kafka.connect.data.Date', 'days'],
  ['org.apache.kafka.connect.data.Time', 'milliseconds'],
  ['org.apache.kafka.connect.data.Timestamp', 'milliseconds'],
  ['io.debezium.time.Date', 'days'],
  ['io.debezium.time.Time', 'milliseconds'],
  ['io.debezium.time.MicroTime', 'microseconds'],
  ['io.debezium.time.NanoTime', 'nanoseconds'],
  ['io.debezium.time.Timestamp', 'milliseconds'],
  ['io.debezium.time.MicroTimestamp', 'microseconds'],
  ['io.debezium.time.NanoTimestamp', 'nanoseconds'],
  ['date', 'days'],
  ['time-millis', 'milliseconds'],
  ['time-micros', 'microseconds'],
  ['timestamp-millis', 'milliseconds'],
  ['timestamp-micros', 'microseconds'],
  ['timestamp-nanos', 'nanoseconds'],
  ['local-timestamp-millis', 'milliseconds'],
  ['local-timestamp-micros', 'microseconds'],
  ['local-timestamp-nanos', 'nanoseconds'],
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
  return { ...scalar(name, isObject(parameters) ? parameters.scale : undefined), ...(type === 'string' ? { text: true } : {}) };
}

/** Of an Avro type that is an object; undefined: nothing is said. */
export function semanticsOfAvro(json: Json): Semantics | undefined {
  const parameters = isObject(json['connect.parameters']) ? json['connect.parameters'] : {};
  return scalar(json['connect.name'], parameters.scale) ?? scalar(json.logicalType, json.scale ?? 0);
}

function scalar(name: unknown, scale: unknown): Semantics | undefined {
  const unit = UNITS.get(name);
  if (unit !== undefined) return { unit };
  if (!DECIMALS.has(name)) return undefined;
  const digits = Number(scale);
  return Number.isInteger(digits) ? { scale: digits } : undefined;
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
