import type { Connector, ConnectorFactory } from '../../spi/connector.ts';
import { openDurableCatalog } from './durableCatalogs.ts';
import { MemoryCatalog } from './memoryCatalog.ts';
import { MemoryTransaction } from './memoryTransaction.ts';

const DATA_BYTES_MAX = 128 * 1024 * 1024;

/** Tables that live in the engine until the server stops, or with memory.data-dir in a file. */
export const memoryConnectorFactory: ConnectorFactory = {
  name: 'memory',
  async create({ config, engine }): Promise<Connector> {
    const dataBytesMax = config.dataSizeBytes('memory.max-data-per-node', DATA_BYTES_MAX);
    const directory = config.string('memory.data-dir');
    // Trino's own, about how the work is spread: no difference in the rows
    config.integer('memory.splits-per-node', 1, { min: 1 });
    config.boolean('memory.enable-lazy-dynamic-filtering', true);
    const { catalog, close } =
      directory === undefined ? inMemory(new MemoryCatalog(engine, dataBytesMax)) : await openDurableCatalog(engine, directory, dataBytesMax);
    return { notNullColumns: true, begin: () => new MemoryTransaction(catalog), close };
  },
};

const inMemory = (catalog: MemoryCatalog) => ({ catalog, close: () => catalog.close() });
