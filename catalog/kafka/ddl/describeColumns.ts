import type { ColumnDefinition } from '../../../spi/connector.ts';
import { type Type, typeId } from '../../../spi/type.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { DescribedField } from '../description/tableDescription.ts';

const RAW_FORMATS: ReadonlyMap<Type['kind'], { readonly format: string; readonly size: number }> = new Map([
  ['bigint', { format: 'LONG', size: 8 }],
  ['integer', { format: 'INT', size: 4 }],
  ['smallint', { format: 'SHORT', size: 2 }],
  ['tinyint', { format: 'BYTE', size: 1 }],
  ['boolean', { format: 'BYTE', size: 1 }],
  ['double', { format: 'DOUBLE', size: 8 }],
]);

/** Where each column stands in the key or the message: as its properties say, or where the data format would have it. */
export function describeColumns(dataFormat: string, columns: readonly ColumnDefinition[]): DescribedField[] {
  const places = defaultPlaces(dataFormat, columns);
  return columns.map(({ name, type, comment, properties }, i) => {
    const property = (key: string): string | undefined => {
      const value = properties.get(key);
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const place = places[i];
    const mapping = property('mapping') ?? place?.mapping;
    const format = property('data_format') ?? place?.dataFormat;
    const formatHint = property('format_hint');
    if (mapping === undefined && place === undefined)
      throw new TrinoError('INVALID_COLUMN_PROPERTY', undefined, `Column '${name}' of type ${typeId(type)} needs a mapping: raw columns have fixed places`);
    return {
      name,
      type,
      ...(mapping === undefined ? {} : { mapping }),
      ...(format === undefined ? {} : { dataFormat: format }),
      ...(formatHint === undefined ? {} : { formatHint }),
      ...(comment === undefined ? {} : { comment }),
      hidden: false,
    };
  });
}

interface Place {
  readonly mapping?: string;
  readonly dataFormat?: string;
}

/** undefined: such a column has no place of its own. */
export function defaultPlaces(dataFormat: string, columns: readonly { readonly name: string; readonly type: Type }[]): readonly (Place | undefined)[] {
  switch (dataFormat) {
    case 'csv':
      return columns.map((_, i) => ({ mapping: String(i) }));
    case 'raw':
      return rawPlaces(columns);
    case 'json':
      // without a format a moment is neither read nor written
      return columns.map(({ name, type }) => (isTemporal(type) ? { mapping: name, dataFormat: 'iso8601' } : { mapping: name }));
    default:
      return columns.map(({ name }) => ({ mapping: name }));
  }
}

function rawPlaces(columns: readonly { readonly type: Type }[]): (Place | undefined)[] {
  if (columns.length === 1 && columns[0]?.type.kind === 'varchar') return [{}];
  let position: number | undefined = 0;
  return columns.map(({ type }) => {
    const fixed = RAW_FORMATS.get(type.kind);
    if (fixed === undefined || position === undefined) {
      position = undefined;
      return undefined;
    }
    const start: number = position;
    position += fixed.size;
    return { mapping: `${start}:${position}`, dataFormat: fixed.format };
  });
}

const isTemporal = ({ kind }: Type): boolean => kind === 'date' || kind.startsWith('time');
