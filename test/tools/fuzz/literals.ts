import { type Type, typeId } from '../../../spi/type.ts';
import type { Random } from './random.ts';

const INTEGERS = ['0', '1', '-1', '2', '7', '10', '64', '100'];
const FLOATS = ['0.0', '-0.0', '1.0', '-1.5', '0.1', '2.5', '-2.5', '1e10', '123.456', '0.000123', '1e-7', '12345678.9'];
const TEXTS = [
  '',
  'a',
  'abc',
  'ABC',
  ' a b ',
  '0',
  '12',
  '-3.5',
  'true',
  'é',
  '𝒳y',
  'aXbXc',
  'a,b,c',
  '2024-02-29',
  'x%_y',
  'null',
  '[1,2]',
  'z\u0000z',
  'ß',
  '1e3',
  'İ',
  'ǅ',
  'ά',
  'e\u0301',
  '👩‍👧',
  '10:20:30',
  '12151fd2-7586-11e9-8f9e-2a86e4085a59',
  '::1',
  '{"a":[1,null]}',
  'a b  c',
  '\t',
  '٣',
  'Straße',
  '100%',
  'a\\b',
];
const DAYS = [
  '1970-01-01',
  '2024-02-29',
  '1969-12-31',
  '1582-10-10',
  '0001-01-01',
  '9999-12-31',
  '2023-12-31',
  '2000-03-01',
  '2024-03-10',
  '2024-11-03',
  '2024-03-31',
  '1900-01-01',
  '2038-01-19',
];
const CLOCKS = [
  '00:00:00',
  '23:59:59',
  '12:34:56',
  '01:30:00',
  '02:30:00',
  '03:00:00',
  '12:00:00.9995',
  '23:59:59.999999999999',
  '12:34:56.5',
  '00:00:00.000000000001',
  '10:20:30.123456',
];
const ZONES = ['UTC', 'America/Sao_Paulo', 'Australia/Lord_Howe', '+14:00', '+05:30', '-11:00', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu'];

/** Texts of corner values, by the base of the type; the type's name stands before each or a cast around it. */
const TEXTS_BY_KIND: Readonly<Record<string, readonly string[]>> = {
  tinyint: [...INTEGERS, '127', '-128'],
  smallint: [...INTEGERS, '32767', '-32768', '255'],
  integer: [...INTEGERS, '2147483647', '-2147483648', '65'],
  bigint: [...INTEGERS, '9223372036854775807', '-9223372036854775808', '1700000000', '4294967296'],
  real: [...FLOATS, 'NaN', 'Infinity', '-Infinity', '3.4028235e38', '1.4e-45', '16777217'],
  double: [...FLOATS, 'NaN', 'Infinity', '-Infinity', '1.7976931348623157e308', '4.9e-324', '9007199254740993', '1e21', '0.5', '1.5'],
  varbinary: ['', '00', 'ff', '616263', 'c3a9', 'ff00ff', '00000001', '0000000000000001', '7ff0000000000000'],
  uuid: ['00000000-0000-0000-0000-000000000000', '12151fd2-7586-11e9-8f9e-2a86e4085a59', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ipaddress: ['10.0.0.1', '255.255.255.255', '0.0.0.0', '::1', '2001:db8::ff00:42:8329'],
  json: ['null', '1', '"a"', 'true', '[1,2,3]', '{"a":1,"b":[true,null]}', '1.5', '{"a":{"b":"x"}}', '[]', '12345678901234567890', '1e2', '"2024-01-01"'],
};

const DECIMALS = ['0', '1', '-1', '0.5', '-0.5', '1.5', '2.5', '9.99', '-7.05', '99'];

export function literal(random: Random, type: Type): string {
  switch (type.kind) {
    case 'boolean':
      return random.pick(['true', 'false']);
    case 'unknown':
      return 'NULL';
    case 'tinyint':
    case 'smallint':
    case 'bigint':
      return `${type.kind} '${random.pick(TEXTS_BY_KIND[type.kind] ?? [])}'`;
    case 'integer':
      return `integer '${random.pick(TEXTS_BY_KIND[type.kind] ?? [])}'`;
    case 'real':
    case 'double':
    case 'uuid':
    case 'ipaddress':
    case 'json':
      return `${type.kind} '${random.pick(TEXTS_BY_KIND[type.kind] ?? [])}'`;
    case 'varbinary':
      return `X'${random.pick(TEXTS_BY_KIND.varbinary ?? [])}'`;
    case 'decimal':
      return decimalLiteral(random, type.precision, type.scale);
    case 'varchar':
    case 'char':
      return textLiteral(random, type);
    case 'date':
      return `date '${random.pick(DAYS)}'`;
    case 'time':
      return `CAST('${random.pick(CLOCKS)}' AS time(${type.precision}))`;
    case 'timestamp':
      return `CAST('${random.pick(DAYS)} ${random.pick(CLOCKS)}' AS timestamp(${type.precision}))`;
    case 'time with time zone':
      return `CAST('${random.pick(CLOCKS)}${random.pick(['+00:00', '+05:30', '-11:00', '+14:00'])}' AS ${typeId(type)})`;
    case 'timestamp with time zone':
      return `CAST('${random.pick(DAYS)} ${random.pick(CLOCKS)} ${random.pick(ZONES)}' AS ${typeId(type)})`;
    case 'interval day to second':
      return random.pick([
        "interval '1' day",
        "interval '-3' hour",
        "interval '0' second",
        "interval '1.5' second",
        "interval '12 10:45:00.123' day to second",
      ]);
    case 'interval year to month':
      return random.pick(["interval '1' year", "interval '-1' month", "interval '0' month", "interval '2-5' year to month"]);
    default:
      return compoundLiteral(random, type);
  }
}

function compoundLiteral(random: Random, type: Type): string {
  const item = (of: Type): string => (random.chance(15) ? 'NULL' : literal(random, of));
  switch (type.kind) {
    case 'array':
      return `CAST(ARRAY[${Array.from({ length: random.below(4) }, () => item(type.element)).join(', ')}] AS ${typeId(type)})`;
    case 'map': {
      if (random.chance(20)) return `CAST(map() AS ${typeId(type)})`;
      return `CAST(map(ARRAY[${literal(random, type.key)}], ARRAY[${item(type.value)}]) AS ${typeId(type)})`;
    }
    case 'row':
      return `CAST(ROW(${type.fields.map((field) => item(field.type)).join(', ')}) AS ${typeId(type)})`;
    default:
      return `CAST(NULL AS ${typeId(type)})`;
  }
}

function decimalLiteral(random: Random, precision: number, scale: number): string {
  const nines = `${'9'.repeat(precision - scale) || '0'}.${'9'.repeat(scale)}`.replace(/\.$/, '');
  const small = precision - scale < 2 ? ['0', '0.1', '-0.5'] : DECIMALS;
  return `CAST('${random.chance(20) ? random.pick(['', '-']) + nines : random.pick(small)}' AS decimal(${precision},${scale}))`;
}

function textLiteral(random: Random, type: Type): string {
  const value = random.pick(TEXTS);
  const quoted = value.includes('\u0000') ? "U&'z\\0000z'" : `'${value}'`;
  return type.kind === 'varchar' && type.length === undefined && random.chance(70) ? quoted : `CAST(${quoted} AS ${typeId(type)})`;
}
