import type { ColumnStatistics, TableStatistics } from '../../spi/connector.ts';
import { ORDER_STATUSES } from './generator/orders.ts';
import { RECORDED_STATISTICS, type RecordedStatistics } from './recordedStatistics.ts';
import type { TpchTableHandle } from './tpchTables.ts';

const UNKNOWN: TableStatistics = { columns: new Map() };
const RECORDED_SCALES = new Map([
  [0.01, 'tiny'],
  [1, 'sf1'],
  [3000, 'sf3000'],
]);

/** Statistics of one handle by simplified column name; Trino ships them for the scales that it expects to see in plans. */
export function tpchStatistics(handle: TpchTableHandle): TableStatistics {
  if (handle.accepted.some(({ values }) => values.length === 0)) return { rowCount: 0, columns: new Map() };
  const scale = RECORDED_SCALES.get(handle.scaleFactor);
  if (scale === undefined) return UNKNOWN;
  const statuses = handle.accepted.find(({ column }) => column === 'orderstatus')?.values ?? ORDER_STATUSES;
  const keys = statuses.length === ORDER_STATUSES.length ? [''] : statuses.map((status) => `.${status}`);
  const parts = keys.map((key) => RECORDED_STATISTICS[`${scale}.${handle.table}${key}`]).filter((part) => part !== undefined);
  return parts.length === keys.length ? combine(parts) : UNKNOWN;
}

function combine(parts: readonly RecordedStatistics[]): TableStatistics {
  const columns = new Map<string, ColumnStatistics>();
  for (const name of Object.keys(parts[0]?.columns ?? {})) {
    const sets = parts.map((part) => part.columns[name]);
    const of = (index: 0 | 1 | 2 | 3, fold: (a: number, b: number) => number): number | undefined => {
      const values = sets.map((set) => set?.[index] ?? null);
      return values.reduce((a, b) => (a === null || b === null ? null : fold(a, b))) ?? undefined;
    };
    const add = (a: number, b: number) => a + b;
    const dataSizeBytes = of(0, add);
    const distinctValues = of(1, add);
    const low = of(2, Math.min);
    const high = of(3, Math.max);
    columns.set(name, {
      nullsFraction: 0,
      ...(dataSizeBytes === undefined ? {} : { dataSizeBytes }),
      ...(distinctValues === undefined ? {} : { distinctValues }),
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high }),
    });
  }
  return { rowCount: parts.reduce((sum, part) => sum + part.rowCount, 0), columns };
}
