import type { ColumnHandle, ConnectorTransaction, FilterPushdown, TableHandle } from '../../../spi/connector.ts';
import type { ComparisonOperator, Constant, Expression, Reference } from '../../../spi/expression.ts';
import type { Session } from '../../../spi/session.ts';
import { BIGINT, BOOLEAN, type Type, VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { Plan, PlanNode, Symbol, TableScanNode } from '../../../server/plan/plan.ts';
import { valueText } from '../../../server/plan/constantText.ts';
import { outputSymbols } from '../../../server/plan/planNodes.ts';

export const session: Session = {
  queryId: 'q',
  user: 'test',
  originalUser: 'test',
  groups: [],
  source: undefined,
  catalog: undefined,
  schema: undefined,
  path: undefined,
  timeZone: 'Europe/Berlin',
  language: 'en',
  clientInfo: undefined,
  clientTags: [],
  clientCapabilities: new Set(),
  traceToken: undefined,
  remoteAddress: undefined,
  userAgent: undefined,
  startMicros: 1_700_000_000_123_456n,
  transactionId: undefined,
  preparedStatements: new Map(),
  enabledRoles: new Map(),
  resourceEstimates: {},
  extraCredentials: new Map(),
  systemProperties: new Map(),
  catalogProperties: new Map(),
};

const connectorSession = {
  queryId: 'q',
  user: 'test',
  source: undefined,
  timeZone: 'UTC',
  startMicros: 0n,
  extraCredentials: new Map(),
  properties: new Map(),
};

let id = 0;
export const nextId = (): string => String(++id);

export const symbol = (name: string, type: Type = BIGINT): Symbol => ({ name, type });
export const ref = (name: string, type: Type = BIGINT): Reference => ({ kind: 'reference', name, type });
export const lit = (value: Value, type: Type = BIGINT): Constant => ({ kind: 'constant', type, value });
export const text = (value: string): Constant => lit(value, VARCHAR);
export const compare = (left: Expression, operator: ComparisonOperator, right: Expression): Expression => ({
  kind: 'comparison',
  operator,
  left,
  right,
  type: BOOLEAN,
});
export const and = (...terms: Expression[]): Expression => ({ kind: 'logical', operator: 'AND', terms, type: BOOLEAN });
export const or = (...terms: Expression[]): Expression => ({ kind: 'logical', operator: 'OR', terms, type: BOOLEAN });
export const not = (value: Expression): Expression => ({ kind: 'not', value, type: BOOLEAN });
export const cast = (value: Expression, type: Type): Expression => ({ kind: 'cast', value, type, safe: false });
export const call = (name: string, type: Type, ...args: Expression[]): Expression => ({
  kind: 'call',
  function: { name, kind: 'scalar', argumentTypes: args.map((a) => a.type), returnType: type, deterministic: name !== 'random' },
  arguments: args,
  type,
});
export const divide = (a: Expression, b: Expression): Expression => call('$divide', BIGINT, a, b);

/** What a fake connector can do. */
export type Capability = 'filter' | 'limit' | 'guaranteedLimit' | 'topN' | 'aggregation' | 'join' | 'fields' | 'delete';

interface FakeHandle extends TableHandle {
  readonly text: string;
}

const own = (table: TableHandle): FakeHandle => ({ kind: 'fake', text: 'text' in table ? String(table.text) : '' });
const more = (table: TableHandle, what: string): FakeHandle => ({ kind: 'fake', text: `${own(table).text}, ${what}` });

/** Takes comparisons of columns with constants whole, and nothing else. */
export function fakeConnector(...capabilities: Capability[]): ConnectorTransaction {
  const can = (capability: Capability): boolean => capabilities.includes(capability);
  return {
    listSchemas: () => Promise.resolve([]),
    listTables: () => Promise.resolve([]),
    getTable: () => Promise.resolve(undefined),
    scan: () => Promise.reject(new Error('nothing is read here')),
    commit: () => Promise.resolve(),
    rollback: () => Promise.resolve(),
    tableName: (table) => own(table).text,
    ...(can('filter') ? { applyFilter: (_: unknown, table: TableHandle, filter: FilterPushdown) => filterTable(table, filter) } : {}),
    ...(can('limit') || can('guaranteedLimit')
      ? { applyLimit: (_: unknown, table: TableHandle, limit: bigint) => limitTable(table, limit, can('guaranteedLimit')) }
      : {}),
    ...(can('topN')
      ? {
          applyTopN: (_: unknown, table: TableHandle, { count, sort }) => ({
            table: more(table, `topN = ${count} by ${sort.map(({ column }) => column.name).join(' ')}`),
            guaranteed: true,
          }),
        }
      : {}),
    ...(can('aggregation')
      ? {
          applyAggregation: (_: unknown, table: TableHandle, { aggregates, groupBy }) => ({
            table: more(table, `aggregated = ${aggregates.map(({ name }) => name).join(' ')} by ${groupBy.map(({ name }) => name).join(' ')}`),
            columns: aggregates.map(({ name }) => ({ name: `agg_${name}` })),
          }),
        }
      : {}),
    ...(can('join')
      ? {
          applyJoin: (_: unknown, { left, right, leftAssignments, rightAssignments, conjuncts }) => ({
            table: { kind: 'fake', text: `${own(left).text} join ${own(right).text} on ${conjuncts.length}` } as FakeHandle,
            leftColumns: renamed(leftAssignments, 'l_'),
            rightColumns: renamed(rightAssignments, 'r_'),
          }),
        }
      : {}),
    ...(can('fields')
      ? {
          applyProjection: (_: unknown, table: TableHandle, { expressions }) => ({
            table,
            columns: expressions.map((e) => (e.kind === 'field' ? { name: `field_${e.index}` } : undefined)),
          }),
        }
      : {}),
    ...(can('delete') ? { executeDelete: () => Promise.resolve(1n) } : {}),
  };
}

const renamed = (columns: ReadonlyMap<string, ColumnHandle>, prefix: string) =>
  new Map([...columns.values()].map(({ name }) => [name, { name: `${prefix}${name}` }]));

function filterTable(table: TableHandle, { conjuncts, assignments }: FilterPushdown) {
  const taken = conjuncts.filter((c) => c.kind === 'comparison' && c.left.kind === 'reference' && c.right.kind === 'constant' && c.operator !== '<>');
  if (taken.length === 0) return undefined;
  const words = taken.map((c) =>
    c.kind === 'comparison' && c.left.kind === 'reference' && c.right.kind === 'constant'
      ? `${assignments.get(c.left.name)?.name} ${c.operator} ${valueText(c.right.type, c.right.value)}`
      : '',
  );
  return { table: more(table, words.join(', ')), residual: conjuncts.filter((c) => !taken.includes(c)) };
}

function limitTable(table: TableHandle, limit: bigint, guaranteed: boolean) {
  return own(table).text.includes('limit') ? undefined : { table: more(table, `limit = ${limit}`), guaranteed };
}

/** Scans `table`, with a symbol `prefix_column` for each column. */
export function scan(table: string, columns: Readonly<Record<string, Type>>, transaction: ConnectorTransaction = fakeConnector(), prefix = ''): TableScanNode {
  const outputs = Object.entries(columns).map(([name, type]) => symbol(`${prefix}${name}`, type));
  return {
    kind: 'tableScan',
    id: nextId(),
    table: { catalog: 'fake', schema: 's', table, handle: { kind: 'fake', text: table } as FakeHandle, transaction, session: connectorSession },
    outputs,
    assignments: new Map(Object.keys(columns).map((name) => [`${prefix}${name}`, { name }])),
  };
}

export const filter = (source: PlanNode, predicate: Expression): PlanNode => ({ kind: 'filter', id: nextId(), source, predicate });
export const limit = (source: PlanNode, count: bigint): PlanNode => ({ kind: 'limit', id: nextId(), source, count });
export const project = (source: PlanNode, assignments: Readonly<Record<string, Expression>>): PlanNode => ({
  kind: 'project',
  id: nextId(),
  source,
  assignments: Object.entries(assignments).map(([name, expression]) => ({ symbol: symbol(name, expression.type), expression })),
});
export const join = (
  type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL',
  left: PlanNode,
  right: PlanNode,
  on: readonly (readonly [string, string])[],
  condition?: Expression,
): PlanNode => ({
  kind: 'join',
  id: nextId(),
  type,
  left,
  right,
  criteria: on.map(([a, b]) => ({ left: named(left, a), right: named(right, b) })),
  ...(condition === undefined ? {} : { filter: condition }),
});
export const sort = (source: PlanNode, name: string): PlanNode => ({
  kind: 'sort',
  id: nextId(),
  source,
  orderBy: [{ symbol: named(source, name), ascending: true, nullsFirst: false }],
});
export const group = (source: PlanNode, keys: readonly string[], count?: string): PlanNode => ({
  kind: 'aggregation',
  id: nextId(),
  source,
  groupingKeys: keys.map((key) => named(source, key)),
  groupingOperations: [],
  aggregations:
    count === undefined
      ? []
      : [
          {
            symbol: symbol(count),
            function: { name: 'count', kind: 'aggregate', argumentTypes: [], returnType: BIGINT, deterministic: true },
            arguments: [],
            distinct: false,
            orderBy: [],
          },
        ],
});

function named(node: PlanNode, name: string): Symbol {
  const found = outputSymbols(node).find((s) => s.name === name);
  if (found === undefined) throw new Error(`no symbol ${name}`);
  return found;
}

/** A query of these columns. */
export function query(source: PlanNode, ...columns: string[]): Plan {
  const outputs = columns.length === 0 ? outputSymbols(source) : columns.map((name) => named(source, name));
  return { root: { kind: 'output', id: nextId(), source, columnNames: outputs.map(({ name }) => name), outputs }, warnings: [] };
}
