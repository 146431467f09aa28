import type { ComparisonOperator } from '../../spi/expression.ts';
import { BOOLEAN, type Type } from '../../spi/type.ts';
import { bind, type EmitContext } from './functions/implementation.ts';

/** Whether DuckDB groups, joins and orders values of the type as Trino does, just as they are. */
export function isPlainlyComparable(type: Type): boolean {
  switch (type.kind) {
    case 'timestamp with time zone':
    case 'time with time zone':
      return false;
    case 'array':
      return isPlainlyComparable(type.element);
    case 'map':
      return false;
    case 'row':
      return type.fields.every((field) => isPlainlyComparable(field.type));
    default:
      return true;
  }
}

/**
 * A form of the value by which DuckDB groups, tells distinct and orders as Trino does: instants without their zones, maps
 * with sorted keys. NULL stays NULL. NaN is equal to itself here, as it is in Trino's grouping.
 */
export function comparableForm(sql: string, type: Type, context: EmitContext): string {
  if (isPlainlyComparable(type)) return sql;
  switch (type.kind) {
    case 'timestamp with time zone':
      return type.precision <= 6
        ? `struct_extract(${sql}, 't')`
        : `CASE WHEN ${sql} IS NOT NULL THEN {'t': struct_extract(${sql}, 't'), 'p': struct_extract(${sql}, 'picos')} END`;
    case 'time with time zone':
      return `((struct_extract(${sql}, 'picos') - CAST(struct_extract(${sql}, 'z') AS BIGINT) * 60000000000000 + 86400000000000000) % 86400000000000000)`;
    case 'array': {
      const item = context.freshName();
      return `list_transform(${sql}, lambda ${item}: ${comparableForm(item, type.element, context)})`;
    }
    case 'map': {
      const item = context.freshName();
      const entry = (part: string, of: Type) => comparableForm(`struct_extract(${item}, '${part}')`, of, context);
      return `list_sort(list_transform(map_entries(${sql}), lambda ${item}: {'k': ${entry('key', type.key)}, 'v': ${entry('value', type.value)}}))`;
    }
    case 'row':
      return bind(context, sql, (row) => {
        const fields = type.fields.map((field, i) => `'f${i}': ${comparableForm(`struct_extract(${row}, 'f${i}')`, field.type, context)}`);
        return `CASE WHEN ${row} IS NOT NULL THEN {${fields.join(', ')}} END`;
      });
    default:
      return sql;
  }
}

/** A form for an equality in a join: NaN, which is equal to nothing, becomes NULL. */
export function joinKeyForm(sql: string, type: Type, context: EmitContext): string {
  if (type.kind === 'double') return `nullif(${sql}, CAST('nan' AS DOUBLE))`;
  if (type.kind === 'real') return `nullif(${sql}, CAST('nan' AS FLOAT))`;
  return comparableForm(sql, type, context);
}

/** Whether equality of the forms is all there is to Trino's equality: no NULL and no NaN within. */
export function isScalar(type: Type): boolean {
  return type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'row';
}

export interface Operand {
  readonly sql: string;
  /** A constant that is neither NULL nor NaN needs no guard. */
  readonly ordinary?: boolean;
}

/** A comparison with Trino's answer for NULL, NaN, zones and nested values. */
export function compare(operator: ComparisonOperator, left: Operand, right: Operand, type: Type, context: EmitContext): string {
  if (type.kind === 'double' || type.kind === 'real') return compareFloats(operator, left, right);
  if (isScalar(type) || operator === 'IS DISTINCT FROM') {
    return `(${comparableForm(left.sql, type, context)} ${operator} ${comparableForm(right.sql, type, context)})`;
  }
  if (operator === '=') return nestedEquals(left.sql, right.sql, type, context);
  if (operator === '<>') return `(NOT ${nestedEquals(left.sql, right.sql, type, context)})`;
  return nestedOrder(operator, left.sql, right.sql, type, context);
}

/** DuckDB takes NaN for equal to itself and greater than all else; in Trino every comparison with it is false, but NULL with NULL. */
function compareFloats(operator: ComparisonOperator, left: Operand, right: Operand): string {
  const plain = `${left.sql} ${operator} ${right.sql}`;
  const rightNaN = left.ordinary ? `isnan(${right.sql})` : `(isnan(${right.sql}) AND ${left.sql} IS NOT NULL)`;
  const leftNaN = right.ordinary ? `isnan(${left.sql})` : `(isnan(${left.sql}) AND ${right.sql} IS NOT NULL)`;
  switch (operator) {
    case 'IS DISTINCT FROM':
      return `(${plain})`;
    case '=':
      return left.ordinary || right.ordinary ? `(${plain})` : `(${plain} AND NOT (isnan(${left.sql}) AND isnan(${right.sql})))`;
    case '<>':
      return left.ordinary || right.ordinary ? `(${plain})` : `(${plain} OR (isnan(${left.sql}) AND isnan(${right.sql})))`;
    case '<':
    case '<=':
      return right.ordinary ? `(${plain})` : `(${plain} AND NOT ${rightNaN})`;
    case '>':
    case '>=':
      return left.ordinary ? `(${plain})` : `(${plain} AND NOT ${leftNaN})`;
  }
}

