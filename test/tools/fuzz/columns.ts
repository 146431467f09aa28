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
import type { Random } from './random.ts';

export interface Column {
  readonly name: string;
  readonly type: Type;
}

/** Types that every choice has, since signatures name them. */
const SIMPLE: readonly Type[] = [
  BOOLEAN,
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  REAL,
  DOUBLE,
  VARCHAR,
  VARBINARY,
  DATE,
  timestamp(3),
  timestampWithTimeZone(3),
  INTERVAL_DAY_TO_SECOND,
  INTERVAL_YEAR_TO_MONTH,
  UUID,
  IPADDRESS,
  JSON_TYPE,
  array(INTEGER),
  array(VARCHAR),
  array(DOUBLE),
  map(VARCHAR, INTEGER),
];

/** One column of each of some forty types, in the VALUES that expressions read; lengths, precisions, scales and containers differ by seed. */
export function columnsFor(random: Random): readonly Column[] {
  const types = [
    ...SIMPLE,
    ...Array.from({ length: 4 }, () => anyDecimal(random)),
    varchar(random.pick([1, 2, 3, 5, 10, 40])),
    char(random.pick([1, 2, 5, 9])),
    time(random.below(13)),
    time(random.below(13)),
    timestamp(random.below(13)),
    timestamp(random.below(13)),
    timeWithTimeZone(random.below(13)),
    timestampWithTimeZone(random.below(13)),
    timestampWithTimeZone(random.below(13)),
    array(BIGINT),
    ...Array.from({ length: 3 }, () => array(itemType(random))),
    array(array(itemType(random))),
    map(itemType(random), itemType(random)),
    map(random.pick([INTEGER, VARCHAR]), array(itemType(random))),
    row([
      { name: 'a', type: INTEGER },
      { name: 'b', type: VARCHAR },
    ]),
    row([{ type: itemType(random) }, { type: itemType(random) }]),
  ];
  return types.map((type, at) => ({ name: `c${at}`, type }));
}

function anyDecimal(random: Random): Type {
  const precision = random.pick([1, 3, 5, 9, 17, 18, 19, 20, 37, 38, 1 + random.below(38)]);
  return decimal(precision, random.pick([0, 0, precision, Math.min(precision, 2), random.below(precision + 1)]));
}

function itemType(random: Random): Type {
  return random.pick([...SIMPLE.slice(0, 16), anyDecimal(random), timestamp(random.below(13)), time(random.below(13)), char(3), varchar(4)]);
}
