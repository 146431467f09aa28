import { parseDataSizeBytes, parseDurationMs } from './units.ts';

export type SchedulingPolicy = 'fair' | 'weighted' | 'weighted_fair' | 'query_priority';

/** One group of resource-groups.json; its name may hold `${USER}`, `${SOURCE}` and named groups of the selector's patterns. */
export interface ResourceGroupSpec {
  readonly name: string;
  /** undefined: no bound. */
  readonly softMemoryLimit: { readonly bytes: number } | { readonly fraction: number } | undefined;
  readonly hardConcurrencyLimit: number;
  readonly softConcurrencyLimit: number | undefined;
  readonly maxQueued: number;
  readonly schedulingPolicy: SchedulingPolicy;
  /** Named for all siblings or for none; 1 by default. */
  readonly schedulingWeight: number | undefined;
  readonly softCpuLimitMs: number | undefined;
  readonly hardCpuLimitMs: number | undefined;
  readonly subGroups: readonly ResourceGroupSpec[];
}

export interface SelectorSpec {
  readonly user: RegExp | undefined;
  readonly originalUser: RegExp | undefined;
  readonly authenticatedUser: RegExp | undefined;
  readonly userGroup: RegExp | undefined;
  readonly source: RegExp | undefined;
  readonly queryType: string | undefined;
  readonly clientTags: readonly string[];
  readonly resourceEstimate: ResourceEstimateRange | undefined;
  /** Templates of the names from the root down. */
  readonly group: readonly string[];
}

export interface Range {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface ResourceEstimateRange {
  readonly executionTimeMs: Range | undefined;
  readonly cpuTimeMs: Range | undefined;
  readonly peakMemoryBytes: Range | undefined;
}

export interface ResourceGroupsSpec {
  readonly rootGroups: readonly ResourceGroupSpec[];
  readonly selectors: readonly SelectorSpec[];
  readonly cpuQuotaPeriodMs: number | undefined;
}

const QUERY_TYPES = ['SELECT', 'EXPLAIN', 'DESCRIBE', 'INSERT', 'UPDATE', 'MERGE', 'DELETE', 'ANALYZE', 'DATA_DEFINITION', 'ALTER_TABLE_EXECUTE'];
const POLICIES: readonly SchedulingPolicy[] = ['fair', 'weighted', 'weighted_fair', 'query_priority'];
const INTEGER_MAX = 2 ** 31 - 1;

/** Reads the JSON of a resource group file. An Error says what is wrong in Trino's words. */
export function parseResourceGroups(text: string): ResourceGroupsSpec {
  const spec = new JsonReader(JSON.parse(text));
  const result: ResourceGroupsSpec = {
    rootGroups: spec.objects('rootGroups', true).map(groupSpec),
    selectors: spec.objects('selectors', true).map(selectorSpec),
    cpuQuotaPeriodMs: spec.durationMs('cpuQuotaPeriod'),
  };
  spec.end();
  requireDistinct(result.rootGroups, 'Duplicated root group');
  for (const group of result.rootGroups) validateGroup(group, result.cpuQuotaPeriodMs);
  for (const selector of result.selectors) validateSelector(selector, result.rootGroups);
  return result;
}

function groupSpec(reader: JsonReader): ResourceGroupSpec {
  const name = reader.required('name');
  checkName(name);
  const hard = reader.integer('hardConcurrencyLimit') ?? reader.integer('maxRunning');
  const maxQueued = reader.integer('maxQueued');
  if (hard === undefined) throw new Error('Missing required property: hardConcurrencyLimit');
  if (maxQueued === undefined) throw new Error('Missing required property: maxQueued');
  const soft = reader.integer('softConcurrencyLimit');
  const policy = reader.string('schedulingPolicy') ?? 'fair';
  const schedulingPolicy = POLICIES.find((known) => known === policy.toLowerCase());
  if (maxQueued < 0) throw new Error('maxQueued is negative');
  if (hard < 0) throw new Error('hardConcurrencyLimit is negative');
  if (soft !== undefined && soft < 0) throw new Error('softConcurrencyLimit is negative');
  if (soft !== undefined && soft > hard) throw new Error('hardConcurrencyLimit must be greater than or equal to softConcurrencyLimit');
  if (schedulingPolicy === undefined) throw new Error(`No enum constant io.trino.spi.resourcegroups.SchedulingPolicy.${policy.toUpperCase()}`);
  reader.boolean('jmxExport'); // there is no JMX to export to
  const group = {
    name,
    softMemoryLimit: memoryLimit(reader.string('softMemoryLimit')),
    hardConcurrencyLimit: hard,
    softConcurrencyLimit: soft,
    maxQueued,
    schedulingPolicy,
    schedulingWeight: reader.integer('schedulingWeight'),
    softCpuLimitMs: reader.durationMs('softCpuLimit'),
    hardCpuLimitMs: reader.durationMs('hardCpuLimit'),
    subGroups: reader.objects('subGroups', false).map(groupSpec),
  };
  reader.end();
  requireDistinct(group.subGroups, 'Duplicated sub group');
  return group;
}

function memoryLimit(text: string | undefined): ResourceGroupSpec['softMemoryLimit'] {
  if (text === undefined) return undefined;
  const percentage = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text);
  if (percentage !== null) {
    if (Number(percentage[1]) > 100) throw new Error('softMemoryLimit percentage is over 100%');
    return { fraction: Number(percentage[1]) / 100 };
  }
  return { bytes: dataSize(text) };
}

