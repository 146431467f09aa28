import type { Connector, ConnectorFactory, EngineTables, Logger } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { ConnectorConfigReader } from './connectorConfig.ts';
import { withStoredViews } from './views/storedViews.ts';
import type { ViewStore } from './views/viewStore.ts';

/** One generation of a catalog: what a query began with stays until the query has ended. */
export interface Catalog {
  readonly name: string;
  readonly connectorName: string;
  readonly connector: Connector;
  readonly properties: ReadonlyMap<string, string>;
}

export interface CatalogManagerOptions {
  readonly factories: readonly ConnectorFactory[];
  readonly engine: EngineTables;
  readonly etcDir: string;
  readonly dataDirOf: (catalog: string) => string;
  /** Keeps the views of catalogs that cannot. */
  readonly views: ViewStore;
  readonly log: Logger;
  readonly readConfig: (file: string, properties: ReadonlyMap<string, string>) => ConnectorConfigReader;
}

interface Generation extends Catalog {
  uses: number;
  retired: boolean;
}

/** The catalogs by name. Replacing or dropping one waits for nobody: its generation closes when its last query ends. */
export class CatalogManager {
  readonly #options: CatalogManagerOptions;
  readonly #factories: ReadonlyMap<string, ConnectorFactory>;
  readonly #current = new Map<string, Generation>();
  readonly #builtIn = new Set<string>();
  #version = 0;

  constructor(options: CatalogManagerOptions) {
    this.#options = options;
    this.#factories = new Map(options.factories.map((factory) => [factory.name, factory]));
  }

  /** A catalog of the server itself, such as system: never reloaded, never dropped. */
  addBuiltIn(name: string, connector: Connector): void {
    this.#builtIn.add(name);
    this.#current.set(name, { name, connectorName: name, connector, properties: new Map(), uses: 0, retired: false });
  }

  /** Counts every change of the set of catalogs: a key for caches. */
  get version(): number {
    return this.#version;
  }

  get views(): ViewStore {
    return this.#options.views;
  }

  names(): readonly string[] {
    return [...this.#current.keys()].sort();
  }

  has(name: string): boolean {
    return this.#current.has(name);
  }

  catalogs(): readonly Catalog[] {
    return [...this.#current.values()];
  }

  get(name: string): Catalog | undefined {
    return this.#current.get(name);
  }

  /** For one query: release() must follow. */
  acquire(name: string): Catalog | undefined {
    const generation = this.#current.get(name);
    if (generation !== undefined) generation.uses++;
    return generation;
  }

  async release(catalog: Catalog): Promise<void> {
    const generation = catalog as Generation;
    generation.uses--;
    if (generation.retired && generation.uses === 0) await this.#close(generation);
  }

  /** Makes the catalog or puts a new generation in the place of the old one. */
  async load(name: string, connectorName: string, properties: ReadonlyMap<string, string>, file: string): Promise<void> {
    const created = await this.#create(name, connectorName, properties, file);
    const old = this.#current.get(name);
    this.#current.set(name, created);
    this.#version++;
    if (old !== undefined) await this.#retire(old);
  }

  async create(name: string, connectorName: string, properties: ReadonlyMap<string, string>, notExists: boolean): Promise<void> {
    if (this.#current.has(name)) {
      if (notExists) return;
      throw new TrinoError('ALREADY_EXISTS', undefined, `Catalog '${name}' already exists`);
    }
    await this.load(name, connectorName, properties, `catalog '${name}'`);
  }

  /** false: there is no such catalog. */
  async drop(name: string): Promise<boolean> {
    const old = this.#current.get(name);
    if (old === undefined) return false;
    if (this.#builtIn.has(name)) throw new TrinoError('NOT_SUPPORTED', undefined, 'Dropping system catalog is not allowed');
    this.#current.delete(name);
    this.#version++;
    await this.#retire(old);
    return true;
  }

  async close(): Promise<void> {
    const all = [...this.#current.values()];
    this.#current.clear();
    await Promise.all(all.map((generation) => this.#close(generation)));
  }

  async #create(name: string, connectorName: string, properties: ReadonlyMap<string, string>, file: string): Promise<Generation> {
    const factory = this.#factories.get(connectorName);
    if (factory === undefined) {
      throw new TrinoError(
        'CONFIGURATION_INVALID',
        undefined,
        `${file}: No factory for connector '${connectorName}'. Available factories: [${[...this.#factories.keys()].sort().join(', ')}]`,
      );
    }
    const config = this.#options.readConfig(file, properties);
    const { engine, etcDir, log, dataDirOf } = this.#options;
    const connector = await factory.create({ catalogName: name, config, etcDir, dataDir: dataDirOf(name), engine, log });
    try {
      config.requireAllUsed();
    } catch (unused) {
      await connector.close();
      throw unused;
    }
    return { name, connectorName, connector: withStoredViews(name, connector, this.#options.views), properties, uses: 0, retired: false };
  }

  async #retire(generation: Generation): Promise<void> {
    generation.retired = true;
    if (generation.uses === 0) await this.#close(generation);
  }

  async #close(generation: Generation): Promise<void> {
    try {
      await generation.connector.close();
    } catch (cause) {
      this.#options.log.warn('catalog did not close in order', { catalog: generation.name, error: String(cause) });
    }
  }
}
