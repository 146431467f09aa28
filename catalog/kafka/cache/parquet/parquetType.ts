import type { Type } from '../../../../spi/type.ts';
import type { ThriftWriter } from './thriftWriter.ts';

const BOOLEAN = 0;
const INT32 = 1;
const INT64 = 2;
const FLOAT = 4;
const DOUBLE = 5;
const BYTE_ARRAY = 6;

/** How the values of a column lie in a Parquet file: PLAIN, in the layouts of spi/page.ts. */
export interface ParquetType {
  readonly physical: number;
  /** How wide a value is; 'bits' for booleans, 'bytes' for what has a length of its own. */
  readonly width: 4 | 8 | 'bits' | 'bytes';
  /** Bytes that must be UTF-8, or the engine refuses the file. */
  readonly utf8: boolean;
  /** Writes the members of SchemaElement from converted_type on. */
  readonly annotate?: (element: ThriftWriter) => void;
}

const INT_8 = 15;
const INT_16 = 16;
const DATE = 6;
const DECIMAL = 5;
const UTF8 = 0;

const converted =
  (type: number): NonNullable<ParquetType['annotate']> =>
  (element) =>
    element.i32(6, type);

/** LogicalType 8: TIMESTAMP { isAdjustedToUTC: false, unit: MICROS }. The converted type alone would mean an instant. */
function localMicros(element: ThriftWriter): void {
  element.struct(10, () =>
    element.struct(8, () => {
      element.bool(1, false);
      element.struct(2, () => element.struct(2, () => {}));
    }),
  );
}

/** undefined: a type whose values do not lie flat in pages; it is not kept. */
export function parquetType(type: Type): ParquetType | undefined {
  switch (type.kind) {
    case 'boolean':
      return { physical: BOOLEAN, width: 'bits', utf8: false };
    case 'tinyint':
      return { physical: INT32, width: 4, utf8: false, annotate: converted(INT_8) };
    case 'smallint':
      return { physical: INT32, width: 4, utf8: false, annotate: converted(INT_16) };
    case 'integer':
      return { physical: INT32, width: 4, utf8: false };
    case 'date':
      return { physical: INT32, width: 4, utf8: false, annotate: converted(DATE) };
    case 'bigint':
    case 'time':
      return { physical: INT64, width: 8, utf8: false };
    case 'timestamp':
      return type.precision > 6 ? undefined : { physical: INT64, width: 8, utf8: false, annotate: localMicros };
    case 'decimal': {
      const annotate = (element: ThriftWriter): void => {
        element.i32(6, DECIMAL);
        element.i32(7, type.scale);
        element.i32(8, type.precision);
      };
      return type.precision > 18 ? undefined : { physical: INT64, width: 8, utf8: false, annotate };
    }
    case 'real':
      return { physical: FLOAT, width: 4, utf8: false };
    case 'double':
      return { physical: DOUBLE, width: 8, utf8: false };
    case 'varchar':
    case 'json':
      return { physical: BYTE_ARRAY, width: 'bytes', utf8: true, annotate: converted(UTF8) };
    case 'varbinary':
      return { physical: BYTE_ARRAY, width: 'bytes', utf8: false };
    default:
      return undefined;
  }
}
