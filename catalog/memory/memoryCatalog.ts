import type { EngineFile, EngineTables, SchemaTableName } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { ENGINE_ROW_ID } from './memoryHandles.ts';
import { EMPTY_STATE, type Generation, keyOf, type MemoryColumn, type MemoryState, type MemoryTable, withEntry } from './memoryState.ts';
import { parseState, stateText } from './memoryStateText.ts';

const MEMORY_LIMIT_EXCEEDED = { name: 'MEMORY_LIMIT_EXCEEDED', code: 84017153, type: 'EXTERNAL' } as const;

interface Discarded {
  readonly engineTable: string;
  /** The transactions that may still read it. */
  readonly readers: Set<object>;
}

/** The catalog's tables in the engine, and the state that says which of them are visible. */
export class MemoryCatalog {
  private readonly engine: EngineTables;
  /** memory.max-data-per-node */
  dataBytesMax: number;
  private readonly readers = new Set<object>();
  private discarded: Discarded[] = [];
  private changes: Promise<unknown> = Promise.resolve();
  private nextId = 0;
  /** Measured when rows were added. */
  private readonly bytes = new Map<string, number>();
  private current: MemoryState = EMPTY_STATE;
  /** Where the state is kept with the tables; undefined: both end with the server. */
  private readonly file: EngineFile | undefined;
  private written: string | undefined;

  constructor(engine: EngineTables, dataBytesMax: number, file?: EngineFile) {
    this.engine = file ?? engine;
    this.dataBytesMax = dataBytesMax;
    this.file = file;
  }

  /** The catalog as the file has it: after a crash, as the last change that was finished has left it. */
  static async open(file: EngineFile, dataBytesMax: number): Promise<MemoryCatalog> {
    const catalog = new MemoryCatalog(file, dataBytesMax, file);
    if (file.text !== undefined) {
      const { state, nextId } = parseState(file.text, file.prefix);
      catalog.current = state;
      catalog.nextId = nextId;
      catalog.written = file.text;
    }
    const generations = [...catalog.current.tables.values()].map((table) => table.generation.engineTable);
    await file.keepOnly(new Set(generations));
    for (const engineTable of generations) catalog.bytes.set(engineTable, await file.sizeBytes(engineTable));
    return catalog;
  }

  get state(): MemoryState {
    return this.current;
  }

  newId(): number {
    return this.nextId++;
  }

  /** From here on nothing that the current state names is dropped from the engine, until `leave`. */
  enter(reader: object): MemoryState {
    this.readers.add(reader);
    return this.current;
  }

  async leave(reader: object): Promise<void> {
    this.readers.delete(reader);
    const free: string[] = [];
    this.discarded = this.discarded.filter(({ engineTable, readers }) => {
      readers.delete(reader);
      if (readers.size === 0) free.push(engineTable);
      return readers.size > 0;
    });
    for (const engineTable of free) await this.dropEngineTable(engineTable);
  }

  /** Changes follow one another, each from the state that the one before has left. */
  change<T>(step: (state: MemoryState) => Promise<{ readonly state: MemoryState; readonly result: T }>): Promise<T> {
    const next = this.changes.then(async () => {
      const { state, result } = await step(this.current);
      const before = this.current;
      if (state !== before) await this.write([], state);
      this.current = state;
      await this.discardUnnamed(before, state);
      return result;
    });
    // the chain goes on after a change that failed; whoever asked for it gets the error
    this.changes = next.catch(() => undefined);
    return next;
  }

  async createGeneration(columns: readonly MemoryColumn[]): Promise<Generation> {
    const created = await this.engine.create(columns.map(({ id, type }) => ({ name: `c${id}`, type })));
    const engineColumns = new Map(columns.map(({ id }, i): [number, string] => [id, created.columns[i] ?? '']));
    return { engineTable: created.table, engineColumns };
  }

  drop({ engineTable }: Generation): Promise<void> {
    return this.dropEngineTable(engineTable);
  }

  rowCount({ engineTable }: Generation): Promise<bigint> {
    return this.engine.rowCount(engineTable);
  }

  keepRowIds({ engineTable }: Pick<Generation, 'engineTable'>): Promise<() => Promise<void>> {
    return this.engine.keepRowIds(engineTable);
  }

  /** Of the rows of a query. */
  count(query: string): Promise<bigint> {
    return this.engine.rowCount(`(${query})`);
  }

