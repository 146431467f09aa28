import { unreachable } from '../../../spi/trinoError.ts';
import type { DataType, RowDataType } from '../ast.ts';
import { formatIdentifier } from './formatNames.ts';

export function formatType(type: DataType): string {
  switch (type.kind) {
    case 'genericType': {
      const parameters = type.arguments.map((argument) => (argument.kind === 'numericParameter' ? argument.text : formatType(argument)));
      return formatIdentifier(type.name) + (parameters.length > 0 ? `(${parameters.join(', ')})` : '');
    }
    case 'rowType':
      return `ROW(${type.fields.map(formatField).join(', ')})`;
    case 'dateTimeType':
      return `${type.base.toLowerCase()}${type.precision === undefined ? '' : `(${type.precision})`}${type.withTimeZone ? ' with time zone' : ''}`;
    case 'intervalType':
      return type.from === type.to ? `INTERVAL ${type.from}` : `INTERVAL ${type.from} TO ${type.to}`;
    default:
      return unreachable(type);
  }
}

function formatField({ name, type }: RowDataType['fields'][number]): string {
  return name === undefined ? formatType(type) : `${formatIdentifier(name)} ${formatType(type)}`;
}