function nestedEquals(left: string, right: string, type: Type, context: EmitContext): string {
  return bind(context, left, (l) =>
    bind(context, right, (r) => {
      switch (type.kind) {
        case 'row':
          return `(${type.fields
            .map((field, i) => compare('=', { sql: `struct_extract(${l}, 'f${i}')` }, { sql: `struct_extract(${r}, 'f${i}')` }, field.type, context))
            .join(' AND ')})`;
        case 'array': {
          const i = context.freshName();
          const equal = compare('=', { sql: `(${l})[${i}]` }, { sql: `(${r})[${i}]` }, type.element, context);
          return allOf(`len(${l}) <> len(${r})`, `list_transform(range(1, len(${l}) + 1), lambda ${i}: ${equal})`, l, r, context);
        }
        case 'map': {
          const key = context.freshName();
          const found = `list_contains(map_keys(${r}), ${key})`;
          const equal = compare('=', { sql: `(${l})[${key}]` }, { sql: `(${r})[${key}]` }, type.value, context);
          return allOf(
            `cardinality(${l}) <> cardinality(${r})`,
            `list_transform(map_keys(${l}), lambda ${key}: CASE WHEN ${found} THEN ${equal} ELSE false END)`,
            l,
            r,
            context,
          );
        }
        default:
          return compare('=', { sql: l }, { sql: r }, type, context);
      }
    }),
  );
}

/** false when any is false, else NULL when any is NULL, else true. */
function allOf(differs: string, answers: string, left: string, right: string, context: EmitContext): string {
  const verdict = bind(context, answers, (a) => `CASE WHEN list_contains(${a}, false) THEN false WHEN len(${a}) <> list_count(${a}) THEN NULL ELSE true END`);
  return `(CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL WHEN ${differs} THEN false ELSE ${verdict} END)`;
}

/** The first difference decides; a NULL that is met before is an error. */
function nestedOrder(operator: ComparisonOperator, left: string, right: string, type: Type, context: EmitContext): string {
  return bind(context, left, (l) =>
    bind(context, right, (r) => {
      if (type.kind === 'row')
        return rowOrder(
          operator,
          l,
          r,
          type.fields.map((field) => field.type),
          context,
        );
      if (type.kind === 'array') return arrayOrder(operator, l, r, type.element, context);
      return `(${comparableForm(l, type, context)} ${operator} ${comparableForm(r, type, context)})`;
    }),
  );
}

const noOrder = (what: 'ROW' | 'ARRAY', context: EmitContext, type = BOOLEAN): string =>
  context.fail('NOT_SUPPORTED', `'${what} comparison not supported for ${what === 'ROW' ? 'fields' : 'arrays'} with null elements'`, type);

function rowOrder(operator: ComparisonOperator, left: string, right: string, types: readonly Type[], context: EmitContext): string {
  const branches = types.map((type, i) => {
    const [l, r] = [`struct_extract(${left}, 'f${i}')`, `struct_extract(${right}, 'f${i}')`];
    const differs = `${comparableForm(l, type, context)} <> ${comparableForm(r, type, context)}`;
    return `WHEN ${l} IS NULL OR ${r} IS NULL THEN ${noOrder('ROW', context)} WHEN ${differs} THEN ${compare(operator, { sql: l }, { sql: r }, type, context)}`;
  });
  return `(CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL ${branches.join(' ')} ELSE ${operator.includes('=')} END)`;
}

function arrayOrder(operator: ComparisonOperator, left: string, right: string, element: Type, context: EmitContext): string {
  const at = context.freshName();
  const [l, r] = [`(${left})[${at}]`, `(${right})[${at}]`];
  const decisive = `${l} IS NULL OR ${r} IS NULL OR ${comparableForm(l, element, context)} <> ${comparableForm(r, element, context)}`;
  const places = `list_filter(range(1, least(len(${left}), len(${right})) + 1), lambda ${at}: ${decisive})`;
  const verdict = bind(context, `(${places})[1]`, (place) => {
    const [a, b] = [`(${left})[${place}]`, `(${right})[${place}]`];
    const atPlace = `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN ${noOrder('ARRAY', context)} ELSE ${compare(operator, { sql: a }, { sql: b }, element, context)} END`;
    return `CASE WHEN ${place} IS NULL THEN len(${left}) ${operator} len(${right}) ELSE ${atPlace} END`;
  });
  return `(CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL ELSE ${verdict} END)`;
}

/** A key by which to order. Trino raises an error when a NULL within decides; here wherever it is. */
export function orderKey(sql: string, type: Type, context: EmitContext): string {
  const form = comparableForm(sql, type, context);
  if (type.kind !== 'row' && type.kind !== 'array') return form;
  const hasNull = type.kind === 'row' ? type.fields.map((_, i) => `struct_extract(${sql}, 'f${i}') IS NULL`).join(' OR ') : `len(${sql}) <> list_count(${sql})`;
  const failure = comparableForm(noOrder(type.kind === 'row' ? 'ROW' : 'ARRAY', context, type), type, context);
  return `CASE WHEN ${sql} IS NOT NULL AND (${hasNull}) THEN ${failure} ELSE ${form} END`;
}
