import type { PropertyMetadata } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';

export const STORAGE_CATALOG = 'storage_catalog';
export const STORAGE_SCHEMA = 'storage_schema';
export const REFRESH_INTERVAL = 'refresh_interval';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const INTERVAL_MIN_MS = 1_000;

/** What WITH of CREATE MATERIALIZED VIEW takes, in every catalog. */
export function materializedViewProperties(): readonly PropertyMetadata[] {
  return [
    { name: STORAGE_CATALOG, description: "Catalog of the table with the rows; the view's own unless set", type: VARCHAR, defaultValue: null },
    { name: STORAGE_SCHEMA, description: "Schema of the table with the rows; the view's own unless set", type: VARCHAR, defaultValue: null },
    {
      name: REFRESH_INTERVAL,
      description: 'How often the server refreshes the view by itself, such as 5m; never unless set',
      type: VARCHAR,
      defaultValue: null,
      validate: (value: Value) => void refreshIntervalMs(value),
    },
  ];
}

export function refreshIntervalMs(value: Value | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const [, digits, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(String(value)) ?? [];
  const ms = Number(digits) * (UNIT_MS[unit] ?? Number.NaN);
  if (!(ms >= INTERVAL_MIN_MS)) {
    throw new TrinoError(
      'INVALID_MATERIALIZED_VIEW_PROPERTY',
      undefined,
      `${REFRESH_INTERVAL} must be a duration of at least 1s, such as 5m: ${String(value)}`,
    );
  }
  return ms;
}
