import type { Location } from '../../../spi/trinoError.ts';
import type { IntervalField } from './expressions.ts';
import type { Identifier, Node } from './node.ts';

export type DataType = GenericDataType | RowDataType | DateTimeDataType | IntervalDataType;
/** varchar(10), decimal(38,0), array(bigint), double precision, INT ARRAY… `name` is as written. */
export interface GenericDataType extends Node {
  readonly kind: 'genericType';
  readonly name: Identifier;
  readonly arguments: readonly (DataType | { readonly kind: 'numericParameter'; readonly text: string; readonly location: Location })[];
}
export interface RowDataType extends Node {
  readonly kind: 'rowType';
  readonly fields: readonly { readonly name?: Identifier; readonly type: DataType; readonly location: Location }[];
}
export interface DateTimeDataType extends Node {
  readonly kind: 'dateTimeType';
  readonly base: 'TIME' | 'TIMESTAMP';
  readonly withTimeZone: boolean;
  /** A type parameter's name in a function's signature, else digits. */
  readonly precision?: string;
}
export interface IntervalDataType extends Node {
  readonly kind: 'intervalType';
  readonly from: IntervalField;
  readonly to: IntervalField;
}
