import {
  array,
  BIGINT,
  BOOLEAN,
  char,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  INTERVAL_DAY_TO_SECOND,
  INTERVAL_YEAR_TO_MONTH,
  IPADDRESS,
  JSON_TYPE,
  map,
  REAL,
  row,
  SMALLINT,
  TINYINT,
  type Type,
  time,
  timestamp,
  timestampWithTimeZone,
  timeWithTimeZone,
  UUID,
  VARBINARY,
  VARCHAR,
  varchar,
} from '../../../spi/type.ts';

export interface Column {
  readonly name: string;
  readonly type: Type;
}

const TYPES: readonly Type[] = [
  BOOLEAN,
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  REAL,
  DOUBLE,
  decimal(9, 2),
  decimal(18, 0),
  decimal(38, 10),
  decimal(5, 5),
  VARCHAR,
  varchar(10),
  char(5),
  VARBINARY,
  DATE,
  time(3),
  time(9),
  timestamp(0),
  timestamp(3),
  timestamp(6),
  timestamp(12),
  timeWithTimeZone(3),
  timestampWithTimeZone(3),
  timestampWithTimeZone(9),
  INTERVAL_DAY_TO_SECOND,
  INTERVAL_YEAR_TO_MONTH,
  UUID,
  IPADDRESS,
  JSON_TYPE,
  array(INTEGER),
  array(BIGINT),
  array(VARCHAR),
  array(DOUBLE),
  array(array(INTEGER)),
  array(timestamp(3)),
  map(VARCHAR, INTEGER),
  map(INTEGER, array(VARCHAR)),
  row([
    { name: 'a', type: INTEGER },
    { name: 'b', type: VARCHAR },
  ]),
];

/** One column of each type, in the VALUES that expressions read. */
export const COLUMNS: readonly Column[] = TYPES.map((type, at) => ({ name: `c${at}`, type }));

/** Whose answers are no facts: chance, the clock, estimates, this server; or whose bad arguments cost too much. */
export const LEFT_OUT =
  /^(rand|random|shuffle|uuid|now|current_\w+|localtime\w*|version|approx_\w+|features|empty_approx_set|last_day|st_\w+|geometry\w*|\w*tile\w*|render|color|rgb|bar|typeof|to_spherical\w*|random_string|fail|inverse_\w+|\$\w+)$/;

const UNITS = ["'millisecond'", "'second'", "'minute'", "'hour'", "'day'", "'week'", "'month'", "'quarter'", "'year'"];
const SMALL = ["'0'", "'1'", "'2'", "'-1'", "'5'", "'3'"].map((text) => `bigint ${text}`);
const REGULAR_EXPRESSIONS = ["'a'", "'[a-c]+'", "'(\\w)(\\d?)'", "''", "'\\s'", "'x|y'", "'^.'", "'(?i)AB'", "'b*'"];
const JSON_PATHS = ["'$'", "'$.a'", "'$[0]'", "'$.b[0]'", "'$.*'", "'$.a.b'"];
const JODA = ["'yyyy-MM-dd HH:mm:ss'", "'EEE, d MMM yy'", "'hh:mm:ss.SSS a'", "'ww xxxx D'", "'YYYY Q'"];
const MYSQL = ["'%Y-%m-%d %H:%i:%s'", "'%a %b %e %y'", "'%f %p %r'", "'%j %k %l'", "'%v %x'"];

/** Arguments that must be of a certain form to mean anything: by function and place. */
export const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'date_trunc:0': UNITS,
  'date_add:0': UNITS,
  'date_add:1': SMALL,
  'date_diff:0': UNITS,
  'date_format:1': MYSQL,
  'date_parse:1': MYSQL,
  'format_datetime:1': JODA,
  'parse_datetime:1': JODA,
  'regexp_like:1': REGULAR_EXPRESSIONS,
  'regexp_count:1': REGULAR_EXPRESSIONS,
  'regexp_extract:1': REGULAR_EXPRESSIONS,
  'regexp_extract_all:1': REGULAR_EXPRESSIONS,
  'regexp_replace:1': REGULAR_EXPRESSIONS,
  'regexp_split:1': REGULAR_EXPRESSIONS,
  'regexp_position:1': REGULAR_EXPRESSIONS,
  'regexp_extract:2': ['0', '1'],
  'regexp_extract_all:2': ['0', '1'],
  'json_extract:1': JSON_PATHS,
  'json_extract_scalar:1': JSON_PATHS,
  'json_size:1': JSON_PATHS,
  'normalize:1': ['NFC', 'NFD', 'NFKC', 'NFKD'],
  'at_timezone:1': ["'UTC'", "'America/New_York'", "'+05:30'", "'Asia/Kathmandu'"],
  'with_timezone:1': ["'UTC'", "'America/New_York'", "'+05:30'", "'Asia/Kathmandu'"],
  'from_unixtime:1': ["'UTC'", "'America/New_York'"],
  'repeat:1': SMALL,
  'lpad:1': SMALL,
  'rpad:1': SMALL,
  'sequence:0': SMALL,
  'sequence:1': SMALL,
  'sequence:2': SMALL,
  'split_part:2': SMALL,
  'split:2': SMALL,
  'combinations:1': ['0', '1', '2'],
  'ngrams:1': ['1', '2', '3'],
  'from_base:1': ['2', '10', '16', '36'],
  'to_base:1': ['2', '10', '16', '36'],
  'bit_count:1': ['8', '64'],
  'round:1': ['0', '1', '2', '-1', '10'],
  'truncate:1': ['0', '1', '2', '-1'],
  'chr:0': ['65', '233', '119987', '10'],
  'codepoint:0': ["'a'", "'é'"],
  'parse_duration:0': ["'1d'", "'3.5m'", "'10ms'", "'2.00h'"],
  'parse_data_size:0': ["'1kB'", "'2.5MB'", "'10B'"],
  'parse_presto_data_size:0': ["'1kB'", "'2.5MB'", "'10B'"],
};
