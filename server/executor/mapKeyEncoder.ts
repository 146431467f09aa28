import duckdb from '@duckdb/node-bindings';
import type { Type } from '../../spi/type.ts';
import type { columnEncoder, EncoderOptions, RowWriter, VectorRows } from './columnEncoder.ts';
import { JsonWriter } from './jsonWriter.ts';
import { int32s, isPresent, validityOf } from './rawVector.ts';

type ColumnEncoder = typeof columnEncoder;

/** A map is an object; its keys are texts, as Java's toString gives them. */
export function mapEncoder(rows: VectorRows, type: { readonly key: Type; readonly value: Type }, options: EncoderOptions, encoder: ColumnEncoder): RowWriter {
  const { vector, rowCount } = rows;
  const { out } = options;
  const entries = int32s(vector, rowCount * 4);
  const pairs = duckdb.list_vector_get_child(vector);
  const count = duckdb.list_vector_get_size(vector);
  const key = keyText(duckdb.struct_vector_get_child(pairs, 0), type.key, count, encoder);
  const value = encoder(duckdb.struct_vector_get_child(pairs, 1), type.value, count, options);
  return (row) => {
    out.byte(123);
    const start = entries[row * 4] ?? 0;
    const end = start + (entries[row * 4 + 2] ?? 0);
    for (let i = start; i < end; i++) {
      if (i > start) out.byte(44);
      out.text(key(i));
      out.byte(58);
      value(i);
    }
    out.byte(125);
  };
}

/** Precisions are never rounded in keys. Arrays and rows: `[1, null]`, maps: `{1=2}`, texts within them without quotes. */
function keyText(vector: duckdb.Vector, type: Type, rowCount: number, encoder: ColumnEncoder): (row: number) => string {
  const validity = validityOf(vector, rowCount);
  const present = presentKeyText(vector, type, rowCount, encoder);
  return (row) => (isPresent(validity, row) ? present(row) : 'null');
}

function presentKeyText(vector: duckdb.Vector, type: Type, rowCount: number, encoder: ColumnEncoder): (row: number) => string {
  if (type.kind === 'array' || type.kind === 'map') {
    const entries = int32s(vector, rowCount * 4);
    const child = duckdb.list_vector_get_child(vector);
    const count = duckdb.list_vector_get_size(vector);
    const element = type.kind === 'array' ? keyText(child, type.element, count, encoder) : pairText(child, type, count, encoder);
    const [open, close] = type.kind === 'array' ? ['[', ']'] : ['{', '}'];
    return (row) => {
      const start = entries[row * 4] ?? 0;
      return `${open}${Array.from({ length: entries[row * 4 + 2] ?? 0 }, (_, i) => element(start + i)).join(', ')}${close}`;
    };
  }
  if (type.kind === 'row') {
    const fields = type.fields.map((field, i) => keyText(duckdb.struct_vector_get_child(vector, i), field.type, rowCount, encoder));
    return (row) => `[${fields.map((field) => field(row)).join(', ')}]`;
  }
  const out = new JsonWriter(64);
  const write = encoder(vector, type, rowCount, { out, parametricDatetime: true });
  return (row) => {
    out.position = 0;
    write(row);
    const json = Buffer.from(out.buffer.subarray(0, out.position)).toString();
    if (!json.startsWith('"')) return json;
    const text: unknown = JSON.parse(json);
    return typeof text === 'string' ? text : json;
  };
}

function pairText(child: duckdb.Vector, type: { readonly key: Type; readonly value: Type }, count: number, encoder: ColumnEncoder): (row: number) => string {
  const key = keyText(duckdb.struct_vector_get_child(child, 0), type.key, count, encoder);
  const value = keyText(duckdb.struct_vector_get_child(child, 1), type.value, count, encoder);
  return (row) => `${key(row)}=${value(row)}`;
}
