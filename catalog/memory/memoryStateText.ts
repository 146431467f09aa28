import type { SchemaTableName, ViewDefinition } from '../../spi/connector.ts';
import type { LanguageFunction } from '../../spi/languageFunction.ts';
import { functionKeyOf, type Generation, keyOf, type MemoryColumn, type MemoryState, type MemoryTable, nameOf } from './memoryState.ts';

const FORMAT = 1;

interface StoredTable extends Omit<MemoryTable, 'generation' | 'comment' | 'columns'> {
  readonly name: SchemaTableName;
  readonly comment?: string;
  readonly columns: readonly (Omit<MemoryColumn, 'comment'> & { readonly comment?: string })[];
  /** By its name within the file. */
  readonly engineTable: string;
  readonly engineColumns: readonly (readonly [number, string])[];
}

interface StoredState {
  readonly format: number;
  readonly nextId: number;
  readonly schemas: readonly string[];
  readonly tables: readonly StoredTable[];
  readonly views: readonly { readonly name: SchemaTableName; readonly view: ViewDefinition }[];
  /** Absent in files from before there were any. */
  readonly functions?: readonly LanguageFunction[];
}

/** The state as JSON: types are plain data. */
export function stateText({ schemas, tables, views, functions }: MemoryState, nextId: number, prefix: string): string {
  const stored = {
    format: FORMAT,
    nextId,
    schemas: [...schemas],
    tables: [...tables].map(([key, { generation, ...table }]) => ({
      ...table,
      name: nameOf(key),
      engineTable: generation.engineTable.slice(prefix.length),
      engineColumns: [...generation.engineColumns],
    })),
    views: [...views].map(([key, view]) => ({ name: nameOf(key), view })),
    functions: [...functions.values()],
  };
  return JSON.stringify(stored);
}

/** What stateText wrote is trusted. */
export function parseState(text: string, prefix: string): { readonly state: MemoryState; readonly nextId: number } {
  const stored = JSON.parse(text) as StoredState;
  if (stored.format !== FORMAT) throw new Error(`the tables were written by another version (format ${stored.format}, not ${FORMAT})`);
  const tables = stored.tables.map(({ name, engineTable, engineColumns, ...table }): [string, MemoryTable] => {
    const generation: Generation = { engineTable: prefix + engineTable, engineColumns: new Map(engineColumns) };
    const columns = table.columns.map((column): MemoryColumn => ({ ...column, comment: column.comment }));
    return [keyOf(name), { ...table, columns, comment: table.comment, generation }];
  });
  const views = stored.views.map(({ name, view }): [string, ViewDefinition] => [keyOf(name), view]);
  const functions = new Map((stored.functions ?? []).map((definition) => [functionKeyOf(definition), definition]));
  return { state: { schemas: new Set(stored.schemas), tables: new Map(tables), views: new Map(views), functions }, nextId: stored.nextId };
}