  /** Appends all rows of one generation to another that has at least the same columns; `after`: the state from then on. */
  async append(to: Generation, from: Generation, after?: MemoryState): Promise<void> {
    const ids = [...from.engineColumns.keys()];
    const columns = (of: Generation) => engineNames(of.engineColumns, ids).join(', ');
    await this.write([`INSERT INTO ${to.engineTable} (${columns(to)}) SELECT ${columns(from)} FROM ${from.engineTable}`], after);
    this.addBytes(to, from);
  }

  /** Takes the rows of `removed` out (a query of row ids) and appends `added`, in one step. */
  async replaceRows(target: Generation, { removed, added }: { readonly removed: string; readonly added: string }, after: MemoryState): Promise<void> {
    const columns = [...target.engineColumns.values()].join(', ');
    const { engineTable } = target;
    await this.write([`DELETE FROM ${engineTable} WHERE ${ENGINE_ROW_ID} IN (${removed})`, `INSERT INTO ${engineTable} (${columns}) ${added}`], after);
  }

  addBytes(to: Generation, from: Generation): void {
    this.bytes.set(to.engineTable, (this.bytes.get(to.engineTable) ?? 0) + (this.bytes.get(from.engineTable) ?? 0));
  }

  /** The number of rows to be added. Raises when they and the tables of this state would be larger than the configured limit. */
  async admit(state: MemoryState, added: Generation): Promise<bigint> {
    const rows = await this.rowCount(added);
    const addedBytes = rows === 0n ? 0 : await this.engine.sizeBytes(added.engineTable);
    this.bytes.set(added.engineTable, addedBytes);
    let total = addedBytes;
    for (const { generation } of state.tables.values()) total += this.bytes.get(generation.engineTable) ?? 0;
    if (total > this.dataBytesMax) throw new TrinoError(MEMORY_LIMIT_EXCEEDED, undefined, `Memory limit [${this.dataBytesMax}] for memory connector exceeded`);
    return rows;
  }

  async close(): Promise<void> {
    await this.changes;
    if (this.file !== undefined) return this.file.closeFile();
    for (const { engineTable } of this.discarded) await this.engine.drop(engineTable);
    this.discarded = [];
    for (const table of this.current.tables.values()) await this.engine.drop(table.generation.engineTable);
    this.current = EMPTY_STATE;
  }

  /** Rows and state as one transaction. */
  private async write(statements: readonly string[], state: MemoryState | undefined): Promise<void> {
    const text = this.file === undefined || state === undefined ? undefined : stateText(state, this.nextId, this.file.prefix);
    const changed = text !== undefined && text !== this.written;
    const all = changed && this.file !== undefined ? [...statements, this.file.setText(text)] : statements;
    if (all.length > 0) await this.engine.transaction(all);
    if (changed) this.written = text;
  }

  private async dropEngineTable(engineTable: string): Promise<void> {
    this.bytes.delete(engineTable);
    await this.engine.drop(engineTable);
  }

  private async discardUnnamed(before: MemoryState, after: MemoryState): Promise<void> {
    if (before.tables === after.tables) return;
    const named = new Set([...after.tables.values()].map((table) => table.generation.engineTable));
    for (const { generation } of before.tables.values()) {
      const { engineTable } = generation;
      if (named.has(engineTable)) continue;
      if (this.readers.size === 0) await this.dropEngineTable(engineTable);
      else this.discarded.push({ engineTable, readers: new Set(this.readers) });
    }
  }
}

export function requireSchema(state: MemoryState, schema: string): void {
  if (!state.schemas.has(schema)) throw new TrinoError('NOT_FOUND', undefined, `Schema ${schema} not found`);
}

export function requireFree(state: MemoryState, name: SchemaTableName): void {
  const key = keyOf(name);
  if (state.tables.has(key)) throw new TrinoError('ALREADY_EXISTS', undefined, `Table [${name.schema}.${name.table}] already exists`);
  if (state.views.has(key)) throw new TrinoError('ALREADY_EXISTS', undefined, `View [${name.schema}.${name.table}] already exists`);
}

/** The table as it is now, under whatever name. */
export function tableById(state: MemoryState, id: number): { readonly key: string; readonly table: MemoryTable } {
  for (const [key, table] of state.tables) if (table.id === id) return { key, table };
  throw new TrinoError('TABLE_NOT_FOUND', undefined, 'Table has been dropped since the query began');
}

export function withTable(state: MemoryState, key: string, table: MemoryTable | undefined): MemoryState {
  return { ...state, tables: withEntry(state.tables, key, table) };
}

export function engineNames(engineColumns: ReadonlyMap<number, string>, ids: readonly number[]): readonly string[] {
  return ids.map((id) => {
    const name = engineColumns.get(id);
    if (name === undefined) throw new Error(`the engine table has no column ${id}`);
    return name;
  });
}
