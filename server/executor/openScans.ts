import type { PagesScan, RawMessagesScan, Scan, ScanProgress } from '../../spi/connector.ts';
import type { Page } from '../../spi/page.ts';
import { TrinoError, unreachable } from '../../spi/trinoError.ts';
import { type Type, VARCHAR } from '../../spi/type.ts';
import type { PlanNode, TableScanNode, ValuesNode } from '../plan/plan.ts';
import type { FeedPool } from './feed/feedPool.ts';
import type { ScanFigures } from './operatorFigures.ts';
import { PagesSource } from './pagesSource.ts';
import type { OpenRelations } from './planEmitter.ts';
import { sourcesOf } from '../plan/planNodes.ts';
import { READ_ERRORS, scansByValue } from './readErrors.ts';
import { type InvalidText, invalidTextOf } from './invalidText.ts';
import { hasStrangers, relationSql, type ScanRelation } from './scanRelation.ts';
import { liveColumn, type ScanSource, type ScanTable, scanColumn } from './scanTable.ts';

/** From so many constants on, VALUES are fed to the engine rather than written out. */
const WRITTEN_CONSTANTS_MAX = 256;
const CLOSE_WAIT_MS = 1000;

export interface ScanContext {
  readonly table: ScanTable;
  readonly feeds: FeedPool;
  readonly signal: AbortSignal;
}

interface Opened {
  readonly node: TableScanNode;
  readonly relation: ScanRelation;
  readonly details: (() => readonly string[]) | undefined;
  /** Places of the columns that may not be readable; the relation's last column tells of each row. undefined: the scan itself fails. */
  readonly fallible: ReadonlySet<number> | undefined;
  used: boolean;
}

interface Closable extends ScanSource {
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** The scans of one statement: all are open before its SQL starts, and closed when it has settled. */
export class OpenScans implements OpenRelations {
  readonly #context: ScanContext;
  readonly #opened: Opened[] = [];
  readonly #sources: Closable[] = [];
  readonly #ids: number[] = [];
  readonly #counts: CountedSource[] = [];
  readonly #progress: (() => ScanProgress)[] = [];
  readonly #abort = new AbortController();
  #uncheckedText = false;
  #invalidText: InvalidText = 'repaired';
  /** Rows that the engine reads itself from files. */
  #fileRows = 0;

  constructor(context: ScanContext) {
    this.#context = context;
  }

  /** What EXPLAIN ANALYZE shows of a scan. */
  figures(node: TableScanNode): ScanFigures {
    const relation = this.#opened.find((opened) => opened.node === node)?.relation;
    return relation === undefined ? { leaf: '' } : figuresOf(relation);
  }

