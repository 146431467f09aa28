import type { PropertyMetadata } from '../../../spi/connector.ts';
import type { StandardErrorName } from '../../../spi/errorCode.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { Property } from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatter.ts';
import type { TaskContext } from './task.ts';

export interface PropertyKind {
  readonly code: StandardErrorName;
  /** As in "Catalog 'memory' table property 'x' does not exist". */
  readonly what: string;
  readonly catalog: string;
  readonly known: readonly PropertyMetadata[];
}

/** Evaluates WITH (name = value, …), of several values of a name the last; undefined for DEFAULT. */
export function evaluateProperties(context: TaskContext, properties: readonly Property[], kind: PropertyKind): Map<string, Value | undefined> {
  const values = new Map<string, Value | undefined>();
  for (const property of properties) {
    const name = property.name.value.toLowerCase();
    const metadata = kind.known.find((candidate) => candidate.name === name);
    if (metadata === undefined) throw new TrinoError(kind.code, property.location, `Catalog '${kind.catalog}' ${kind.what} property '${name}' does not exist`);
    values.set(name, property.value === undefined ? undefined : evaluate(context, property, metadata, kind));
  }
  return values;
}

function evaluate(context: TaskContext, property: Property, metadata: PropertyMetadata, kind: PropertyKind): Value {
  if (property.value === undefined) return metadata.defaultValue;
  let value: Value;
  try {
    value = context.constant(property.value, metadata.type);
  } catch (cause) {
    const message = `Invalid value for catalog '${kind.catalog}' ${kind.what} property '${metadata.name}': Cannot convert [${formatExpression(property.value)}] to ${typeId(metadata.type)}`;
    throw new TrinoError(kind.code, property.location, message, { cause });
  }
  if (value === null)
    throw new TrinoError(kind.code, property.location, `Invalid null value for catalog '${kind.catalog}' ${kind.what} property '${metadata.name}' from [null]`);
  metadata.validate?.(value);
  return value;
}

/** As above with the defaults of what was not set. */
export function completeProperties(context: TaskContext, properties: readonly Property[], kind: PropertyKind): Map<string, Value> {
  const set = evaluateProperties(context, properties, kind);
  return new Map(kind.known.map((metadata) => [metadata.name, set.get(metadata.name) ?? metadata.defaultValue]));
}
