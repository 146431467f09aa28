import { type Type, UNBOUNDED_VARCHAR_LENGTH, VARCHAR } from '../../../../spi/type.ts';
import { physicalType } from '../../physicalType.ts';
import { castUdf, roundMicros } from './cast.ts';
import { bind, type EmitContext } from '../implementation.ts';

/** To and from text in SQL, where DuckDB's answer is Trino's; undefined: another pair. */
export function emitTextCast(sql: string, from: Type, to: Type, context: EmitContext): string | undefined {
  if (to.kind === 'varchar') return toVarchar(sql, from, to.length, context);
  if (to.kind === 'char') return toChar(sql, from, to.length);
  if (from.kind === 'varchar') return fromVarchar(sql, to, context);
  return undefined;
}

const INTEGER_TEXT_LENGTHS: Readonly<Partial<Record<Type['kind'], number>>> = { tinyint: 4, smallint: 6, integer: 11, bigint: 20 };

function toVarchar(sql: string, from: Type, length: number | undefined, context: EmitContext): string | undefined {
  switch (from.kind) {
    case 'varchar':
      return length === undefined || (from.length ?? UNBOUNDED_VARCHAR_LENGTH) <= length ? sql : `left(${sql}, ${length})`;
    case 'char': {
      const padded = paddedChar(sql, from.length);
      return length === undefined || length >= from.length ? padded : `left(${padded}, ${length})`;
    }
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return (length ?? 20) >= (INTEGER_TEXT_LENGTHS[from.kind] ?? 20) ? `CAST(${sql} AS VARCHAR)` : undefined;
    case 'boolean':
      return (length ?? 5) >= 5 ? `CAST(${sql} AS VARCHAR)` : undefined;
    case 'decimal':
      if (length !== undefined && length < from.precision + 3) return undefined;
      // DuckDB leaves out the zero before the point when the type has no digit there
      return from.precision > from.scale ? `CAST(${sql} AS VARCHAR)` : `regexp_replace(CAST(${sql} AS VARCHAR), '^(-?)\\.', '\\10.')`;
    case 'date':
      if (length !== undefined && length < 10) return undefined;
      return bind(context, sql, (x) => `CASE WHEN year(${x}) BETWEEN 1 AND 9999 THEN CAST(${x} AS VARCHAR) ELSE ${castUdf(x, from, VARCHAR, context)} END`);
    case 'timestamp':
      if (from.precision > 6 || (length !== undefined && length < 20 + from.precision)) return undefined;
      return bind(
        context,
        sql,
        (x) => `CASE WHEN year(${x}) BETWEEN 1 AND 9999 THEN ${timestampSql(x, from.precision)} ELSE ${castUdf(x, from, VARCHAR, context)} END`,
      );
    case 'uuid':
      return `CAST(${sql} AS VARCHAR)`;
    default:
      return undefined;
  }
}

function timestampSql(sql: string, precision: number): string {
  if (precision === 0) return `strftime(${sql}, '%Y-%m-%d %H:%M:%S')`;
  return precision === 6 ? `strftime(${sql}, '%Y-%m-%d %H:%M:%S.%f')` : `left(strftime(${sql}, '%Y-%m-%d %H:%M:%S.%f'), ${20 + precision})`;
}

/** A char(n) with its trailing blanks, which its physical form leaves out. */
function paddedChar(sql: string, length: number): string {
  return `rpad(${sql}, ${length}, ' ')`;
}

function toChar(sql: string, from: Type, length: number): string | undefined {
  if (from.kind === 'char') return from.length <= length ? sql : `rtrim(left(${sql}, ${length}), ' ')`;
  return from.kind === 'varchar' ? `rtrim(left(${sql}, ${length}), ' ')` : undefined;
}

/** Plain digits take the fast way; all else is read in TypeScript. */
const PLAIN: Readonly<Partial<Record<Type['kind'], string>>> = {
  tinyint: '[+-]?[0-9]{1,2}',
  smallint: '[+-]?[0-9]{1,4}',
  integer: '[+-]?[0-9]{1,9}',
  bigint: '[+-]?[0-9]{1,18}',
  double: '-?[0-9]{1,15}(\\.[0-9]{1,15})?',
};

function fromVarchar(sql: string, to: Type, context: EmitContext): string | undefined {
  const plain = PLAIN[to.kind];
  if (plain !== undefined) {
    return bind(
      context,
      sql,
      (x) => `CASE WHEN regexp_full_match(${x}, '${plain}') THEN CAST(${x} AS ${physicalType(to)}) ELSE ${castUdf(x, VARCHAR, to, context)} END`,
    );
  }
  if (to.kind === 'timestamp' && to.precision <= 6) {
    const pattern = '[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?';
    const read = (x: string): string => (to.precision === 6 ? `TRY_CAST(${x} AS TIMESTAMP)` : roundMicros(`TRY_CAST(${x} AS TIMESTAMP)`, to.precision));
    return bind(
      context,
      sql,
      (x) =>
        `CASE WHEN regexp_full_match(${x}, '${pattern}') THEN coalesce(${read(x)}, ${castUdf(x, VARCHAR, to, context)}) ELSE ${castUdf(x, VARCHAR, to, context)} END`,
    );
  }
  if (to.kind === 'date') {
    return bind(
      context,
      sql,
      (x) =>
        `CASE WHEN regexp_full_match(${x}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN coalesce(TRY_CAST(${x} AS DATE), ${castUdf(x, VARCHAR, to, context)}) ELSE ${castUdf(x, VARCHAR, to, context)} END`,
    );
  }
  return undefined;
}
