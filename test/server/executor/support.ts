import { tmpdir } from 'node:os';
import path from 'node:path';
import { createExecutor, type Executor } from '../../../server/executor/index.ts';
import type { OutputNode, Plan, PlanNode, Symbol, TableScanNode, ValuesNode } from '../../../server/plan/plan.ts';
import type { ConnectorTransaction, Scan } from '../../../spi/connector.ts';
import type { Constant, Reference } from '../../../spi/expression.ts';
import type { Page } from '../../../spi/page.ts';
import type { Session } from '../../../spi/session.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export function testExecutor(memoryBytesMax?: number): Executor {
  return createExecutor({ config: { memoryBytesMax, threads: 2 }, dataDir: path.join(tmpdir(), `lepton-executor-test-${process.pid}`), log: silent });
}

export const session: Session = {
  queryId: '20200101_000000_00000_aaaaa',
  user: 'test',
  originalUser: 'test',
  groups: [],
  source: undefined,
  catalog: undefined,
  schema: undefined,
  path: undefined,
  timeZone: 'UTC',
  language: 'en',
  clientInfo: undefined,
  clientTags: [],
  clientCapabilities: new Set(['PARAMETRIC_DATETIME']),
  traceToken: undefined,
  remoteAddress: undefined,
  userAgent: undefined,
  startMicros: 0n,
  transactionId: undefined,
  preparedStatements: new Map(),
  enabledRoles: new Map(),
  resourceEstimates: {},
  extraCredentials: new Map(),
  systemProperties: new Map(),
  catalogProperties: new Map(),
};

export const sessionWithoutCapabilities: Session = { ...session, clientCapabilities: new Set() };

let lastId = 0;
export const nextId = (): string => String(++lastId);

export const symbol = (name: string, type: Type): Symbol => ({ name, type });
export const reference = (of: Symbol): Reference => ({ kind: 'reference', name: of.name, type: of.type });
export const constant = (type: Type, value: Value): Constant => ({ kind: 'constant', type, value });

export function values(outputs: readonly Symbol[], rows: readonly (readonly Value[])[]): ValuesNode {
  return { kind: 'values', id: nextId(), outputs, rows: rows.map((row) => row.map((value, i) => constant(outputs[i]?.type ?? { kind: 'unknown' }, value))) };
}

export function planOf(source: PlanNode, outputs: readonly Symbol[], updateType?: string): Plan {
  const root: OutputNode = { kind: 'output', id: nextId(), source, columnNames: outputs.map((output) => output.name), outputs };
  return { root, warnings: [], ...(updateType === undefined ? {} : { updateType }) };
}

/** A table whose scan is what `open` gives. */
export function tableScan(outputs: readonly Symbol[], open: (signal: AbortSignal) => Scan, rowCount?: number): TableScanNode {
  const refuse = () => Promise.reject(new Error('not part of this test'));
  const transaction: ConnectorTransaction = {
    listSchemas: refuse,
    listTables: refuse,
    getTable: refuse,
    scan: (_session, _table, _columns, signal) => Promise.resolve(open(signal)),
    commit: () => Promise.resolve(),
    rollback: () => Promise.resolve(),
  };
  return {
    kind: 'tableScan',
    id: nextId(),
    outputs,
    table: {
      catalog: 'test',
      schema: 'test',
      table: 'test',
      handle: { kind: 'test' },
      session: { ...session, properties: new Map() },
      transaction,
      ...(rowCount === undefined ? {} : { statistics: { rowCount, columns: new Map() } }),
    },
    assignments: new Map(outputs.map((output) => [output.name, { name: output.name }])),
  };
}

export async function* pagesOf(...pages: readonly Page[]): AsyncGenerator<Page> {
  yield* pages;
}

export async function rowsText(executor: Executor, plan: Plan, options: { readonly session?: Session; readonly signal?: AbortSignal } = {}): Promise<string> {
  const execution = await executor.execute(plan, { session: options.session ?? session, signal: options.signal ?? new AbortController().signal });
  const parts: string[] = [];
  try {
    for (let page = await execution.nextPage(); page !== undefined; page = await execution.nextPage()) {
      if (page.rowCount > 0) parts.push(Buffer.concat(page.parts).toString());
    }
  } finally {
    await execution.close();
  }
  return `[${parts.join(',')}]`;
}
