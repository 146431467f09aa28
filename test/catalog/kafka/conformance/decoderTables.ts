import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DecoderColumn } from '../oracle/decoderCases.ts';
import type { Question, World, WorldTable } from './world.ts';

interface Recorded {
  readonly format: string;
  readonly columns: readonly DecoderColumn[];
  readonly params?: { readonly dataSchema?: string };
  readonly messages: readonly string[];
  readonly results?: readonly unknown[];
}

const TOPIC = 'decoders';
/** What a description cannot name, or what belongs to a registry. */
const FORMATS = new Set(['json', 'csv', 'raw', 'avro', 'protobuf', 'dummy']);

/** For each table, those with the most values. */
const RUNS_MAX = 8;
/** Of the many pairs of Avro schemas one in so many. */
const AVRO_SAMPLE = 6;

/**
 * The corpus of the decoders as tables over one topic: each has a range of offsets. Columns that could be read in the same runs of messages are asked together,
 * and of each kind of failure one message; what the decoders' classes answered says which these are, not what the answer is.
 */
export function decoderTables(): Partial<World> {
  const builder = new TableBuilder();
  for (const [i, one] of recordedCases().entries()) if (FORMATS.has(one.format) && (one.format !== 'avro' || i % AVRO_SAMPLE === 0)) builder.add(one);
  return builder.finish();
}

function recordedCases(): Recorded[] {
  const file = path.join(import.meta.dirname, '..', 'fixtures', 'decoders.jsonl.gz');
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

interface Group {
  readonly table: string;
  readonly first: number;
  readonly fields: object[];
  readonly dataFormat: string;
  readonly dataSchema?: string;
  /** `from to`, counted from the first. */
  readonly columnsByRun: Map<string, readonly string[]>;
  readonly failing: (readonly [columns: readonly string[], at: number])[];
}

class TableBuilder {
  private readonly messages: Buffer[] = [];
  private readonly firstOffsets = new Map<string, number>();
  private readonly groups = new Map<string, Group>();
  private readonly schemas = new Map<string, string>();
  private readonly failures = new Set<string>();

  add(one: Recorded): void {
    const group = this.group(one);
    const names = one.columns.map(({ name: _, ...column }) => {
      const name = `c${group.fields.length}`;
      group.fields.push({ name, ...column });
      return name;
    });
    if (names.length === 0) return;
    const { intact, failed } = runs(one.results ?? []);
    for (const run of intact) group.columnsByRun.set(run, [...(group.columnsByRun.get(run) ?? []), ...names]);
    if (one.results === undefined) group.failing.push([names, 0]);
    for (const [failure, at] of failed) {
      const kind = `${one.format} ${one.columns[0]?.dataFormat} ${one.columns[0]?.type} ${failure.replaceAll(/'[^']*'|\d+/g, '')}`;
      if (!this.failures.has(kind)) group.failing.push([names, at]);
      this.failures.add(kind);
    }
  }

  finish(): Partial<World> {
    const tables: WorldTable[] = [...this.groups.values()].map(({ table, dataFormat, dataSchema, fields }) => ({
      name: table,
      topic: TOPIC,
      message: { dataFormat, ...(dataSchema === undefined ? {} : { dataSchema: `@schemas@/${dataSchema}` }), fields },
    }));
    return {
      topics: [{ name: TOPIC, messages: this.messages.map((value) => ({ value, timestamp: 0 })) }],
      tables,
      schemas: this.schemas,
      questions: [...this.groups.values()].flatMap(questionsOf),
    };
  }

  private group({ format, params, messages }: Recorded): Group {
    const key = digest(JSON.stringify([format, params, messages]));
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const dataSchema = params?.dataSchema === undefined ? undefined : `${digest(params.dataSchema)}.${format}`;
    if (dataSchema !== undefined) this.schemas.set(dataSchema, params?.dataSchema ?? '');
    const made: Group = {
      table: `${format}_${this.groups.size}`,
      first: this.place(messages),
      fields: [],
      columnsByRun: new Map(),
      failing: [],
      dataFormat: format,
      ...(dataSchema === undefined ? {} : { dataSchema }),
    };
    this.groups.set(key, made);
    return made;
  }

  private place(messages: readonly string[]): number {
    const key = digest(messages.join(' '));
    const known = this.firstOffsets.get(key);
    if (known !== undefined) return known;
    const first = this.messages.length;
    for (const message of messages) this.messages.push(Buffer.from(message, 'base64'));
    this.firstOffsets.set(key, first);
    return first;
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

function questionsOf({ table, first, columnsByRun, failing }: Group): Question[] {
  const ask = (columns: readonly string[], from: number, to: number): Question => ({
    catalog: 'files',
    sql: `SELECT _partition_offset - ${first}, ${columns.join(', ')} FROM ${table} WHERE _partition_offset BETWEEN ${first + from} AND ${first + to}`,
  });
  const intact = [...columnsByRun].map(([run, columns]) => {
    const [from = 0, to = 0] = run.split(' ').map(Number);
    return { columns, from, to, values: columns.length * (to - from + 1) };
  });
  const most = intact.toSorted((a, b) => b.values - a.values).slice(0, RUNS_MAX);
  return [...most.map(({ columns, from, to }) => ask(columns, from, to)), ...failing.map(([columns, at]) => ask(columns, at, at))];
}

/** What was read, in runs as long as possible (`from to`), and the first message of each failure. */
function runs(results: readonly unknown[]): { readonly intact: readonly string[]; readonly failed: ReadonlyMap<string, number> } {
  const intact: string[] = [];
  const failed = new Map<string, number>();
  let from: number | undefined;
  for (const [i, result] of results.entries()) {
    const failure = failureOf(result);
    if (failure === undefined) {
      from ??= i;
      continue;
    }
    if (from !== undefined) intact.push(`${from} ${i - 1}`);
    from = undefined;
    if (!failed.has(failure)) failed.set(failure, i);
  }
  if (from !== undefined) intact.push(`${from} ${results.length - 1}`);
  return { intact, failed };
}

function failureOf(result: unknown): string | undefined {
  const failed = (Array.isArray(result) ? result : [result]).find((value) => value !== null && typeof value === 'object' && 'error' in value);
  return failed === undefined ? undefined : JSON.stringify(failed);
}
