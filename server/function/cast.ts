import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId, VARCHAR } from '../../spi/type.ts';

const NUMBERS = ['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal'] as const satisfies readonly Type['kind'][];
const SCALARS: readonly Type['kind'][] = ['boolean', ...NUMBERS, 'varchar', 'json'];
const TIMESTAMPS: readonly Type['kind'][] = ['timestamp', 'timestamp with time zone'];
const TIMES: readonly Type['kind'][] = ['time', 'time with time zone'];

/** CAST and TRY_CAST between kinds; nested types are settled below. Any type to itself is allowed. */
const TARGETS: Readonly<Partial<Record<Type['kind'], readonly Type['kind'][]>>> = {
  boolean: SCALARS,
  tinyint: SCALARS,
  smallint: SCALARS,
  integer: SCALARS,
  bigint: SCALARS,
  real: SCALARS,
  double: SCALARS,
  decimal: SCALARS,
  varchar: [...SCALARS, 'char', 'varbinary', 'date', ...TIMES, ...TIMESTAMPS, 'uuid', 'ipaddress', 'JoniRegExp', 'JsonPath', 'CodePoints'],
  char: ['varchar', 'JoniRegExp', 'JsonPath', 'CodePoints'],
  varbinary: ['uuid', 'ipaddress', 'HyperLogLog', 'SetDigest', 'tdigest', 'qdigest'],
  json: SCALARS,
  date: ['varchar', 'json', ...TIMESTAMPS],
  time: ['varchar', 'time with time zone', ...TIMESTAMPS],
  'time with time zone': ['varchar', 'time', ...TIMESTAMPS],
  timestamp: ['varchar', 'json', 'date', ...TIMES, 'timestamp with time zone'],
  'timestamp with time zone': ['varchar', 'date', ...TIMES, 'timestamp'],
  'interval day to second': ['varchar'],
  'interval year to month': ['varchar'],
  uuid: ['varbinary', 'varchar'],
  ipaddress: ['varbinary', 'varchar'],
  HyperLogLog: ['varbinary', 'P4HyperLogLog'],
  P4HyperLogLog: ['HyperLogLog'],
  SetDigest: ['varbinary', 'HyperLogLog'],
  tdigest: ['varbinary'],
  qdigest: ['varbinary'],
};

/** INVALID_CAST_ARGUMENT for a map to JSON whose keys have no text: Trino finds that only later. */
export function canCast(from: Type, to: Type): boolean {
  if (from.kind === 'unknown') return true;
  if (
    from.kind === 'map' &&
    to.kind === 'json' &&
    !isJsonKey(from.key) &&
    from.key.kind !== 'unknown' &&
    canCast(from.key, VARCHAR) &&
    canCast(from.value, to)
  ) {
    throw new TrinoError('INVALID_CAST_ARGUMENT', undefined, `Cannot cast ${typeId(from)} to JSON`);
  }
  if (from.kind === 'json' && isNested(to)) return canCastFromJson(to);
  if (to.kind === 'json' && isNested(from)) return canCastToJson(from);
  if (from.kind === to.kind) return canCastWithinKind(from, to);
  if ((from.kind === 'uuid' || from.kind === 'ipaddress') && to.kind === 'varchar') return to.length === undefined;
  return TARGETS[from.kind]?.includes(to.kind) ?? false;
}

const isNested = (type: Type): boolean => type.kind === 'array' || type.kind === 'map' || type.kind === 'row';

function canCastWithinKind(from: Type, to: Type): boolean {
  if (from.kind === 'array' && to.kind === 'array') return canCast(from.element, to.element);
  if (from.kind === 'map' && to.kind === 'map') return canCast(from.key, to.key) && canCast(from.value, to.value);
  if (from.kind === 'row' && to.kind === 'row') {
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, i) => {
        const target = to.fields[i];
        return target !== undefined && canCast(field.type, target.type);
      })
    );
  }
  if (from.kind === 'qdigest' && to.kind === 'qdigest') return from.value.kind === to.value.kind;
  return true;
}

function canCastFromJson(to: Type): boolean {
  if (to.kind === 'array') return canCastFromJson(to.element);
  if (to.kind === 'map') return isJsonKey(to.key) && canCastFromJson(to.value);
  if (to.kind === 'row') return to.fields.every((field) => canCastFromJson(field.type));
  return SCALARS.includes(to.kind);
}

function canCastToJson(from: Type): boolean {
  if (from.kind === 'array') return canCastToJson(from.element);
  if (from.kind === 'map') return (isJsonKey(from.key) || from.key.kind === 'unknown') && canCastToJson(from.value);
  if (from.kind === 'row') return from.fields.every((field) => canCastToJson(field.type));
  return SCALARS.includes(from.kind) || from.kind === 'unknown' || from.kind === 'date' || from.kind === 'timestamp';
}

function isJsonKey(type: Type): boolean {
  return type.kind !== 'json' && SCALARS.includes(type.kind);
}
