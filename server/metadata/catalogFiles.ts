import { type FSWatcher, existsSync, readdirSync, watch } from 'node:fs';
import path from 'node:path';
import type { Logger } from '../../spi/connector.ts';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';
import type { CatalogManager } from './catalogManager.ts';

const SETTLE_MS = 150;

export interface CatalogFilesOptions {
  readonly dir: string;
  readonly disabled: readonly string[];
  readonly manager: CatalogManager;
  readonly readProperties: (file: string) => Map<string, string>;
  readonly log: Logger;
}

/** Loads `catalog/*.properties` and follows the folder: a changed file becomes a new generation of its catalog. */
export class CatalogFiles {
  readonly #options: CatalogFilesOptions;
  /** What each file said when it was last loaded. */
  readonly #loaded = new Map<string, string>();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: CatalogFilesOptions) {
    this.#options = options;
  }

  /** At start: the first file that cannot be taken stops it. */
  async loadAll(): Promise<void> {
    for (const [name, file] of this.#files()) await this.#load(name, file);
  }

  follow(): void {
    if (!existsSync(this.#options.dir)) return;
    this.#watcher = watch(this.#options.dir, { persistent: false }, () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.reload(), SETTLE_MS);
    });
    this.#watcher.on('error', (error) => this.#options.log.warn('catalog folder is no longer followed', { error: String(error) }));
  }

  /** Takes what changed; a file that cannot be taken leaves the catalog as it was and says so in the log. */
  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reloadNow());
    return this.#reloading;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#watcher?.close();
    await this.#reloading;
  }

  async #reloadNow(): Promise<void> {
    const { manager, log } = this.#options;
    const files = this.#files();
    for (const name of [...this.#loaded.keys()]) {
      if (files.has(name)) continue;
      this.#loaded.delete(name);
      await manager.drop(name);
      log.info('catalog removed', { catalog: name });
    }
    for (const [name, file] of files) {
      try {
        if (await this.#load(name, file)) log.info('catalog loaded', { catalog: name });
      } catch (error) {
        log.error('catalog file not taken, the catalog stays as it was', { catalog: name, error: errorMessage(error) });
      }
    }
  }

  async #load(name: string, file: string): Promise<boolean> {
    const properties = this.#options.readProperties(file);
    const text = JSON.stringify([...properties]);
    if (this.#loaded.get(name) === text) return false;
    const connectorName = properties.get('connector.name')?.trim();
    if (connectorName === undefined || connectorName === '') {
      throw new TrinoError('CONFIGURATION_INVALID', undefined, `${file}: Catalog configuration must contain connector.name`);
    }
    properties.delete('connector.name');
    await this.#options.manager.load(name, connectorName, properties, file);
    this.#loaded.set(name, text);
    return true;
  }

  #files(): Map<string, string> {
    const { dir, disabled } = this.#options;
    if (!existsSync(dir)) return new Map();
    const names = readdirSync(dir)
      .filter((file) => file.endsWith('.properties'))
      .map((file) => [path.basename(file, '.properties').toLowerCase(), path.join(dir, file)] as const)
      .filter(([name]) => !disabled.includes(name));
    return new Map(names.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
