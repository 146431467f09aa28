import { expect, test } from 'vitest';
import { blackholeConnectorFactory } from '../../../catalog/blackhole/index.ts';
import {
  BIGINT,
  BOOLEAN,
  char,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  REAL,
  SMALLINT,
  TINYINT,
  type Type,
  timestamp,
  UUID,
  VARBINARY,
  VARCHAR,
  varchar,
} from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { connectorContext, SESSION } from '../../connector/connectorContext.ts';
import { inTransaction, readTable, requireTable } from '../../connector/rows.ts';

const NAME = { schema: 'default', table: 't' };
const SIZES = { split_count: 2, pages_per_split: 2, rows_per_page: 3, field_length: 7 };

async function table(properties: Readonly<Record<string, Value>>, types: readonly Type[] = [INTEGER]) {
  const connector = await blackholeConnectorFactory.create(connectorContext('blackhole').context);
  const columns = types.map((type, i) => ({ name: `c${i}`, type, nullable: true, properties: new Map() }));
  await inTransaction(connector, async (t) => t.createTable?.(SESSION, { name: NAME, columns, properties: new Map(Object.entries(properties)) }, 'fail'));
  return { connector, rows: () => inTransaction(connector, async (t) => readTable(t, await requireTable(t, NAME))) };
}

test('rows are made up as Trino makes them', async () => {
  const types = [
    INTEGER,
    VARCHAR,
    DOUBLE,
    DATE,
    VARBINARY,
    BOOLEAN,
    decimal(10, 2),
    timestamp(3),
    varchar(5),
    BIGINT,
    decimal(30, 3),
    TINYINT,
    SMALLINT,
    REAL,
    varchar(100),
  ];
  const { rows } = await table(SIZES, types);
  const moment = { epochMicros: 0n, picosOfMicro: 0 };
  const expected = [0, '*******', 0, 0, new TextEncoder().encode('*******'), false, 0n, moment, '*****', 0n, 0n, 0, 0, 0, '*******'];
  expect(await rows()).toEqual(new Array(12).fill(expected));
});

test.each([
  [char(3), 'Unsupported type [char(3)]'],
  [UUID, 'Unsupported type [uuid]'],
  [timestamp(9), 'Unknown javaType: io.trino.spi.type.LongTimestamp'],
] satisfies [Type, string][])('%o cannot be made up', async (type, message) => {
  const { rows } = await table(SIZES, [type]);
  await expect(rows()).rejects.toMatchObject({ errorName: 'GENERIC_INTERNAL_ERROR', message });
});

test.each([
  [{ split_count: 1 }, 'All properties [split_count, pages_per_split, rows_per_page] must be set if any are set'],
  [{ split_count: -1 }, 'split_count property is negative'],
  [{ pages_per_split: -2 }, 'pages_per_split property is negative'],
  [{ rows_per_page: -3 }, 'rows_per_page property is negative'],
])('%o is refused', async (properties, message) => {
  await expect(table(properties)).rejects.toMatchObject({ errorName: 'INVALID_TABLE_PROPERTY', message });
});

test.each([
  ['x', 'duration is not a valid data duration string: x'],
  ['5', 'duration is not a valid data duration string: 5'],
  ['1xx', 'Unknown time unit: xx'],
])('page_processing_delay %s is refused', async (value, message) => {
  const connector = await blackholeConnectorFactory.create(connectorContext('blackhole').context);
  const property = connector.tableProperties?.find((p) => p.name === 'page_processing_delay');
  expect(() => property?.validate?.(value)).toThrow(message);
});

test('a delayed page ends with its query', async () => {
  const { connector } = await table({ ...SIZES, page_processing_delay: '1h' });
  await inTransaction(connector, async (t) => {
    const { handle } = await requireTable(t, NAME);
    const abort = new AbortController();
    const scan = await t.scan(SESSION, handle, [], abort.signal);
    if (scan.kind !== 'pages') throw new Error(scan.kind);
    const first = scan.pages[Symbol.asyncIterator]().next();
    abort.abort();
    await expect(first).rejects.toThrow('aborted');
  });
});
