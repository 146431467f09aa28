import type { ConnectorConfig } from '../../spi/connector.ts';
import { configurationError } from './propertiesFile.ts';
import { parseDataSizeBytes, parseDurationMs } from './units.ts';

/** Typed reading of one properties file. Remembers which keys were asked for: the others stop the start. */
export class ConfigReader implements ConnectorConfig {
  readonly file: string;
  readonly #properties: ReadonlyMap<string, string>;
  readonly #used = new Set<string>();

  constructor(file: string, properties: ReadonlyMap<string, string>) {
    this.file = file;
    this.#properties = properties;
  }

  string(key: string): string | undefined;
  string(key: string, fallback: string): string;
  string(key: string, fallback?: string): string | undefined {
    this.#used.add(key);
    return this.#properties.get(key)?.trim() ?? fallback;
  }

  required(key: string): string {
    const value = this.string(key);
    if (value === undefined || value === '') throw this.#error(key, 'must be set', value);
    return value;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.string(key);
    if (value === undefined) return fallback;
    if (!/^(true|false)$/i.test(value)) throw this.#error(key, 'expected true or false', value);
    return value.toLowerCase() === 'true';
  }

  integer(key: string, fallback: number, bounds: { min?: number; max?: number } = {}): number {
    const value = this.string(key);
    if (value === undefined) return fallback;
    const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds;
    const number = Number(value);
    if (!/^[+-]?\d+$/.test(value) || number < min || number > max) {
      const range = bounds.min === undefined && bounds.max === undefined ? '' : ` from ${bounds.min ?? 'any'} to ${bounds.max ?? 'any'}`;
      throw this.#error(key, `expected a whole number${range}`, value);
    }
    return number;
  }

  durationMs(key: string, fallback: number): number {
    const value = this.string(key);
    if (value === undefined) return fallback;
    const ms = parseDurationMs(value);
    if (ms === undefined) throw this.#error(key, 'expected a duration such as 30s or 5m (ns, us, ms, s, m, h, d)', value);
    return ms;
  }

  dataSizeBytes(key: string, fallback: number): number {
    const value = this.string(key);
    if (value === undefined) return fallback;
    const bytes = parseDataSizeBytes(value);
    if (bytes === undefined) throw this.#error(key, 'expected a data size such as 16MB (B, kB, MB, GB, TB, PB)', value);
    return bytes;
  }

  list(key: string): readonly string[] {
    return (this.string(key) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  oneOf<T extends string>(key: string, values: readonly T[], fallback: T): T {
    const value = this.string(key);
    if (value === undefined) return fallback;
    const found = values.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw this.#error(key, `expected one of ${values.join(', ')}`, value);
    return found;
  }

  accept(key: string): void {
    this.#used.add(key);
  }

  withPrefix(prefix: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [key, value] of this.#properties) {
      if (!key.startsWith(prefix)) continue;
      this.#used.add(key);
      found.set(key.slice(prefix.length), value.trim());
    }
    return found;
  }

  unusedKeys(): readonly string[] {
    return [...this.#properties.keys()].filter((key) => !this.#used.has(key));
  }

  /** Raises, as Trino does at start, when the file has keys that nothing reads. */
  requireAllUsed(): void {
    const unused = this.unusedKeys();
    if (unused.length > 0) throw configurationError(this.file, unused.map((key) => `Configuration property '${key}' was not used`).join('\n'));
  }

  #error(key: string, expected: string, value: string | undefined): Error {
    return configurationError(this.file, `Invalid configuration property ${key}: ${expected}${value === undefined ? '' : ` (was '${value}')`}`);
  }
}
