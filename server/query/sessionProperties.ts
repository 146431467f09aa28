import type { PropertyMetadata } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, type Type, VARCHAR } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { parseDataSizeBytes, parseDurationMs } from '../config/units.ts';
import { parsePropertyValue } from '../metadata/propertyValue.ts';
import { TRINO_SESSION_PROPERTIES } from './trinoSessionProperties.ts';

/** Those with a meaning here; the others of Trino's names are taken without effect, and their description says so. */
const EFFECTIVE = new Set([
  'query_max_run_time',
  'query_max_execution_time',
  'query_max_planning_time',
  'query_max_scan_physical_bytes',
  'query_max_cpu_time',
  'max_recursion_depth',
  'time_zone_id',
]);

const DURATIONS = /_(?:run_time|execution_time|planning_time|cpu_time|max_cpu_time|timeout|delay|interval|wait_time)$/;

/** `time_zone_id` is hidden in SHOW SESSION of a real Trino too. */
export const SYSTEM_SESSION_PROPERTIES: ReadonlyMap<string, PropertyMetadata> = new Map(
  [
    ...TRINO_SESSION_PROPERTIES.map(([name, fallback, kind, description]): PropertyMetadata => {
      const type = propertyType(kind);
      return {
        name,
        type,
        description: EFFECTIVE.has(name) ? description : `${description} (accepted, without effect in Lepton)`,
        defaultValue: fallback === '' ? null : parsePropertyValue(name, type, fallback),
        ...validator(name, fallback),
      };
    }),
    { name: 'time_zone_id', type: VARCHAR, description: 'Time Zone Id for the current session', defaultValue: null, hidden: true } satisfies PropertyMetadata,
  ].map((property) => [property.name, property]),
);

function propertyType(kind: string): Type {
  const type = new Map<string, Type>([
    ['boolean', BOOLEAN],
    ['integer', INTEGER],
    ['bigint', BIGINT],
    ['double', DOUBLE],
    ['varchar', VARCHAR],
  ]).get(kind);
  if (type === undefined) throw new Error(`unexpected type of a session property: ${kind}`);
  return type;
}

function validator(name: string, fallback: string): Pick<PropertyMetadata, 'validate'> {
  const invalid = (value: Value) => new TrinoError('INVALID_SESSION_PROPERTY', undefined, `${name} is invalid: ${String(value)}`);
  if (DURATIONS.test(name) && parseDurationMs(fallback) !== undefined) {
    return {
      validate: (value) => {
        if (typeof value === 'string' && parseDurationMs(value) === undefined) throw invalid(value);
      },
    };
  }
  if (/^\d+(?:\.\d+)?(?:B|kB|MB|GB|TB|PB)$/.test(fallback)) {
    return {
      validate: (value) => {
        if (typeof value === 'string' && parseDataSizeBytes(value) === undefined) throw invalid(value);
      },
    };
  }
  return {};
}

/** Validates what a client sent; the defaults are filled in. */
export function systemProperties(texts: ReadonlyMap<string, string>): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const property of SYSTEM_SESSION_PROPERTIES.values()) values.set(property.name, property.defaultValue);
  for (const [name, text] of texts) {
    const property = SYSTEM_SESSION_PROPERTIES.get(name);
    if (property === undefined) throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Session property '${name}' does not exist`);
    const value = parsePropertyValue(name, property.type, text);
    property.validate?.(value);
    values.set(name, value);
  }
  return values;
}

/** A limit in milliseconds: the shorter of what the session and the configuration say. */
export function limitMs(properties: ReadonlyMap<string, Value>, name: string, configuredMs: number): number {
  const value = properties.get(name);
  const ms = typeof value === 'string' ? parseDurationMs(value) : undefined;
  return ms === undefined ? configuredMs : Math.min(ms, configuredMs);
}
