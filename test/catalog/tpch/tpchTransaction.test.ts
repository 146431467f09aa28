import { expect, test } from 'vitest';
import { tpchConnectorFactory } from '../../../catalog/tpch/index.ts';
import type { ConnectorTransaction } from '../../../spi/connector.ts';
import type { Expression } from '../../../spi/expression.ts';
import { BOOLEAN, varchar } from '../../../spi/type.ts';
import { connectorContext, SESSION } from '../../connector/connectorContext.ts';

async function begin(properties: Record<string, string> = {}): Promise<ConnectorTransaction> {
  const connector = await tpchConnectorFactory.create(connectorContext('tpch', properties).context);
  return connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
}

const STATUS: Expression = { kind: 'reference', name: 'status', type: varchar(1) };
const text = (value: string): Expression => ({ kind: 'constant', type: varchar(1), value });
const compare = (operator: '=' | '<>' | '>', value: string): Expression => ({ kind: 'comparison', operator, left: STATUS, right: text(value), type: BOOLEAN });

async function constraintAfter(conjuncts: readonly Expression[]) {
  const transaction = await begin();
  const table = await transaction.getTable(SESSION, { schema: 'tiny', table: 'orders' });
  const column = table?.columns.find((c) => c.name === 'orderstatus');
  if (table === undefined || column === undefined) throw new Error('tiny.orders is missing');
  const result = transaction.applyFilter?.(SESSION, table.handle, { conjuncts, assignments: new Map([['status', column.handle]]) });
  return { constraint: transaction.explainConstraints?.(result?.table ?? table.handle).get('orderstatus'), residual: result?.residual };
}

test.each([
  ['orderstatus = F', [compare('=', 'F')], '[[F]]'],
  ['orderstatus <> F', [compare('<>', 'F')], '[[O], [P]]'],
  ['orderstatus > F', [compare('>', 'F')], '[[O], [P]]'],
  ['orderstatus IN (F, O)', [{ kind: 'in', value: STATUS, list: [text('F'), text('O')], type: BOOLEAN }], '[[F], [O]]'],
  ['not null', [{ kind: 'not', value: { kind: 'is null', value: STATUS, type: BOOLEAN }, type: BOOLEAN }], '[[F], [O], [P]]'],
] satisfies [string, Expression[], string][])('%s is filtered while generating', async (_, conjuncts, constraint) => {
  expect(await constraintAfter(conjuncts)).toEqual({ constraint, residual: [] });
});

test('what cannot be decided here is left to the engine', async () => {
  const like: Expression = {
    kind: 'call',
    function: { name: '$like', kind: 'scalar', argumentTypes: [varchar(1)], returnType: BOOLEAN, deterministic: true },
    arguments: [STATUS],
    type: BOOLEAN,
  };
  expect(await constraintAfter([like])).toEqual({ constraint: '[[F], [O], [P]]', residual: undefined });
  expect(await constraintAfter([like, compare('=', 'O')])).toEqual({ constraint: '[[O]]', residual: [like] });
});

test('part shows its long lists as ranges, as Trino does', async () => {
  const transaction = await begin();
  const table = await transaction.getTable(SESSION, { schema: 'tiny', table: 'part' });
  if (table === undefined) throw new Error('tiny.part is missing');
  expect(Object.fromEntries(transaction.explainConstraints?.(table.handle) ?? [])).toEqual({
    type: '[[ECONOMY ANODIZED BRASS, STANDARD POLISHED TIN]]',
    container: '[[JUMBO BAG, WRAP PKG]]',
  });
});

test.each(['sf0.5', 'sf.1', 'sf1.', 'sf1e1', 'sf1d', 'sf01', 'tiny'])('schema %s exists', async (schema) => {
  expect(await (await begin()).schemaExists?.(SESSION, schema)).toBe(true);
});

test.each(['sf0', 'sf-1', 'sfx', 'sf', 'small'])('schema %s does not exist', async (schema) => {
  expect(await (await begin()).schemaExists?.(SESSION, schema)).toBe(false);
});

test('standard naming and decimals', async () => {
  const transaction = await begin({ 'tpch.column-naming': 'standard', 'tpch.double-type-mapping': 'DECIMAL' });
  const table = await transaction.getTable(SESSION, { schema: 'sf1', table: 'partsupp' });
  expect(table?.columns.map((c) => c.name)).toEqual(['ps_partkey', 'ps_suppkey', 'ps_availqty', 'ps_supplycost', 'ps_comment', 'row_number']);
  expect(table?.columns[3]?.type).toEqual({ kind: 'decimal', precision: 12, scale: 2 });
});
