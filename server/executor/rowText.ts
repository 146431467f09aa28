import type { Type } from '../../spi/type.ts';
import { doubleJsonSql } from './doubleTextSql.ts';

/**
 * A part of a row of the result: JSON that the engine has written, of several values with commas between them, or a value that is still to be written. `row`
 * is the whole row with its brackets and a comma in front.
 */
export type RowPiece = { readonly kind: 'row' } | { readonly kind: 'text' } | { readonly kind: 'value'; readonly type: Type };

export interface RowColumn {
  readonly sql: string;
  readonly type: Type;
}

export interface RowText {
  readonly pieces: readonly RowPiece[];
  /** One SQL expression for each piece. */
  readonly sql: readonly string[];
  /** Columns that these name beside those that were given. */
  readonly helpers: readonly string[];
}

export interface RowTextOptions {
  /** As in EncoderOptions. */
  readonly parametricDatetime: boolean;
  /** Whether texts may be no UTF-8, which the engine would refuse. */
  readonly uncheckedText: boolean;
}

/** Has the engine write what it writes as Trino does: its threads do so several times as fast as the one of JavaScript (docs/decisions/0007). */
export function rowText(columns: readonly RowColumn[], options: RowTextOptions): RowText {
  const pieces: RowPiece[] = [];
  const sql: string[] = [];
  const helpers: string[] = [];
  const helper = (expression: string): string => {
    const name = `_lepton_text${helpers.length}`;
    helpers.push(`${expression} AS ${name}`);
    return name;
  };
  let run: string[] = [];
  const endRun = (): void => {
    if (run.length === 0) return;
    pieces.push({ kind: 'text' });
    sql.push(`concat(${run.join(", ',', ")})`);
    run = [];
  };
  for (const column of columns) {
    const text = jsonText(column, options, helper);
    if (text !== undefined) {
      run.push(text);
      continue;
    }
    endRun();
    pieces.push({ kind: 'value', type: column.type });
    sql.push(column.sql);
  }
  if (pieces.length === 0) return { pieces: [{ kind: 'row' }], sql: [`concat(',[', ${run.join(", ',', ")}, ']')`], helpers };
  endRun();
  return { pieces, sql, helpers };
}

const orNull = (text: string): string => `coalesce(${text}, 'null')`;

/** One `concat` writes the text once, where each `||` would copy it. */
const quoted = (...texts: readonly string[]): string => `concat('"', ${texts.join(', ')}, '"')`;

const quotedOrNull = (sql: string, text: string): string => `CASE WHEN ${sql} IS NULL THEN 'null' ELSE ${quoted(text)} END`;

/** Never NULL; undefined: the engine does not write it as Trino. */
function jsonText({ sql, type }: RowColumn, { parametricDatetime, uncheckedText }: RowTextOptions, helper: (expression: string) => string): string | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return orNull(`CAST(${sql} AS VARCHAR)`);
    case 'decimal':
      // of .5 the engine leaves out the zero
      return type.precision > type.scale ? quotedOrNull(sql, `CAST(${sql} AS VARCHAR)`) : undefined;
    case 'double':
      return orNull(doubleJsonSql(sql, helper(`CAST(${sql} AS VARCHAR)`)));
    case 'uuid':
      return quotedOrNull(sql, `CAST(${sql} AS VARCHAR)`);
    case 'varchar':
    case 'json':
      return uncheckedText ? undefined : orNull(`CAST(to_json(${sql}) AS VARCHAR)`);
    case 'varbinary':
      return quotedOrNull(sql, `to_base64(${sql})`);
    case 'date':
      return dateText(sql);
    case 'timestamp':
      if (type.precision > 6 || (type.precision > 3 && !parametricDatetime)) return undefined;
      return timestampText(sql, helper(`CAST(${sql} AS VARCHAR)`), parametricDatetime ? type.precision : 3);
    default:
      return undefined;
  }
}

function dateText(sql: string): string {
  const near = `${sql} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'`;
  const far = infinite(sql, '-5877641-06-24', '+5881580-07-11', farDate(sql));
  return `CASE WHEN ${near} THEN ${quoted(`CAST(${sql} AS VARCHAR)`)} WHEN ${sql} IS NULL THEN 'null' ELSE ${quoted(far)} END`;
}

/** `text` is the engine's text of the same moment: seconds without a fraction when it is zero, and the fraction without its last zeros. */
function timestampText(sql: string, text: string, digits: number): string {
  const isPlain = digits === 0 || digits === 3 || digits === 6;
  const format = digits === 0 ? '%H:%M:%S' : `%H:%M:%S.${digits === 3 ? '%g' : '%f'}`;
  const timeOfDay = isPlain ? `strftime(${sql}, '${format}')` : `strftime(${sql}, '${format}')[:-${7 - digits}]`;
  const fraction = (micros: string): string => (digits === 0 ? '' : `.${micros.slice(0, digits)}`);
  const least = `-290308-12-21 19:59:05${fraction('224193')}`;
  const greatest = `+294247-01-10 04:00:54${fraction('775807')}`;
  const inRange = `${sql} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'`;
  const padded = `rpad(${text}, ${SECOND_LENGTH + 1 + digits}, '0')`;
  const whole = quoted(text, `'${fraction('000000')}'`);
  const near = digits === 0 ? quoted(text) : `CASE WHEN strlen(${text}) = ${SECOND_LENGTH} THEN ${whole} ELSE ${quoted(padded)} END`;
  const far = infinite(sql, least, greatest, `${farDate(sql)} || ' ' || ${timeOfDay}`);
  return `CASE WHEN ${inRange} THEN ${near} WHEN ${sql} IS NULL THEN 'null' ELSE ${quoted(far)} END`;
}

const SECOND_LENGTH = 'yyyy-MM-dd HH:mm:ss'.length;

/** Two values are infinite to the engine, which are days and moments like others here. */
function infinite(sql: string, least: string, greatest: string, finite: string): string {
  return `CASE WHEN isinf(${sql}) THEN CASE WHEN ${sql} < '1970-01-01' THEN '${least}' ELSE '${greatest}' END ELSE ${finite} END`;
}

/** The date where the engine would write it otherwise. */
function farDate(sql: string): string {
  const sign = `CASE WHEN year(${sql}) < 0 THEN '-' WHEN year(${sql}) > 9999 THEN '+' ELSE '' END`;
  return `printf('%s%04d-%02d-%02d', ${sign}, abs(year(${sql})), month(${sql}), day(${sql}))`;
}
