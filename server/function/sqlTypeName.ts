import { type Type, typeId } from '../../spi/type.ts';
import { RESERVED_KEYWORDS } from '../sql/tokens.ts';

const RESERVED: ReadonlySet<string> = new Set(RESERVED_KEYWORDS);

export interface SqlTypeNameOptions {
  /** Without the client's capability PARAMETRIC_DATETIME times and timestamps have no precision. */
  readonly parametricDatetime: boolean;
  /** `row` in the columns of a result, `ROW` in SHOW CREATE. */
  readonly row: 'row' | 'ROW';
}

/** A type as SQL that can be read again: `decimal(2, 1)`, `row("select" integer)`, `INTERVAL DAY TO SECOND`. */
export function sqlTypeName(type: Type, options: SqlTypeNameOptions): string {
  const nested = (it: Type): string => sqlTypeName(it, options);
  const precise = (name: string, precision: number): string => (options.parametricDatetime ? `${name}(${precision})` : name);
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'time':
    case 'timestamp':
      return precise(type.kind, type.precision);
    case 'time with time zone':
      return `${precise('time', type.precision)} with time zone`;
    case 'timestamp with time zone':
      return `${precise('timestamp', type.precision)} with time zone`;
    case 'array':
      return `array(${nested(type.element)})`;
    case 'map':
      return `map(${nested(type.key)}, ${nested(type.value)})`;
    case 'row':
      return `${options.row}(${type.fields.map(({ name, type: field }) => (name === undefined ? '' : `${fieldName(name)} `) + nested(field)).join(', ')})`;
    case 'interval day to second':
    case 'interval year to month':
      return type.kind.toUpperCase();
    default:
      return typeId(type);
  }
}

function fieldName(name: string): string {
  return /^[a-z][a-z0-9_]*$/i.test(name) && !RESERVED.has(name.toUpperCase()) ? name : `"${name.replaceAll('"', '""')}"`;
}
