import type { DecodedColumn, RowDecoder } from '../rowDecoder.ts';
import { convertNode, jsonField, locateNode } from './jsonField.ts';
import { JsonScanner, type ScannedColumn } from './jsonScanner.ts';
import { type JsonNode, JsonSyntaxError, parseJsonTree } from './jsonTree.ts';

/** A fast walk over the bytes for what is usual; whatever is not goes through a tree, exactly as Trino does. */
export function jsonDecoder(decoded: readonly DecodedColumn[]): RowDecoder {
  const columns: readonly ScannedColumn[] = decoded.map(({ field, builder }) => ({ field: jsonField(field), builder }));
  const scanner = new JsonScanner(columns);
  return {
    decode(data, start, end, row) {
      if (scanner.scan(data, start, end, row)) return true;
      return decodeByTree(columns, data.subarray(start, end), row);
    },
  };
}

function decodeByTree(columns: readonly ScannedColumn[], message: Buffer, row: number): boolean {
  let root: JsonNode | undefined;
  try {
    root = parseJsonTree(message);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    for (const { builder } of columns) builder.setNull(row);
    return false;
  }
  putNodes(columns, root, row);
  return true;
}

export function putNodes(columns: readonly ScannedColumn[], root: JsonNode | undefined, row: number): void {
  for (const { field, builder } of columns) {
    const node = root === undefined ? undefined : locateNode(root, field.path);
    builder.put(row, node === undefined ? null : convertNode(field, node));
  }
}
