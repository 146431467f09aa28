import { type Type, VARCHAR } from '../../../../spi/type.ts';
import { doubleText, realText } from '../../../function/javaNumberText.ts';
import { physicalType } from '../../physicalType.ts';
import { bind, type EmitContext } from '../implementation.ts';

type IntegerKind = 'tinyint' | 'smallint' | 'integer' | 'bigint';
const INTEGERS: readonly Type['kind'][] = ['tinyint', 'smallint', 'integer', 'bigint'];
const BITS: Readonly<Record<IntegerKind, bigint>> = { tinyint: 8n, smallint: 16n, integer: 32n, bigint: 64n };

const isInteger = (kind: Type['kind']): kind is IntegerKind => INTEGERS.includes(kind);
/** A double beyond this rounds to an infinite real. */
const REAL_OVERFLOW = '3.4028235677973366e38';

/** Between booleans and numbers in SQL; undefined: another pair. */
export function emitNumericCast(sql: string, from: Type, to: Type, context: EmitContext): string | undefined {
  const physical = physicalType(to);
  if (from.kind === 'boolean') return isNumeric(to) ? fromBoolean(sql, to, physical) : undefined;
  if (!isNumeric(from)) return undefined;
  if (to.kind === 'boolean') return `(${sql} <> 0)`;
  if (isInteger(to.kind)) return toInteger(sql, from, to.kind, context);
  switch (to.kind) {
    case 'double':
      return from.kind === 'decimal' ? decimalToDouble(sql, from) : `CAST(${sql} AS DOUBLE)`;
    case 'real':
      return toReal(sql, from);
    case 'decimal':
      return toDecimal(sql, from, to, context);
    default:
      return undefined;
  }
}

function isNumeric(type: Type): boolean {
  return isInteger(type.kind) || type.kind === 'real' || type.kind === 'double' || type.kind === 'decimal';
}

function fromBoolean(sql: string, to: Type, physical: string): string | undefined {
  // Trino gives 1.0 as decimal(1,1), a value that its own type does not hold
  if (to.kind === 'decimal' && to.precision === to.scale) return undefined;
  return `CAST(CAST(${sql} AS TINYINT) AS ${physical})`;
}

function toInteger(sql: string, from: Type, kind: IntegerKind, context: EmitContext): string | undefined {
  const physical = physicalType({ kind });
  const limit = 2n ** (BITS[kind] - 1n);
  if (isInteger(from.kind)) {
    if (INTEGERS.indexOf(from.kind) <= INTEGERS.indexOf(kind)) return `CAST(${sql} AS ${physical})`;
    return bind(context, sql, (x) => {
      const failure = context.fail('NUMERIC_VALUE_OUT_OF_RANGE', `'Out of range for ${kind}: ' || ${x}`, { kind });
      return `CASE WHEN ${x} NOT BETWEEN ${-limit} AND ${limit - 1n} THEN ${failure} ELSE CAST(${x} AS ${physical}) END`;
    });
  }
  if (from.kind === 'decimal') {
    if (from.precision > 18) return undefined;
    if (from.precision - from.scale < ([2, 4, 9, 18][INTEGERS.indexOf(kind)] ?? 0)) return `CAST(${sql} AS ${physical})`;
    return bind(context, sql, (x) => {
      const rounded = `CAST(${x} AS BIGINT)`;
      const failure = context.fail('INVALID_CAST_ARGUMENT', `'Cannot cast ''' || ${rounded} || ''' to ${kind.toUpperCase()}'`, { kind });
      return `CASE WHEN ${rounded} NOT BETWEEN ${-limit} AND ${limit - 1n} THEN ${failure} ELSE CAST(${rounded} AS ${physical}) END`;
    });
  }
  return from.kind === 'double' || kind !== 'bigint' ? floatToInteger(sql, from, kind, context) : undefined;
}

function floatToInteger(sql: string, from: Type, kind: IntegerKind, context: EmitContext): string {
  const physical = physicalType({ kind });
  const size = 2 ** (Number(BITS[kind]) - 1);
  return bind(context, sql, (x) => {
    const text = javaText(x, from, context);
    const rounded = `round(CAST(${x} AS DOUBLE))`;
    const message = kind === 'bigint' ? `'Unable to cast ' || ${text} || ' to bigint'` : `'Out of range for ${kind}: ' || ${text}`;
    const outside = context.fail(kind === 'bigint' ? 'INVALID_CAST_ARGUMENT' : 'NUMERIC_VALUE_OUT_OF_RANGE', message, { kind });
    const nan =
      kind === 'bigint' ? '' : `WHEN isnan(${x}) THEN ${context.fail('INVALID_CAST_ARGUMENT', `'Cannot cast ${from.kind} NaN to ${kind}'`, { kind })} `;
    return `CASE ${nan}WHEN NOT (${rounded} >= ${-size} AND ${rounded} < ${size}) THEN ${outside} ELSE CAST(${rounded} AS ${physical}) END`;
  });
}

/** The text of Java's Double.toString in SQL, for messages. */
function javaText(sql: string, type: Type, context: EmitContext): string {
  const evaluate = type.kind === 'real' ? (x: unknown) => realText(Number(x)) : (x: unknown) => doubleText(Number(x));
  return context.udf({ name: 'java_text', parameterTypes: [type], returnType: VARCHAR, nulls: 'propagate', evaluate })(sql);
}

/** Trino divides the unscaled value; up to 15 digits DuckDB does the same. */
function decimalToDouble(sql: string, from: Type & { kind: 'decimal' }): string | undefined {
  return from.precision <= 15 ? `CAST(${sql} AS DOUBLE)` : undefined;
}

function toReal(sql: string, from: Type): string | undefined {
  if (from.kind === 'decimal') return undefined;
  if (from.kind !== 'double') return `CAST(${sql} AS FLOAT)`;
  return `CASE WHEN abs(${sql}) < ${REAL_OVERFLOW} OR isnan(${sql}) THEN CAST(${sql} AS FLOAT) WHEN ${sql} > 0 THEN CAST('inf' AS FLOAT) WHEN ${sql} < 0 THEN CAST('-inf' AS FLOAT) END`;
}

function toDecimal(sql: string, from: Type, to: Type & { kind: 'decimal' }, context: EmitContext): string | undefined {
  if (from.kind === 'real' || from.kind === 'double') return undefined;
  const physical = physicalType(to);
  const integral = to.precision - to.scale;
  if (from.kind === 'decimal') {
    const needed = from.precision - from.scale + (from.scale > to.scale ? 1 : 0);
    if (integral >= needed) return `CAST(${sql} AS ${physical})`;
    return guarded(sql, physical, `DECIMAL(${from.precision}, ${from.scale})`, to, context);
  }
  const digits = [3, 5, 10, 19][INTEGERS.indexOf(from.kind)] ?? 19;
  if (integral >= digits) return `CAST(${sql} AS ${physical})`;
  return guarded(sql, physical, from.kind.toUpperCase(), to, context);
}

function guarded(sql: string, physical: string, shownFrom: string, to: Type & { kind: 'decimal' }, context: EmitContext): string {
  return bind(context, sql, (x) => {
    const message = `'Cannot cast ${shownFrom} ''' || regexp_replace(CAST(${x} AS VARCHAR), '^(-?)\\.', '\\10.') || ''' to DECIMAL(${to.precision}, ${to.scale})'`;
    return `CASE WHEN ${x} IS NOT NULL THEN coalesce(TRY_CAST(${x} AS ${physical}), ${context.fail('INVALID_CAST_ARGUMENT', message, to)}) END`;
  });
}
