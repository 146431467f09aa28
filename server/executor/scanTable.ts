import duckdb from '@duckdb/node-bindings';
import type { Block, Page } from '../../spi/page.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import type { EngineConnection } from './engineConnection.ts';
import type { ErrorLedger } from './errors.ts';
import { logicalType } from './logicalType.ts';
import { type BoundTo, boundTo } from './raisedErrors.ts';
import type { InvalidText } from './invalidText.ts';
import { validText } from './validText.ts';
import { VECTOR_SIZE, writeBlock, writeValues } from './vectorWriter.ts';

/** Rows on their way into the engine. */
export interface ScanSource {
  readonly types: readonly Type[];
  /** What the planner believes; the engine orders joins by it. */
  readonly rowCount?: number;
  /** What becomes of texts that are no UTF-8, where there may be some. */
  readonly invalidText?: InvalidText;
  /** Called by the engine and must not wait long: a page, 'wait' when none has come yet, 'end'. Raises what the source raised. */
  take(): Page | 'wait' | 'end';
}

/** The column that is false in the filler row that the engine gets while a source has nothing yet. Names carry the scan's id into profiles. */
export const liveColumn = (id: number): string => `s${id}live`;
export const scanColumn = (id: number, index: number): string => `s${id}c${index}`;

const TRUE = new Uint8Array(VECTOR_SIZE).fill(1);

interface OpenScan {
  readonly source: ScanSource;
  started: boolean;
  page: Page | undefined;
  offset: number;
}

/** The table function `lepton_scan(id)`: columns s17c0, s17c1, … and `s17live`. One id for each reference of a table in a statement. */
export class ScanTable {
  readonly #scans = new Map<number, OpenScan>();
  readonly #errors: ErrorLedger;
  #last = 0;

  constructor(errors: ErrorLedger) {
    this.#errors = errors;
  }

  add(source: ScanSource): number {
    this.#scans.set(++this.#last, { source, started: false, page: undefined, offset: 0 });
    return this.#last;
  }

  remove(id: number): void {
    this.#scans.delete(id);
  }

  register(connection: EngineConnection): void {
    const table = duckdb.create_table_function();
    duckdb.table_function_set_name(table, 'lepton_scan');
    duckdb.table_function_add_parameter(table, duckdb.create_logical_type(duckdb.Type.BIGINT));
    duckdb.table_function_supports_projection_pushdown(table, true);
    duckdb.table_function_set_bind(table, (info) => this.#bind(info));
    duckdb.table_function_set_init(table, (info) => this.#init(info));
    duckdb.table_function_set_function(table, (info, chunk) => this.#read(info, chunk, connection));
    duckdb.register_table_function(connection.handle, table);
  }

  #bind(info: duckdb.TableFunctionBindInfo): void {
    try {
      const id = Number(duckdb.get_int64(duckdb.bind_get_parameter(info, 0)));
      const { source } = this.#scan(id);
      for (const [i, type] of source.types.entries()) duckdb.bind_add_result_column(info, scanColumn(id, i), logicalType(type));
      duckdb.bind_add_result_column(info, liveColumn(id), duckdb.create_logical_type(duckdb.Type.BOOLEAN));
      if (source.rowCount !== undefined) duckdb.bind_set_cardinality(info, Math.round(source.rowCount), false);
      duckdb.bind_set_bind_data(info, { id, ...boundTo(duckdb.table_function_get_client_context(info)) });
    } catch (error) {
      duckdb.bind_set_error(info, this.#errors.write(error));
    }
  }

  #init(info: duckdb.TableFunctionInitInfo): void {
    try {
      const { id, connection } = duckdb.init_get_bind_data(info) as BoundTo & { id: number };
      const scan = this.#scan(id);
      // a stream cannot be read twice: better an error than half of the rows
      if (scan.started) throw new Error(`scan ${id} was started twice`);
      scan.started = true;
      const columns = Array.from({ length: duckdb.init_get_column_count(info) }, (_, i) => duckdb.init_get_column_index(info, i));
      duckdb.init_set_init_data(info, { scan, columns, connection });
      duckdb.init_set_max_threads(info, 1);
    } catch (error) {
      duckdb.init_set_error(info, this.#errors.write(error));
    }
  }

  #read(info: duckdb.TableFunctionInfo, chunk: duckdb.DataChunk, { raised }: EngineConnection): void {
    const { scan, columns, connection } = duckdb.function_get_init_data(info) as BoundTo & { scan: OpenScan; columns: readonly number[] };
    try {
      if (scan.page === undefined) {
        let next = scan.source.take();
        while (next !== 'wait' && next !== 'end' && next.rowCount === 0) next = scan.source.take();
        if (next === 'end') return duckdb.data_chunk_set_size(chunk, 0);
        if (next === 'wait') return writeFiller(chunk, scan.source.types, columns);
        scan.page = checkedPage(next, scan.source);
        scan.offset = 0;
      }
      writePage(chunk, scan, scan.page, columns);
    } catch (error) {
      const text = this.#errors.write(error);
      raised.note(connection, text, { tried: false });
      duckdb.function_set_error(info, text);
    }
  }

  #scan(id: number): OpenScan {
    const scan = this.#scans.get(id);
    if (scan === undefined) throw new Error(`no scan ${id}`);
    return scan;
  }
}

function checkedPage(page: Page, { types, invalidText = 'kept' }: ScanSource): Page {
  if (invalidText === 'kept') return page;
  const columns = page.columns.map((block, i) => {
    if (block.kind !== 'bytes' || types[i]?.kind === 'varbinary') return block;
    const valid = validText(block);
    if (valid !== block && invalidText === 'refused')
      throw new TrinoError('NOT_SUPPORTED', undefined, 'to_utf8 of a text that is not valid UTF-8 is not supported beside functions of texts');
    return valid;
  });
  return { ...page, columns };
}

function writePage(chunk: duckdb.DataChunk, scan: OpenScan, page: Page, columns: readonly number[]): void {
  const rowCount = Math.min(VECTOR_SIZE, page.rowCount - scan.offset);
  duckdb.data_chunk_set_size(chunk, rowCount);
  const { types } = scan.source;
  columns.forEach((column, i) => {
    const vector = duckdb.data_chunk_get_vector(chunk, i);
    const type = types[column];
    const block: Block | undefined = page.columns[column];
    if (type === undefined) duckdb.copy_data_to_vector(vector, 0, TRUE.buffer, 0, rowCount);
    else if (block === undefined) throw new Error(`the page has no column ${column}`);
    else writeBlock(vector, type, block, scan.offset, rowCount);
  });
  scan.offset += rowCount;
  if (scan.offset >= page.rowCount) scan.page = undefined;
}

function writeFiller(chunk: duckdb.DataChunk, types: readonly Type[], columns: readonly number[]): void {
  duckdb.data_chunk_set_size(chunk, 1);
  columns.forEach((column, i) => {
    const vector = duckdb.data_chunk_get_vector(chunk, i);
    const type = types[column];
    writeValues(vector, type ?? { kind: 'boolean' }, [type === undefined ? false : null]);
  });
}
