import type { PropertyMetadata } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, type Type, VARCHAR } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import type { QueryConfig } from '../config/serverConfig.ts';
import { parseDataSizeBytes, parseDurationMs } from '../config/units.ts';
import { formatDouble } from '../sql/formatter/formatDouble.ts';
import type { PropertyCheck, RecordedProperty } from './recordedProperty.ts';
import { isTimeZone } from './tasks/timeZone.ts';
import { TRINO_SESSION_PROPERTIES } from './trinoSessionProperties.ts';

/** Those with a meaning here; the others of Trino's names are taken without effect, and their description says so. */
const EFFECTIVE = new Set([
  'query_max_run_time',
  'query_max_execution_time',
  'query_max_planning_time',
  'query_max_scan_physical_bytes',
  'query_max_cpu_time',
  'query_max_memory',
  'query_max_total_memory',
  'query_priority',
  'spooling_enabled',
  'spooling_inlining_enabled',
  'spooling_inlining_max_rows',
  'spooling_inlining_max_size',
  'spooling_initial_segment_size',
  'spooling_max_segment_size',
  'max_recursion_depth',
  'time_zone_id',
]);

/** The system session properties of one server: Trino's, with the defaults that the configuration gives. */
export class SystemSessionProperties {
  readonly all: ReadonlyMap<string, PropertyMetadata>;
  readonly #defaults: ReadonlyMap<string, Value>;

  constructor(configured: ReadonlyMap<string, string> = new Map()) {
    this.all = new Map(TRINO_SESSION_PROPERTIES.map((recorded) => [recorded.name, propertyMetadata(recorded, configured.get(recorded.name))]));
    this.#defaults = new Map([...this.all].map(([name, property]) => [name, property.defaultValue]));
  }

  /** Validates what a client sent; the defaults are filled in. */
  decode(texts: ReadonlyMap<string, string>): ReadonlyMap<string, Value> {
    if (texts.size === 0) return this.#defaults;
    const values = new Map(this.#defaults);
    for (const [name, text] of texts) {
      const property = this.all.get(name);
      if (property === undefined) throw invalid(`Session property '${name}' does not exist`);
      const value = decodeText(name, property.type, text);
      property.validate?.(value);
      values.set(name, value);
    }
    return values;
  }
}

/** The properties that config.properties sets for sessions that say nothing. */
export function configuredSessionDefaults(config: QueryConfig): ReadonlyMap<string, string> {
  const defaults = new Map([
    ['query_max_run_time', config.runTimeMax],
    ['query_max_execution_time', config.executionTimeMax],
    ['query_max_planning_time', config.planningTimeMax],
    ['query_max_cpu_time', config.cpuTimeMax],
  ]);
  if (config.scanPhysicalBytesMax !== undefined) defaults.set('query_max_scan_physical_bytes', config.scanPhysicalBytesMax);
  return defaults;
}

/** What makes a value unusable, as Trino says it; undefined: nothing. `whole`: the message names the property itself. */
export class SessionPropertyProblem extends TrinoError {
  readonly property: string;
  readonly reason: string;

  constructor(property: string, reason: string, whole: boolean) {
    super('INVALID_SESSION_PROPERTY', undefined, whole ? reason : `Session property '${property}' is invalid: ${reason}`);
    this.property = property;
    this.reason = reason;
  }
}

function propertyMetadata(recorded: RecordedProperty, configured: string | undefined): PropertyMetadata {
  const { name, description, check } = recorded;
  const type = propertyType(recorded.type);
  const fallback = configured ?? recorded.fallback;
  return {
    name,
    type,
    description: EFFECTIVE.has(name) ? description : `${description} (accepted, without effect in Lepton)`,
    defaultValue: fallback === '' ? null : decodeText(name, type, fallback),
    ...(recorded.hidden === true ? { hidden: true } : {}),
    ...(name === 'time_zone_id' ? { validate: (value: Value) => checkZone(name, value) } : {}),
    ...(check === undefined ? {} : { validate: (value: Value) => checkValue(name, check, value) }),
  };
}

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

/** As Java reads the text of a header: anything but `true` is false, and a number that is none is an internal error. */
function decodeText(name: string, type: Type, text: string): Value {
  const noNumber = () =>
    new TrinoError('GENERIC_INTERNAL_ERROR', undefined, text.trim() === '' && type.kind === 'double' ? 'empty String' : `For input string: "${text}"`);
  switch (type.kind) {
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'integer':
    case 'bigint': {
      const bits = type.kind === 'integer' ? 31n : 63n;
      if (!/^[+-]?\d+$/.test(text)) throw noNumber();
      const number = BigInt(text.replace(/^\+/, ''));
      if (number >= 2n ** bits || number < -(2n ** bits)) throw noNumber();
      return type.kind === 'integer' ? Number(number) : number;
    }
    case 'double':
      if (!/^\s*[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/.test(text)) throw noNumber();
      return Number(text);
    case 'varchar':
      return text;
    default:
      throw invalid(`Session property '${name}' has no textual form`);
  }
}

const invalid = (message: string) => new TrinoError('INVALID_SESSION_PROPERTY', undefined, message);

function checkZone(name: string, value: Value): void {
  if (typeof value === 'string' && !isTimeZone(value)) throw new SessionPropertyProblem(name, `Time zone not supported: ${value}`, true);
}

function checkValue(name: string, check: PropertyCheck, value: Value): void {
  switch (check.kind) {
    case 'duration':
    case 'dataSize':
    case 'values': {
      const reason = textProblem(check, String(value));
      if (reason !== undefined) throw new SessionPropertyProblem(name, reason, false);
      return;
    }
    case 'powerOfTwo': {
      const number = Number(value);
      if (number < 1 || !Number.isInteger(Math.log2(number))) throw new SessionPropertyProblem(name, `${name} must be a power of 2: ${value}`, true);
      return;
    }
    case 'bounds': {
      const number = Number(value);
      const message =
        check.min !== undefined && number < check.min
          ? check.message
          : check.max !== undefined && number > check.max
            ? (check.maxMessage ?? check.message)
            : undefined;
      if (message === undefined) return;
      const shown = typeof value === 'number' && !message.includes('or equal to 2') ? formatDouble(value) : String(value);
      throw new SessionPropertyProblem(name, message.replace('{value}', shown).replace('{value.2}', number.toFixed(2)), true);
    }
  }
}

function textProblem(check: Extract<PropertyCheck, { kind: 'duration' | 'dataSize' | 'values' }>, text: string): string | undefined {
  switch (check.kind) {
    case 'duration':
      return parseDurationMs(text) === undefined
        ? unitProblem(text, 'duration', 'duration is not a valid data duration string', 'Unknown time unit')
        : undefined;
    case 'dataSize':
      return parseDataSizeBytes(text) === undefined ? unitProblem(text, 'size', 'size is not a valid data size string', 'Unknown unit') : undefined;
    case 'values':
      return check.values.includes(text.toUpperCase()) ? undefined : `Invalid value [${text}]. Valid values: [${check.values.join(', ')}]`;
  }
}

function unitProblem(text: string, what: string, malformed: string, unknownUnit: string): string {
  if (text === '') return `${what} is empty`;
  const unit = /^\s*\d+(?:\.\d+)?\s*([a-zA-Z]+)\s*$/.exec(text)?.[1];
  return unit === undefined ? `${malformed}: ${text}` : `${unknownUnit}: ${unit}`;
}
