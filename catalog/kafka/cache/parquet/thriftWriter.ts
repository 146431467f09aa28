const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Thrift's compact protocol, as far as Parquet's metadata needs it. Fields are written in the order of their ids. */
export class ThriftWriter {
  private readonly bytes: number[] = [];
  private readonly lastIds: number[] = [];
  private lastId = 0;

  i32(id: number, value: number): void {
    this.field(id, I32);
    this.varint(BigInt(value));
  }

  i64(id: number, value: number | bigint): void {
    this.field(id, I64);
    this.varint(BigInt(value));
  }

  bool(id: number, value: boolean): void {
    this.field(id, value ? 1 : 2);
  }

  binary(id: number, value: string | Uint8Array): void {
    this.field(id, BINARY);
    this.rawBinary(value);
  }

  struct(id: number, write: () => void): void {
    this.field(id, STRUCT);
    this.rawStruct(write);
  }

  structs<T>(id: number, items: readonly T[], write: (item: T) => void): void {
    this.list(id, STRUCT, items.length);
    for (const item of items) this.rawStruct(() => write(item));
  }

  i32s(id: number, items: readonly number[]): void {
    this.list(id, I32, items.length);
    for (const item of items) this.varint(BigInt(item));
  }

  strings(id: number, items: readonly string[]): void {
    this.list(id, BINARY, items.length);
    for (const item of items) this.rawBinary(item);
  }

  /** Ends the outermost struct. */
  finish(): Buffer {
    this.bytes.push(0);
    return Buffer.from(this.bytes);
  }

  private rawStruct(write: () => void): void {
    this.lastIds.push(this.lastId);
    this.lastId = 0;
    write();
    this.bytes.push(0);
    this.lastId = this.lastIds.pop() ?? 0;
  }

  private rawBinary(value: string | Uint8Array): void {
    const data = Buffer.from(value as Uint8Array);
    this.unsigned(BigInt(data.length));
    this.bytes.push(...data);
  }

  private list(id: number, type: number, length: number): void {
    this.field(id, LIST);
    if (length < 15) this.bytes.push((length << 4) | type);
    else {
      this.bytes.push(0xf0 | type);
      this.unsigned(BigInt(length));
    }
  }

  private field(id: number, type: number): void {
    this.bytes.push(((id - this.lastId) << 4) | type); // no struct of Parquet's has a gap of more than 15
    this.lastId = id;
  }

  private varint(value: bigint): void {
    this.unsigned(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  }

  private unsigned(value: bigint): void {
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) this.bytes.push(Number(rest & 0x7fn) | 0x80);
    this.bytes.push(Number(rest));
  }
}
