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
      run.push(`coalesce(${text}, 'null')`);
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

const quoted = (text: string): string => `'"' || ${text} || '"'`;

function jsonText({ sql, type }: RowColumn, { parametricDatetime, uncheckedText }: RowTextOptions, helper: (expression: string) => string): string | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return `CAST(${sql} AS VARCHAR)`;
    case 'decimal':
      // of .5 the engine leaves out the zero
      return type.precision > type.scale ? quoted(`CAST(${sql} AS VARCHAR)`) : undefined;
    case 'double':
      return doubleJsonSql(sql, helper(`CAST(${sql} AS VARCHAR)`));
    case 'uuid':
      return quoted(`CAST(${sql} AS VARCHAR)`);
    case 'varchar':
    case 'json':
      return uncheckedText ? undefined : `CAST(to_json(${sql}) AS VARCHAR)`;
    case 'varbinary':
      return quoted(`to_base64(${sql})`);
    case 'date':
      return quoted(dateText(sql));
    case 'timestamp':
      if (type.precision > 6 || (type.precision > 3 && !parametricDatetime)) return undefined;
      return quoted(timestampText(sql, parametricDatetime ? type.precision : 3));
    default:
      return undefined;
  }
}

function dateText(sql: string): string {
  const near = `${sql} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'`;
  const far = infinite(sql, '-5877641-06-24', '+5881580-07-11', farDate(sql));
  return `CASE WHEN ${near} THEN CAST(${sql} AS VARCHAR) ELSE ${far} END`;
}

function timestampText(sql: string, digits: number): string {
  const isPlain = digits === 0 || digits === 3 || digits === 6;
  const format = digits === 0 ? '%H:%M:%S' : `%H:%M:%S.${digits === 3 ? '%g' : '%f'}`;
  const written = (pattern: string): string => (isPlain ? `strftime(${sql}, '${pattern}')` : `strftime(${sql}, '${pattern}')[:-${7 - digits}]`);
  const fraction = (micros: string): string => (digits === 0 ? '' : `.${micros.slice(0, digits)}`);
  const least = `-290308-12-21 19:59:05${fraction('224193')}`;
  const greatest = `+294247-01-10 04:00:54${fraction('775807')}`;
  const near = `${sql} BETWEEN TIMESTAMP '1000-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'`;
  const far = infinite(sql, least, greatest, `${farDate(sql)} || ' ' || ${written(format)}`);
  return `CASE WHEN ${near} THEN ${written(`%Y-%m-%d ${format}`)} ELSE ${far} END`;
}

/** Two values are infinite to the engine, which are days and moments like others here. */
function infinite(sql: string, least: string, greatest: string, finite: string): string {
  return `CASE WHEN isinf(${sql}) THEN CASE WHEN ${sql} < '1970-01-01' THEN '${least}' ELSE '${greatest}' END ELSE ${finite} END`;
}

/** The date where the engine would write it otherwise. */
function farDate(sql: string): string {
  const sign = `CASE WHEN year(${sql}) < 0 THEN '-' WHEN year(${sql}) > 9999 THEN '+' ELSE '' END`;
  return `printf('%s%04d-%02d-%02d', ${sign}, abs(year(${sql})), month(${sql}), day(${sql}))`;
}
