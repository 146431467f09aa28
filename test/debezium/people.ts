/** The table that is followed: a column of each type, as PostgreSQL has it and as table descriptions say it. */
export interface FollowedColumn {
  readonly name: string;
  readonly postgres: string;
  readonly type: string;
  /** Where messages bring no schema. */
  readonly dataFormat?: string;
}

const MICROS = 'microseconds-since-epoch';
const MILLIS = 'milliseconds-since-epoch';

export const COLUMNS: readonly FollowedColumn[] = [
  { name: 'id', postgres: 'integer PRIMARY KEY', type: 'INTEGER' },
  { name: 'name', postgres: 'text', type: 'VARCHAR' },
  { name: 'small', postgres: 'smallint', type: 'SMALLINT' },
  { name: 'large', postgres: 'bigint', type: 'BIGINT' },
  { name: 'price', postgres: 'numeric(10,2)', type: 'DECIMAL(10,2)', dataFormat: 'text' },
  { name: 'exact', postgres: 'numeric(38,10)', type: 'DECIMAL(38,10)', dataFormat: 'text' },
  { name: 'day', postgres: 'date', type: 'DATE' },
  { name: 'clock', postgres: 'time', type: 'TIME(6)', dataFormat: MICROS },
  { name: 'clock3', postgres: 'time(3)', type: 'TIME(3)', dataFormat: MICROS },
  { name: 'moment', postgres: 'timestamp', type: 'TIMESTAMP(6)', dataFormat: MICROS },
  { name: 'moment3', postgres: 'timestamp(3)', type: 'TIMESTAMP(3)', dataFormat: MILLIS },
  { name: 'instant', postgres: 'timestamptz', type: 'TIMESTAMP(6) WITH TIME ZONE' },
  { name: 'data', postgres: 'bytea', type: 'VARBINARY' },
  { name: 'token', postgres: 'uuid', type: 'UUID' },
  { name: 'single', postgres: 'real', type: 'REAL' },
  { name: 'double', postgres: 'double precision', type: 'DOUBLE' },
  { name: 'flag', postgres: 'boolean', type: 'BOOLEAN' },
  { name: 'code', postgres: 'varchar(10)', type: 'VARCHAR(10)' },
  { name: 'fixed', postgres: 'char(5)', type: 'CHAR(5)' },
  { name: 'numbers', postgres: 'integer[]', type: 'ARRAY(INTEGER)' },
  { name: 'words', postgres: 'text[]', type: 'ARRAY(VARCHAR)' },
];

export const CREATE = `CREATE TABLE people (${COLUMNS.map((c) => `"${c.name}" ${c.postgres}`).join(', ')})`;

/** The columns of `people` in a row, NULL but for these. */
const insert = (values: Readonly<Record<string, string>>): string =>
  `INSERT INTO people (${Object.keys(values)
    .map((name) => `"${name}"`)
    .join(', ')}) VALUES (${Object.values(values).join(', ')})`;

export const FULL = (id: number): string =>
  insert({
    id: String(id),
    name: `'Ä "${id}" \\ 😀'`,
    small: '-32768',
    large: '9223372036854775807',
    price: '-12.34',
    exact: '1234567890123456789012345678.0123456789',
    day: `'1969-12-31'`,
    clock: `'23:59:59.999999'`,
    clock3: `'12:34:56.789'`,
    moment: `'1965-01-01 00:00:00.123456'`,
    moment3: `'2020-02-29 12:34:56.789'`,
    instant: `'2020-06-01 12:00:00.123456+02'`,
    data: `'\\x00ff10'`,
    token: `'123E4567-e89b-12d3-a456-426614174000'`,
    single: '1.1',
    double: '-1.7976931348623157e308',
    flag: 'true',
    code: `'xyz'`,
    fixed: `'ab'`,
    numbers: `'{1,NULL,-3}'`,
    words: `'{a,"b c",NULL,""}'`,
  });

export const EXTREMES = (id: number): string =>
  insert({
    id: String(id),
    name: `''`,
    price: '99999999.99',
    exact: '-0.0000000001',
    day: `'9999-12-31'`,
    clock: `'00:00:00'`,
    moment: `'9999-12-31 23:59:59.999999'`,
    moment3: `'1900-01-01'`,
    instant: `'1900-01-01 00:00:00+00'`,
    data: `''`,
    single: `'NaN'`,
    double: `'-Infinity'`,
    flag: 'false',
    code: `'äöü'`,
    numbers: `'{}'`,
    words: `'{}'`,
  });

export const NULLS = (id: number): string => insert({ id: String(id) });

/** A text that is kept out of line, since it does not compress. */
export const LONG_TEXT = `(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i)`;
