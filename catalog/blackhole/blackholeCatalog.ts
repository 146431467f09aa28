import type { SchemaTableName, ViewDefinition } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { BlackholeTable } from './blackholeTable.ts';

/** The names and shapes of tables that keep no rows. */
export class BlackholeCatalog {
  readonly schemas = new Set(['default']);
  readonly tables = new Map<string, BlackholeTable>();
  readonly views = new Map<string, ViewDefinition>();

  requireSchema(schema: string): void {
    if (!this.schemas.has(schema)) throw new TrinoError('NOT_FOUND', undefined, `Schema ${schema} not found`);
  }

  table(name: SchemaTableName): BlackholeTable {
    const table = this.tables.get(keyOf(name));
    if (table === undefined) throw new TrinoError('TABLE_NOT_FOUND', undefined, `Table '${name.schema}.${name.table}' not found`);
    return table;
  }

  view(name: SchemaTableName): ViewDefinition {
    const view = this.views.get(keyOf(name));
    if (view === undefined) throw new TrinoError('NOT_FOUND', undefined, `View '${name.schema}.${name.table}' not found`);
    return view;
  }
}

export const keyOf = (name: SchemaTableName): string => `${name.schema}\n${name.table}`;

export function nameOf(key: string): SchemaTableName {
  const [schema = '', table = ''] = key.split('\n', 2);
  return { schema, table };
}
