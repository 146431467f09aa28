import type { SchemaTableName, ViewDefinition } from '../../spi/connector.ts';
import type { LanguageFunction } from '../../spi/languageFunction.ts';
import type { Type } from '../../spi/type.ts';

/** The rows of a table at one time: an engine table, and its column for each of ours by id. */
export interface Generation {
  readonly engineTable: string;
  readonly engineColumns: ReadonlyMap<number, string>;
}

export interface MemoryColumn {
  /** Stays when the column is renamed. */
  readonly id: number;
  readonly name: string;
  readonly type: Type;
  readonly nullable: boolean;
  readonly comment: string | undefined;
}

export interface MemoryTable {
  readonly id: number;
  readonly columns: readonly MemoryColumn[];
  readonly comment: string | undefined;
  readonly generation: Generation;
  /** Not yet known to have rows. */
  readonly maybeEmpty: boolean;
  /** Grows with each change that moves or removes rows. */
  readonly rowsVersion: number;
  /** Another one after each change of the rows or columns. */
  readonly dataVersion: string;
}

/** What the catalog holds; replaced as a whole by each change, so that whoever has one keeps what he saw. */
export interface MemoryState {
  readonly schemas: ReadonlySet<string>;
  readonly tables: ReadonlyMap<string, MemoryTable>;
  readonly views: ReadonlyMap<string, ViewDefinition>;
  /** Not bound to schemas: one may be named that does not exist. */
  readonly functions: ReadonlyMap<string, LanguageFunction>;
}

export const EMPTY_STATE: MemoryState = { schemas: new Set(['default']), tables: new Map(), views: new Map(), functions: new Map() };

/** Schema names have no line breaks: the key splits back into its parts. */
export const keyOf = (name: SchemaTableName): string => `${name.schema}\n${name.table}`;

export const functionKeyOf = ({ schema, name, signatureToken }: LanguageFunction): string => `${schema}\n${name}\n${signatureToken}`;

export function nameOf(key: string): SchemaTableName {
  const [schema = '', table = ''] = key.split('\n', 2);
  return { schema, table };
}

export function withEntry<T>(map: ReadonlyMap<string, T>, key: string, value: T | undefined): ReadonlyMap<string, T> {
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}
