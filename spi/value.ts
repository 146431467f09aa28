import type { Type } from './type.ts';

/**
 * A value of a Trino type as plain data, used for constants, for functions written in TypeScript and for pages built
 * row by row. 64-bit values are bigint from edge to edge.
 *
 * | type | value |
 * |---|---|
 * | boolean | boolean |
 * | tinyint, smallint, integer, real, double | number (real: already rounded to float32) |
 * | bigint, interval day to second (ms) | bigint |
 * | interval year to month (months), date (days since 1970-01-01) | number |
 * | decimal | bigint, unscaled |
 * | varchar, json (canonical text), uuid (lower-case canonical text) | string |
 * | char(n) | string without trailing blanks |
 * | varbinary, ipaddress (16 bytes), HyperLogLog, tdigest, … | Uint8Array |
 * | time(p) | bigint, picoseconds of the day |
 * | time(p) with time zone | TimeWithTimeZone |
 * | timestamp(p) | Timestamp |
 * | timestamp(p) with time zone | TimestampWithTimeZone |
 * | array | Value[] |
 * | map | MapValue |
 * | row | Value[] in field order |
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | Timestamp | TimestampWithTimeZone | TimeWithTimeZone | MapValue | readonly Value[];

/** Local date and time: microseconds since 1970-01-01 00:00 and 0–999,999 picoseconds within the microsecond. */
export interface Timestamp {
  readonly epochMicros: bigint;
  readonly picosOfMicro: number;
}

/** An instant (UTC) and the zone it is shown in: an IANA name, 'UTC' or an offset such as '+05:30'. */
export interface TimestampWithTimeZone extends Timestamp {
  readonly zone: string;
}

/** `picos` is the local time of day; `offsetMinutes` the offset from UTC. */
export interface TimeWithTimeZone {
  readonly picos: bigint;
  readonly offsetMinutes: number;
}

/** Entries in the order of construction; keys are distinct and not null. */
export interface MapValue {
  readonly entries: readonly (readonly [Value, Value])[];
}

/** A value together with its type. */
export interface NullableValue {
  readonly type: Type;
  readonly value: Value;
}
