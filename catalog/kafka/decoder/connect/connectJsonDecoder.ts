import type { ColumnBuilder } from '../../block/columnBuilder.ts';
import { jsonDecoder, putNodes } from '../json/jsonDecoder.ts';
import { jsonField, locateNode } from '../json/jsonField.ts';
import { JsonScanner, type ScannedColumn } from '../json/jsonScanner.ts';
import { type JsonNode, type JsonObject, JsonSyntaxError, parseJsonTree } from '../json/jsonTree.ts';
import type { DecodedColumn, FieldSpec, RowDecoder } from '../rowDecoder.ts';
import { type ConnectValue, connectToTrino, isConnectField } from './connectValue.ts';
import { type Semantics, semanticsOfConnect } from './semantics.ts';

const SCHEMA = 'schema';
const PAYLOAD = 'payload';

/** A field that is read by its meaning: where its value stands in the message. */
class MeantColumn {
  readonly field: FieldSpec;
  readonly builder: ColumnBuilder;
  readonly path: readonly string[];
  start = 0;
  end = 0;

  constructor({ field, builder }: DecodedColumn) {
    this.field = field;
    this.builder = builder;
    this.path = (field.mapping ?? '').split('/').filter((part) => part !== '');
  }

  scanned(): ScannedColumn {
    const take = (start: number, end: number): void => {
      this.start = start;
      this.end = end;
    };
    return { builder: this.builder, field: { spec: this.field, path: this.path, form: { kind: 'verbatim', take } } };
  }
}

/** JSON of Kafka Connect, with its schema beside the payload or without: dates, times, decimals, bytes and arrays as the schema means them. */
export function connectJsonDecoder(decoded: readonly DecodedColumn[]): RowDecoder {
  const meant = decoded.filter((c) => isConnectField(c.field)).map((c) => new MeantColumn(c));
  if (meant.length === 0) return jsonDecoder(decoded);
  const plain: readonly ScannedColumn[] = decoded.filter((c) => !isConnectField(c.field)).map(({ field, builder }) => ({ field: jsonField(field), builder }));
  const [first] = meant;
  const schema = new MeantColumn({ field: { name: SCHEMA, type: { kind: 'varchar' }, mapping: SCHEMA }, builder: (first as MeantColumn).builder });
  const scanner = new JsonScanner([schema.scanned(), ...plain, ...meant.map((m) => m.scanned())]);
  const schemas = new KnownSchema();
  return {
    decode(data, start, end, row) {
      for (const column of [schema, ...meant]) column.end = 0;
      const scanned = scanner.scan(data, start, end, row);
      if (!scanned) return decodeByTree(data.subarray(start, end), plain, meant, row);
      const meaning = schema.end === 0 ? undefined : schemas.of(data.subarray(schema.start, schema.end));
      for (const column of meant) {
        const value = column.end === 0 ? undefined : exactValue(data.toString('utf8', column.start, column.end), within(meaning, column.path));
        column.builder.put(row, value === undefined ? null : connectToTrino(value, column.field));
      }
      return true;
    },
  };
}

function decodeByTree(message: Buffer, plain: readonly ScannedColumn[], meant: readonly MeantColumn[], row: number): boolean {
  let root: JsonNode | undefined;
  try {
    root = parseJsonTree(message);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    for (const { builder } of [...plain, ...meant]) builder.setNull(row);
    return false;
  }
  putNodes(plain, root, row);
  const schema = root === undefined ? undefined : locateNode(root, [SCHEMA]);
  const meaning = schema === undefined ? undefined : semanticsOfConnect(plainJson(schema));
  for (const { field, builder, path } of meant) {
    const node = root === undefined ? undefined : locateNode(root, path);
    builder.put(row, node === undefined ? null : connectToTrino(nodeValue(node, within(meaning, path)), field));
  }
  return true;
}

/** What the schema says of a path that begins with the payload. */
function within(meaning: Semantics | undefined, path: readonly string[]): Semantics | undefined {
  if (meaning === undefined || path[0] !== PAYLOAD) return undefined;
  return path.slice(1).reduce<Semantics | undefined>((found, part) => found?.fields?.get(part), meaning);
}

/** One schema after another is the same, byte for byte. */
class KnownSchema {
  private bytes: Buffer = Buffer.alloc(0);
  private meaning: Semantics | undefined;

  of(bytes: Buffer): Semantics | undefined {
    if (this.bytes.equals(bytes)) return this.meaning;
    this.bytes = Buffer.from(bytes);
    this.meaning = semanticsOfConnect(JSON.parse(bytes.toString('utf8')));
    return this.meaning;
  }
}

/** A value's text as it stands, so that numbers keep all of their digits. */
function exactValue(text: string, semantics: Semantics | undefined): ConnectValue {
  const meant = semantics === undefined ? {} : { semantics };
  const first = text.charCodeAt(0);
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return { data: /^-?[0-9]+$/.test(text) ? BigInt(text) : { fraction: text }, ...meant };
  if (first === 0x7b || first === 0x5b) return nodeValue(parseJsonTree(Buffer.from(text)) ?? null, semantics);
  const data: unknown = JSON.parse(text);
  return { data: typeof data === 'string' || typeof data === 'boolean' ? data : null, ...meant };
}

function nodeValue(node: JsonNode, semantics: Semantics | undefined): ConnectValue {
  const meant = semantics === undefined ? {} : { semantics };
  if (Array.isArray(node)) return { data: (node as readonly JsonNode[]).map((item) => nodeValue(item, semantics?.items)), ...meant };
  if (!(node instanceof Map)) return { data: node as null | boolean | string | bigint | number, ...meant };
  return { data: new Map([...(node as JsonObject)].map(([key, value]) => [key, nodeValue(value, semantics?.fields?.get(key))])), ...meant };
}

function plainJson(node: JsonNode): unknown {
  if (Array.isArray(node)) return (node as readonly JsonNode[]).map(plainJson);
  if (node instanceof Map) return Object.fromEntries([...(node as JsonObject)].map(([key, value]) => [key, plainJson(value)]));
  return typeof node === 'bigint' ? Number(node) : node;
}