  /** What the sources themselves say of their scans, by plan node id. */
  details(): ReadonlyMap<string, readonly string[]> {
    return new Map(this.#opened.flatMap(({ node, details }) => (details === undefined ? [] : [[node.id, details()] as const])));
  }

  /** What has been read so far. */
  progress(): { readonly rows: number; readonly bytes: number; readonly fraction?: number } {
    let rows = this.#fileRows;
    let bytes = 0;
    for (const source of this.#counts) {
      rows += source.rows;
      bytes += source.bytes;
    }
    const fractions = this.#progress.map((progress) => progress().fraction).filter((fraction) => fraction !== undefined);
    return { rows, bytes, ...(fractions.length > 0 ? { fraction: fractions.reduce((a, b) => a + b) / fractions.length } : {}) };
  }

  /** Whether all that is read comes from sources that are waited for, and nothing from the engine's own tables and files. */
  isLive(): boolean {
    return this.#opened.length > 0 && this.#opened.every(({ relation }) => isFed(relation));
  }

  get isEmpty(): boolean {
    return this.#opened.length === 0;
  }

  get readsEngineTables(): boolean {
    return this.#opened.some(({ relation }) => relation.kind === 'engineTable');
  }

  /** Whether a source passes on text whose bytes nobody has checked. */
  get hasUncheckedText(): boolean {
    return this.#uncheckedText;
  }

  async open(plan: PlanNode): Promise<void> {
    const signal = AbortSignal.any([this.#context.signal, this.#abort.signal]);
    this.#invalidText = invalidTextOf(plan);
    const byValue = scansByValue(plan);
    await Promise.all(references(plan).map((node) => this.#openTable(node, byValue.has(node), signal)));
    await abortable(Promise.all(this.#sources.map((source) => source.ready())), this.#context.signal);
  }

  /** What has not been read yet is left out, as if the sources had ended here. */
  stopReading(): void {
    for (const source of this.#counts) source.stop();
  }

  hasFillers(node: TableScanNode): boolean {
    return this.#opened.some((opened) => opened.node === node && hasStrangers(opened.relation));
  }

  fallibleColumns(node: TableScanNode): ReadonlySet<number> | undefined {
    return this.#opened.find((opened) => opened.node === node)?.fallible;
  }

  scan(node: TableScanNode, columnNames: readonly string[], predicate?: string): string {
    const opened = this.#opened.find((candidate) => candidate.node === node && !candidate.used);
    if (opened === undefined) throw new Error(`the scan of ${node.table.table} was not opened`);
    opened.used = true;
    return relationSql(opened.relation, opened.fallible === undefined ? columnNames : [...columnNames, READ_ERRORS], predicate);
  }

  values(node: ValuesNode, columnNames: readonly string[]): string | undefined {
    if (node.rows.length * node.outputs.length <= WRITTEN_CONSTANTS_MAX) return undefined;
    const columns = node.outputs.map((_, i) => node.rows.map((row) => row[i]).map((cell) => (cell?.kind === 'constant' ? cell.value : undefined)));
    const types = node.outputs.map((symbol) => symbol.type);
    const blocks = columns.map((values) => ({ kind: 'values' as const, values: values.filter((value) => value !== undefined) }));
    if (blocks.some((block) => block.values.length !== node.rows.length)) return undefined;
    const id = this.#add(new ConstantSource(types, { rowCount: node.rows.length, columns: blocks }));
    return `SELECT ${columnNames.map((name, i) => `${scanColumn(id, i)} AS ${name}`).join(', ')} FROM lepton_scan(${id}) WHERE ${liveColumn(id)}`;
  }

  async close(): Promise<void> {
    this.#abort.abort(new Error('the scan was closed'));
    for (const id of this.#ids) this.#context.table.remove(id);
    // the query has its answer: what a source says to its end changes nothing, and one that hangs is left behind
    await within(Promise.allSettled(this.#sources.map((source) => source.close())), CLOSE_WAIT_MS);
  }

  #add(source: ScanSource): number {
    const id = this.#context.table.add(source);
    this.#ids.push(id);
    return id;
  }

  async #openTable(node: TableScanNode, byValue: boolean, signal: AbortSignal): Promise<void> {
    const asked = node.outputs.map((symbol) => {
      const handle = node.assignments.get(symbol.name);
      if (handle === undefined) throw new Error(`no column for ${symbol.name}`);
      return handle;
    });
    const { table } = node;
    const errors = byValue ? table.transaction.readErrors?.(table.handle, asked) : undefined;
    const columns = errors === undefined ? asked : [...asked, errors.column];
    const scan = await table.transaction.scan(table.session, table.handle, columns, signal);
    const types = [...node.outputs.map((symbol) => symbol.type), ...(errors === undefined ? [] : [VARCHAR])];
    this.#opened.push({
      node,
      relation: this.#relation(
        scan,
        types,
        columns.map((column) => column.name),
        table.statistics?.rowCount,
      ),
      details: 'details' in scan ? scan.details : undefined,
      fallible: errors?.fallible,
      used: false,
    });
  }

  #relation(scan: Scan, types: readonly Type[], names: readonly string[], rowCount: number | undefined): ScanRelation {
    switch (scan.kind) {
      case 'pages':
        return this.#fed(scan, new PagesSource(types, scan.pages, rowCount));
      case 'rawMessages':
        return this.#fed(scan, this.#context.feeds.open(types, scan, rowCount));
      case 'parquetFiles':
        return { kind: 'parquet', scan, types, names };
      case 'engineTable':
        return { kind: 'engineTable', leaf: `table:${scan.table.replaceAll('"', '')}`, table: scan.table, columns: scan.columns };
      case 'concatenated':
        this.#fileRows += (scan.fileRows ?? 0) + (scan.countedRows ?? 0);
        return {
          kind: 'concatenated',
          parts: scan.parts.map((part) => this.#relation(part, types, names, rowCount)),
          types,
          countedRows: scan.countedRows,
          limit: scan.limit,
        };
      default:
        return unreachable(scan);
    }
  }

  #fed(scan: PagesScan | RawMessagesScan, source: Closable): ScanRelation {
    this.#sources.push(source);
    this.#uncheckedText ||= scan.uncheckedText ?? false;
    if (scan.progress !== undefined) this.#progress.push(scan.progress);
    const counted = new CountedSource(source, scan.uncheckedText === true ? this.#invalidText : 'kept');
    this.#counts.push(counted);
    return { kind: 'function', id: this.#add(counted), source: counted };
  }
}

/** Whether it waits for a source. */
function isFed(relation: ScanRelation): boolean {
  return relation.kind === 'function' || (relation.kind === 'concatenated' && relation.parts.some(isFed));
}

function figuresOf(relation: ScanRelation): ScanFigures {
  switch (relation.kind) {
    case 'function':
      return { leaf: `scan:${relation.id}`, rows: relation.source.rows, bytes: relation.source.bytes };
    case 'engineTable':
      return { leaf: relation.leaf };
    case 'parquet':
      return { leaf: '' };
    case 'concatenated':
      return { leaf: relation.parts.map(figuresOf).find(({ leaf }) => leaf !== '')?.leaf ?? '' };
    default:
      return unreachable(relation);
  }
}

/** Every reference of a table, once for each time that its SQL is written. */
function references(node: PlanNode): readonly TableScanNode[] {
  if (node.kind === 'tableScan') return [node];
  if (node.kind === 'recursiveUnion') {
    const step = references(node.step);
    return [...references(node.base), ...Array.from({ length: node.maxDepth + 1 }, () => step).flat()];
  }
  return sourcesOf(node).flatMap(references);
}

class CountedSource implements ScanSource {
  readonly types: readonly Type[];
  readonly rowCount?: number;
  rows = 0;
  bytes = 0;
  readonly invalidText: InvalidText;
  readonly #source: ScanSource;
  #stopped = false;

  constructor(source: ScanSource, invalidText: InvalidText) {
    this.#source = source;
    this.invalidText = invalidText;
    this.types = source.types;
    if (source.rowCount !== undefined) this.rowCount = source.rowCount;
  }

  stop(): void {
    this.#stopped = true;
  }

  take(): Page | 'wait' | 'end' {
    if (this.#stopped) return 'end';
    const page = this.#source.take();
    if (typeof page === 'object') {
      this.rows += page.rowCount;
      this.bytes += pageBytes(page);
    }
    return page;
  }
}

class ConstantSource implements ScanSource {
  readonly types: readonly Type[];
  readonly rowCount: number;
  #page: Page | undefined;

  constructor(types: readonly Type[], page: Page) {
    this.types = types;
    this.rowCount = page.rowCount;
    this.#page = page;
  }

  take(): Page | 'end' {
    const page = this.#page;
    this.#page = undefined;
    return page ?? 'end';
  }
}

function pageBytes(page: Page): number {
  let bytes = 0;
  for (const block of page.columns) {
    if (block.kind === 'fixed') bytes += block.data.byteLength;
    else if (block.kind === 'bytes') bytes += block.slots.byteLength + block.heap.byteLength;
    else bytes += block.values.length * 16;
  }
  return bytes;
}

/** Rejects as soon as the signal aborts, whatever the promise does. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw abortError(signal);
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortError(signal));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Why a query was cancelled. */
export function abortError(signal: AbortSignal): TrinoError {
  const reason: unknown = signal.reason;
  return reason instanceof TrinoError ? reason : new TrinoError('USER_CANCELED', undefined, 'Query was canceled', { cause: reason });
}

/** Resolves with the promise, or when the time is over. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
