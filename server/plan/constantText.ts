import type { Constant } from '../../spi/expression.ts';
import { doubleText, realText } from '../function/javaNumberText.ts';
import { decimalText } from '../function/numberText.ts';
import {
  dateText,
  intervalDayToSecondText,
  intervalYearToMonthText,
  timestampText,
  timestampWithTimeZoneText,
  timeText,
  timeWithTimeZoneText,
} from '../function/temporalText.ts';
import { type Type, typeId } from '../../spi/type.ts';
import type { MapValue, Timestamp, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../spi/value.ts';

/** `bigint '5'`, `null::varchar`: a constant as EXPLAIN shows it. */
export function constantText({ type, value }: Constant): string {
  if (value === null) return `null::${typeId(type)}`;
  if (type.kind === 'LikePattern') return `LikePattern '${valueText(type, value)}'`;
  return `${typeId(type)} '${valueText(type, value)}'`;
}

/** How Java prints the value that Trino's client would get. */
export function valueText(type: Type, value: Value): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'real':
    case 'double':
      return typeof value === 'number' ? (type.kind === 'real' ? realText : doubleText)(value) : String(value);
    case 'decimal':
      return typeof value === 'bigint' ? decimalText(value, type.scale) : String(value);
    case 'char':
      return String(value).padEnd(type.length + (String(value).length - [...String(value)].length));
    case 'date':
      return dateText(Number(value));
    case 'time':
      return typeof value === 'bigint' ? timeText(value, type.precision) : String(value);
    case 'timestamp':
      return isTimestamp(value) ? timestampText(value, type.precision) : String(value);
    case 'timestamp with time zone':
      return isTimestampWithTimeZone(value) ? timestampWithTimeZoneText(value, type.precision) : String(value);
    case 'time with time zone':
      return isTimeWithTimeZone(value) ? timeWithTimeZoneText(value, type.precision) : String(value);
    case 'interval day to second':
      return typeof value === 'bigint' ? intervalDayToSecondText(value) : String(value);
    case 'interval year to month':
      return intervalYearToMonthText(Number(value));
    case 'array':
      return Array.isArray(value) ? `[${value.map((item: Value) => valueText(type.element, item)).join(', ')}]` : String(value);
    case 'row':
      return Array.isArray(value) ? `[${type.fields.map((field, i) => valueText(field.type, (value[i] ?? null) as Value)).join(', ')}]` : String(value);
    case 'map':
      return isMap(value) ? `{${value.entries.map(([k, v]) => `${valueText(type.key, k)}=${valueText(type.value, v)}`).join(', ')}}` : String(value);
    default:
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);
  }
}

const isTimestamp = (value: Value): value is Timestamp => typeof value === 'object' && value !== null && 'epochMicros' in value;
const isTimestampWithTimeZone = (value: Value): value is TimestampWithTimeZone => isTimestamp(value) && 'zone' in value;
const isTimeWithTimeZone = (value: Value): value is TimeWithTimeZone => typeof value === 'object' && value !== null && 'offsetMinutes' in value;
const isMap = (value: Value): value is MapValue => typeof value === 'object' && value !== null && 'entries' in value && Array.isArray(value.entries);
