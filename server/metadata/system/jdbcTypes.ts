import { type Type, UNBOUNDED_VARCHAR_LENGTH } from '../../../spi/type.ts';

/** java.sql.Types */
export function jdbcType(type: Type): number {
  switch (type.kind) {
    case 'boolean':
      return 16;
    case 'bigint':
      return -5;
    case 'integer':
      return 4;
    case 'smallint':
      return 5;
    case 'tinyint':
      return -6;
    case 'real':
      return 7;
    case 'double':
      return 8;
    case 'decimal':
      return 3;
    case 'varchar':
      return 12;
    case 'char':
      return 1;
    case 'varbinary':
      return -3;
    case 'time':
      return 92;
    case 'time with time zone':
      return 2013;
    case 'timestamp':
      return 93;
    case 'timestamp with time zone':
      return 2014;
    case 'date':
      return 91;
    case 'array':
      return 2003;
    default:
      return 2000;
  }
}

const fraction = (precision: number): number => (precision > 0 ? precision + 1 : 0);

/** Digits, characters, or the width of the text. */
export function columnSize(type: Type): bigint | null {
  switch (type.kind) {
    case 'bigint':
      return 19n;
    case 'integer':
      return 10n;
    case 'smallint':
      return 5n;
    case 'tinyint':
      return 3n;
    case 'decimal':
      return BigInt(type.precision);
    case 'real':
      return 24n;
    case 'double':
      return 53n;
    case 'varchar':
      return BigInt(type.length ?? UNBOUNDED_VARCHAR_LENGTH);
    case 'char':
      return BigInt(type.length);
    case 'varbinary':
      return BigInt(UNBOUNDED_VARCHAR_LENGTH);
    case 'time':
      return BigInt(8 + fraction(type.precision));
    case 'time with time zone':
      return BigInt(14 + fraction(type.precision));
    case 'timestamp':
      return BigInt(21 + fraction(type.precision));
    case 'timestamp with time zone':
      return BigInt(55 + fraction(type.precision));
    case 'date':
      return 14n;
    default:
      return null;
  }
}

export function decimalDigits(type: Type): bigint | null {
  switch (type.kind) {
    case 'decimal':
      return BigInt(type.scale);
    case 'time':
    case 'time with time zone':
    case 'timestamp':
    case 'timestamp with time zone':
      return BigInt(type.precision);
    default:
      return null;
  }
}

export function radix(type: Type): bigint | null {
  switch (type.kind) {
    case 'bigint':
    case 'integer':
    case 'smallint':
    case 'tinyint':
    case 'decimal':
      return 10n;
    case 'real':
    case 'double':
      return 2n;
    default:
      return null;
  }
}

export function octetLength(type: Type): bigint | null {
  return type.kind === 'varchar' || type.kind === 'char' || type.kind === 'varbinary' ? columnSize(type) : null;
}
