import type { Location } from '../../../spi/trinoError.ts';
import type { Expression } from './expressions.ts';
import type { Identifier, Node } from './node.ts';
import type { DataType } from './types.ts';

export interface JsonPathInvocation extends Node {
  readonly input: Expression;
  readonly inputFormat: JsonFormat;
  readonly path: string;
  readonly pathLocation: Location;
  readonly pathName?: Identifier;
  readonly passing: readonly { readonly name: Identifier; readonly value: Expression; readonly format?: JsonFormat }[];
}
export type JsonFormat = 'JSON' | 'UTF8' | 'UTF16' | 'UTF32';
export interface JsonExists extends Node {
  readonly kind: 'jsonExists';
  readonly invocation: JsonPathInvocation;
  readonly errorBehavior: 'FALSE' | 'TRUE' | 'UNKNOWN' | 'ERROR';
}
export type JsonValueBehavior = 'NULL' | 'ERROR' | 'DEFAULT';
export interface JsonValue extends Node {
  readonly kind: 'jsonValue';
  readonly invocation: JsonPathInvocation;
  readonly returning?: DataType;
  readonly emptyBehavior: JsonValueBehavior;
  readonly emptyDefault?: Expression;
  readonly errorBehavior?: JsonValueBehavior;
  readonly errorDefault?: Expression;
}
export type JsonQueryBehavior = 'NULL' | 'ERROR' | 'EMPTY ARRAY' | 'EMPTY OBJECT';
export interface JsonQuery extends Node {
  readonly kind: 'jsonQuery';
  readonly invocation: JsonPathInvocation;
  readonly returning?: DataType;
  readonly outputFormat?: JsonFormat;
  readonly wrapper: 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL';
  readonly quotes?: 'KEEP' | 'OMIT';
  readonly emptyBehavior: JsonQueryBehavior;
  readonly errorBehavior?: JsonQueryBehavior;
}
export interface JsonObject extends Node {
  readonly kind: 'jsonObject';
  readonly members: readonly { readonly key: Expression; readonly value: Expression; readonly format?: JsonFormat; readonly location: Location }[];
  readonly nullOnNull: boolean;
  readonly uniqueKeys: boolean;
  readonly returning?: DataType;
  readonly outputFormat?: JsonFormat;
}
export interface JsonArray extends Node {
  readonly kind: 'jsonArray';
  readonly elements: readonly { readonly value: Expression; readonly format?: JsonFormat; readonly location: Location }[];
  readonly nullOnNull: boolean;
  readonly returning?: DataType;
  readonly outputFormat?: JsonFormat;
}