function selectorSpec(reader: JsonReader): SelectorSpec {
  const group = reader.string('group');
  if (group === undefined) throw new Error('group is null');
  const names = group.split('.');
  for (const name of names) checkName(name);
  const queryType = reader.string('queryType');
  if (queryType !== undefined && !QUERY_TYPES.includes(queryType.toUpperCase())) throw new Error(`Selector specifies an invalid query type: ${queryType}`);
  const estimate = reader.object('selectorResourceEstimate');
  const selector = {
    user: reader.pattern('user'),
    originalUser: reader.pattern('originalUser'),
    authenticatedUser: reader.pattern('authenticatedUser'),
    userGroup: reader.pattern('userGroup'),
    source: reader.pattern('source'),
    queryType: queryType?.toUpperCase(),
    clientTags: reader.strings('clientTags'),
    resourceEstimate: estimate === undefined ? undefined : estimateSpec(estimate),
    group: names,
  };
  reader.end();
  return selector;
}

function estimateSpec(reader: JsonReader): ResourceEstimateRange {
  const range = (key: string, parse: (text: string) => number): Range | undefined => {
    const bounds = reader.object(key);
    if (bounds === undefined) return undefined;
    const [min, max] = [bounds.string('min'), bounds.string('max')];
    bounds.end();
    return { min: min === undefined ? undefined : parse(min), max: max === undefined ? undefined : parse(max) };
  };
  const result = { executionTimeMs: range('executionTime', duration), cpuTimeMs: range('cpuTime', duration), peakMemoryBytes: range('peakMemory', dataSize) };
  reader.end();
  return result;
}

const VARIABLE = /\$\{([a-zA-Z][a-zA-Z0-9]*)\}/g;

function checkName(name: string): void {
  if (name === '') throw new Error('Resource group name is empty');
  if (name.includes('.')) throw new Error(`Invalid resource group name. '${name}' contains a '.'`);
  if (/[${}]/.test(name.replaceAll(VARIABLE, ''))) throw new Error(`Invalid resource group name. '${name}' contains extraneous '$', '{', or '}`);
}

function requireDistinct(groups: readonly ResourceGroupSpec[], message: string): void {
  const names = new Set<string>();
  for (const { name } of groups) {
    if (names.has(name)) throw new Error(`${message}: ${name}`);
    names.add(name);
  }
}

function validateGroup(group: ResourceGroupSpec, cpuQuotaPeriodMs: number | undefined): void {
  const { softCpuLimitMs: soft, hardCpuLimitMs: hard, subGroups, schedulingPolicy, name } = group;
  if (soft !== undefined || hard !== undefined) {
    if (cpuQuotaPeriodMs === undefined) throw new Error(`cpuQuotaPeriod must be specified to use CPU limits on group: ${name}`);
    if (hard === undefined) throw new Error('Must specify hard CPU limit in addition to soft limit');
    if (soft !== undefined && soft > hard) throw new Error('Soft CPU limit cannot be greater than hard CPU limit');
  }
  const weighted = subGroups.filter((sub) => sub.schedulingWeight !== undefined).length;
  if (weighted > 0 && schedulingPolicy !== 'weighted' && schedulingPolicy !== 'weighted_fair') {
    throw new Error(`Must use 'weighted' or 'weighted_fair' scheduling policy if specifying scheduling weight for '${name}'`);
  }
  if (weighted > 0 && weighted < subGroups.length) throw new Error(`Must specify scheduling weight for all sub-groups of '${name}' or none of them`);
  for (const sub of subGroups) validateGroup(sub, cpuQuotaPeriodMs);
}

