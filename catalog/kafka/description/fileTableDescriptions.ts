import { access, constants, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, TrinoError } from '../../../spi/trinoError.ts';
import { descriptionText, jsonText } from './descriptionText.ts';
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
  readonly catalogName: string;
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
  private writing: Promise<unknown> = Promise.resolve();
  /** By table: the topic that is no table meanwhile. */
  private readonly concealed = new Map<string, string | undefined>();

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
    const named = this.patterns.length === 0 ? this.declared : await this.expanded();
    return this.snapshot(this.files, [...named, ...this.created().filter((c) => !named.some((n) => n.schema === c.schema && n.table === c.table))]);
  }

  /** One statement at a time makes a table; until it is revealed a topic that it makes is no table by itself. */
  async conceal({ schema, table, topic }: SchemaTableTopic, options: { readonly topicIsNew: boolean }): Promise<void> {
    const name = `${schema}.${table}`;
    await this.refresh();
    if (this.fileOf(schema, table) !== undefined) throw new TrinoError('TABLE_ALREADY_EXISTS', undefined, `Table '${name}' already exists`);
    if (this.concealed.has(name)) throw new TrinoError('ALREADY_EXISTS', undefined, `Table '${name}' is being created by another query`);
    this.concealed.set(name, options.topicIsNew ? topic : undefined);
  }

  reveal({ schema, table }: SchemaTableTopic): void {
    this.concealed.delete(`${schema}.${table}`);
  }

  /** Before there is anything to undo. */
  async checkWritable(): Promise<void> {
    const { dir } = this.options;
    await written(dir, async () => {
      await mkdir(dir, { recursive: true });
      await access(dir, constants.W_OK);
    });
  }

  async describes({ schema, table, topic }: SchemaTableTopic): Promise<boolean> {
    await this.refresh();
    return [...this.files.values()].some(({ description: d }) => d?.schema === schema && d.table === table && d.topic === topic);
  }

  add(description: TableDescription): Promise<void> {
    const { schema, table } = description;
    return this.inTurn(async () => {
      if (this.fileOf(schema, table) !== undefined) throw new TrinoError('TABLE_ALREADY_EXISTS', undefined, `Table '${schema}.${table}' already exists`);
      await this.write(this.newFile(schema, table), descriptionText(description));
    });
  }

  /** The description, and the files that it names as its own. */
  remove(schema: string, table: string, others: readonly string[]): Promise<void> {
    return this.inTurn(async () => {
      const file = this.fileOf(schema, table);
      await removeFiles(file === undefined ? others : [file, ...others]);
    });
  }

  removeFiles(files: readonly string[]): Promise<void> {
    return this.inTurn(() => removeFiles(files));
  }

  /** A file that a description names. */
  addFile(file: string, text: string): Promise<void> {
    return this.inTurn(() => this.write(file, text));
  }

  /** Changes the description as it stands in its file; a table without one gets it. */
  edit({ schema, table, topic }: SchemaTableTopic, change: (json: Record<string, unknown>) => void): Promise<void> {
    return this.inTurn(async () => {
      const file = this.fileOf(schema, table);
      const json: Record<string, unknown> =
        file === undefined ? { tableName: table, schemaName: schema, topicName: topic } : JSON.parse((await readFile(file, 'utf8')).replace(/^\ufeff/, ''));
      change(json);
      await this.write(file ?? this.newFile(schema, table), jsonText(json));
    });
  }

  /** Writers of one server come one after the other, and see what the one before has written. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.writing.then(async () => {
      await this.refresh();
      await work();
      await this.refresh();
    });
    this.writing = turn.catch(() => undefined); // its caller is told
    return turn;
  }

  private fileOf(schema: string, table: string): string | undefined {
    return [...this.files].find(([, { description }]) => description?.schema === schema && description.table === table)?.[0];
  }

  private newFile(schema: string, table: string): string {
    const name = tableFileName(schema, table);
    for (let n = 1; ; n++) {
      const file = path.join(this.options.dir, n === 1 ? `${name}.json` : `${name}.${n}.json`);
      if (!this.files.has(file)) return file;
    }
  }

  /** Who reads meanwhile sees the file as it was or as it will be. */
  private async write(file: string, text: string): Promise<void> {
    const partial = `${file}.partial`;
    await written(file, async () => {
      try {
        await writeFile(partial, text, { flush: true });
        await rename(partial, file);
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
    });
  }

  private created(): readonly DeclaredName[] {
    return [...this.files.values()].flatMap(({ description }) =>
      description === undefined || !this.isOwn(description) ? [] : [{ schema: description.schema, table: description.table, text: description.topic }],
    );
  }

  private isOwn({ createTable }: TableDescription): boolean {
    return createTable?.catalog === this.options.catalogName;
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
    const taken = new Set(described.filter((d) => this.isOwn(d) || found.has(`${d.schema}.${d.table}`)).map((d) => d.topic));
    for (const topic of this.concealed.values()) if (topic !== undefined) taken.add(topic);
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

/** Any characters may be in the names. */
export const tableFileName = (schema: string, table: string): string => `${encodeURIComponent(schema)}.${encodeURIComponent(table)}`;

interface SchemaTableTopic {
  readonly schema: string;
  readonly table: string;
  readonly topic: string;
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

async function removeFiles(files: readonly string[]): Promise<void> {
  for (const file of files) await written(file, () => rm(file, { force: true }));
}

async function written(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const reason = errorMessage(cause);
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Cannot write the table description ${file}: ${reason}`, { cause });
  }
}
