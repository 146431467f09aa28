import { isUtf8 } from 'node:buffer';
import { BIGINT, BOOLEAN, DOUBLE, type Type, VARCHAR } from '../../../spi/type.ts';
import { splitCsvLine } from '../decoder/csvDecoder.ts';
import { parseDouble, parseLong } from '../decoder/javaNumber.ts';
import { type JsonObject, JsonSyntaxError, parseJsonTree } from '../decoder/json/jsonTree.ts';
import type { DescribedField, FieldGroup } from '../description/tableDescription.ts';
import { JsonShape } from './jsonShape.ts';

/** Gives a column a name that no other one has. */
export type NameColumn = (wanted: string) => string;

/** What most messages are is what the others should have been: they are corrupt. */
const JSON_SHARE_MIN = 0.5;

/** The columns of messages of which these are some; undefined: they are neither JSON objects nor lines of CSV. */
export function inferMessage(messages: readonly Buffer[], name: NameColumn): FieldGroup | undefined {
  return inferJson(messages, name) ?? inferCsv(messages, name);
}

/** Keys may also be plain text: one column. */
export function inferKey(keys: readonly Buffer[], name: NameColumn): FieldGroup | undefined {
  const json = inferJson(keys, name);
  if (json !== undefined) return json;
  if (keys.length === 0 || !keys.every(isPlainText)) return undefined;
  return { dataFormat: 'raw', fields: [{ name: name('key'), type: VARCHAR, hidden: false }] };
}

function inferJson(messages: readonly Buffer[], name: NameColumn): FieldGroup | undefined {
  const objects = messages.flatMap((message) => jsonObject(message) ?? []);
  if (objects.length === 0 || objects.length <= messages.length * JSON_SHARE_MIN) return undefined;
  const shape = new JsonShape();
  for (const object of objects) shape.add(object);
  const fields = shape.columns().map(({ path, type }): DescribedField => ({ name: name(path.join('_')), type, mapping: path.join('/'), hidden: false }));
  return fields.length === 0 ? undefined : { dataFormat: 'json', fields };
}

function jsonObject(message: Buffer): JsonObject | undefined {
  try {
    const node = parseJsonTree(message);
    return node instanceof Map ? node : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** All lines have the same number of values, two at least. */
function inferCsv(messages: readonly Buffer[], name: NameColumn): FieldGroup | undefined {
  const rows: string[][] = [];
  for (const message of messages) {
    const values = isPlainText(message) ? splitCsvLine(message.toString('utf8')) : undefined;
    if (values === undefined || values.length < 2 || values.length !== (rows[0] ?? values).length) return undefined;
    rows.push(values);
  }
  const width = rows[0]?.length ?? 0;
  if (width === 0) return undefined;
  const fields = Array.from({ length: width }, (_, i): DescribedField => {
    const type = csvType(rows.map((row) => row[i] ?? ''));
    return { name: name(`column_${i + 1}`), type, mapping: String(i), hidden: false };
  });
  return { dataFormat: 'csv', fields };
}

function csvType(values: readonly string[]): Type {
  const texts = values.filter((text) => text !== '').map((text) => text.trim());
  if (texts.length === 0) return VARCHAR;
  if (texts.every((text) => parseLong(text) !== undefined)) return BIGINT;
  if (texts.every((text) => parseDouble(text) !== undefined)) return DOUBLE;
  return texts.every((text) => /^(?:true|false)$/i.test(text)) ? BOOLEAN : VARCHAR;
}

function isPlainText(bytes: Buffer): boolean {
  return isUtf8(bytes) && bytes.every((byte) => byte >= 0x20 || byte === 0x09);
}
