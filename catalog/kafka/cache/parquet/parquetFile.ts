import { type FileHandle, open, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Page } from '../../../../spi/page.ts';
import { ColumnChunk } from './columnChunk.ts';
import type { ParquetType } from './parquetType.ts';
import { ThriftWriter } from './thriftWriter.ts';

const ROW_GROUP_ROWS = 1 << 17;
const ROW_GROUP_BYTES = 8 << 20;
const MAGIC = Buffer.from('PAR1');
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const UNCOMPRESSED = 0;

export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetType;
  /** Its place in the pages. */
  readonly index: number;
}

interface WrittenChunk {
  /** Where its dictionary begins, or its only page. */
  readonly offset: number;
  readonly dataOffset: number;
  readonly bytes: number;
}

interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly WrittenChunk[];
}

/** Writes pages into a Parquet file: every column may be NULL, nothing is compressed; texts that repeat have a dictionary, all other values are PLAIN. */
export class ParquetFile {
  readonly path: string;
  rows = 0;
  /** Written so far, and the CRC-32 of it. */
  bytes = 0;
  crc = 0;
  private readonly columns: readonly ParquetColumn[];
  private readonly chunks: readonly ColumnChunk[];
  private readonly groups: RowGroup[] = [];
  private groupRows = 0;
  private file: FileHandle | undefined;

  constructor(path: string, columns: readonly ParquetColumn[]) {
    this.path = path;
    this.columns = columns;
    this.chunks = columns.map((column) => new ColumnChunk(column.type));
  }

  /** false: a value that cannot be kept; the file must be given up. */
  async add(page: Page): Promise<boolean> {
    for (const [i, chunk] of this.chunks.entries()) {
      const block = page.columns[this.columns[i]?.index ?? -1];
      if (block === undefined) throw new Error(`the page has no column for ${this.columns[i]?.name}`);
      if (!chunk.add(block, page.rowCount)) return false;
    }
    this.rows += page.rowCount;
    this.groupRows += page.rowCount;
    if (this.groupRows >= ROW_GROUP_ROWS || this.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0) >= ROW_GROUP_BYTES) await this.writeGroup();
    return true;
  }

  async finish(): Promise<void> {
    if (this.groupRows > 0) await this.writeGroup();
    const footer = this.footer();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    await this.write([...(this.bytes === 0 ? [MAGIC] : []), footer, length, MAGIC]);
    await this.file?.close();
    this.file = undefined;
  }

  async discard(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
    await rm(this.path, { force: true });
  }

  private async writeGroup(): Promise<void> {
    if (this.bytes === 0) await this.write([MAGIC]);
    const written: WrittenChunk[] = [];
    const parts: Uint8Array[] = [];
    let offset = this.bytes;
    for (const chunk of this.chunks) {
      const dictionary = chunk.dictionaryPage();
      const entries = dictionary === undefined ? [] : [dictionaryHeader(dictionary.entries, dictionary.data.length), dictionary.data];
      const page = chunk.page();
      const encoding = dictionary === undefined ? PLAIN : RLE_DICTIONARY;
      const all = [...entries, pageHeader({ rows: this.groupRows, bytes: sizeOf(page), encoding }), ...page];
      written.push({ offset, dataOffset: offset + sizeOf(entries), bytes: sizeOf(all) });
      parts.push(...all);
      offset += sizeOf(all);
    }
    await this.write(parts);
    this.groups.push({ rows: this.groupRows, chunks: written });
    this.groupRows = 0;
    for (const chunk of this.chunks) chunk.clear();
  }

  private async write(parts: readonly Uint8Array[]): Promise<void> {
    this.file ??= await open(this.path, 'wx');
    await this.file.writev([...parts]);
    for (const part of parts) {
      this.crc = crc32(part, this.crc);
      this.bytes += part.length;
    }
  }

  private footer(): Buffer {
    const out = new ThriftWriter();
    out.i32(1, 1);
    out.structs(2, [undefined, ...this.columns], (column) => {
      if (column === undefined) {
        out.binary(4, 'schema');
        out.i32(5, this.columns.length);
        return;
      }
      out.i32(1, column.type.physical);
      out.i32(3, 1); // OPTIONAL
      out.binary(4, column.name);
      column.type.annotate?.(out);
    });
    out.i64(3, this.rows);
    out.structs(4, this.groups, (group) => {
      out.structs(
        1,
        group.chunks.map((chunk, i) => ({ chunk, column: this.columns[i] })),
        ({ chunk, column }) => {
          out.i64(2, chunk.offset);
          out.struct(3, () => {
            out.i32(1, column?.type.physical ?? 0);
            out.i32s(2, chunk.dataOffset === chunk.offset ? [PLAIN, RLE] : [PLAIN, RLE, RLE_DICTIONARY]);
            out.strings(3, [column?.name ?? '']);
            out.i32(4, UNCOMPRESSED);
            out.i64(5, group.rows);
            out.i64(6, chunk.bytes);
            out.i64(7, chunk.bytes);
            out.i64(9, chunk.dataOffset);
            if (chunk.dataOffset !== chunk.offset) out.i64(11, chunk.offset);
          });
        },
      );
      out.i64(
        2,
        group.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
      );
      out.i64(3, group.rows);
    });
    return out.finish();
  }
}

function pageHeader({ rows, bytes, encoding }: { readonly rows: number; readonly bytes: number; readonly encoding: number }): Buffer {
  const out = new ThriftWriter();
  out.i32(1, DATA_PAGE);
  out.i32(2, bytes);
  out.i32(3, bytes);
  out.struct(5, () => {
    out.i32(1, rows);
    out.i32(2, encoding);
    out.i32(3, RLE);
    out.i32(4, RLE);
  });
  return out.finish();
}

function dictionaryHeader(entries: number, bytes: number): Buffer {
  const out = new ThriftWriter();
  out.i32(1, DICTIONARY_PAGE);
  out.i32(2, bytes);
  out.i32(3, bytes);
  out.struct(7, () => {
    out.i32(1, entries);
    out.i32(2, PLAIN);
  });
  return out.finish();
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
