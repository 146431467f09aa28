import type { ConnectorFactory } from '../../spi/connector.ts';
import { MemoryCatalog } from './memoryCatalog.ts';
import { MemoryTransaction } from './memoryTransaction.ts';

const DATA_BYTES_MAX = 128 * 1024 * 1024;

/** Tables that live in the engine until the server stops. */
export const memoryConnectorFactory: ConnectorFactory = {
  name: 'memory',
  create({ config, engine }) {
    const catalog = new MemoryCatalog(engine, config.dataSizeBytes('memory.max-data-per-node', DATA_BYTES_MAX));
    // Trino's own, about how the work is spread: no difference in the rows
    config.integer('memory.splits-per-node', 1, { min: 1 });
    config.boolean('memory.enable-lazy-dynamic-filtering', true);
    return { notNullColumns: true, begin: () => new MemoryTransaction(catalog), close: () => catalog.close() };
  },
};
