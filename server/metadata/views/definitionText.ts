import type { ViewDefinition } from '../../../spi/connector.ts';
import type { MaterializedRefresh, MaterializedViewDefinition } from '../../../spi/materializedView.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { toType } from '../../function/dataType.ts';
import { sqlTypeName } from '../../function/sqlTypeName.ts';
import { parseType } from '../../sql/parser/parser.ts';

interface StoredDefinition extends Omit<MaterializedViewDefinition, 'columns' | 'properties'> {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment?: string }[];
  readonly properties?: readonly (readonly [string, Value])[];
  readonly refresh?: MaterializedRefresh;
}

/** A type in SQL, to be read again. */
export const typeText = (type: Type): string => sqlTypeName(type, { parametricDatetime: true, row: 'row' });

/** A definition as the store keeps it: JSON, with types by their name. */
export function definitionText(definition: ViewDefinition | MaterializedViewDefinition): string {
  const columns = definition.columns.map((column) => ({ ...column, type: typeText(column.type) }));
  const properties = 'properties' in definition ? { properties: [...definition.properties] } : {};
  return JSON.stringify({ ...definition, columns, ...properties });
}

/** The store's own text comes back: what definitionText wrote is trusted. */
export function parseDefinition(text: string): MaterializedViewDefinition {
  const stored = JSON.parse(text) as StoredDefinition;
  const columns = stored.columns.map((column) => ({ ...column, type: toType(parseType(column.type)) }));
  return { ...stored, columns, properties: new Map(stored.properties ?? []) };
}
