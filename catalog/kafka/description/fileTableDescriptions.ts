import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { TrinoError } from '../../../spi/trinoError.ts';
import { isPattern, matchesPattern } from './tableNamePattern.ts';
import type { TableDescriptionSupplier, TableDescriptions } from './tableDescriptions.ts';
import { parseTableDescription, type TableDescription, TableDescriptionError } from './tableDescription.ts';

interface KnownFile {
  readonly stamp: string;
  /** Kept when a later version of the file cannot be read, so that it is known whose description is broken. */
  readonly description: TableDescription | undefined;
  readonly error: TableDescriptionError | undefined;
}

export interface FileTableDescriptionsOptions {
  readonly dir: string;
  readonly tableNames: readonly string[];
  readonly defaultSchema: string;
  /** The names of the cluster's topics: asked for only where names are patterns. */
  readonly topics: () => Promise<readonly string[]>;
}

/** The description files of a folder, read again when they change. */
export class FileTableDescriptions implements TableDescriptionSupplier {
  private readonly options: FileTableDescriptionsOptions;
  private readonly declared: readonly DeclaredName[];
  private readonly patterns: readonly string[];
  private files: ReadonlyMap<string, KnownFile> = new Map();
  private reading: Promise<void> | undefined;

  constructor(options: FileTableDescriptionsOptions) {
    this.options = options;
    this.declared = options.tableNames.filter((text) => !isPattern(text)).map((text) => declaredName(text, options.defaultSchema));
    this.patterns = options.tableNames.filter(isPattern);
  }

  /** At the start a file that cannot be understood is an error, as in Trino. */
  async start(): Promise<void> {
    await this.refresh();
    for (const file of this.files.values()) {
      if (file.error !== undefined) throw new TrinoError('CONFIGURATION_INVALID', undefined, file.error.message, { cause: file.error });
    }
  }

  async current(): Promise<TableDescriptions> {
    this.reading ??= this.refresh().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
    return this.snapshot(this.files, this.patterns.length === 0 ? this.declared : await this.expanded());
  }

  /** Patterns mean tables that files describe, and topics that none describes. */
  private async expanded(): Promise<readonly DeclaredName[]> {
    const { defaultSchema, topics } = this.options;
    const matches = (name: string): boolean => this.patterns.some((pattern) => matchesPattern(pattern, name));
    const found = new Map(this.declared.map((d) => [`${d.schema}.${d.table}`, d]));
    const described = [...this.files.values()].flatMap((f) => f.description ?? []);
    for (const { schema, table, topic } of described) {
      const name = `${schema}.${table}`;
      if (!found.has(name) && (matches(name) || matches(topic) || (schema === defaultSchema && matches(table))))
        found.set(name, { schema, table, text: topic });
    }
    const taken = new Set(described.filter((d) => found.has(`${d.schema}.${d.table}`)).map((d) => d.topic));
    for (const topic of (await topics()).toSorted()) {
      if (taken.has(topic) || !matches(topic)) continue;
      const declared = declaredName(topic, defaultSchema);
      if (!found.has(`${declared.schema}.${declared.table}`)) found.set(`${declared.schema}.${declared.table}`, declared);
    }
    return [...found.values()];
  }

  private snapshot(files: ReadonlyMap<string, KnownFile>, declared: readonly DeclaredName[]): TableDescriptions {
    return {
      list: (schema) => declared.filter((d) => schema === undefined || d.schema === schema).map((d) => ({ schema: d.schema, table: d.table })),
      find: (schema, table) => {
        const name = declared.find((d) => d.schema === schema && d.table === table);
        if (name === undefined) return Promise.resolve(undefined);
        const all = [...files.values()];
        const own = all.find((f) => f.description?.schema === schema && f.description.table === table);
        const broken = own ?? all.find((f) => f.error !== undefined && f.description === undefined);
        if (broken?.error !== undefined)
          return Promise.reject(new TrinoError('CONFIGURATION_INVALID', undefined, broken.error.message, { cause: broken.error }));
        return Promise.resolve(own?.description ?? { schema, table, topic: name.text });
      },
    };
  }

  private async refresh(): Promise<void> {
    const { dir } = this.options;
    const next = new Map<string, KnownFile>();
    for (const name of await jsonFiles(dir)) {
      const file = path.join(dir, name);
      const known = this.files.get(file);
      const { mtimeMs, size, ino } = await stat(file);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      next.set(file, known?.stamp === stamp ? known : await this.read(file, stamp, known?.description));
    }
    this.files = next;
  }

  private async read(file: string, stamp: string, before: TableDescription | undefined): Promise<KnownFile> {
    try {
      return { stamp, description: parseTableDescription(file, await readFile(file, 'utf8'), this.options.defaultSchema), error: undefined };
    } catch (error) {
      if (error instanceof TableDescriptionError) return { stamp, description: before, error };
      throw error;
    }
  }
}

interface DeclaredName {
  readonly schema: string;
  readonly table: string;
  /** The topic, unless a description says otherwise. */
  readonly text: string;
}

/** `schema.table` or `table`; further dots belong to the table. */
function declaredName(text: string, defaultSchema: string): DeclaredName {
  const parts = text.split('.').filter((part) => part !== '');
  if (parts.length === 0) throw new TrinoError('CONFIGURATION_INVALID', undefined, `kafka.table-names: '${text}' is not the name of a table`);
  const [first = '', ...rest] = parts;
  const [schema, table] = rest.length === 0 ? [defaultSchema, first] : [first, rest.join('.')];
  return { schema: schema.toLowerCase(), table: table.toLowerCase(), text };
}

async function jsonFiles(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((e) => !e.isDirectory() && e.name.endsWith('.json'))
      .map((e) => e.name)
      .sort();
  } catch (error) {
    // no such folder: no descriptions, as in Trino
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