function validateSelector(selector: SelectorSpec, roots: readonly ResourceGroupSpec[]): void {
  let groups = roots;
  for (const name of selector.group) {
    const found = groups.find((group) => group.name === name);
    if (found === undefined) throw new Error(`Selector refers to nonexistent group: ${selector.group.join('.')}`);
    groups = found.subGroups;
  }
  const available = new Set(['USER', 'SOURCE']);
  for (const pattern of [selector.user, selector.source]) {
    for (const [, name = ''] of (pattern?.source ?? '').matchAll(/\(\?<([a-zA-Z][a-zA-Z0-9]*)>/g)) {
      if (available.has(name)) throw new Error(`Multiple definitions found for variable \${${name}}`);
      available.add(name);
    }
  }
  const used = selector.group.flatMap((name) => [...name.matchAll(VARIABLE)].map(([, variable = '']) => variable));
  const unresolved = used.filter((variable) => !available.has(variable));
  if (unresolved.length > 0) {
    const known = [...available].sort().join(', ');
    throw new Error(`unresolved variables [${unresolved.join(', ')}] in resource group ID '${selector.group.join('.')}', available: [${known}]"`);
  }
}

/** The name with its variables replaced. */
export function expandName(template: string, variables: ReadonlyMap<string, string>): string {
  return template.replaceAll(VARIABLE, (_, variable: string) => variables.get(variable) ?? '');
}

function duration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new Error(`duration is not a valid data duration string: ${text}`);
  return ms;
}

function dataSize(text: string): number {
  const bytes = parseDataSizeBytes(text);
  if (bytes === undefined) throw new Error(`size is not a valid data size string: ${text}`);
  return bytes;
}

/** Typed reading of a JSON object; keys that nobody asked for are refused. */
class JsonReader {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #used = new Set<string>();

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('Expected a JSON object');
    this.#values = new Map(Object.entries(value));
  }

  string(key: string): string | undefined {
    const value = this.#value(key);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new Error(`Expected a text for property: ${key}`);
  }

  required(key: string): string {
    const value = this.string(key);
    if (value === undefined) throw new Error(`${key} is null`);
    return value;
  }

  integer(key: string): number | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > INTEGER_MAX) {
      throw new Error(
        `Cannot deserialize value of type \`int\` from ${typeof value === 'string' ? 'String ' : ''}${JSON.stringify(value)}: not a valid \`int\` value`,
      );
    }
    return number;
  }

  boolean(key: string): boolean | undefined {
    const value = this.#value(key);
    if (value !== undefined && typeof value !== 'boolean') throw new Error(`Expected true or false for property: ${key}`);
    return value;
  }

  durationMs(key: string): number | undefined {
    const value = this.string(key);
    return value === undefined ? undefined : duration(value);
  }

  /** A regular expression that the whole of a text must match. */
  pattern(key: string): RegExp | undefined {
    const value = this.string(key);
    if (value === undefined) return undefined;
    const [, flags = '', body = ''] = /^(?:\(\?([is]+)\))?([\s\S]*)$/.exec(value) ?? [];
    try {
      return new RegExp(`^(?:${body})$`, `u${[...new Set(flags)].join('')}`);
    } catch (cause) {
      throw new Error(`Invalid Pattern, problem: ${value}`, { cause });
    }
  }

  strings(key: string): readonly string[] {
    return this.#array(key).map((item) => {
      if (typeof item !== 'string') throw new Error(`Expected texts for property: ${key}`);
      return item;
    });
  }

  object(key: string): JsonReader | undefined {
    const value = this.#value(key);
    return value === undefined ? undefined : new JsonReader(value);
  }

  objects(key: string, required: boolean): readonly JsonReader[] {
    if (required && this.#value(key) === undefined) throw new Error(`${key} is null`);
    return this.#array(key).map((item) => new JsonReader(item));
  }

  end(): void {
    for (const key of this.#values.keys()) if (!this.#used.has(key)) throw new Error(`Unknown property: ${key}`);
  }

  #array(key: string): readonly unknown[] {
    const value = this.#value(key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw new Error(`Expected a list for property: ${key}`);
    return value;
  }

  #value(key: string): unknown {
    this.#used.add(key);
    return this.#values.get(key) ?? undefined;
  }
}
