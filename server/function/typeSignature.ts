import { type Type, UNBOUNDED_VARCHAR_LENGTH } from '../../spi/type.ts';

/** `columns[].typeSignature` on the wire. */
export interface TypeSignature {
  readonly rawType: string;
  readonly arguments: readonly TypeSignatureArgument[];
}

export type TypeSignatureArgument =
  | { readonly kind: 'TYPE'; readonly value: TypeSignature }
  | { readonly kind: 'NAMED_TYPE'; readonly value: { readonly fieldName?: { readonly name: string }; readonly typeSignature: TypeSignature } }
  | { readonly kind: 'LONG'; readonly value: number };

/** Without the client's capability PARAMETRIC_DATETIME times and timestamps have no precision. */
export function typeSignature(type: Type, parametricDatetime: boolean): TypeSignature {
  const nested = (value: Type): TypeSignatureArgument => ({ kind: 'TYPE', value: typeSignature(value, parametricDatetime) });
  switch (type.kind) {
    case 'decimal':
      return { rawType: 'decimal', arguments: [long(type.precision), long(type.scale)] };
    case 'varchar':
      return { rawType: 'varchar', arguments: [long(type.length ?? UNBOUNDED_VARCHAR_LENGTH)] };
    case 'char':
      return { rawType: 'char', arguments: [long(type.length)] };
    case 'time':
    case 'time with time zone':
    case 'timestamp':
    case 'timestamp with time zone':
      return { rawType: type.kind, arguments: parametricDatetime ? [long(type.precision)] : [] };
    case 'array':
      return { rawType: 'array', arguments: [nested(type.element)] };
    case 'map':
      return { rawType: 'map', arguments: [nested(type.key), nested(type.value)] };
    case 'qdigest':
      return { rawType: 'qdigest', arguments: [nested(type.value)] };
    case 'row':
      return {
        rawType: 'row',
        arguments: type.fields.map((field) => ({
          kind: 'NAMED_TYPE',
          value: { ...(field.name === undefined ? {} : { fieldName: { name: field.name } }), typeSignature: typeSignature(field.type, parametricDatetime) },
        })),
      };
    case 'function':
      return { rawType: 'function', arguments: [...type.arguments, type.result].map(nested) };
    default:
      return { rawType: type.kind, arguments: [] };
  }
}

const long = (value: number): TypeSignatureArgument => ({ kind: 'LONG', value });
